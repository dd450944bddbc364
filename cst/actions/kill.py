"""End a session: exactly that process, checked at the moment of the signal.

A pid can be given to another program between the moment at which the user saw it and the key. The process is held by a
pidfd, its start time, owner and program are checked (actions/identity), and the signal is sent through the pidfd.

A background session is no matter of signals: the client's daemon starts it again, seconds after a SIGTERM. It is ended
by `claude stop`, with the very program that the session runs.
"""

from __future__ import annotations

import os
import signal
import time

from cst.actions import identity, marks
from cst.claude import prompt_queue, registry, shells
from cst.model import CstError, Session
from cst.system import processes
from cst.text import clean
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.changes import Changes
    from cst.settings import Settings

_STOP_TAKES = 20.0  # seconds for `claude stop`: 1.4 on a machine at rest


class Stake(Value):
    """What goes with sessions, or may: what is not committed in their folders; how many prompts are queued; which
    commands run, and for how many seconds."""

    folders: Sequence[Changes]  # each checkout once
    queued: int
    running: Sequence[tuple[str, float]]
    each: Sequence[tuple[Sequence[Changes], int, Sequence[tuple[str, float]]]]  # the same of each session


def at_stake(sessions: Sequence[Session]) -> Stake:
    """What goes with these sessions, or may."""
    from cst.system import git_status

    found = git_status.several([session.cwd for session in sessions])
    queued, running = [*map(_queued, sessions)], [*map(_running, sessions)]
    folders = [[found[session.cwd]] if session.cwd in found else [] for session in sessions]
    checkouts = {id(changes): changes for changes in found.values()}
    each = [*zip(folders, queued, running, strict=True)]
    return Stake([*checkouts.values()], sum(queued), [one for some in running for one in some], each)


def end(settings: Settings, session: Session, force: bool = False, comes_back: bool = False) -> str:
    """SIGTERM, wait up to `kill_grace` seconds, with `force` SIGKILL after that; what happened, in words. A background
    session is ended by `claude stop`, with or without `force`. `cst restore` does not offer it, unless it `comes_back`.

    CstError where it is not certain that the process is that session, or where it did not end.
    """
    said = _end(session, settings.kill_grace, force)
    marks.ended(settings, session, comes_back)
    return said


def _end(session: Session, grace: float, force: bool) -> str:
    fd = _hold(session)
    try:
        if job := _job(session):
            return _stop(session, fd, job, grace)
        signal.pidfd_send_signal(fd, signal.SIGTERM)
        if _gone(fd, grace):
            return f"{identity.name(session)} has ended (SIGTERM)"
        if not force:
            still = f"{identity.name(session)} is still running {grace:.0f} s after SIGTERM"
            raise CstError(f"{still}", f"`cst kill --force {session.key}` ends it")
        signal.pidfd_send_signal(fd, signal.SIGKILL)
        if _gone(fd, grace):
            return f"{identity.name(session)} has ended (SIGKILL)"
        stuck = f"{identity.name(session)} did not end even on SIGKILL"
        raise CstError(stuck, "the kernel is holding it, see `ps -o stat,wchan`")
    except ProcessLookupError:
        return f"{identity.name(session)} had already ended"
    except PermissionError:
        raise CstError(f"{identity.name(session)} belongs to another user", "nothing was signalled") from None
    finally:
        os.close(fd)


def _queued(session: Session) -> int:
    """How many prompts wait in a session until its turn is over: they go with it. 0 where that is not known."""
    try:
        process = processes.read([session.pid], time.time()).get(session.pid) if session.pid is not None else None
        began = process.started_at if process else 0.0
        return len(prompt_queue.waiting(session.transcript.path, began)) if session.transcript else 0
    except OSError:
        return 0


def _running(session: Session) -> list[tuple[str, float]]:
    """The commands that run in a session, in the background or behind a prompt: they go with it. None of those is the
    one that it is said to wait for. [] where that is not known."""
    now = time.time()
    found = processes.shells_of(session.pid, now) if session.pid is not None else None
    named = [(shells.command(text), max(0.0, now - since)) for since, text in found or ()]
    return [(command, taken) for command, taken in named if not session.doing or command != session.doing.detail]


def _job(session: Session) -> str:
    """The id of a background session's job; "" of any other session."""
    record = registry.one(session.config_dir, int(session.key.partition(".")[0]))
    return record.job if record and record.kind == "bg" and record.key == session.key else ""


def _stop(session: Session, fd: int, job: str, grace: float) -> str:
    """Have the client end a background session, and make sure that it has, and that nothing goes on with its job."""
    from cst.system import spawn

    pid, _, start = session.key.partition(".")
    called = identity.name(session)
    command = f"claude stop {clean(job, 40)}"
    if job.startswith("-"):
        raise CstError(f"{called} has the job {clean(job, 40)!r}, which is no id", "nothing was stopped")
    program, *words = identity.client(int(pid), start) or ["claude"]
    env = {name: value for name, value in os.environ.items() if name != "CLAUDE_CONFIG_DIR"}
    process = processes.read([int(pid)], time.time()).get(int(pid))
    if process and (folder := process.environ.get("CLAUDE_CONFIG_DIR")):
        env["CLAUDE_CONFIG_DIR"] = folder
    answer = spawn.finish(spawn.start(program, [*words, "stop", job], env), _STOP_TAKES)
    if answer.code and not _gone(fd, 0.0):
        said = clean((answer.errors or answer.output).decode(errors="replace"), 200) or f"it ended with {answer.code}"
        why = "it took too long" if answer.late else said
        raise CstError(f"{called} was not stopped: {why}", f"run `{command}` yourself")
    if not _gone(fd, grace):
        raise CstError(f"{called} is still running {grace:.0f} s after `{command}`", "see `claude agents`")
    if again := _goes_on(session, job):
        raise CstError(f"{called} has ended, and goes on as process {again}", f"`cst kill {again}` ends that")
    return f"{called} has ended ({command})"


def _goes_on(session: Session, job: str) -> int:
    """The live process that has the same job; 0 = none."""
    records = [record for record in registry.read(session.config_dir)[0] if record.job == job and not record.key_file]
    return next((record.pid for record in processes.living(records)), 0)


def _hold(session: Session) -> int:
    """A pidfd of the session's process, after it proved to be that one: a signal through it reaches no other."""
    pid, _, start = session.key.partition(".")
    if session.pid is None or not start:
        raise CstError(f"{identity.name(session)} has already ended")
    if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
        raise CstError("this system has no pidfd, so a process cannot be told from its successor", "use `kill`")
    try:
        fd = os.pidfd_open(int(pid))
    except ProcessLookupError:
        raise CstError(f"{identity.name(session)} has already ended") from None
    except OSError as error:
        raise CstError(f"cannot hold process {pid}: {error.strerror}", "nothing was signalled") from None
    reason = _refusal(session, int(pid), start)
    if reason:
        os.close(fd)
        raise CstError(f"{reason}", "nothing was signalled")
    return fd


def _refusal(session: Session, pid: int, start: str) -> str:
    """Why this process must not be signalled; "" if it is certainly that session's."""
    if start == "0":
        return f"the client recorded no start time for pid {pid}, so it cannot be told from its successor"
    return identity.refusal(session, pid, start)


def _gone(fd: int, seconds: float) -> bool:
    import select

    return bool(select.select([fd], [], [], seconds)[0])
