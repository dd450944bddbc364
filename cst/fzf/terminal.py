"""The terminal that fzf runs on: its size, its mode, the signals that end a picker, and what it is like afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import termios

from cst.fzf.run_dir import GONE
from cst.model import CstError
from cst.system import spawn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What ends a process unless it says otherwise, but for KILL and for what only a broken program gets. INT is not here.
_SPARED = ("KILL", "STOP", "INT", "PIPE", "XFSZ", "SEGV", "BUS", "FPE", "ILL", "CHLD", "CONT", "TSTP", "TTIN", "TTOU",
           "URG", "WINCH", "INFO")  # fmt: skip
_ENDS = frozenset(range(1, signal.NSIG)) - {getattr(signal, f"SIG{name}", 0) for name in _SPARED}
# What a terminal does to keys before a program reads them: index in tcgetattr's list, flag, stty's name of it.
_MANGLED = (
    (0, termios.ICRNL, "icrnl"), (0, termios.IXON, "ixon"), (3, termios.ICANON, "icanon"), (3, termios.ECHO, "echo"),
    (3, termios.IEXTEN, "iexten"),
)  # fmt: skip
# The rest of what fzf changes.
_RAW = (
    *_MANGLED, (0, termios.IGNBRK, "ignbrk"), (0, termios.BRKINT, "brkint"), (0, termios.PARMRK, "parmrk"),
    (0, termios.ISTRIP, "istrip"), (0, termios.INLCR, "inlcr"), (0, termios.IGNCR, "igncr"),
    (1, termios.OPOST, "opost"), (3, termios.ECHONL, "echonl"), (3, termios.ISIG, "isig"),
)  # fmt: skip
# Leaves the alternate screen; no mouse, no bracketed paste, a cursor, lines that wrap, no colour.
_USUAL_SCREEN = "\033[?1049l\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?2004l\033[?25h\033[?7h\033[m"
# Outlives cst. It is told line by line what there is to tidy up, and does it if its standard input ends before `done`:
# end fzf, restore the terminal, remove the run folder. cst may be killed between starting fzf and saying so: then
# fzf is the one whose environment names the folder. Where a shell has taken the terminal over, its mode is the
# shell's, which restores it after a program that was killed; the screen is still fzf's.
_GUARD = f"""
trap '' HUP INT QUIT ABRT TERM USR1 USR2 ALRM PIPE TSTP TTIN TTOU
fzf= folder= mode= group=
while read -r what value; do
  case $what in fzf) fzf=$value;; folder) folder=$value;; mode) mode=$value;; group) group=$value;; done) exit 0;; esac
done
if [ -z "$fzf" ] && [ -n "$folder" ] && [ -d /proc/$$ ]; then
  sleep 0.05
  for path in $(grep -lsF "CST_RUN=$folder" /proc/[0-9]*/environ); do
    read -r name <"${{path%environ}}comm" && [ "$name" = fzf ] && fzf=${{path#/proc/}} fzf=${{fzf%/environ}}
  done
fi
if [ -n "$fzf" ] && kill -TERM "$fzf"; then
  n=0
  while kill -CONT "$fzf" && [ $n -lt 25 ]; do sleep 0.02; n=$((n + 1)); done
  kill -KILL "$fzf"
fi
if [ -n "$mode" ]; then
  if [ -r /proc/$$/stat ]; then read -r _ _ _ _ _ _ _ now _ </proc/$$/stat; else now=$(ps -o tpgid= -p $$); fi
  [ $((now)) != "$group" ] || stty $mode </dev/tty
  [ -z "$fzf" ] || printf '{_USUAL_SCREEN}' >/dev/tty
fi
if [ -n "$folder" ]; then mv -f -- "$folder" "$folder{GONE}"; rm -rf -- "$folder{GONE}" "$folder"; fi
"""


def size() -> tuple[int, int]:
    """Columns and lines of the terminal on standard error; 80 and 24 if it is none."""
    return size_now() or (80, 24)


def size_now() -> tuple[int, int] | None:
    """The same; None if it is none."""
    try:
        found = os.get_terminal_size(2)
    except OSError:
        return None
    return found.columns, found.lines


def is_there() -> bool:
    """Whether there is a terminal to read keys from and to draw on."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return os.isatty(2)


@contextlib.contextmanager
def guarded() -> Iterator[Callable[[str, object], None]]:
    """Something that outlives cst and restores the terminal if cst is killed. Yields the function that tells it what
    there is: the pid `fzf` and the `folder` to be removed."""
    pid, writer = spawn.beside("/bin/sh", ["-c", _GUARD])

    def tell(what: str, value: object) -> None:
        with contextlib.suppress(OSError):  # it was killed, or never ran
            os.write(writer, f"{what} {value}\n".encode(errors="surrogateescape"))

    tell("group", os.getpgrp())
    try:
        yield tell
    finally:
        tell("done", "")
        if pid > 0:
            os.close(writer)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def restore_screen() -> None:
    """Undo what fzf does to the screen, after it was killed."""
    with contextlib.suppress(OSError), open("/dev/tty", "wb", buffering=0) as terminal:
        terminal.write(_USUAL_SCREEN.replace("\\033", "\033").encode())


@contextlib.contextmanager
def every_key(tell: Callable[[str, object], None]) -> Iterator[str]:
    """A terminal that passes keys on as they are; yields the arguments with which `stty` undoes that. `tell` is that of
    `guarded`.

    If the command of a binding takes over a second, fzf restores the mode that it found, as if the command were
    interactive. In the usual mode Enter would then be ctrl-j, the row below, and other keys would come late or never.
    """
    with open("/dev/tty", "rb", buffering=0) as terminal:
        try:
            found = termios.tcgetattr(terminal)
        except termios.error:
            raise CstError("the terminal has gone", "open the picker in another one") from None
        tell("mode", " ".join(name if found[at] & flag else f"-{name}" for at, flag, name in _RAW))
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
def hangups() -> Iterator[None]:
    """A closed popup or terminal, or a signal, ends the picker as Esc does: nothing may stay behind."""
    before = {}
    for number in _ENDS:
        with contextlib.suppress(OSError):  # glibc keeps 32 and 33 to itself
            before[number] = signal.signal(number, _hang_up)
    # ctrl-c is for fzf, or for an editor that it runs. A handler, not SIG_IGN: that one children would inherit.
    before[signal.SIGINT] = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _hang_up(number: int, _: object) -> None:
    for one in _ENDS:  # a second one would interrupt the tidying up
        with contextlib.suppress(OSError):
            signal.signal(one, signal.SIG_IGN)
    raise SystemExit(128 + number)
