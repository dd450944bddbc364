"""The preview beside the list, before a fzf that only writes down what it is told. The real one: tests/e2e."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cst.fzf import preview_pane
from cst.fzf.layout import Layout
from cst.fzf.messages import Focus, Resized
from cst.fzf.preview_pane import STEP, PreviewPane
from cst.fzf.run_dir import RunDir
from cst.model import CstError
from tests.testing import until


class Backend:
    """Pages with as many lines as there are in `text`."""

    def __init__(self) -> None:
        self.text = [f"line {i}" for i in range(30)]
        self.slow = ""
        self.asked: list[tuple[str, str, int, int]] = []
        self.go = threading.Event()

    def page(self, *wanted: Any) -> list[str]:
        self.asked.append(wanted)
        if wanted[1] == self.slow:
            assert self.go.wait(10)
        if wanted[0] == "gone":
            raise CstError("that session is gone")
        return [f"{wanted[1]} of {wanted[0]}", *self.text]

    def is_slow(self, name: str) -> bool:
        return name == self.slow

    def resized(self, columns: int, lines: int, hidden: bool) -> Layout:
        return Layout("down,11", "down,20", 75, "down,99")

    def next_page(self, name: str) -> str:
        return {"tools": "screen"}.get(name, "tools")


class Told:
    """What fzf was told."""

    def __init__(self) -> None:
        self.posts: list[Sequence[str]] = []

    def post(self, *actions: str) -> bool:
        self.posts.append(actions)
        return True


class Stage:
    """A preview, what it shows, and who is behind it."""

    def __init__(self, run_dir: RunDir) -> None:
        self.run_dir, self.backend, self.fzf = run_dir, Backend(), Told()
        self.pane = PreviewPane(self.backend, run_dir, self.fzf, Layout("down,11", "down,20", 75, "down,99"), "f9")  # type: ignore[arg-type]

    def shown(self, name: str = "1.2.80.10") -> list[str]:
        return Path(self.run_dir.path(f"pages/{name}")).read_text().splitlines()


@pytest.fixture
def stage(run_dir: RunDir) -> Stage:
    """The row 1.2 is under the cursor; the preview has 80 columns and 10 lines."""
    made = Stage(run_dir)
    made.pane.focus(Focus("1.2", 80, 10))
    return made


def test_it_fits(stage: Stage) -> None:
    """As many lines as there is run_dir for; the last one says how many are below."""
    shown = stage.shown()

    assert len(shown) == 10
    assert shown[:2] == ["tools of 1.2", "line 0"]
    assert shown[-1] == "  ↓ 22 more lines: f9"
    assert stage.fzf.posts == []  # fzf is about to read it


def test_the_first_line_stays(stage: Stage) -> None:
    """Scrolling moves the rest, stops at either end, and tells fzf each time."""
    stage.pane.scroll(down=True)
    once = stage.shown()
    for _ in range(20):
        stage.pane.scroll(down=True)
    end = stage.shown()
    for _ in range(20):
        stage.pane.scroll(down=False)

    assert once[:2] == ["tools of 1.2", f"line {STEP}"]
    assert (end[0], end[-1], len(end)) == ("tools of 1.2", "line 29", 10)
    assert stage.shown()[1] == "line 0"
    assert set(stage.fzf.posts) == {("refresh-preview",)}


def test_nothing_is_said_twice(stage: Stage) -> None:
    """A text that is as before does not make fzf draw it again."""
    stage.pane.show()
    stage.pane.show()
    quiet = list(stage.fzf.posts)
    stage.backend.text[0] = "another"
    stage.pane.show()

    assert quiet == []
    assert stage.fzf.posts == [("refresh-preview",)]
    assert stage.shown()[1] == "another"


def test_another_row(stage: Stage) -> None:
    """Its page from the top; the file of the row before is gone."""
    stage.pane.scroll(down=True)
    stage.pane.focus(Focus("5.6", 80, 10))

    assert stage.shown("5.6.80.10")[:2] == ["tools of 5.6", "line 0"]
    assert not Path(stage.run_dir.path("pages/1.2.80.10")).exists()


def test_the_same_row_again(stage: Stage) -> None:
    """What fzf asks after `refresh-preview` neither scrolls back nor makes the page anew."""
    stage.pane.scroll(down=True)
    before = len(stage.backend.asked)
    stage.pane.focus(Focus("1.2", 80, 10))

    assert len(stage.backend.asked) == before
    assert stage.shown()[1] == f"line {STEP}"


def test_the_pages_turn(stage: Stage) -> None:
    """To the next; to the page of keys, and back; each from the top."""
    stage.pane.scroll(down=True)
    heads = []
    for name in ("", "keys", "keys"):
        stage.pane.turn(name)
        heads.append(stage.shown()[:2])

    assert heads == [["screen of 1.2", "line 0"], ["keys of 1.2", "line 0"], ["screen of 1.2", "line 0"]]


def test_a_page_that_is_asked_for_is_shown(stage: Stage) -> None:
    """Where there is no room for a preview it is hidden: who turns its page wants to see it."""
    stage.pane.turn()
    stage.pane.turn()

    assert [post for post in stage.fzf.posts if "nohidden" in str(post)] == stage.fzf.posts[:1]


@pytest.mark.parametrize("preview", ["down,11,hidden", "down,11"])
def test_a_preview_that_comes_into_sight_begins_with_its_page(run_dir: RunDir, preview: str) -> None:
    """Hidden for want of room: the first press shows it, and the next one turns it. Bug shown: it began with the second."""
    told: Any = Told()
    pane = PreviewPane(Backend(), run_dir, told, Layout(preview, "down,20", 75, "down,99"), "shift-down")  # type: ignore[arg-type]
    page = Path(run_dir.path("page"))
    pane.turn()
    first = page.read_text()
    pane.turn()

    assert [first, page.read_text()] == (["tools", "screen"] if "hidden" in preview else ["screen", "tools"])


def test_the_page_of_keys_gives_back_what_was_there(stage: Stage) -> None:
    """It takes the room that it needs; closed, the page and the preview are as they were, hidden too.

    Bug shown: `?` at 80 x 24 showed three lines, and esc left a preview that had not been there.
    """
    stage.pane.turn()
    stage.pane.resize(Resized(80, 24, shown=False))
    stage.fzf.posts.clear()
    stage.pane.turn("keys")
    assert stage.fzf.posts[0] == ("change-preview-window(down,99,nohidden)", "refresh-preview")
    stage.pane.turn("keys")

    assert ("change-preview-window(down,11,hidden)", "refresh-preview") in stage.fzf.posts
    assert stage.shown()[0] == "screen of 1.2"


def test_hidden_the_page_of_keys_is_closed(stage: Stage) -> None:
    """ctrl-/ hides the preview: what comes back later is the page, not the keys."""
    stage.pane.turn("keys")
    stage.pane.resize(Resized(80, 24, shown=False))
    stage.pane.turn("keys")
    stage.pane.turn("keys")

    assert stage.shown()[0] == "tools of 1.2"


def test_a_question_covers_the_page(stage: Stage) -> None:
    """And goes again; to uncover what is not covered says nothing."""
    stage.pane.cover(lambda columns: ["the dialog", f"as it stands in {columns}"])
    covered = stage.shown()
    stage.pane.cover(None)
    posts = len(stage.fzf.posts)
    stage.pane.cover(None)

    assert covered == ["the dialog", "as it stands in 80"]
    assert stage.shown()[0] == "tools of 1.2"
    assert len(stage.fzf.posts) == posts
    assert places(stage) == ["down,11,nohidden", "down,11"]


@pytest.mark.parametrize("hidden", [True, False])
def test_the_list_gives_way_to_a_long_question(stage: Stage, hidden: bool) -> None:
    """One that is longer than the preview gets more lines, another size of the terminal included, until it is answered;
    who hides it does not see it."""
    if hidden:
        stage.pane.resize(Resized(80, 24, shown=False))
    stage.pane.cover(lambda _: ["the dialog", *map(str, range(10))])
    stage.pane.resize(Resized(90, 24))
    stage.pane.resize(Resized(90, 24, shown=False))
    stage.pane.resize(Resized(90, 24, shown=not hidden))
    stage.pane.cover(None)

    long = "down,20,nohidden"
    before, last = (["down,11,hidden"], "down,11,hidden") if hidden else ([], "down,11,nohidden")
    assert places(stage) == [*before, long, long, f"{long},hidden", long + ",hidden" * hidden, last]


def test_a_question_where_no_preview_was(run_dir: RunDir) -> None:
    """How many lines it would have is not known, so it gets the most."""
    stage = Stage(run_dir)
    stage.pane.cover(lambda _: ["the dialog"])

    assert places(stage) == ["down,20,nohidden"]


def places(stage: Stage) -> list[str]:
    """Where fzf was told to put the preview, one after the other."""
    told = [action for post in stage.fzf.posts for action in post]
    return [one.removeprefix("change-preview-window(")[:-1] for one in told if one.startswith("change-preview-window")]


def test_a_page_that_cannot_be_made(stage: Stage) -> None:
    """Says why, in its place."""
    stage.pane.focus(Focus("gone", 80, 10))

    assert stage.shown("gone.80.10") == ["that session is gone"]


def test_a_slow_page_is_waited_for_elsewhere(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name stands there until it is made; then the pipe says so. It is believed for a while."""
    monkeypatch.setattr(preview_pane, "_FRESH", 3600.0)
    stage.backend.slow = "screen"
    stage.pane.turn()
    before = stage.shown()
    stage.backend.go.set()
    until(lambda: _called(stage.run_dir) == b"page\n")
    stage.pane.show()
    stage.pane.show()

    assert before == ["screen …"]
    assert stage.shown()[0] == "screen of 1.2"
    assert [one[1] for one in stage.backend.asked].count("screen") == 1


def test_a_slow_page_is_made_again_later(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it said stands there meanwhile."""
    monkeypatch.setattr(preview_pane, "_FRESH", 0.0)
    stage.backend.slow = "screen"
    stage.backend.go.set()
    stage.pane.turn()
    until(lambda: _called(stage.run_dir))
    stage.backend.text = ["newer"]
    stage.pane.show()
    until(lambda: _called(stage.run_dir))
    monkeypatch.setattr(preview_pane, "_FRESH", 60.0)
    stage.pane.show()

    assert stage.shown() == ["screen of 1.2", "newer"]


def _called(run_dir: RunDir) -> bytes:
    try:
        return os.read(run_dir.calls, 100)
    except BlockingIOError:
        return b""
