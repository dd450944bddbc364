"""The table of keys, and a person's own ones."""

from __future__ import annotations

import subprocess

import pytest
from iterfzf import BUNDLED_EXECUTABLE

from cst.fzf import keymap
from cst.model import CstError
from cst.picker.operations import KEYS


def test_no_two_actions_share_a_key() -> None:
    """As shipped."""
    found = keymap.bound(KEYS, {})

    assert found == list(KEYS)
    assert "ctrl-k,ctrl-x" in [key.keys for key in found if key.name == "kill"]


def test_a_key_moves() -> None:
    """The others stay, and `?` shows the new one."""
    made = keymap.bound(KEYS, {"kill": "f8", "page": "ctrl-k"})
    found = {key.name: key.keys for key in made}

    assert (found["kill"], found["page"], found["answer"]) == ("f8", "ctrl-k", "ctrl-y")
    assert ("f8", "End the session; asks first") in keymap.explained(made)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"destroy": "ctrl-k"}, "no action 'destroy'"),
        ({"kill": "ctrl-y"}, "ctrl-y is both answer and kill"),
        ({"kill": "ctrl-c"}, "ctrl-c is both close and kill"),
        ({"kill": "esc"}, "cannot be 'esc'"),
        ({"kill": "ctrl-kk"}, "cannot be 'ctrl-kk'"),
        ({"kill": "k"}, "cannot be 'k'"),
        ({"kill": ""}, "cannot be ''"),
        ({"kill": "ctrl-x,"}, "cannot be ''"),
        ({"kill": "ctrl-K"}, "cannot be 'ctrl-K'"),
        ({"kill": "ctrl-1"}, "cannot be 'ctrl-1'"),
        ({"kill": "ctrl-alt-1"}, "cannot be 'ctrl-alt-1'"),
        ({"kill": "ctrl-i"}, "tab is both"),
        ({"kill": "x:execute(touch pwned)"}, "cannot be"),
    ],
)
def test_a_key_that_cannot_be(settings: dict[str, str], complaint: str) -> None:
    """Named, with the action it is for."""
    with pytest.raises(CstError, match="keys") as error:
        keymap.bound(KEYS, settings)

    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("settings", "name", "called"),
    [({}, "jump", "Enter"), ({"jump": "ctrl-m"}, "jump", "Enter"), ({"jump": "alt-j,enter"}, "jump", "alt-j"), ({}, "kill", "ctrl-k"),
     ({"mark": "ctrl-space"}, "mark", "ctrl-space"), ({}, "no such", "")],
)  # fmt: skip
def test_what_a_key_is_called(settings: dict[str, str], name: str, called: str) -> None:
    """The first that the user has for it."""
    assert keymap.called(keymap.bound(KEYS, settings), name) == called


def test_all_keys_that_cannot_be_are_named() -> None:
    """Each once. Bug shown: only the first."""
    with pytest.raises(keymap.KeysError) as caught:
        keymap.bound(KEYS, {"destroy": "ctrl-k", "kill": "esc", "page": "ctrl-y", "sort": "f5"})
    error = caught.value

    assert [(one.name, one.what) for one in (error, *error.also)] == [
        ("destroy", "[keys] has no action 'destroy'"), ("kill", "[keys] kill cannot be 'esc'"),
        ("page", "[keys] ctrl-y is both answer and page"),
    ]  # fmt: skip


POSSIBLE = ["ctrl-k", "ctrl-/", "ctrl-\\", "ctrl-]", "ctrl-^", "alt-v", "alt-/", "alt-.", "ctrl-alt-a", "ctrl-alt-z", "f1", "f12", "enter",
            "tab", "space", "home", "page-up", "shift-up", "alt-left", "ctrl-space", "shift-delete", "?", "!", "~", "insert"]  # fmt: skip


@pytest.mark.parametrize("key", POSSIBLE)
def test_fzf_knows_every_key_that_is_allowed(key: str) -> None:
    """The real fzf takes it."""
    assert keymap.is_possible(key)
    done = subprocess.run(
        [str(BUNDLED_EXECUTABLE), "--filter=x", f"--bind={key}:abort"], input="x\n", capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_search_can_be_emptied() -> None:
    """ctrl-u is fzf's, and is listed unless the user has it for something else."""
    given = [dict(keymap.explained(keymap.bound(KEYS, keys))) for keys in ({}, {"refresh": "ctrl-u"})]

    assert [page["ctrl-u"] for page in given] == ["Empty the search", "Refresh now"]
