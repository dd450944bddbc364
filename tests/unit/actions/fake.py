"""A pane that shows what a test wants, and logs every byte that it is sent."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from cst.model import Place, Session
from tests.testing import DATA, ID, NOW, TmuxServer, registry_entry, started, until, write_registry

_PROGRAM = f"""#!{sys.executable}
import os, pathlib, select, sys, tty
folder = pathlib.Path(sys.argv[1])
tty.setraw(0)
os.write(1, b"\\x1b[?2004h")
shown, typed = b"", b""
while True:
    wanted = (folder / "screen").read_bytes()
    if wanted != shown:
        shown = wanted
        os.write(1, b"\\x1b[0m\\x1b[2J\\x1b[H" + shown.rstrip(b"\\n").replace(b"\\n", b"\\r\\n"))
        (folder / "drawn").write_bytes(shown)
    if select.select([0], [], [], 0.02)[0]:
        data = os.read(0, 65536)
        with open(folder / "log", "ab") as log:
            log.write(data)
        typed += data
        after = folder / "after" / typed.hex()
        if after.with_suffix(".registry").exists():
            os.replace(after.with_suffix(".registry"), (folder / "registry").read_text())
        if after.exists():
            os.replace(after, folder / "screen")
"""


def screen(name: str) -> str:
    """A recorded screen, with its colours."""
    return (DATA / "dialogs" / f"{name}.txt").read_text()


class FakePane:
    """A process called claude in a tmux pane, with a registry record."""

    def __init__(self, server: TmuxServer, folder: Path, claude: Path, shows: str, **record: Any) -> None:
        self.folder, self.claude, self.server = folder, claude, server
        (folder / "after").mkdir(parents=True)
        (folder / "screen").write_text(screen(shows))
        (folder / "log").write_bytes(b"")
        program = folder / "claude"
        program.write_text(_PROGRAM)
        program.chmod(0o755)
        self.pane = server.new("fake", f"exec {program} {folder}")
        server.run("resize-window", "-t", "fake", "-x", "160", "-y", "50")
        self.pid = server.pid_of(self.pane)
        until(lambda: (folder / "drawn").exists() and Path(f"/proc/{self.pid}/comm").read_text() == "claude\n")
        self.record = {
            "procStart": started(self.pid), "tmux": None, "status": "waiting", "waitingFor": "permission prompt",
            "cwd": str(folder), **record,
        }  # fmt: skip
        path = write_registry(claude, registry_entry(self.pid, **self.record))
        (folder / "registry").write_text(str(path))
        time.sleep(0.1)

    def show(self, name: str) -> None:
        """Draw another recorded screen, and wait until it stands."""
        self.draw(screen(name))

    def draw(self, text: str) -> None:
        """Draw a screen, and wait until it stands."""
        (self.folder / "screen").write_text(text)
        until(lambda: (self.folder / "drawn").read_text() == text)
        time.sleep(0.1)

    def says(self, **record: Any) -> None:
        """Change its registry record now."""
        self.record.update(record)
        write_registry(self.claude, registry_entry(self.pid, **self.record))

    def after(self, typed: bytes, name: str | None = None, text: str = "", **record: Any) -> None:
        """What it shows, and what its record says, once it has been sent these bytes."""
        path = self.folder / "after" / typed.hex()
        if record:
            changed = registry_entry(self.pid, **{**self.record, "statusUpdatedAt": int(NOW * 1000) + 1, **record})
            path.with_suffix(".registry").write_text(json.dumps(changed))
        if name or text:
            path.write_text(screen(name) if name else text)

    @property
    def log(self) -> bytes:
        """Every byte that it was sent."""
        time.sleep(0.15)
        return (self.folder / "log").read_bytes()

    def session(self, state: str = "permission", start: str = "", pid: int = 0, pane: str = "") -> Session:
        """The session as a look a moment ago gave it."""
        place = Place(self.server.socket, "fake", "0", pane or self.pane, "fake:0.0", f"=fake:0.{self.pane}")
        pid = pid or self.pid
        return Session(f"{pid}.{start or started(pid)}", ID, pid, state, NOW, "", "", name="api", place=place,
                       config_dir=str(self.claude), cwd=str(self.folder))  # fmt: skip
