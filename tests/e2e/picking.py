"""A picker in a real tmux over the demo's fleet, and somebody who presses its keys."""

from __future__ import annotations

import contextlib
import os
import re
import time
from functools import partial
from pathlib import Path

from cst.demo import fleet, folder
from tests.testing import until

PATIENCE = 20


class Picker:
    """A picker in a pane of the demo's tmux, and a person who looks at it."""

    def __init__(
        self, demo: fleet.Demo, words: str = "", columns: int = 200, lines: int = 45, env: str = "", verb: str = "pick",
        heads: str = r"FOR +STATE",
    ) -> None:  # fmt: skip
        self.demo = demo
        self.name = f"pick-{os.urandom(3).hex()}"
        command = f"env {env} {demo.cst} {verb} {words}; echo left with $?; exec cat"
        size = ("-x", str(columns), "-y", str(lines))
        self.pane = self.tmux("new-session", "-d", "-s", self.name, *size, "-P", "-F", "#{pane_id}", command)
        self.sees(heads)

    def tmux(self, *words: str) -> str:
        return folder.tmux(self.demo.folder, *words, env=self.demo.env).strip("\n")

    def screen(self, *flags: str) -> str:
        """What stands in the pane now."""
        return self.tmux("capture-pane", "-p", *flags, "-t", self.pane)

    def lines(self) -> list[str]:
        return self.screen().split("\n")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other as a person would."""
        for key in keys:
            self.tmux("send-keys", "-t", self.pane, key)
            time.sleep(0.05)

    def reply(self, key: str) -> None:
        """Answer a question: it takes no key in its first moment, lest what was typed before it be an answer."""
        time.sleep(0.4)
        self.press(key)

    def confirms(self, key: str) -> None:
        """Answer a question that asks for Enter behind the key."""
        self.reply(key)
        self.sees(f"> {key}")
        self.press("Enter")

    def sees(self, pattern: str, seconds: float = PATIENCE) -> str:
        """Wait for a text; the screen then."""

        def check() -> str:
            shown = self.screen()
            assert re.search(pattern, shown), shown
            return shown

        return until(check, seconds)

    def sees_not(self, pattern: str) -> None:
        """Wait until a text is gone."""

        def check() -> bool:
            shown = self.screen()
            assert not re.search(pattern, shown), shown
            return True

        until(check, PATIENCE)

    def rows(self) -> list[str]:
        """The rows of the list, the part beside the preview; waits while fzf draws it anew."""

        def drawn() -> tuple[list[str], int] | None:
            shown = [line.partition("│")[0].rstrip() for line in self.lines()]
            heads = next((i for i, line in enumerate(shown) if re.match(r" +FOR +STATE", line)), None)
            return None if heads is None else (shown, heads)

        shown, heads = until(drawn, PATIENCE)
        below = next((i for i, line in enumerate(shown) if i > heads and line.startswith("──")), len(shown))
        return [line.rstrip("│ ") for line in shown[heads + 1 : below] if line.strip()]

    def pointed(self) -> str:
        """The row under the cursor."""
        return next((row for row in self.rows() if row.startswith(("▌", "|"))), "")

    def at(self) -> int:
        """The number of the row under the cursor; -1 while none is drawn."""
        return next((i for i, row in enumerate(self.rows()) if row.startswith(("▌", "|"))), -1)

    def goes_to(self, text: str) -> None:
        """Move the cursor to the row with that text: a key, and the next one when the cursor has moved."""
        until(lambda: self.at() >= 0)
        while not self._rests_on(text):
            rows, here, who = self.rows(), self.at(), self._who()
            there = next((i for i, row in enumerate(rows) if text in row), len(rows))
            self.tmux("send-keys", "-t", self.pane, "Down" if there > here else "Up")
            until(partial(self._has_left, who))  # at the end of the list: that row is not there

    def _rests_on(self, text: str) -> bool:
        """Whether the cursor is on such a row, and stays: fzf draws new rows a moment before the cursor is put on its own."""
        if text not in self.pointed():
            return False
        time.sleep(0.3)
        return text in self.pointed()

    def _who(self) -> str:
        """The row under the cursor without what changes by itself. Its line stays the same where the list scrolls."""
        return re.sub(r"\d+[smhd]?", "", self.pointed())

    def _has_left(self, who: str) -> bool:
        return self._who() not in ("", who)

    def marks(self, text: str) -> None:
        """Mark the row with that text. A mark that comes within the moment of a reload is lost: then once more."""
        for _ in range(3):
            self.goes_to(text)
            self.press("Tab")
            with contextlib.suppress(AssertionError):
                until(lambda: any(text in row for row in self.marked()), 2)
                time.sleep(0.2)  # a reload that was on its way has come
                if any(text in row for row in self.marked()):
                    return
        raise AssertionError(self.screen())

    def resizes(self, columns: int, lines: int) -> None:
        """Give its terminal another size."""
        self.tmux("resize-window", "-t", self.pane, "-x", str(columns), "-y", str(lines))

    def marked(self) -> list[str]:
        """The rows that are marked."""
        return [row for row in self.rows() if "✓" in row[:2]]

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.tmux("kill-session", "-t", f"={self.name}")


def ended(pid: int) -> bool:
    """Whether a process has ended; who started it may not have asked for its code yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def config(demo: fleet.Demo, text: str) -> str:
    """A config file with that text; its path."""
    path = f"{demo.folder}/tmp/config-{os.urandom(3).hex()}.toml"
    Path(path).write_text(text)
    return path
