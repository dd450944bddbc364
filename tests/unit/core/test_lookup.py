"""Which session a word names, and which one `next` goes to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cst.core import attention, lookup
from cst.core.naming import in_row, where
from cst.demo.extras import ROLES
from cst.model import Client, CstError, Place, Session
from cst.text import cut
from tests.testing import ROOT

SOCKET = "/tmp/tmux-0/default"
A = "a8f6c966-1e95-4a70-afb9-329925a921c6"
B = "a8b00000-0000-4000-8000-000000000002"


def _place(pane: str, socket: str = SOCKET, location: str = "work:1.0") -> Place:
    return Place(socket, "work", "1", pane, location, f"=$1:@1.{pane}")


def _session(key: str = "41.100", session_id: str = A, **more: Any) -> Session:
    values: dict[str, Any] = {"state": "done", "since": 1000.0, "because": "", "rule": "finished"}
    values["pid"] = int(key.split(".")[0])
    return Session(key=key, id=session_id, **{**values, **more})


API = _session("41.100", A, name="api", place=_place("%7"), cwd="/home/u/api")
WEB = _session("42.200", B, title="Green tests", place=_place("%8", location="work:2.0"), cwd="/home/u/web")
OVER = _session("43.300", "c1000000-0000-4000-8000-000000000003", cwd="/home/u/gone")._replace(
    key="c1000000-0000-4000-8000-000000000003", pid=None, state="ended"
)
FLEET = [API, WEB, OVER]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("41.100", API), ("41", API), (A, API), ("%7", API), ("work:2.0", WEB), ("api", API), ("Green tests", WEB),
        ("gone", OVER), ("c1", OVER), ("a8f", API), ("42.200", WEB), (OVER.key, OVER),
    ],
)  # fmt: skip
def test_find(word: str, expected: Session) -> None:
    """Key, pid, id, pane, location, name, title, folder and the beginning of an id each name a session."""
    assert expected == lookup.find(FLEET, word)


def test_a_worktree_is_found_by_its_name() -> None:
    """The row calls it by its repository; the word behind `--worktree` means it all the same."""
    tree = _session("44.400", B, cwd="/home/u/api/.claude/worktrees/feature-x", title="Parser")

    assert lookup.find([API, tree], "feature-x") == tree


def _demo() -> list[Session]:
    """The sessions of `cst demo`, as far as words name them."""
    return [
        _session(f"{100 + i}.1", f"{i:08x}-0000-4000-8000-000000000000", name=role.name, title=role.title,
                 cwd=f"/home/u/code/{role.project}", place=_place(f"%{i}", location=f"{role.room}:{i}.0"))
        for i, role in enumerate(ROLES)
    ]  # fmt: skip


def test_the_commands_of_the_readme_name_sessions_of_the_demo() -> None:
    """Who has just called `cst demo` tries them there."""
    words = re.findall(r"^cst (?:answer|send|snooze|pin|wait) (\w+)", (ROOT / "README.md").read_text("utf-8"), re.M)

    assert len(words) > 4
    assert all(lookup.find(_demo(), word, whole=True) for word in words)


@pytest.mark.parametrize("session", _demo(), ids=lambda session: session.name or session.title or session.key)
def test_a_row_of_the_demo_names_its_session(session: Session) -> None:
    """Whole, and as a table of 30 columns cuts it."""
    row = in_row(session)

    assert lookup.find(_demo(), row, whole=True) == session
    assert lookup.find(_demo(), cut(row, 30)) == session


RELEASE = _session("44.400", "d1000000-0000-4000-8000-000000000004", name="release", cwd="/srv/shop")
ORDERS = _session("45.500", "e1000000-0000-4000-8000-000000000005", title="Orders page: 4 queries", cwd="/srv/api-queries")


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("word", ["shop", "release (shop)", "api-queries", "api-queries: Orders page: 4 queries"])
def test_what_a_row_shows_names_its_session(word: str, whole: bool) -> None:
    """A project names the only live session in it, and so does what its row shows.

    Bug shown: in `cst demo` neither `api`, as the README has it, nor any word of the SESSION column was a name.
    """
    expected = RELEASE if "shop" in word else ORDERS

    assert lookup.find([*FLEET, RELEASE, ORDERS], word, whole=whole) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("sho", RELEASE), ("api-q", ORDERS), ("API-Q", ORDERS), ("api-queries: Orders…", ORDERS), ("Orders page…", ORDERS),
        ("release (sh…", RELEASE), ("★ release (shop)", RELEASE),
    ],
)  # fmt: skip
def test_the_beginning_of_a_row_is_enough(word: str, expected: Session) -> None:
    """As the table cuts it; not where what is done cannot be undone."""
    assert lookup.find([*FLEET, RELEASE, ORDERS], word) == expected
    with pytest.raises(CstError, match=r"'.*' is only the beginning of .*; write it whole"):
        lookup.find([*FLEET, RELEASE, ORDERS], word, whole=True)
    with pytest.raises(CstError, match="no session is called 'zzz'; "):
        lookup.find([*FLEET, RELEASE, ORDERS], "zzz", whole=True)


@pytest.mark.parametrize("whole", [False, True])
def test_a_project_of_several_is_no_name(whole: bool) -> None:
    """Which there are is said; one that has ended is none of them."""
    other = _session("46.600", "f1000000-0000-4000-8000-000000000006", name="hotfix", cwd="/home/u/shop")
    fleet = [*FLEET, RELEASE, other]
    with pytest.raises(CstError) as caught:
        lookup.find(fleet, "shop", whole=whole)

    assert str(caught.value) == (
        "no session is called 'shop'; in that project: release @ d1000000 done, hotfix @ f1000000 done; "
        "name one by its place, id or key, such as d1000000"
    )
    assert lookup.find([*FLEET, RELEASE, other._replace(pid=None, state="ended")], "shop", whole=whole) == RELEASE


def test_a_beginning_of_several_projects_lists_them() -> None:
    """With their places."""
    other = _session("46.600", B, name="hotfix", cwd="/srv/shopping")
    with pytest.raises(CstError, match=r"'sho' is ambiguous: release @ d1000000 done, hotfix @ a8b00000 done"):
        lookup.find([API, RELEASE, other], "sho")


def test_a_project_that_begins_another_name_ends_nobody() -> None:
    """Who types `shop` may mean shop-2: the verbs that act without return ask for the place."""
    other = _session("46.600", B, name="shop-2", cwd="/srv/x")
    with pytest.raises(CstError, match="no session is called 'shop'; in that project: release @"):
        lookup.find([API, RELEASE, other], "shop", whole=True)


def test_a_name_beats_a_project() -> None:
    """The session of that name is meant, whatever folder others are in."""
    other = _session("46.600", B, name="hotfix", cwd="/srv/api")

    assert lookup.find([other, API], "api", whole=True) == API


def test_a_row_that_another_calls_itself_is_ambiguous() -> None:
    """A session may give itself the name that another one's row shows: nobody is ended for it."""
    for row, forged in (("release (shop)", {"name": "release (shop)"}), ("release (shop)", {"title": "release (shop)"})):
        with pytest.raises(CstError, match="is ambiguous"):
            lookup.find([RELEASE, _session("46.600", B, **forged)], row, whole=True)


@pytest.mark.parametrize("word", ["47", "47.1", "%4", "work:9.0"])
def test_no_folder_takes_the_place_of_what_has_gone(word: str) -> None:
    """A folder may be called like a pid, a key, a pane or a place: it names none of those."""
    with pytest.raises(CstError, match="no session is called"):
        lookup.find([API, _session("46.600", B, name="x", cwd=f"/srv/{word}")], word, whole=True)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("queries", "api-queries: Orders page: 4 queries"), ("tests", "web: Green tests"), ("ordres page: 4 querie", "api-queries: Orders page: 4 queries"),
     ("sho", "shop"), ("relase", "release")],
)
def test_did_you_mean_a_part(word: str, meant: str) -> None:
    """A part of a name, title or project, or something like it; no session twice, by its name and its project."""
    with pytest.raises(CstError) as caught:
        lookup.find([API, WEB, RELEASE, ORDERS], word, whole=True)

    none = f"no session is called {word!r}; did you mean {meant}?"
    assert str(caught.value) == (f"'sho' is only the beginning of {meant}; write it whole" if word == "sho" else none)


def test_exact_beats_beginning() -> None:
    """A pid that is the beginning of another key names the session with that pid."""
    other = _session("4.100", B)

    assert other == lookup.find([API, other], "4")


@pytest.mark.parametrize("word", ["4", "42.2", "47", "00"])
def test_no_number_is_a_beginning(word: str) -> None:
    """A pid that is gone, or mistyped, names no other session: what follows may be a signal."""
    other = _session("4711.100", "471100aa-0000-4000-8000-000000000001")
    with pytest.raises(CstError, match="no session is called"):
        lookup.find([API, WEB, other], word)


def test_a_pane_is_one_of_our_server() -> None:
    """%7 exists on every server: what is meant is the one where the key was pressed."""
    assert API.place
    there = _session("50.100", B, place=API.place._replace(socket="/tmp/other"))

    assert lookup.find([there, API], "%7", "/tmp/other") == there
    assert lookup.find([there, API], "%7", API.place.socket) == API
    with pytest.raises(CstError, match="no session is called"):
        lookup.find([there, API], "%7", "/tmp/third")


@pytest.mark.parametrize("whole", [False, True])
def test_the_window_of_the_only_pane_is_a_place(whole: bool) -> None:
    """As `cst new` and `cst resume` print it. Bug shown: `cst answer sh:4` was only the beginning of sh:4.0. Beside other
    panes it is that: the session that was meant may have ended a moment ago."""
    alone = _session("50.100", B, name="x", place=_place("%4", location="sh:4.0")._replace(alone=True))
    split = _session("51.100", A, name="y", place=_place("%5", location="sh:40.0"))

    assert lookup.find([split, alone], "sh:4", whole=whole) == alone
    for word in ("sh:40", "sh"):
        with pytest.raises(CstError, match=r"is only the beginning of|is ambiguous"):
            lookup.find([split, alone], word, whole=True)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("session", "name"),
    [({"kind": "headless"}, "work:2.0"), ({}, "a-tmux-session-with-a-name-of-over-forty-characters:2.0"), ({}, "two  blanks:2.0")],
)
def test_each_place_that_is_shown_names_its_session(session: dict[str, str], name: str, whole: bool) -> None:
    """Also of one that is behind another program, and of a long name. Bug shown: `cst ls` and messages had places that no
    verb took, and a long one was cut without a word."""
    for front in (True, False):
        one = _session("50.100", B, name="x", place=_place("%4", location=name)._replace(front=front), **session)

        assert lookup.find([API, one], where(one), whole=whole) == one


def test_who_is_in_front_has_the_place() -> None:
    """Before one that is stopped in the same pane."""
    front, behind = (_session(f"5{n}.1", B, name="x", place=_place("%4")._replace(front=n == 1)) for n in (1, 2))

    assert lookup.find([behind, front], "work:1.0", whole=True) == front


def test_pid_beats_name() -> None:
    """A session that calls itself by another's pid does not catch what is meant for that one."""
    impostor = _session("77.1", B, name="41")

    assert lookup.find([impostor, API], "41") == API


def test_ambiguous_lists_the_candidates() -> None:
    """Of an ambiguous word the candidates are listed by name, place and state."""
    with pytest.raises(CstError) as caught:
        lookup.find(FLEET, "a8")

    assert str(caught.value) == (
        "'a8' is ambiguous: api @ work:1.0 done, web: Green tests @ work:2.0 done; name one by its place, such as work:1.0"
    )


def test_ambiguous_lists_five() -> None:
    """Of many candidates five are listed and the others counted."""
    with pytest.raises(CstError, match=r"twin @ 0 done, .*twin @ 4 done and 2 more; name one by its place, id or key"):
        lookup.find([_session(f"{50 + i}.1", f"{i}", name="twin") for i in range(7)], "twin")


def test_what_is_listed_names_one() -> None:
    """Each word behind an @ finds its session: a place, the beginning of an id also where that is all digits, a key.

    Bug shown: of eleven sessions called alpha, keys were listed that `cst ls` does not show, and no place.
    """
    digits = "12345678-0000-4000-8000-000000000005"
    fleet = [
        _session("50.1", "e1000000-0000-4000-8000-000000000001", name="alpha", place=_place("%1", location="p1:0.0")),
        _session("51.1", "e2000000-0000-4000-8000-000000000002", name="alpha"), _session("52.1", digits, name="alpha"),
        _session("53.1", B, name="alpha"), _session("54.1", B, name="alpha"),
    ]  # fmt: skip
    with pytest.raises(CstError) as caught:
        lookup.find(fleet, "alpha")
    handles = [part.partition(" @ ")[2].split()[0] for part in caught.value.what.partition(": ")[2].split(", ")]

    assert handles == ["p1:0.0", "e2000000", "12345678", "53.1", "54.1"]
    assert [lookup.find(fleet, handle) for handle in handles] == fleet


@pytest.mark.parametrize(
    ("word", "expected"), [("ap", API), ("AP", API), ("Green", WEB), ("work:2", WEB), ("green te", WEB)]
)
def test_a_beginning_is_enough(word: str, expected: Session) -> None:
    """Of a name, a title, a place, where it is the only one; not where what is done cannot be undone."""
    assert lookup.find(FLEET, word) == expected
    with pytest.raises(CstError, match="is only the beginning of"):
        lookup.find(FLEET, word, whole=True)


def test_a_tmux_session_names_the_only_session_in_it() -> None:
    """For who lives in tmux that is its name."""
    other = _session("44.400", "d1000000-0000-4000-8000-000000000004", place=_place("%9", location="workshop:1.0"))

    assert lookup.find([API, other], "work") == API
    with pytest.raises(CstError, match=r"'work' is ambiguous: api @ work:1\.0 done, web: Green tests @ work:2\.0 done"):
        lookup.find(FLEET, "work")


@pytest.mark.parametrize(
    ("word", "meant"), [("alhpa", "alpha or alpha-2"), ("APLHA", "alpha or alpha-2"), ("Gren tests", "web: Green tests"), ("alp", "alpha or alpha-2")]
)
def test_did_you_mean(word: str, meant: str) -> None:
    """A slip of the finger, or half a name where the whole one is wanted."""
    fleet = [WEB, _session("50.1", "1", name="alpha"), _session("51.1", "2", name="alpha"), _session("52.1", "3", name="alpha-2")]
    with pytest.raises(CstError) as caught:
        lookup.find(fleet, word, whole=True)

    none = f"no session is called {word!r}; did you mean {meant}?"
    assert str(caught.value) == (f"'alp' is only the beginning of {meant}; write it whole" if word == "alp" else none)


@pytest.mark.parametrize(
    ("word", "said"),
    [("work", "'work' is only the beginning of work:1.0 or work:2.0; write it whole"),
     ("work:2", "'work:2' is only the beginning of work:2.0; write it whole"),
     ("Green", "'Green' is only the beginning of Green tests; write it whole"),
     ("4711", "no session is called '4711'; of an id that begins with digits write at least 8 characters")],
)  # fmt: skip
def test_what_is_only_a_beginning_is_said_to_be_one(word: str, said: str) -> None:
    """Where a whole name is wanted. Bug shown: `cst send done hi` said that no session is called so, beside a tmux session of
    that name with one pane in it, and of a place it said nothing else."""
    other = _session("48.100", "471100aa-0000-4000-8000-000000000001")
    with pytest.raises(CstError) as caught:
        lookup.find([*FLEET, other], word, whole=True)

    assert str(caught.value) == said


def test_two_processes_on_one_id() -> None:
    """An id that two live processes share is ambiguous; their keys are not."""
    twins = [_session("41.100", A), _session("42.200", A)]
    with pytest.raises(CstError, match=r"ambiguous: a8f6c966 @ 41\.100 done, a8f6c966 @ 42\.200 done"):
        lookup.find(twins, A)

    assert twins[1] == lookup.find(twins, "42.200")


@pytest.mark.parametrize("word", ["nobody", "a", "None", "", "4", "%", "41.10x"])
def test_names_nobody(word: str) -> None:
    """A word that names nobody is refused: one letter of an id, no word at all, and Python's None among them."""
    with pytest.raises(CstError, match=r"names no session|no session is called"):
        lookup.find(FLEET, word)


@pytest.mark.parametrize("word", [""])
def test_an_empty_word_names_not_even_the_only_session(word: str) -> None:
    """`cst kill --yes "$unset"` must not end the one session that has no name."""
    with pytest.raises(CstError, match="an empty word names no session"):
        lookup.find([WEB], word)


def test_a_hostile_word_is_quoted_clean() -> None:
    """What is not found is repeated without its escape sequences."""
    with pytest.raises(CstError) as caught:
        lookup.find(FLEET, "\x1b[31mnobody\x07\nx")

    assert str(caught.value) == "no session is called 'nobody x'; `cst ls --all` lists them"


# ------------------------------------------------------------------------------------------------------ next


def _waits(pane: str, since: float = 1000.0, visited: float = 0.0, **more: Any) -> Session:
    values: dict[str, Any] = {"needs_you": True, "since": since, "visited": visited, "place": _place(pane)}
    return _session(f"{pane[1:]}.1", pane, **{**values, **more})


def _client(pane: str, socket: str = SOCKET) -> Client:
    return Client(socket, "/dev/pts/1", 2000.0, "$1", pane)


def _panes(sessions: list[Session]) -> list[str]:
    return [session.id for session in sessions]


def test_queue_keeps_the_urgency() -> None:
    """The unvisited are visited in the order of urgency, which is the order they come in."""
    assert _panes(attention.queue([_waits("%3"), _waits("%1"), _waits("%2")], _client("%9"))) == ["%3", "%1", "%2"]


def test_queue_puts_the_visited_last() -> None:
    """One that was visited since it began to wait comes after all others, the longest unvisited first."""
    sessions = [_waits("%1", visited=1500), _waits("%2", visited=1200), _waits("%3", visited=900), _waits("%4")]

    assert _panes(attention.queue(sessions, _client("%9"))) == ["%3", "%4", "%2", "%1"]


def test_queue_wraps_around() -> None:
    """Jumping again and again visits each in turn and begins anew."""
    sessions = [_waits("%1"), _waits("%2"), _waits("%3")]
    here, seen = "%9", []
    for now in range(2000, 2007):
        target = attention.queue(sessions, _client(here))[0]
        sessions = [s._replace(visited=float(now)) if s == target else s for s in sessions]
        here = target.id
        seen.append(here)

    assert seen == ["%1", "%2", "%3", "%1", "%2", "%3", "%1"]


def test_queue_leaves_out() -> None:
    """Where the client is, what is on another server or in no pane, and what does not need you is left out."""
    sessions = [
        _waits("%1"), _waits("%2", place=_place("%2", "/tmp/other")), _waits("%3", place=None),
        _waits("%4", needs_you=False), _waits("%5"),
    ]  # fmt: skip

    assert _panes(attention.queue(sessions, _client("%1"))) == ["%5"]


def test_the_same_pane_on_another_server_is_elsewhere() -> None:
    """A pane id means something only together with its socket."""
    assert [attention.is_here(_waits("%1"), _client("%1", s)) for s in ("/tmp/other", SOCKET)] == [False, True]


def test_queue_without_a_client() -> None:
    """Outside tmux every pane on every server is somewhere to go."""
    sessions = [_waits("%1"), _waits("%2", place=_place("%2", "/tmp/other"))]

    assert _panes(attention.queue(sessions, None)) == ["%1", "%2"]


def test_here() -> None:
    """Without a word, the session of the pane that cst runs in is meant."""
    assert lookup.here(FLEET, SOCKET, "%8") == WEB


@pytest.mark.parametrize(
    ("socket", "pane", "words"),
    [
        ("", "", "not inside tmux"),
        (SOCKET, "%9", "no Claude Code session"),
        ("/tmp/other", "%7", "no Claude Code session"),
    ],
)
def test_nobody_here(socket: str, pane: str, words: str) -> None:
    """Outside tmux, or in a pane without a session, cst says so."""
    with pytest.raises(CstError, match=words):
        lookup.here(FLEET, socket, pane)


def test_an_id_that_is_a_name_of_another() -> None:
    """A registry record may claim any id. One without the form of an id is no better than a name, and one that has
    the form beats every name. Bug shown: `cst kill api` ended the session whose record said that its id is api."""
    for forged in (_session("49.900", "api"), _session("49.900", "api")._replace(key="api", pid=None, state="ended")):
        with pytest.raises(CstError, match="'api' is ambiguous"):
            lookup.find([forged, API], "api")
    named = _session("49.900", B, name=A)

    assert lookup.find([named, API], A) == API
    assert lookup.find([_session("49.900", B, name="41"), API], "41") == API
