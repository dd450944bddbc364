"""A terminal that is borrowed for a while and given back as it was, however the program ends."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

_ENDS = (signal.SIGTERM, signal.SIGHUP)


class Held:
    """The terminal on standard output for the time of a `with` block: keys come at once and are not echoed."""

    def __init__(self, enter: str, leave: str) -> None:
        self._enter, self._leave = enter, leave
        self._before: list[Any] | None = None
        self._woken, self._wake = os.pipe()

    def __enter__(self) -> Held:
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGWINCH, lambda *_: None)  # it only has to wake `key`
        signal.signal(signal.SIGTSTP, self._stop)
        for number in _ENDS:
            signal.signal(number, self._end)
        self._take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for number in (signal.SIGWINCH, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        self._give_back()
        os.close(self._woken)
        os.close(self._wake)

    def show(self, lines: list[str]) -> None:
        """Draw over what is there: no line is blank in between."""
        _write("\x1b[H" + "\r\n".join(line + "\x1b[K" for line in lines) + "\x1b[J")

    def key(self, seconds: float) -> str:
        """The next key, "" after so long, or sooner where the window has another size or the program goes on."""
        keys = [0] if self._before is not None else []
        ready = select.select([*keys, self._woken], [], [], seconds)[0]
        if self._woken in ready:
            os.read(self._woken, 4096)
        if 0 not in ready:
            return ""
        pressed = os.read(0, 64).decode("ascii", "replace")
        return pressed if len(pressed) <= 1 or not pressed.startswith("\x1b") else ""  # an arrow key is no escape

    def _take(self) -> None:
        with contextlib.suppress(termios.error):  # standard input is none of the terminal's: no keys then
            self._before = termios.tcgetattr(0)
            now = termios.tcgetattr(0)
            now[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(0, termios.TCSADRAIN, now)
        _write(self._enter)

    def _give_back(self) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone
            _write(self._leave)
        if self._before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(0, termios.TCSADRAIN, self._before)

    def _stop(self, *_: object) -> None:
        """ctrl-z: the shell gets its screen, and we ours when it goes on."""
        self._give_back()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._take()

    def _end(self, number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)


def _write(text: str) -> None:
    data = text.encode("utf-8", "replace")
    while data:
        data = data[os.write(1, data) :]
