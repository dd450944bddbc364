"""Where the cursor goes when a search is over: the command that fzf runs then, on the notes of what was typed."""

from __future__ import annotations

import os
import subprocess

import pytest

from cst.fzf import bindings, keymap, list_pane
from cst.fzf.run_dir import RunDir
from cst.picker.operations import KEYS


class Searches:
    """The notes of a picker in which something was typed while the first row was highlighted."""

    def __init__(self, run_dir: RunDir, needing: str, put: str = "a", row: str = "a") -> None:
        self.run_dir, self.at = run_dir, 1
        for name, text in (("typed", f"{row}\n1\n"), ("put", f"{put}\n"), ("needing", "\n".join(needing) + "\n")):
            run_dir.write(name, text)

    def over(self, rows: str) -> str:
        """What becomes of the cursor when a search has found these rows; the row on which it is then."""
        self.run_dir.write("found", "".join(f"{row}\n" for row in rows))
        self.at = min(self.at, len(rows))
        script = bindings._FOUND.replace("{*f1}", '"$CST_RUN/found"')
        env = {**os.environ, "CST_RUN": self.run_dir.folder, "FZF_PROMPT": "search> ", "FZF_POS": str(self.at)}
        action = subprocess.run(["sh", "-c", script], env=env, capture_output=True, text=True, check=True).stdout
        if action:
            self.at = int(action.strip().removeprefix("pos(").removesuffix(")"))
        return rows[self.at - 1]

    def rows_come(self) -> None:
        """The rows are read anew."""
        env = {**os.environ, "CST_RUN": self.run_dir.folder}
        subprocess.run(["sh", "-c", f"{list_pane._FORGET}; :"], env=env, check=True)


@pytest.mark.parametrize(("jump", "answer", "enter"), [("enter", "f6", "jump"), ("f5", "f6", "jump"), ("f5", "ctrl-m", ""), ("f5", "enter", "answer")])
def test_enter_closes_nothing(jump: str, answer: str, enter: str) -> None:
    """Where the user has another key for a jump, Enter does it too. Bug shown: fzf closed at it, with what was typed."""
    keys = keymap.bound(KEYS, {"jump": jump, "answer": answer})
    bound = [option.removeprefix("--bind=") for option in bindings.options(keys)]
    on_enter = [option for option in bound if option.startswith("enter:")]

    assert len(on_enter) == bool(enter)
    assert all(f"{'go' if enter == 'jump' else 'do'} {enter}" in option for option in on_enter)


@pytest.mark.parametrize(("needing", "older", "newer"), [("c", "abcde", "bcde"), ("ce", "abcde", "ce"), ("d", "bcd", "ad")])
def test_the_search_for_less_is_over_first(run_dir: RunDir, needing: str, older: str, newer: str) -> None:
    """On a busy machine what fzf found for the letters before comes when more are typed: the cursor goes where that says,
    and then where the next one says. Bug shown: the first used up the note, and the cursor kept its line."""
    searches = Searches(run_dir, needing)
    searches.over(older)

    assert searches.over(newer) == next((row for row in newer if row in needing), newer[0])


def test_the_row_that_the_user_chose(run_dir: RunDir) -> None:
    """As long as it is found the cursor stays on it, also through a search that does not find it."""
    searches = Searches(run_dir, "e", put="b", row="a")

    assert [searches.over(rows) for rows in ("abe", "be", "abe")] == ["a", "e", "a"]


def test_a_cursor_that_was_moved_since(run_dir: RunDir) -> None:
    """It stays there."""
    searches = Searches(run_dir, "e")
    searches.over("abcde")
    searches.at = 2

    assert searches.over("bcde") == "c"
    assert searches.over("bcde") == "c"


def test_new_rows_move_nothing(run_dir: RunDir) -> None:
    """What needs the user by now is not gone to for what was typed before; a search that is not over is still to be."""
    searches = Searches(run_dir, "e")
    searches.rows_come()
    first = searches.over("abcde")
    searches.rows_come()
    run_dir.write("needing", "b\n")

    assert (first, searches.over("abcde")) == ("e", "e")
