"""The fleet: its order, where each session lives in tmux, and who has looked at it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cst.core import explain, fleet
from cst.model import (
    NEEDS_YOU,
    STATES,
    Client,
    Event,
    Mark,
    Pane,
    Place,
    Process,
    Record,
    Session,
    Snapshot,
    Transcript,
)

NOW = 1_795_200_000.0
ID = "a8f6c966-1e95-4a70-afb9-329925a921c6"
SOCKET = "/tmp/tmux-0/default"


def _session(state: str, since: float, pinned: bool = False, held: bool = False) -> Session:
    needs = state in NEEDS_YOU and not held
    return Session("1.1", ID, 1, state, since, "because", "rule", needs_you=needs, pinned=pinned)


_DRAWN = st.tuples(st.sampled_from(STATES), st.integers(10**9, 2 * 10**9), st.booleans(), st.booleans())
_SESSIONS = st.lists(_DRAWN, min_size=2, max_size=12).map(lambda drawn: [_session(*values) for values in drawn])


@given(_SESSIONS)
def test_pinned_first_then_those_that_need_you(sessions: list[Session]) -> None:
    """Whatever the fleet, pinned sessions come first, and among the others those that need you before all else."""
    found = sorted(sessions, key=fleet.urgency)
    ranks = [(not s.pinned, not s.needs_you) for s in found]

    assert sorted(ranks) == ranks


@given(_SESSIONS)
def test_longest_wait_first(sessions: list[Session]) -> None:
    """Among sessions in one state the longest wait comes first; among ended ones the latest end."""
    found = [s for s in sorted(sessions, key=fleet.urgency) if not s.pinned]
    waits = {state: [s.since for s in found if s.state == state and s.needs_you] for state in STATES}
    ends = [-s.since for s in found if s.state == "ended"]

    assert {state: sorted(times) for state, times in waits.items()} == waits
    assert sorted(ends) == ends


@given(_SESSIONS)
def test_state_order(sessions: list[Session]) -> None:
    """Those that need you are ordered as the states are."""
    found = [STATES.index(s.state) for s in sorted(sessions, key=fleet.urgency) if s.needs_you and not s.pinned]

    assert sorted(found) == found


def test_snoozed_among_the_unknown() -> None:
    """A snoozed permission stands after everything that needs you and before what is interrupted."""
    snoozed, done = _session("permission", 1e9, held=True), _session("done", 1.5e9)
    interrupted = _session("interrupted", 1e9)

    assert [done, snoozed, interrupted] == sorted([interrupted, snoozed, done], key=fleet.urgency)


# ---------------------------------------------------------------------------------------------------- places


def _pane(pane: str = "%7", pid: int = 40, **more: Any) -> Pane:
    values: dict[str, Any] = {
        "socket": SOCKET, "id": pane, "pid": pid, "tty": "/dev/pts/3", "session_id": "$1", "window_id": "@2",
        "window_index": "2", "pane_index": "1", "shown": True, "attached": True, "command": "claude",
        "session": "work",
    }  # fmt: skip
    return Pane(**{**values, **more})


def _one(panes: list[Pane], since: float = -600.0, **more: Any) -> Session:
    """The only session of a fleet that has been done since `since`, with pid 41 in the shell 40."""
    values: dict[str, Any] = {
        "records": [Record(41, "100", ID, started_at=NOW - 3600, status="idle", status_at=NOW + since)],
        "processes": {41: Process(41, "100", "S", "claude", tty=34819, ancestors=(40, 30))},
        "events": {ID: [Event(NOW + since, "Stop", 41)]},
        "panes": panes,
    }
    [session] = fleet.sessions(Snapshot(now=NOW, **{**values, **more}))
    return session


def test_pane_by_ancestors() -> None:
    """A session lives in the pane whose process is among its ancestors."""
    expected = Place(SOCKET, "work", "2", "%7", "work:2.1", "=$1:@2.%7")

    assert expected == _one([_pane("%6", 39), _pane("%7", 40), _pane("%8", 42)]).place


def test_pane_process_itself() -> None:
    """A pane that was opened with claude as its command is the session's own process."""
    session = _one([_pane("%9", 41)])

    assert session.place is not None
    assert session.place.pane == "%9"


def test_not_in_tmux() -> None:
    """Without a pane among its ancestors a session has no place and nobody watches it."""
    session = _one([_pane("%6", 39)], clients=[Client(SOCKET, "/dev/pts/0", NOW, "$1", "%6")])

    assert (session.place, session.watched) == (None, False)


def test_linked_window_picks_the_attached_session() -> None:
    """Of a window linked into two tmux sessions the one that somebody is attached to is meant."""
    panes = [_pane(attached=False), _pane(session_id="$2", session="other", window_index="5")]
    session = _one(panes)

    assert session.place is not None
    assert (session.place.location, session.place.target) == ("other:5.1", "=$2:@2.%7")


def test_linked_window_picks_the_shown_one() -> None:
    """Of a window linked into two attached tmux sessions the one that shows it is meant."""
    panes = [_pane(shown=False), _pane(session_id="$2", session="other")]
    session = _one(panes)

    assert session.place is not None
    assert session.place.target == "=$2:@2.%7"


def test_moved_pane() -> None:
    """A pane that was moved to another window is where tmux says it is now, whatever the hooks said."""
    hooks = {ID: [Event(NOW - 600, "Stop", 41, tmux=f"{SOCKET},1,0", pane="%7")]}
    session = _one([_pane("%7", 40, window_id="@9", window_index="9", session="elsewhere")], events=hooks)

    assert session.place is not None
    assert session.place.location == "elsewhere:9.1"


def test_hook_is_not_believed_while_the_tree_tells() -> None:
    """The hook's pane counts for nothing where the process tree leads to a pane."""
    hooks = {ID: [Event(NOW - 600, "Stop", 41, tmux=f"{SOCKET},1,0", pane="%6")]}
    session = _one([_pane("%6", 39), _pane("%7", 40)], events=hooks)

    assert session.place is not None
    assert session.place.pane == "%7"


def test_hook_is_believed_once_the_process_left_the_tree() -> None:
    """The hook's pane on the hook's socket counts where no pane is an ancestor."""
    hooks = {ID: [Event(NOW - 600, "Stop", 41, tmux=f"{SOCKET},1,0", pane="%6")]}
    session = _one([_pane("%6", 39, socket="/tmp/other"), _pane("%6", 39, session="right")], events=hooks)

    assert session.place is not None
    assert session.place.location == "right:2.1"


def test_environment_is_believed_last() -> None:
    """The process's own TMUX and TMUX_PANE count where neither tree nor hooks tell."""
    environ = {"TMUX": f"{SOCKET},1,0", "TMUX_PANE": "%6"}
    process = Process(41, "100", "S", "claude", tty=34819, ancestors=(1,), environ=environ)
    session = _one([_pane("%6", 39)], processes={41: process})

    assert session.place is not None
    assert session.place.pane == "%6"


def test_no_terminal_no_pane() -> None:
    """A process without a terminal is in no pane, though its hooks inherited one."""
    hooks = {ID: [Event(NOW - 600, "Stop", 41, tmux=f"{SOCKET},1,0", pane="%6")]}
    process = Process(41, "100", "S", "claude", tty=0, ancestors=(1,))
    session = _one([_pane("%6", 39)], events=hooks, processes={41: process})

    assert None is session.place


# --------------------------------------------------------------------------------------------------- watched


def _watched(activity: float, **more: Any) -> bool:
    client = {"socket": SOCKET, "name": "/dev/pts/0", "activity": NOW + activity, "session_id": "$1", "pane": "%7"}
    pane = {name: more.pop(name) for name in ("shown",) if name in more}
    return _one([_pane(**pane)], clients=[Client(**{**client, **more})]).watched


def test_watched() -> None:
    """A session is watched if a client of its tmux session shows it and was active after it finished."""
    cases = {
        "active since": _watched(-599),
        "active at that moment": _watched(-600),
        "active before": _watched(-601),
        "another tmux session": _watched(-1, session_id="$2"),
        "another tmux server": _watched(-1, socket="/tmp/other"),
        "another window is shown": _watched(-1, shown=False),
    }

    assert [name for name, watched in cases.items() if watched] == ["active since"]


def test_watched_through_a_linked_window() -> None:
    """Somebody who watches a linked window through the other tmux session has looked."""
    panes = [_pane(shown=False), _pane(session_id="$2", session="other")]

    assert _one(panes, clients=[Client(SOCKET, "/dev/pts/0", NOW, "$2", "%7")]).watched


# --------------------------------------------------------------------------------------------------- explain


def test_mark_of_a_client_without_procstart() -> None:
    """A mark made under the key that `ls` prints is found again, for clients that write no procStart too."""
    records = [Record(41, "", ID, started_at=NOW - 3600)]
    [before] = fleet.sessions(Snapshot(now=NOW, records=records, processes={41: Process(41, "100")}))
    marks = [Mark(NOW - 5, "pin", before.key, value="on")]
    [session] = fleet.sessions(Snapshot(now=NOW, records=records, processes={41: Process(41, "100")}, marks=marks))

    assert session.pinned


def test_name_beats_title() -> None:
    """A name that a person gave, by mark or by /rename, is the name, also where the client had to make it unique; one of
    a hook or of another session is one; what the client made of folder or title is none.

    Bug shown: of two sessions that were started with `-n nightly`, one had no name.
    """
    def named(marks: list[Mark], **record: Any) -> str:
        records = [Record(41, "100", ID, started_at=NOW - 60, status="idle", **record)]
        return _one([], records=records, marks=marks).name

    found = [
        named([], name="api-f9", name_by="derived"),
        named([], name="parser", name_by="user"),
        named([Mark(NOW - 5, "name", ID, value="mine")], name="parser", name_by="user"),
    ]

    assert found == ["", "parser", "mine", "nightly-2", "nightly-2", "nightly-2", "", "", ""]


def test_explain_names_every_source() -> None:
    """`why` quotes registry, process, hooks, transcript, marks and tmux."""
    snapshot = Snapshot(
        now=NOW,
        records=[Record(41, "100", ID, started_at=NOW - 3600, status="idle", status_at=NOW - 60)],
        processes={41: Process(41, "100", "S", "claude")},
        events={ID: [Event(NOW - 60, "Stop", 41)]},
        transcripts={ID: Transcript("/t", 10, read=10, last="finished", last_at=NOW - 60)},
        marks=[Mark(NOW - 5, "seen", "41.100", by="you")],
    )
    [session] = fleet.sessions(snapshot)
    sources = [said.source for said in explain.explain(snapshot, session).sources]

    assert sources == ["registry", "process", "hooks", "transcript", "marks", "tmux"]


def test_explain_an_ended_session() -> None:
    """Of an ended session only the transcript can speak."""
    session = Session(ID, ID, None, "ended", NOW - 60, "it ended", "ended")

    [said] = explain.explain(Snapshot(now=NOW), session).sources
    assert (said.source, said.words, said.at) == ("transcript", "it ended", NOW - 60)
        *(named([], name="nightly-2", name_by=source) for source in ("collision", "hook", "peer", "auto", "", "new")),
