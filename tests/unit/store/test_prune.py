"""What `cst prune` takes away, and what it never does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cst.model import CstError, Mark
from cst.payload import GitState
from cst.sessions import certain_live_ids
from cst.settings import Settings
from cst.store import marks, payloads, prune, rewrite
from tests.testing import ID, OTHER_ID, Live, registry_entry, started, write_registry
from tests.unit.store.logs import DAY, log


@pytest.fixture
def gone() -> int:
    """A pid that nobody has."""
    return 2**22 - 3


def test_only_old_logs_of_sessions_that_are_over_go(own: Settings, claude: Path, live: Live, gone: int) -> None:
    """One of a live session stays, however old; one of an ended session that is young stays too."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, sessionId=ID, procStart=started(pid), tmux=None))
    of_live, old = log(own, ID, 40, gone), log(own, OTHER_ID, 31, gone)
    young = log(own, "22222222-3333-4444-8555-666666666666", 29, gone)
    other = old.parent / "notes.jsonl"
    other.write_text("mine")
    os.utime(other, (0, 0))
    size = old.stat().st_size
    freed = prune.prune(own, time.time(), certain_live_ids)

    assert (freed.logs, freed.size, freed.problems) == (1, size, ())
    assert (of_live.exists(), old.exists(), young.exists(), other.exists()) == (True, False, True, True)


def test_a_log_that_a_living_process_wrote_stays(own: Settings, claude: Path, live: Live) -> None:
    """No registry names it: a client without one, or of a folder that cst does not look at."""
    pid = live.start()
    path = log(own, ID, 0.0, pid)
    os.utime(path, (time.time() - 40 * DAY,) * 2)

    assert prune.prune(own, time.time(), certain_live_ids).logs == 0
    assert path.exists()


def test_a_session_that_comes_to_life_meanwhile_keeps_its_log(own: Settings, claude: Path, live: Live, gone: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was over when prune looked, and is resumed when its log has just lost its name."""
    path = log(own, ID, 40, gone)
    pid, alone = live.start(), rewrite._alone

    def resumed(fd: int) -> bool:
        write_registry(claude, registry_entry(pid, sessionId=ID, procStart=started(pid), tmux=None))
        return alone(fd)

    monkeypatch.setattr(rewrite, "_alone", resumed)
    freed = prune.prune(own, time.time(), certain_live_ids)

    assert (freed.logs, freed.kept, path.exists()) == (0, 1, True)


def test_where_nobody_can_tell_who_lives_nothing_goes(own: Settings, claude: Path, gone: int) -> None:
    """A registry record that cannot be read may be that of the session."""
    path = log(own, ID, 40, gone)
    (claude / "sessions").mkdir()
    (claude / "sessions" / f"{os.getpid()}.json").write_text("{")
    with pytest.raises(CstError, match="cannot tell which sessions live"):
        prune.prune(own, time.time(), certain_live_ids)

    assert path.exists()


def test_marks_are_compacted_and_private(own: Settings) -> None:
    """The newest of each kind stays, and the file is this user's alone."""
    for i in range(50):
        marks.append(own.marks_file, [Mark(time.time() - i, "seen", "1.1", by="look")])
    os.chmod(own.marks_file, 0o644)
    freed = prune.prune(own, time.time(), certain_live_ids)
    found, skipped = marks.read(own.marks_file)

    assert (len(found), skipped, freed.marks > 1000) == (1, 0, True)
    assert os.stat(own.marks_file).st_mode & 0o777 == 0o600


def test_nothing_there(own: Settings) -> None:
    """No state folder, and none is made."""
    assert prune.prune(own, time.time(), certain_live_ids) == prune.Freed(0, 0, 0)
    assert prune.survey(own, time.time(), certain_live_ids).frees == 0
    assert os.listdir(own.home) == []


@pytest.mark.parametrize("what", ["state_dir", "events_dir"])
def test_a_folder_that_is_none(own: Settings, what: str) -> None:
    """A file in the place of ours is a named problem. Bug shown: a bug was reported."""
    path = Path(getattr(own, what))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    with pytest.raises(CstError, match=r"cannot (read|prune) .*: Not a directory; fix"):
        prune.survey(own, 0.0, lambda _: set())
    with pytest.raises(CstError, match=r"cannot (read|prune) .*: Not a directory; fix"):
        prune.prune(own, 0.0, lambda _: set())


def test_marks_that_are_too_many_are_not_counted(own: Settings) -> None:
    """With a bound, the marks beyond it are not read; what is freed is then without them.

    Bug shown: `cst doctor` compacted 100 MB of marks to say how many bytes that would free, for seventeen seconds.
    """
    Path(own.marks_file).parent.mkdir(parents=True)
    Path(own.marks_file).write_bytes(b'{"v":1,"t":1,"mark":"seen","key":"1.2"}\n' * 1000)
    size = os.stat(own.marks_file).st_size
    within, beyond = (prune.survey(own, time.time(), lambda _: set(), most=most) for most in (size, size - 1))

    assert (within.marks_size, beyond.marks_size, beyond.marks_after, beyond.frees) == (size, None, None, 0)
    assert within.frees > 0


def test_what_status_lines_were_told_goes_with_their_session(own: Settings, claude: Path, live: Live) -> None:
    """The three files of one that is long over; those of a live session stay, however old."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, sessionId=ID, procStart=started(pid), tmux=None))
    for session_id in (ID, OTHER_ID):
        payloads.keep(own, {"session_id": session_id}, "/c", 1.0)
        payloads.keep_git(own, session_id, GitState(1.0, "/x", 0, False, None, None))
        payloads.keep_slow(own, {"session_id": session_id}, 1.0, 2.0)
    folder = Path(payloads.folder(own))
    for path in folder.iterdir():
        os.utime(path, (time.time() - 40 * DAY,) * 2)
    prune.prune(own, time.time(), certain_live_ids)

    assert sorted(path.name for path in folder.iterdir()) == [f"{ID}.git", f"{ID}.json", f"{ID}.slow"]


def test_what_a_cst_that_was_killed_was_writing_goes(own: Settings) -> None:
    """An hour later: what was to take the place of a file, a text on its way to a pane, doctor's trial. What only looks
    like it stays, and so does what somebody may still write.

    Bug shown: all of it stayed until `prune --all`, prompts among it."""
    state, data = Path(own.state_dir), Path(own.data_dir)
    left = [
        *(state / name for name in (
            "prompt.7", "names.7", "tags.7", "places/v1.json.7", "places/lost.7", "places/lost.said.7", "budgets/v1.json.7", "marks/v1.jsonl.7", "costs/budgets.json.7", f"statusline/v1/{ID}.json.7",
            f"statusline/v1/{ID}.git.7", f"statusline/v1/{ID}.slow.7", "hosts/v1/box.json.7", "web/8000.html.7", "registry/v1/9-8.7", "send-7-99", ".cst-doctor.7", "answering.7",
        )), data / "hook.sh.7", data / "receipts/a.json.7",
    ]  # fmt: skip
    kept = [state / name for name in ("notes.7", "prompt.md", "names.7x", "web/8000.html", "statusline/notes.json.7", "send-me", "send-7-x", "registry/v1/9-8")]
    for path in (*left, *kept):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        os.utime(path, (time.time() - 3700,) * 2)
    young = state / "prompt.8"
    young.write_text("x")
    planned = prune.survey(own, time.time(), lambda _: set())
    freed = prune.prune(own, time.time(), lambda _: set())

    assert sorted(log.path for log in planned.told) == sorted(map(str, left))
    assert (freed.told, freed.problems) == (len(left), ())
    assert [path for path in left if path.exists()] == []
    assert [path for path in (*kept, young) if not path.exists()] == []


def test_what_was_kept_of_a_registry_that_nobody_reads_goes(own: Settings) -> None:
    """A day after it was written; what only looks like it stays. Bug shown: it stayed."""
    folder = Path(own.state_dir) / "registry/v1"
    folder.mkdir(parents=True)
    for name, hours in (("9-8", 25), ("9-7", 23), ("notes-8", 25)):
        (folder / name).write_text("x")
        os.utime(folder / name, (time.time() - hours * 3600,) * 2)
    freed = prune.prune(own, time.time(), lambda _: set())

    assert (freed.told, sorted(path.name for path in folder.iterdir())) == (1, ["9-7", "notes-8"])
