"""The fleet: its order, where each session lives in tmux, and who has looked at it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core import explain, fleet
from cst.model import (
    NEEDS_YOU,
    STATES,
    Client,
    Ended,
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
OTHER = "b1000000-0000-4000-8000-000000000002"
SOCKET = "/tmp/tmux-0/default"
PTS_3, PTS_9 = 34819, 34825  # terminals as the kernel counts them


def _session(state: str, since: float, pinned: bool = False, held: bool = False) -> Session:
    needs = state in NEEDS_YOU and not held
    return Session("1.1", ID, 1, state, since, "because", "rule", needs_you=needs, pinned=pinned)


_DRAWN = st.tuples(st.sampled_from(STATES), st.integers(10**9, 2 * 10**9), st.booleans(), st.booleans())
_SESSIONS = st.lists(_DRAWN, min_size=2, max_size=12).map(lambda drawn: [_session(*values) for values in drawn])


@given(_SESSIONS)
def test_pinned_first_then_those_that_need_you(sessions: list[Session]) -> None:
    """Whatever the fleet, pinned sessions that live come first, and among the others those that need you before all
    else."""
    found = sorted(sessions, key=fleet.urgency)
    ranks = [(not s.pinned or s.state == "ended", not s.needs_you) for s in found]

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


def test_a_pin_lifts_nothing_that_has_ended() -> None:
    """A pinned one that has ended stands below all that live, at the head of the ended ones; a pinned one that is
    archived stands behind those that need you. Bug shown: pinned and ended, it stood above a permission."""
    asks, idle, ended = _session("permission", 1e9), _session("idle", 1e9), _session("ended", 2e9)
    pinned, kept = _session("ended", 1e9, pinned=True), _session("idle", 1e9, pinned=True)
    archived = _session("permission", 1e9, pinned=True, held=True)._replace(archived=True)
    wanted = [kept, asks, archived, idle, pinned, ended]

    assert sorted([ended, pinned, archived, idle, asks, kept], key=fleet.urgency) == wanted


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
    assert _one([_pane("%6", 39)._replace(window_id="@9"), _pane("%7", 40)]).place == expected._replace(alone=True)


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


def test_what_was_inherited_proves_no_place() -> None:
    """A terminal window that was started from a pane has a terminal of its own: neither the hook's pane, nor that of the
    environment, nor that the pane's shell is an ancestor, puts its session there. Bug shown: it was shown in that pane,
    and marked as seen whenever somebody looked at the shell there."""
    hooks = {ID: [Event(NOW - 600, "Stop", 41, tmux=f"{SOCKET},1,0", pane="%6")]}
    environ = {"TMUX": f"{SOCKET},1,0", "TMUX_PANE": "%6"}
    process = Process(41, "100", tty=PTS_9, ancestors=(60, 50, 40), fronts=(PTS_9, -PTS_3, PTS_3), environ=environ)
    looks = [Client(SOCKET, "/dev/pts/0", NOW, "$1", "%6")]
    session = _one([_pane("%6", 40)], events=hooks, processes={41: process}, clients=looks)

    assert (session.place, session.watched, session.state) == (None, False, "done")


@pytest.mark.parametrize("fronts", [(PTS_3, 0), (0, PTS_3)])
def test_a_program_in_front_of_a_pane_passes_its_terminal_on(fronts: tuple[int, ...]) -> None:
    """A session below `script`, `ssh` or an editor has their terminal, and is in the pane that they are in front of."""
    process = Process(41, "100", tty=PTS_9, ancestors=(60, 40), fronts=fronts)
    session = _one([_pane("%6", 99, tty="/dev/pts/4"), _pane("%7", 40)], processes={41: process})

    assert session.place
    assert (session.place.pane, session.place.front) == ("%7", True)


def test_a_session_is_in_the_pane_of_its_terminal() -> None:
    """Whoever started it: a shell of the same terminal that is not in front, a process that is gone."""
    process = Process(41, "100", tty=PTS_3, ancestors=(60,), fronts=(0,))
    session = _one([_pane("%6", 60, tty="/dev/pts/4"), _pane("%7", 40)], processes={41: process})

    assert session.place
    assert session.place.pane == "%7"


def test_what_a_session_started_is_not_in_its_pane() -> None:
    """What the other one shows is its own: an interactive session in a terminal of its Bash tool is nowhere."""
    records = [Record(40, "90", OTHER, started_at=NOW - 3600, status="busy"), Record(41, "100", ID, status="idle")]
    processes = {40: Process(40, "90", tty=PTS_3), 41: Process(41, "100", tty=PTS_9, ancestors=(40,), fronts=(PTS_3,))}
    found = fleet.sessions(Snapshot(now=NOW, records=records, processes=processes, panes=[_pane("%7", 40)]))

    assert {s.pid: s.place.pane if s.place else None for s in found} == {40: "%7", 41: None}


@pytest.mark.parametrize(
    ("changes", "front"), [({}, True), ({"front": False}, False), ({"state": "T"}, False), ({"state": "t"}, False)]
)
def test_what_is_not_in_front_is_not_seen(changes: dict[str, Any], front: bool) -> None:
    """A session that is stopped, or behind the shell, keeps its pane, but nobody who looks there has seen it."""
    process = Process(41, "100", **{"tty": PTS_3, "ancestors": (40,), "fronts": (0,), **changes})
    session = _one([_pane()], processes={41: process}, clients=[Client(SOCKET, "/dev/pts/0", NOW, "$1", "%7")])

    assert session.place
    assert (session.place.pane, session.place.front, session.watched) == ("%7", front, front)


def _job(**more: Any) -> dict[str, Any]:
    """A background session whose daemon is a child of the claude in pane %7."""
    record = Record(41, "100", ID, kind="bg", job="2a3f05e6", name="beta", started_at=NOW - 60, status="idle", status_at=NOW - 9)
    process = Process(41, "100", tty=PTS_9, ancestors=(50, 40), fronts=(0, PTS_3))
    return {"records": [record], "processes": {41: process, 40: Process(40, "90", tty=PTS_3)}, **more}


@pytest.mark.parametrize(("shows", "pane"), [("2a3f05e6", "%8"), ("beta", "%8"), ("2a3f", "%8"), ("alpha", None), ("", None)])
def test_a_background_session_is_where_it_is_attached(shows: str, pane: str | None) -> None:
    """`claude attach` shows it by id or name; the pane whose claude started the daemon shows another thing."""
    panes = [_pane("%7", 40), _pane("%8", 70, tty="/dev/pts/4")]
    session = _one(panes, **_job(attached={str(34820): shows}))

    assert pane == (session.place.pane if session.place else None)


@pytest.mark.parametrize(("title", "pane"), [("beta", "%7"), ("1 awaiting input · claude agents", None)])
def test_a_background_session_is_in_the_pane_that_is_called_after_it(title: str, pane: str | None) -> None:
    """A claude whose own conversation was moved to the background shows the list, or the job that the pane's title names."""
    given = _job()
    parked = Record(40, "90", OTHER, started_at=NOW - 3600, status="idle", parked="00000000")
    found = _one([_pane("%7", 40, title=title)], records=[parked, *given["records"]], processes=given["processes"])

    assert (pane, "41.100") == (found.place.pane if found.place else None, found.key)


def test_a_moved_session_keeps_its_marks() -> None:
    """What was pinned, named or tagged before ← still is: it is the same session under another id."""
    given = _job()
    parked = Record(40, "90", OTHER, started_at=NOW - 3600, status="idle", parked="2a3f05e6")
    marks = [Mark(NOW - 500, "pin", "40.90", value="on"), Mark(NOW - 400, "name", OTHER, value="mine")]
    session = _one([], records=[parked, *given["records"]], processes=given["processes"], marks=marks)

    assert (session.id, session.pinned, session.name) == (ID, True, "mine")


@pytest.mark.parametrize(("kind", "entrypoint", "told", "needs"), [
    ("interactive", "cli", "interactive", True), ("interactive", "", "interactive", True), ("bg", "cli", "background", True),
    ("interactive", "sdk-cli", "headless", False), ("interactive", "sdk-ts", "sdk", False), ("interactive", "sdk-py", "sdk", False),
    ("interactive", "claude-vscode", "editor", False), ("interactive", "claude-desktop", "desktop", False),
    ("interactive", "claude-desktop-3p", "desktop", False), ("interactive", "local-agent", "desktop", False),
    ("interactive", "remote", "remote", False), ("interactive", "claude-of-tomorrow", "of-tomorrow", False),
    ("interactive", "x" * 40, "other", False), ("interactive", "a b\n", "other", False),
])  # fmt: skip
def test_who_drives_a_session(kind: str, entrypoint: str, told: str, needs: bool) -> None:
    """Only a session of a person at a terminal waits for a person; an ended one is still what it was."""
    session = _one([], records=[Record(41, "100", ID, kind=kind, entrypoint=entrypoint, started_at=NOW - 3600, status="idle")])
    over = Transcript("/t", mtime=NOW - 5, entrypoint=entrypoint, session_kind="bg" if kind == "bg" else "")
    [ended] = fleet.sessions(Snapshot(now=NOW, ended=[Ended(ID, over, "/c")]))

    assert (told, needs, told) == (session.kind, session.needs_you, ended.kind)


def test_two_records_of_one_session_are_no_twins_if_one_is_elsewhere() -> None:
    """Bug shown: `why` said that two live processes share a session, of which one was of a container's pid 1."""
    records = [Record(1, "500", ID, elsewhere=True, status="idle"), Record(41, "100", ID, status="idle", started_at=NOW - 60)]
    snapshot = Snapshot(now=NOW, records=records, processes={1: Process(1, "0"), 41: Process(41, "100")})

    assert [fleet.facts_of(snapshot, record).shared for record in records] == [False, False]


def test_two_processes_on_one_session_have_an_account_each() -> None:
    """What the transcript says is that of the one that ended last: of a session that two live processes share it is not
    told."""
    records = [Record(pid, str(pid), ID, status="idle", started_at=NOW - 60) for pid in (41, 42)]
    look = Snapshot(now=NOW, records=records, processes={pid: Process(pid, str(pid)) for pid in (41, 42)},
                    transcripts={ID: Transcript("/t", 9, last="finished", last_at=NOW - 9, cost=0.5)})  # fmt: skip
    alone = look._replace(processes={41: Process(41, "41")}, records=records[:1])

    assert [s.cost for s in fleet.sessions(look)] == [None, None]
    assert [s.cost for s in fleet.sessions(alone)] == [0.5]


def test_a_snooze_is_for_one_of_two_processes_on_one_session() -> None:
    """It is also under the session id, which both have: the other one may need its user."""
    records = [Record(pid, str(pid), ID, status="idle", started_at=NOW - 60) for pid in (41, 42)]
    marks = [Mark(NOW - 5, "snooze", key, value=str(int(NOW + 600))) for key in ("41.41", ID)]
    look = Snapshot(now=NOW, records=records, processes={pid: Process(pid, str(pid)) for pid in (41, 42)}, marks=marks)

    assert {s.pid: s.snoozed for s in fleet.sessions(look)} == {41: True, 42: False}


@pytest.mark.parametrize(("status", "until", "uncached", "cold"), [
    ("idle", NOW - 1, None, 5000), ("idle", NOW - 1, 900, 900), ("idle", NOW + 1, None, None), ("idle", 0.0, None, None),
    ("busy", NOW - 1, None, None),
])  # fmt: skip
def test_a_session_is_cold_where_that_is_proven(status: str, until: float, uncached: int | None, cold: int | None) -> None:
    """Not while a request may be under way, and not where nothing says for how long the cache holds."""
    tail = Transcript("/t", 9, last="finished", last_at=NOW - 9, tokens=5000, cached_until=until, uncached=uncached)
    look = Snapshot(now=NOW, records=[Record(41, "41", ID, status=status)], processes={41: Process(41, "41")}, transcripts={ID: tail})

    assert fleet.sessions(look)[0].cold == cold


def test_a_checkout_that_two_sessions_work_in() -> None:
    """Both say so, and `why` which the other is; one that has ended shares nothing."""
    records = [
        Record(pid, str(pid), session_id, cwd=cwd, name=f"n{pid}", status="idle", status_at=NOW - 60, written_at=NOW - 60)
        for pid, session_id, cwd in ((41, ID, "/x"), (42, OTHER, "/x/src"), (43, OTHER[:-1] + "3", "/y"), (44, OTHER[:-1] + "4", "/x"))
    ]  # fmt: skip
    look = Snapshot(now=NOW, records=records, processes={pid: Process(pid, str(pid)) for pid in (41, 42, 43)},
                    shared={"/x": "/x", "/x/src": "/x"})  # fmt: skip
    found = {session.key: session for session in fleet.sessions(look)}

    assert {key: session.shared for key, session in found.items()} == {"41.41": "/x", "42.42": "/x", "43.43": "", OTHER[:-1] + "4": ""}
    said = [one.words for one in explain.explain(look, found["41.41"]).sources if one.source == "git"]
    assert said == ["its checkout /x is shared with n42 (pid 42)"]
    assert not [one for one in explain.explain(look, found["43.43"]).sources if one.source == "git"]


@pytest.mark.parametrize(("title", "tty", "state"), [
    ("Claude Code", 3, "unknown"), ("vm", 3, "dialog"), ("Claude Code", 4, "dialog"), ("", 3, "dialog"),
])  # fmt: skip
def test_a_client_that_has_titled_its_pane_is_past_the_dialogs_at_its_start(title: str, tty: int, state: str) -> None:
    """A session that was never prompted, and whose record was swept away. Bug shown: a dialog at its start, for ever."""
    key = Record(41, "100", started_at=NOW - 60, kind="interactive", key_file=True)
    process = Process(41, "100", "S", "claude", tty=34819, ancestors=(40, 30), fronts=(34819, 0))
    pane = _pane(title=title, tty=f"/dev/pts/{tty}")
    session = _one([pane], records=[key], processes={41: process}, events={})

    assert (session.state, session.needs_you) == (state, state == "dialog")
    assert ("its registry record is gone" in session.because) == (state == "unknown")


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


@pytest.mark.parametrize(("active", "watched"), [(-540, False), (-30, True)])
def test_watched_since_it_was_restored(active: float, watched: bool) -> None:
    """Its answer is of an hour ago, and came with the pane a minute ago: who was active before has not seen it."""
    record = Record(41, "100", ID, started_at=NOW - 53, status="idle", status_at=NOW - 52)
    tail = Transcript(path="", last="finished", last_at=NOW - 3600, mtime=NOW - 3600, last_words="All done.")
    [session] = fleet.sessions(
        Snapshot(
            now=NOW,
            records=[record],
            processes={41: Process(41, "100", started_at=NOW - 53, tty=PTS_3, front=True)},
            transcripts={ID: tail},
            marks=[Mark(NOW - 55, "restored", ID, value="unseen")],
            panes=[_pane(tty="/dev/pts/3", pid=41)],
            clients=[Client(SOCKET, "/dev/pts/0", NOW + active, "$1", "%7")],
        )
    )

    assert (session.state, session.watched) == ("done", watched)


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
        *(named([], name="nightly-2", name_by=source) for source in ("collision", "hook", "peer", "auto", "", "new")),
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


def test_a_folder_with_a_weight_comes_first() -> None:
    """Where it needs the user, before a more urgent state; among what needs nobody only before its own state."""
    looks = [("/x/hotfix-1", "idle", "1"), ("/x/api", "waiting", "2"), ("/x/hotfix-2", "waiting", "3"), ("/x/web", "busy", "4"),
             ("/x/hotfix-3", "busy", "5")]  # fmt: skip
    records = [
        Record(int(pid), pid, f"id-{pid}", folder, started_at=NOW - 3600, status=status, status_at=NOW - 100 + int(pid),
               waiting_for="" if status != "waiting" else "input needed" if pid == "3" else "permission prompt")
        for folder, status, pid in looks
    ]  # fmt: skip
    look = Snapshot(now=NOW, records=records, processes={r.pid: Process(r.pid, r.start) for r in records})
    plain, weighed = fleet.sessions(look), fleet.sessions(look._replace(weights={"*/hotfix-*": 10, "*": 0}))

    assert [s.pid for s in plain] == [2, 3, 1, 4, 5]
    assert [s.pid for s in weighed] == [3, 2, 1, 5, 4]
