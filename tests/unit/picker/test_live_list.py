"""What stands behind the picker: its header."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cst.fzf import keymap, launch
from cst.model import PAGES, Session
from cst.picker import live_list
from cst.picker.operations import KEYS
from cst.settings import Settings
from cst.system import days
from cst.text import width
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    called,
    registry_entry,
    resulted,
    said,
    started,
    typed,
    until,
    write_registry,
    write_transcript,
)


def opened(own: Settings, columns: int) -> live_list.LiveList:
    made = live_list.LiveList(own, "", False, launch.Look("none", False, keymap.bound(KEYS, {})), "/cst")
    made.resized(columns, 40, False)
    return made


def test_a_problem_and_a_message(own: Settings) -> None:
    """A source that fails is named beside the summary, made harmless; a message comes and goes all the same.
    Bug shown: as long as tmux hung, nobody read what came of a key."""
    made = opened(own._replace(no_color=True), 100)
    made.snapshot = made.snapshot._replace(problems=[("tmux", "it \x1b[31mhangs\nfor long"), ("hooks", "x")])

    assert made.header()[0].endswith("tmux: it hangs for long and 1 more")
    assert made.header("ended api")[0] == "ended api"
    assert len(made.header("ended api")) == len(made.header())


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "no session ended in the last 7 days, and none is archived"), (1, "also listed, at the end: 1 ended in the last 7 days"),
        (2, "also listed, at the end: 2 ended in the last 7 days"),
    ],
)  # fmt: skip
def test_how_many_have_ended(own: Settings, home: Path, count: int, words: str) -> None:
    """They come last, out of sight in a small terminal: a number says that they are there."""
    for session_id in (ID, OTHER_ID)[:count]:
        write_transcript(home / ".claude", [typed("hi", time.time() - 60)], session_id)
    made = opened(own, 100)

    assert [made.toggle_ended(), made.toggle_ended()] == [words, "ended and archived sessions are hidden"]


def test_a_message_takes_the_lines_it_needs(own: Settings) -> None:
    """As many as the header has, and no more: the list stays where it is."""
    made = opened(own, 60)
    shown = made.header("it was sent, but nothing shows that it arrived; " * 9)

    assert len(shown) == len(made.header()) == 2
    assert shown[1].endswith("…")
    assert max(map(width, shown)) <= made.layout.list_columns


@pytest.mark.parametrize("columns", [0, 1, 4, 5, 9])
def test_a_terminal_without_room(own: Settings, columns: int) -> None:
    """A pane may be squeezed to nothing. Bug shown: it took all memory."""
    assert opened(own, columns).header("a message")


def test_the_next_row_that_needs_the_user(own: Settings) -> None:
    """Those below, then those from the top; without that row itself; none where nobody needs anything."""
    made = opened(own, 100)
    made._listed = [(session(key, key in "be"), "") for key in "abcde"]
    found = [made.next_rows(row) for row in ("", "a", "b", "e", "x")]
    made._listed = [(session(key, key == "b"), "") for key in "abc"]

    assert found == [["b", "e"], ["b", "e"], ["e"], ["b"], ["b", "e"]]
    assert [made.next_rows(row) for row in ("b", "c")] == [[], ["b"]]
    made._listed = [(session(key, key == "c")._replace(pinned=key == "a"), "") for key in "abc"]
    assert made.next_rows("") == ["c"]  # who is pinned may need nobody


def session(key: str, needs_you: bool) -> Session:
    """A session that needs the user or does not, as far as the list cares."""
    return Session(key, f"id-{key}", 1, "done", 0.0, "", "", needs_you=needs_you)


def test_pages_of_a_small_preview(own: Settings, claude: Path, live: Live) -> None:
    """As a terminal of 80 x 24 has it: 7 lines, and each page shows some of its own. A large one shows who it is in full.

    Bug shown: four pages showed the same lines, none of them of the page.
    """
    pid, now = live.start("claude"), time.time()
    write_registry(claude, registry_entry(pid, procStart=started(pid), status="idle", tmux=None, startedAt=int((now - 600) * 1000)))
    write_transcript(claude, [typed("go on with it", now - 90), called("Bash", {"command": "make"}, now - 80), resulted("", now - 70), said("It is built.", now - 60)])
    made = opened(own._replace(no_color=True), 80)
    made.rows(False)
    small, large = ({name: made.page(made.sessions[0].key, name, 80, lines) for name in PAGES if name != "screen"} for lines in (7, 24))

    assert {page[1] for page in small.values()} == {page[1] for page in large.values()}
    assert len({page[2] for page in small.values()}) == len(small)  # each begins with a line of its own
    assert all(page[2:] == large[name][large[name].index("") + 1 :] for name, page in small.items())
    assert all(len(page[: page.index("")]) >= 4 for page in large.values())


def test_an_empty_list_greets_with_what_waiting_has_cost(own: Settings, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it is known, and only where nothing waits and there is room for it."""
    monkeypatch.setattr(days, "span", lambda _, now: [("today", now - 3600)])  # midnight may have been a moment ago
    asked = called("AskUserQuestion", {}, time.time() - 60)
    write_transcript(home / ".claude", [typed("hi", time.time() - 90), asked, resulted("", time.time() - 20)])
    made = opened(own._replace(no_color=True), 150)
    made.rows(False)
    made.sessions = [session("a", False)]
    until(lambda: made.header()[0] == "all clear · today 1 answer, median 40s, 40s lost waiting")
    made.resized(40, 40, False)
    narrow = made.header()[0]
    made.resized(150, 40, False)
    made.sessions = [session("a", True)]

    assert narrow == "all clear"
    assert "today" not in made.header()[0]


def test_the_header_says_what_was_lost(own: Settings, home: Path) -> None:
    """Whatever else is listed: as soon as it is known, and where a session waits, too.

    Bug shown: one old row in the list hid that all others were lost.
    """
    write_transcript(home / ".claude", [{**typed("hi"), "cwd": str(home)}, said("yes")], cwd=str(home))
    write_registry(home / ".claude", registry_entry(4_000_000, cwd=str(home)))
    made = opened(own._replace(no_color=True), 150)
    made.rows(False)
    until(lambda: made.header()[0] == "1 lost: cst restore")
    made.sessions = [session("a", True)]

    until(lambda: made.header()[0].startswith("1 needs you · done ") and made.header()[0].endswith(" · 1 lost: cst restore"))


def test_hidden_is_hidden(own: Settings, home: Path) -> None:
    """One that was killed a moment ago is in the list from the first; after ctrl-a twice it is not.

    Bug shown: "ended and archived sessions are hidden", with that row below.
    """
    write_registry(home / ".claude", registry_entry(4_000_000, cwd=str(home), statusUpdatedAt=int(time.time() * 1000)))
    made = opened(own, 100)
    shown = []
    for key in (str, made.toggle_ended, made.toggle_ended, made.toggle_ended):
        key()
        made.rows(True)
        shown.append(len(made._listed))

    assert shown == [1, 1, 0, 1]
