"""The terminal that fzf runs on: its size, its mode, and the signals that end a picker."""

from __future__ import annotations

import contextlib
import os
import signal
import termios

from cst.model import CstError

_ENDS = (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT)
# What a terminal does to keys before a program reads them: index in tcgetattr's list, flag, stty's name of it.
_MANGLED = (
    (0, termios.ICRNL, "icrnl"), (0, termios.IXON, "ixon"), (3, termios.ICANON, "icanon"), (3, termios.ECHO, "echo"),
    (3, termios.IEXTEN, "iexten"),
)  # fmt: skip


def size() -> tuple[int, int]:
    """Columns and lines of the terminal on standard error; 80 and 24 if it is none."""
    try:
        found = os.get_terminal_size(2)
    except OSError:
        return 80, 24
    return found.columns, found.lines


def is_there() -> bool:
    """Whether there is a terminal to read keys from and to draw on."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return os.isatty(2)


@contextlib.contextmanager
def every_key():  # type: ignore[no-untyped-def]  # `typing` costs 0.5 x the start of Python
    """A terminal that passes keys on as they are; yields the arguments with which `stty` undoes that.

    If the command of a binding takes over a second, fzf restores the mode that it found, as if the command were
    interactive. In the usual mode Enter would then be ctrl-j, the row below, and other keys would come late or never.
    """
    with open("/dev/tty", "rb", buffering=0) as terminal:
        try:
            found = termios.tcgetattr(terminal)
        except termios.error:
            raise CstError("the terminal has gone", "open the picker in another one") from None
        mode = [*found[:6], [*found[6]]]
        undo = []
        for at, flag, name in _MANGLED:
            if mode[at] & flag:
                mode[at] &= ~flag
                undo.append(name)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        try:
            termios.tcsetattr(terminal, termios.TCSANOW, mode)
            yield " ".join(undo)
        finally:
            with contextlib.suppress(termios.error, OSError):  # the terminal may have gone
                if os.tcgetpgrp(terminal.fileno()) == os.getpgrp():  # otherwise we are stopped, and it is the shell's
                    termios.tcsetattr(terminal, termios.TCSANOW, found)


@contextlib.contextmanager
def hangups():  # type: ignore[no-untyped-def]  # as above
    """A closed popup or terminal, or `kill`, ends the picker as Esc does: nothing may stay behind."""
    before = {number: signal.signal(number, _hang_up) for number in _ENDS}
    # ctrl-c is for fzf, or for an editor that it runs. A handler, not SIG_IGN: that one children would inherit.
    before[signal.SIGINT] = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _hang_up(number: int, _: object) -> None:
    for one in _ENDS:  # a second one would interrupt the tidying up
        signal.signal(one, signal.SIG_IGN)
    raise SystemExit(128 + number)
