"""The made-up client: one process in one pane that plays a role and answers to keys.

Started as `claude start.py WHO PACE` in the demo's environment, or as a visitor or `cst resume` calls it,
`--resume ID`; `start.py` only finds this module. It registers, writes its past, draws itself, and from then on sleeps
in select(2) until a key, a signal, or its own next step.

Over 300 lines because all that a key may do stands together.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import select
import signal
import sys
import termios
import time
import traceback
import tty

from cst.demo.extras import ENDED, FRESH, ROLES, improvised
from cst.demo.journal import Journal, Paths, Registration, append, uuid, write_tasks
from cst.demo.screen import Scene
from cst.demo.story import Dialog, Failure, Prompt, Role, Step, Stopped, Tool, Words
from cst.system import tmux

_NAMED = {"\x1b[A": "up", "\x1b[B": "down", "\x1bOA": "up", "\x1bOB": "down", "\x1b": "esc", "\r": "enter",
          "\n": "enter", "\x7f": "backspace", "\b": "backspace", "\x03": "ctrl-c", "\x15": "ctrl-u"}  # fmt: skip
_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"
_TWICE = 2.0  # seconds within which a second Ctrl-C ends it


def keys(text: str) -> list[str]:
    """The keys in what a terminal sent: names for the special ones, characters for the rest."""
    found = []
    while text:
        length = 1
        if text.startswith(_PASTE):
            pasted, _, text = text[len(_PASTE) :].partition(_PASTED)
            found += [" " if char in "\r\n\t" else char for char in pasted if char.isprintable() or char in "\r\n\t"]
            continue
        if text.startswith(("\x1b[", "\x1bO")):
            length = next((i for i, c in enumerate(text[2:], 3) if "@" <= c <= "~"), len(text))
        key = text[:length]
        text = text[length:]
        found.append(_NAMED.get(key, key if key.isprintable() else ""))
    return [key for key in found if key]


class Actor:
    """One session: its files, its screen, and the steps that are still to come."""

    def __init__(self, role: Role, pace: float, paths: Paths, env: dict[str, str], past: tuple[Step, ...] = ()) -> None:
        """`past` is what the screen shows of a session that is resumed; its transcript has it already."""
        self.role, self.pace = role, pace
        self.now = time.time()
        self.pid = os.getpid()
        self.started = self.now + min((step.at - 90 for step in role.story), default=role.since)
        where = tmux.run(env.get("CST_TMUX") or "tmux", env["TMUX"].partition(",")[0], (
            "display-message", "-p", "-t", env.get("TMUX_PANE", ""), "#{session_name}:#{window_id}.#{pane_id}",
        )) if env.get("TMUX") else (1, "")  # fmt: skip
        self.record = Registration(role, paths, self.pid, self.started, "" if where[0] else where[1].strip())
        self.journal = Journal(role, paths, self.pid)
        home = env.get("HOME", "")
        self.scene = Scene(paths.cwd.replace(home, "~", 1) if home else paths.cwd, role.branch)
        self.coming: list[tuple[float, Step]] = []  # (monotonic time, step), soonest first
        self.dialog, self.turns = role.dialog, 0
        self.busy, self.over, self.interrupted_at = role.status == "busy", False, 0.0
        for step in past:
            self.scene.add(step)
        write_tasks(role, paths)

    def begin(self) -> None:
        """Write the past, then register: whoever sees the record finds its transcript."""
        self.journal.event("SessionStart", self.started, source="startup")
        for step in sorted(self.role.story, key=lambda step: step.at):
            self.journal.write(step, self.now + step.at)
            self.scene.add(step)
        since = self.now + self.role.since
        if self.dialog:
            tool = next(step for step in reversed(self.role.story) if isinstance(step, Tool))
            agent = {"agent_id": self.journal.agents[tool.agent].agent_id} if tool.agent else {}
            self.journal.event("PermissionRequest", since, tool_name=tool.name, tool_input=tool.given, **agent)
            self.scene.dialog = self.dialog
        self.journal.flush()
        self._aged(self.now + (self.role.story[-1].at if self.role.story else 0))
        self.scene.busy_since = since if self.busy else None
        self.scene.shells = int(self.role.status == "shell")
        self.record.set(self.role.status, since, self.role.waiting_for)
        self.play(self.role.sequel)

    def _aged(self, at: float) -> None:
        """The transcripts were last written when their last step happened."""
        for thread in (self.journal.main, *self.journal.agents.values()):
            if os.path.exists(thread.path):
                os.utime(thread.path, (at, at))

    # --------------------------------------------------------------------------------------------- turns

    def play(self, steps: tuple[Step, ...]) -> None:
        """Let these steps happen, each at its time from now."""
        start = time.monotonic()
        self.coming = sorted(
            [*self.coming, *((start + step.at * self.pace, step) for step in steps)], key=lambda pair: pair[0]
        )

    def due(self) -> None:
        """Let happen what is due."""
        while self.coming and self.coming[0][0] <= time.monotonic() and not self.over:
            self._happens(self.coming.pop(0)[1])

    def _happens(self, step: Step) -> None:
        now = time.time()
        self.journal.write(step, now)
        self.journal.flush()
        self.scene.add(step)
        if isinstance(step, Prompt) and not self.busy:
            self._working(now)
        if isinstance(step, Failure) or (isinstance(step, Words) and step.last and not step.agent):
            self._finished(now)

    def _working(self, now: float) -> None:
        self.busy, self.scene.busy_since, self.scene.hint = True, now, ""
        self.record.set("busy", now)

    def _finished(self, now: float) -> None:
        self.busy = self.journal.pending_agents() > 0
        if not self.busy:
            self.scene.busy_since = None
            self.record.set("shell" if self.scene.shells else "idle", now)
        if self.scene.queued and not self.coming:
            self.prompt(self.scene.queued)
            self.scene.queued = ""

    def prompt(self, text: str) -> None:
        """A person typed a line and pressed Enter."""
        self.turns += 1
        first, *rest = improvised(text, self.turns)
        self._happens(first)
        self.play(tuple(rest))

    def interrupt(self) -> None:
        """Esc or No: whatever runs ends here, the transcript says so, nothing tells the hooks."""
        now = time.time()
        self.coming, self.dialog, self.scene.dialog, self.busy = [], None, None, False
        self.scene.queued, self.scene.busy_since = "", None
        self.journal.write(Stopped(0), now)
        self.journal.flush()
        self.scene.add(Stopped(0))
        self.record.set("idle", now)

    def choose(self, place: int) -> None:
        """One of the dialog's options."""
        assert self.dialog
        if place >= len(self.dialog.answers):
            self.interrupt()
        else:
            self._answered(self.dialog.answers[place])

    def _answered(self, steps: tuple[Step, ...]) -> None:
        now = time.time()
        self.dialog, self.scene.dialog = None, None
        self.journal.waited += now - self.record.fields["statusUpdatedAt"] / 1000
        self._working(now)
        self.play(steps)
        self.due()

    # --------------------------------------------------------------------------------------------- keys

    def key(self, key: str) -> None:
        """One key of a person."""
        if key == "ctrl-c":
            self._ctrl_c()
        elif self.dialog and self.dialog.field and self.scene.cursor == len(self.dialog.options):
            self._field_key(key, self.dialog)
        elif self.dialog:
            self._dialog_key(key, len(self.dialog.options) + 2 * self.dialog.field)
        elif key == "esc":
            if self.busy:
                self.interrupt()
            self.scene.typed = ""
        elif key == "enter":
            self._entered(self.scene.typed.strip())
        elif key == "backspace":
            self.scene.typed = self.scene.typed[:-1]
        elif key == "ctrl-u":
            self.scene.typed = ""
        elif len(key) == 1:
            self.scene.typed += key

    def _dialog_key(self, key: str, options: int) -> None:
        if key in ("up", "down"):
            self.scene.cursor = (self.scene.cursor + (1 if key == "down" else -1)) % options
        elif key == "esc":
            self.interrupt()
        elif key == "enter":
            self.choose(self.scene.cursor)
        elif key.isdecimal() and 1 <= int(key) <= options:
            if self.dialog and self.dialog.field and int(key) == options - 1:
                self.scene.cursor = options - 2  # into the field, which Enter sends
            else:
                self.choose(int(key) - 1)

    def _field_key(self, key: str, dialog: Dialog) -> None:
        """A key while the cursor is in the dialog's text field: digits are text there."""
        if key == "enter":
            if self.scene.given.strip():
                self._answered(dialog.answered(self.scene.given.strip()))
        elif key in ("up", "down", "esc"):
            self._dialog_key(key, len(dialog.options) + 2)
        elif key == "backspace":
            self.scene.given = self.scene.given[:-1]
        elif key == "ctrl-u":
            self.scene.given = ""
        elif len(key) == 1:
            self.scene.given += key

    def _entered(self, text: str) -> None:
        self.scene.typed = ""
        if text in ("/exit", "/quit"):
            self.over = True
        elif text and self.coming:
            self.scene.queued = text
            self.journal.queue(text, time.time())
        elif text:
            self.prompt(text)

    def _ctrl_c(self) -> None:
        if time.monotonic() - self.interrupted_at < _TWICE:
            self.over = True
            return
        self.interrupted_at = time.monotonic()
        if self.busy and not self.dialog:
            self.interrupt()
        self.scene.typed, self.scene.hint = "", "Press Ctrl-C again to exit"

    # --------------------------------------------------------------------------------------------- life

    def live(self, wake: int) -> None:
        """Until Ctrl-C twice, /exit, SIGTERM, SIGHUP, or the end of the terminal."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while not self.over:
            self.due()
            columns, lines = os.get_terminal_size(0)
            os.write(1, self.scene.draw(columns, lines, time.time()).encode("utf-8", "replace"))
            ready = select.select([0, wake], [], [], self._patience())[0]
            if wake in ready:
                os.read(wake, 64)
            if 0 in ready:
                data = os.read(0, 4096)
                self.over = self.over or not data
                for key in keys(decoder.decode(data)):
                    self.key(key)
            if self.scene.hint and time.monotonic() - self.interrupted_at >= _TWICE:
                self.scene.hint = ""

    def _patience(self) -> float | None:
        """Seconds until the screen or the story goes on by itself; None: not without a key."""
        moments = [when - time.monotonic() for when, _ in self.coming[:1]]
        if self.scene.busy_since is not None:
            moments.append(1.0)
        if self.scene.hint:
            moments.append(_TWICE)
        return max(0.0, min(moments)) if moments else None

    def listen(self) -> int:
        """Take the signals that matter; the end of a pipe that becomes readable at each of them."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

        def told(number: int, _frame: object) -> None:
            self.over = self.over or number != signal.SIGWINCH

        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH):
            signal.signal(number, told)
        return reader

    def end(self) -> None:
        """The orderly end: the record goes, the transcript stays."""
        self.journal.event("SessionEnd", time.time(), reason="prompt_input_exit")
        self.record.remove()


def main(words: list[str]) -> int:
    """Play a role by its name, or go on with a session; else a fresh session in this folder. What goes wrong is left in
    `failed.txt`."""
    who = words[0] if words else ""
    try:
        _be_called_claude()
        env = dict(os.environ)
        # Where the client looks too: `cst resume` unsets what names the default folder.
        claude = env.get("CLAUDE_CONFIG_DIR") or f"{env['HOME']}/.claude"
        state = env.get("XDG_STATE_HOME") or f"{env['HOME']}/.local/state"
        if who in ("--resume", "-r") and len(words) > 1:
            paths = Paths(claude, state, os.getcwd(), words[1])
            if "/" in words[1] or not os.path.isfile(paths.transcript):
                print(f"No conversation found with session ID: {words[1]}", file=sys.stderr)
                return 1
            role, past = _told(paths)
            _perform(Actor(role, 1.0, paths, env, past))
            return 0
        role = next((role for role in ROLES if role.who == who), FRESH._replace(since=0.0, branch=""))
        pace = float(words[1]) if role.who == who and len(words) > 1 else 1.0
        asked = words[words.index("--") + 1 :] if "--" in words else []
        _perform(Actor(role, pace, Paths(claude, state, os.getcwd(), uuid()), env), "".join(asked[:1]).strip())
    except Exception as error:  # the fleet waits for this actor: say why it does not come
        folder = os.environ.get("CST_DEMO", "")
        if os.path.isdir(folder):
            append(f"{folder}/failed.txt", f"{who}: {''.join(traceback.format_exception(error))}")
        return 1
    return 0


def _told(paths: Paths) -> tuple[Role, tuple[Step, ...]]:
    """Who had the session with this transcript, at its prompt again, and what its screen showed."""
    with open(paths.transcript, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    names = {line.get("customTitle") or line.get("aiTitle") for line in lines}
    role = next((role for role in (*ENDED, *ROLES) if (role.name or role.title) in names), FRESH)
    past = role.story if not role.story or not isinstance(role.story[-1], Tool) else (*role.story, Stopped(0))
    return role._replace(story=(), sequel=(), dialog=None, status="idle", waiting_for="", since=0.0, tasks=()), past


def _perform(actor: Actor, prompt: str = "") -> None:
    """From the first line to the last, with the terminal as it was afterwards. `prompt` is typed at once."""
    before = termios.tcgetattr(0)
    wake = actor.listen()
    tty.setraw(0)
    os.write(1, b"\x1b[?2004h")  # pastes come in brackets, so that a line's end in one is not Enter
    try:
        actor.begin()
        if prompt:
            actor.prompt(prompt)
        with contextlib.suppress(OSError):  # the terminal may go away first
            actor.live(wake)
    finally:
        actor.end()
        with contextlib.suppress(OSError, termios.error):
            termios.tcsetattr(0, termios.TCSANOW, before)
            os.write(1, b"\x1b[?2004l\x1b[2J\x1b[H\x1b[?25h")


def _be_called_claude() -> None:
    """The symlink's name is what the kernel shows; where an interpreter starts itself anew, it is not."""
    with contextlib.suppress(OSError), open("/proc/self/comm", "wb", buffering=0) as file:
        file.write(b"claude")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
