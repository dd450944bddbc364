"""What is found of sessions that are gone, from real files, processes and tmux."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from cst import dispatch, lost, sessions
from cst.actions import launch, places, restore
from cst.model import CstError, Mark
from cst.settings import Settings
from cst.snapshot import STATUS
from cst.store import marks
from cst.store import places as notes
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    TmuxServer,
    cst,
    event,
    registry_entry,
    said,
    started,
    typed,
    write_events,
    write_registry,
    write_transcript,
)  # fmt: skip

COST = {"type": "cost-state", "sessionId": "x", "totalCostUSD": 0.03}
GONE = 4_000_000  # no process has that pid


@pytest.fixture
def folder(home: Path) -> Path:
    """Where the session worked."""
    (home / "proj").mkdir()
    return home / "proj"


def _found(own: Settings) -> dict[str, lost.Lost]:
    """What is found, by session id; of one alone it is the same."""
    snapshot, fleet = sessions.load(own, STATUS)
    found = {one.session.id: one for one in lost.find(own, snapshot, fleet).lost}
    for session_id in (ID, OTHER_ID):
        assert lost.find_one(own, snapshot, fleet, session_id) == found.get(session_id)
    return found


def _how(own: Settings, session_id: str = ID) -> str:
    found = _found(own)
    return found[session_id].verdict.how if session_id in found else ""


def _conversation(claude: Path, cwd: Path, *more: Any, session_id: str = ID) -> Path:
    """A transcript of a prompt and its answer."""
    now = time.time()
    lines = [{**line, "cwd": str(cwd)} for line in (typed("hi", now - 40), said("yes", now - 39), *more)]
    return write_transcript(claude, lines, session_id, str(cwd))


def test_killed(own: Settings, claude: Path, folder: Path) -> None:
    """Its record is still there, and no process: it can be restored."""
    _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    [found] = _found(own).values()

    assert (found.verdict.how, found.wrong, found.session.cwd, found.end_seen) == ("lost", "", str(folder), False)


@pytest.mark.parametrize(("by", "renamed", "name"), [("user", "", "api"), ("derived", "", ""), ("user", "other", "other")])
def test_its_name(own: Settings, claude: Path, folder: Path, by: str, renamed: str, name: str) -> None:
    """As it was while it lived: what the user called it, in cst or in the client; not what the client made up."""
    _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder), name="api", nameSource=by))
    marks.append(own.marks_file, [Mark(time.time(), "name", ID, value=renamed)] if renamed else [])

    assert [found.session.name for found in _found(own).values()] == [name]


def test_without_a_word(own: Settings, claude: Path, folder: Path) -> None:
    """Only a transcript is nothing to miss: history is full of them."""
    _conversation(claude, folder)

    assert _found(own) == {}


def test_killed_before_the_first_prompt(own: Settings, claude: Path, folder: Path) -> None:
    """Its transcript says which mode it was in, and nothing else. Bug shown: it was restored, and offered again."""
    write_transcript(claude, [{"type": "permission-mode", "permissionMode": "default", "sessionId": ID}], cwd=str(folder))
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))

    assert _found(own) == {}


def test_hooks_that_tell_no_end(own: Settings, claude: Path, home: Path, folder: Path) -> None:
    """Its record was swept since: the log ends in the middle of something."""
    _conversation(claude, folder)
    now = time.time()
    state = home / ".local/state/cst"
    write_events(state, [event("UserPromptSubmit", now - 40, GONE, {"prompt": "hi", "cwd": str(folder)})])
    lost_then = _how(own)
    write_events(state, [event("UserPromptSubmit", now - 40, GONE, {"prompt": "hi", "cwd": str(folder)}),
                         event("SessionEnd", now - 30, GONE, {"reason": "prompt_input_exit"})])  # fmt: skip

    assert (lost_then, _how(own)) == ("lost", "")


def test_a_pane_that_was_closed(own: Settings, claude: Path, home: Path, folder: Path, tmux_server: TmuxServer) -> None:
    """tmux lives on: somebody did that. The same of a server that is gone may be either."""
    _conversation(claude, folder, COST)
    tmux_server.new("a")
    server = int(tmux_server.run("display-message", "-p", "#{pid}"))
    told = {}
    for name, pid in (("lives", server), ("gone", GONE)):
        line = event("SessionEnd", time.time(), GONE, {"reason": "other"}, tmux=f"{tmux_server.socket},{pid},0")
        write_events(home / ".local/state/cst", [line])
        told[name] = _how(own)

    assert told == {"lives": "", "gone": "unknown"}


def test_what_cannot_be_restored(own: Settings, claude: Path, folder: Path) -> None:
    """A folder and a transcript that are gone are told."""
    path = _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    folder.rmdir()
    without_folder = _found(own)[ID].wrong
    write_events(Path(own.state_dir), [event("UserPromptSubmit", time.time(), GONE, {"prompt": "hi", "cwd": str(folder)})])
    path.unlink()

    assert (without_folder, _found(own)[ID].wrong) == ("its folder is gone", "its transcript is gone")


@pytest.mark.parametrize("other", [{"entrypoint": "sdk-cli"}, {"sessionKind": "bg"}, {"teamName": "t"}])
def test_of_no_person(own: Settings, claude: Path, folder: Path, other: dict[str, str]) -> None:
    """`claude -p`, the background and teammates are not missed."""
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    write_transcript(claude, [{**typed("hi"), "cwd": str(folder), **other}], cwd=str(folder))

    assert _found(own) == {}


def test_one_that_runs_again(own: Settings, claude: Path, folder: Path, live: Live) -> None:
    """In another process, with the same id: it is told, not restored."""
    _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), cwd=str(folder)))

    assert (_how(own), _found(own)[ID].verdict.why) == ("running", f"it runs as process {pid}")


def test_one_that_was_dismissed(own: Settings, claude: Path, folder: Path) -> None:
    """Stays so; one that was ended with cst is not there at all."""
    _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    told = []
    for value in ("", "ended"):
        marks.append(own.marks_file, [Mark(time.time(), "dismiss", ID, value=value)])
        told.append(_how(own))

    assert told == ["dismissed", ""]


def test_the_place_that_was_noted(own: Settings, claude: Path, folder: Path, tmux_server: TmuxServer) -> None:
    """The names of the window and of the tmux session, while it lived; what was noted before stays."""
    _conversation(claude, folder)
    pane = tmux_server.new("work.x")
    tmux_server.run("rename-window", "-t", pane, "api ##1")
    pid = tmux_server.pid_of(pane)
    own = own._replace(tmux_sockets=(tmux_server.socket,))
    path = write_registry(claude, registry_entry(pid, procStart=started(pid), cwd=str(folder), tmux=f"x:@0.{pane}"))
    first = places.note(own, *sessions.load(own, STATUS)).sessions[ID]
    path.unlink()
    later = places.note(own, *sessions.load(own, STATUS)).sessions[ID]

    assert (first.session, first.window_name, first.cwd) == ("work_x", "api #1", str(folder))
    assert later == first


def test_a_record_that_a_client_will_sweep(own: Settings, claude: Path, folder: Path) -> None:
    """That it was left behind is noted; then it is still known without it."""
    _conversation(claude, folder, COST)
    os.utime(next(claude.glob("projects/*/*.jsonl")), (time.time() - 60, time.time() - 60))
    path = write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    places.note(own, *sessions.load(own, STATUS))
    path.unlink()

    assert _how(own) == "lost"


def test_what_may_start_again(own: Settings, claude: Path, folder: Path) -> None:
    """Background shells and timers, as the hooks told at the last Stop."""
    _conversation(claude, folder)
    tasks = [{"type": "shell", "status": "running"}, {"type": "shell"}, {"type": "subagent"}, "x"]
    line = event("Stop", time.time(), GONE, {"background_tasks": tasks, "session_crons": [{}]})
    write_events(Path(own.state_dir), [line])

    assert _found(own)[ID].tasks == ("2 background shells", "1 timer")


def test_several(own: Settings, claude: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first, and only what can be restored is counted. Of one that is resumed nothing else is read."""
    for pid, session_id in ((GONE, ID), (GONE + 1, OTHER_ID)):
        _conversation(claude, folder, session_id=session_id)
        write_registry(claude, registry_entry(pid, cwd=str(folder), sessionId=session_id))
    snapshot, fleet = sessions.load(own, STATUS)

    assert len(lost.restorable(own, lost.find(own, snapshot, fleet))) == 2
    tail, read = lost._tail, []
    monkeypatch.setattr(lost, "_tail", lambda settings, one, problems: read.append(one.id) or tail(settings, one, problems))
    assert lost.find_one(own, snapshot, fleet, OTHER_ID)
    assert read == [OTHER_ID]


@pytest.mark.parametrize("source", ["places", "marks", "events", "transcripts"])
def test_a_source_that_cannot_be_read(own: Settings, claude: Path, folder: Path, source: str) -> None:
    """Is told, and nothing is taken for gone, or for not dismissed, because of it.

    Bug shown: each failure was nothing, so `cst restore` said that nothing was lost, or offered what was killed.
    """
    path = _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    broken = {"places": Path(own.places_file), "marks": Path(own.marks_file), "events": Path(own.events_dir) / f"{ID}.jsonl",
              "transcripts": path}[source]  # fmt: skip
    broken.unlink(missing_ok=True)
    broken.mkdir(parents=True)  # root may read any file, but no folder as one
    found = lost.find(own, *sessions.load(own, STATUS))

    assert [name for name, _ in found.problems] == [source]
    assert str(broken) in found.problems[0][1]
    assert (found.without_marks(), len(lost.restorable(own, found))) == (source == "marks", source not in ("marks", "transcripts"))
    assert [one.wrong for one in found.lost] == ["its transcript cannot be read" if source == "transcripts" else ""]


def test_what_was_not_opened_was_not_restored(own: Settings, claude: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bug shown: of a `claude --resume` by hand a moment later it was said that cst had restored it."""
    _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    [one] = _found(own).values()
    assert one.stands

    for words, why in ((("-d", ID), "outside tmux there is no window"), ((ID,), "outside tmux this needs a terminal")):
        done = cst("resume", *words)
        assert (done.returncode, why in done.stderr) == (1, True)

    def refuse(*_: object) -> None:
        raise CstError("tmux made no window", "")

    monkeypatch.setattr(launch, "run_in", refuse)
    assert [bool(done.wrong) for done in restore.restore(own, [one])] == [True]
    assert not Path(own.marks_file).exists()


def test_parked_and_still_there(own: Settings, claude: Path, folder: Path, live: Live, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing to restore yet, and it is said which those are; what it was started with is noted for later.

    Bug shown: `cst park --all` and then `cst restore` said that none was parked.
    """
    _conversation(claude, folder)
    pid = live.start("claude", "--model", "opus", "--dangerously-skip-permissions", "do it")
    write_registry(claude, registry_entry(pid, cwd=str(folder), procStart=started(pid), tmux=None, name="api", nameSource="user"))
    snapshot, fleet = sessions.load(own, STATUS)
    note = places.note(own, snapshot, fleet, [ID]).sessions[ID]
    code = dispatch.run(["restore"], os.environ)
    told = capfd.readouterr().err
    live.stop()

    assert (code, told) == (1, "cst: parked, and still lives: api; it is offered once it has ended, "
                               "`cst park --end` ends what it parks\n")
    assert (note.arguments, note.withheld) == (("--model", "opus"), ("--dangerously-skip-permissions",))
    assert _how(own) == "parked"


def test_what_was_noted_is_judged_again(own: Settings, claude: Path, folder: Path) -> None:
    """An older cst may have noted what is not given again today; and a file may say more than it did then."""
    _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    (folder / "my.json").write_text('{"permissions":{"defaultMode":"plan"}}')
    words = (
        "--model", "opus", "--settings", "my.json", "--allowedTools=Read", "Edit and Bash away", "--dangerously-skip-permissions",
        "--tools", "a\0b",
    )  # fmt: skip
    note = notes.Note(ID, time.time(), f"{GONE}.1", str(claude), str(folder), arguments=words, withheld=("--chrome",))
    notes.write(own, notes.Notes({ID: note}), 0.0)

    kept = _found(own)[ID].note
    (folder / "my.json").write_text('{"permissions":{"defaultMode":"bypassPermissions"}}')
    changed = _found(own)[ID].note

    assert kept
    assert changed
    assert kept.arguments == ("--model", "opus", "--settings", "my.json", "--allowedTools=Read")
    assert kept.withheld == ("--chrome", "--dangerously-skip-permissions", "--tools")
    assert changed.arguments == ("--model", "opus", "--allowedTools=Read")
    assert changed.withheld == ("--chrome", "--settings", "--dangerously-skip-permissions", "--tools")


def test_a_transcript_that_goes_while_it_is_read(
    own: Settings, claude: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Its size is not known then, and that is told.

    Bug shown: nobody heard of it.
    """
    path = _conversation(claude, folder)
    write_registry(claude, registry_entry(GONE, cwd=str(folder)))
    monkeypatch.setattr("cst.claude.transcript.read", lambda path: open(f"{path}.none"))
    missed = lost.find(own, *sessions.load(own, STATUS))

    assert missed.problems == [("transcripts", f"cannot read {path}.none: No such file or directory")]
    assert [one.wrong for one in missed.lost] == [""]
