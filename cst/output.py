"""What leaves cst: standard output, JSON, tmux's message line, warnings, the one question with y or n."""

from __future__ import annotations

import os
import sys
import time

from cst.model import CstError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cst.model import Snapshot
    from cst.settings import Settings


def terminal_columns(settings: Settings) -> int:
    """How wide the output may be: as the terminal; in a file or a pipe as $COLUMNS says, or else as the terminal that
    errors go to, for `| head` and `| less` show it there; 0 without any."""
    for terminal in (1, 2):
        try:
            return os.get_terminal_size(terminal).columns
        except OSError:
            if settings.columns:
                break
    return settings.columns


def painter(settings: Settings, when: str) -> Any:
    """The Paint for `--color WHEN`."""
    from cst.render.paint import Paint

    return Paint(when == "always" or (when != "never" and not settings.no_color and os.isatty(1)))


def as_printable(lines: Sequence[str], settings: Settings) -> Sequence[str]:
    """Lines for the user: in ASCII where their terminal shows nothing else, or they want it so."""
    if not settings.ascii:
        return lines
    from cst.render.theme import ascii_only

    return [ascii_only(line) for line in lines]


def print_lines(lines: Sequence[str], settings: Settings | None = None) -> None:
    """Write lines to standard output, for the user's terminal with `settings`. CstError where it is closed or full."""
    lines = as_printable(lines, settings) if settings else lines
    if sys.stdout is None:
        raise CstError("cannot write the output: standard output is closed", "open it, or use > /dev/null")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from None


def unwritten(error: OSError) -> CstError:
    """The error of a standard output that takes nothing."""
    drop()
    return CstError(f"cannot write the output: {error.strerror}", "make room there")


def drop() -> None:
    """Let what standard output did not take go nowhere: Python would try it again at exit, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def pause(seconds: float) -> None:
    """Sleep until the next look of a verb that prints changes. BrokenPipeError where nobody reads standard output any
    more: a write tells that too, but the next change may be hours away."""
    import select

    time.sleep(seconds)
    poll = select.poll()
    poll.register(1, 0)  # these two are told in any case; macOS says HUP of a pipe, Linux ERR
    if any(told & (select.POLLERR | select.POLLHUP) for _, told in poll.poll(0)):
        raise BrokenPipeError


def print_json(value: object) -> int:
    """Write a value as JSON; exit code 0."""
    from cst.jsonl import dumps

    print_lines([dumps(value)])
    return 0


def warn(message: str) -> None:
    """One clean line on standard error, `cst: …`; none where that is closed or takes nothing."""
    from cst.text import clean

    prompt(f"cst: {clean(message)}\n")


def prompt(text: str) -> None:
    """Text of ours on standard error as it is, at once; nothing where that is closed or takes nothing."""
    if sys.stderr is None:  # `print` would take standard output instead
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass


def warn_problems(snapshot: Snapshot) -> None:
    """Name the sources that failed, on standard error."""
    for source, message in snapshot.problems:
        warn(f"{source}: {message}")


def say(settings: Settings, client: str, message: str) -> None:
    """Print where the user looks: on the message line of a tmux client after a key binding, else on the terminal."""
    if client and (settings.client or not settings.tmux_pane):
        from cst.system import tmux

        tmux.say(settings.tmux_program, settings.socket or settings.default_socket, client, message)
    print_lines([message], settings)


def hold() -> None:
    """At the end of a popup, which closes over what is on it: wait until a key is pressed."""
    if not (os.isatty(0) and os.isatty(2)):
        return
    import termios
    import tty

    prompt("press any key to close")
    before = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        os.read(0, 1)
    except OSError:
        pass  # the terminal is gone
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def require_cursor(settings: Settings) -> None:
    """CstError where the terminal cannot show a picker."""
    if settings.dumb:
        raise CstError("this terminal has no cursor to move (TERM=dumb), so it cannot show the picker", "use `cst ls`")


def confirm(question: str, refusal: str) -> bool:
    """Ask y or n on the terminal; anything but y and yes is no. CstError, which begins with `refusal`, where there is
    no terminal to ask on."""
    if not os.isatty(0):
        raise CstError(f"{refusal}, and there is no terminal to ask on", "pass --yes")
    prompt(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def config_folders(settings: Settings) -> list[str]:
    """The folders of Claude Code, for a message; one that does not exist is named so, as it may be a slip."""
    return [path if os.path.isdir(path) else f"{path} (no such folder)" for path in settings.config_dirs]


class Progress:
    """Says on a terminal how far it is, once it has taken a second."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.begun = time.monotonic()
        self.seen = os.isatty(2)
        self.shown = False

    def __call__(self, done: int, of: int) -> None:
        if self.seen and time.monotonic() - self.begun > 1.0:
            prompt(f"\rcst: {done} of {of} {self.what}\x1b[K")
            self.shown = True

    def over(self) -> None:
        """Take that line away."""
        if self.shown:
            prompt("\r\x1b[K")
