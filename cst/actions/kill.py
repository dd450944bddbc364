"""End a session: exactly that process, checked at the moment of the signal.

A pid can be given to another program between the moment at which the user saw it and the key. The process is held by a
pidfd, its start time, owner and name are checked (actions/identity), and the signal is sent through the pidfd.
"""

from __future__ import annotations

import os
import signal

from cst.actions import identity
from cst.model import CstError, Session


def end(session: Session, grace: float, force: bool = False) -> str:
    """SIGTERM, wait up to `grace` seconds, with `force` SIGKILL after that; what happened, in words.

    CstError where it is not certain that the process is that session, or where it did not end.
    """
    fd = _hold(session)
    try:
        signal.pidfd_send_signal(fd, signal.SIGTERM)
        if _gone(fd, grace):
            return f"{identity.name(session)} has ended (SIGTERM)"
        if not force:
            still = f"{identity.name(session)} is still there {grace:.0f} s after SIGTERM"
            raise CstError(f"{still}", f"`cst kill --force {session.key}` ends it")
        signal.pidfd_send_signal(fd, signal.SIGKILL)
        if _gone(fd, grace):
            return f"{identity.name(session)} has ended (SIGKILL)"
        stuck = f"{identity.name(session)} did not end on SIGKILL"
        raise CstError(stuck, "the kernel holds it, see `ps -o stat,wchan`")
    except ProcessLookupError:
        return f"{identity.name(session)} had ended already"
    except PermissionError:
        raise CstError(f"{identity.name(session)} belongs to another user", "nothing was signalled") from None
    finally:
        os.close(fd)


def _hold(session: Session) -> int:
    """A pidfd of the session's process, after it proved to be that one: a signal through it reaches no other."""
    pid, _, start = session.key.partition(".")
    if session.pid is None or not start:
        raise CstError(f"{identity.name(session)} has ended already")
    if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
        raise CstError("this system has no pidfd, so a process cannot be told from its successor", "use `kill`")
    try:
        fd = os.pidfd_open(int(pid))
    except ProcessLookupError:
        raise CstError(f"{identity.name(session)} has ended already") from None
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
