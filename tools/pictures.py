"""The pictures of the README, from the demo's fleet: python tools/pictures.py [NAME...]

Each is what a real tmux shows after these keys, drawn as SVG.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from picture import drawn

from cst.demo import fleet

HERE = Path(__file__).parents[1] / "docs" / "pictures"
CST = str(Path(sys.executable).parent / "cst")


class Shot(NamedTuple):
    """One picture: what runs, in how many columns and lines, after which keys."""

    words: str
    columns: int
    lines: int
    keys: tuple[str, ...] = ()
    light: bool = False
    over: str = ""  # what runs in the pane below a popup; the keys follow the prefix key that opens it


SHOTS = {
    "ls": Shot("ls", 130, 16),
    "pick": Shot("pick", 150, 32),
    "pick-80": Shot("pick", 80, 30),
    "pick-120-light": Shot("pick", 120, 34, ("M-r",), light=True),
    "pick-200": Shot("pick", 200, 34, ("Down", "C-p")),
    "popup": Shot("pick", 150, 40, over="vim -N -u NONE -c 'syntax on' -c 'set number' cst/core/rules.py"),
    "answer": Shot("pick", 150, 28, ("C-y",)),
    "statusline": Shot("statusline preview --preset essential --bars", 164, 13),
    "cost": Shot("cost month --by session", 112, 20),
    "kill": Shot("pick", 120, 24, ("Tab", "Tab", "C-k")),
}


class Terminal:
    """A tmux of our own as the terminal that is pictured."""

    def __init__(self, demo: fleet.Demo, shot: Shot) -> None:
        self.name = f"shot-{os.getpid()}"
        theme = {"COLORTERM": "truecolor", **({"COLORFGBG": "0;15"} if shot.light else {})}  # as most terminals do
        env = {**demo.env, "TERM": "xterm-256color", "LANG": "C.UTF-8", **theme}
        with tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False) as file:
            file.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in env.items())
            file.write(f"unset TMUX_PANE\n{self._runs(demo, shot)}\nsleep 60\n")
        self.script = file.name
        size = ("-x", str(shot.columns), "-y", str(shot.lines))
        self.tmux("-f", "/dev/null", "new-session", "-d", *size, f"sh {self.script}")
        self.tmux("set-option", "-g", "status", "off")
        self.tmux("set-option", "-sa", "terminal-overrides", ",*:RGB")

    @staticmethod
    def _runs(demo: fleet.Demo, shot: Shot) -> str:
        if not shot.over:
            return f"{CST} {shot.words}"
        socket, folder, over = (shlex.quote(str(word)) for word in (demo.socket, HERE.parent.parent, shot.over))
        return f"unset TMUX; tmux -u -S {socket} new-window -c {folder} {over} \\; attach-session"

    def tmux(self, *words: str) -> str:
        env = {name: value for name, value in os.environ.items() if name != "TMUX"}
        argv = ["tmux", "-u", "-L", self.name, *words]
        return subprocess.run(argv, env=env, capture_output=True, text=True, check=True).stdout

    def close(self) -> None:
        self.tmux("kill-server")
        os.unlink(self.script)


def main(names: list[str]) -> None:
    """Draw all pictures, or those that are named."""
    for name in names or SHOTS:
        shot = SHOTS[name]
        with fleet.started(CST) as demo:
            terminal = Terminal(demo, shot)
            time.sleep(2.5)
            for key in (demo.prefix, "g", *shot.keys) if shot.over else shot.keys:
                terminal.tmux("send-keys", key)
                time.sleep(0.7)
            time.sleep(1.5)
            screen = terminal.tmux("capture-pane", "-p", "-e")
            terminal.close()
        (HERE / f"{name}.svg").write_text(drawn(screen, f"cst {shot.words}", shot.light))
        print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
