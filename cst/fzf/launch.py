"""How fzf is started: its options, its environment, its exits. Rows in, a row's key out.

Always the fzf that iterfzf bundles: the one on PATH may be too old for half of the flags used here (Debian: 0.38).
iterfzf's own function is not called, because importing it takes as long as starting Python does (docs/decisions/0010).
"""

from __future__ import annotations

import contextlib
import os
from importlib.machinery import PathFinder
from itertools import chain

from cst.fzf import bindings, terminal
from cst.fzf.keymap import called
from cst.fzf.messages import SEARCH, WRITE_FOCUS
from cst.fzf.run_dir import SOCKET, RunDir
from cst.fzf.search import HOW
from cst.fzf.session_loop import SessionLoop
from cst.model import CstError
from cst.system import spawn
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cst.fzf.backend import Actions, Backend
    from cst.fzf.keymap import Key
    from cst.fzf.layout import Layout

_LEFT = 130  # fzf's exit code after Esc, ctrl-c and `abort`
_EXITS = (0, 1, _LEFT)  # after which it has restored the screen
_COLORS = {
    "dark": "dark,fg+:bold,bg+:#26303b,hl:#56b4e9,hl+:#56b4e9,pointer:#e69f00,marker:#e69f00,prompt:#56b4e9,"
    "info:#8a8a8a,border:#4a4a4a,header:-1,footer:#e69f00,gutter:-1",
    "light": "light,fg+:bold,bg+:#e4e8ee,hl:#0072b2,hl+:#0072b2,pointer:#d55e00,marker:#d55e00,prompt:#0072b2,"
    "info:#6a6a6a,border:#b0b0b0,header:-1,footer:#d55e00,gutter:-1",
    # Reversed: no colour of the sixteen is seen on every background.
    "16": "16,fg+:-1:bold:reverse,bg+:-1,hl:cyan,hl+:cyan,pointer:magenta,marker:magenta,prompt:cyan,"
    "info:8,border:8,header:-1,footer:yellow,gutter:-1",
}  # fmt: skip
# The loop writes the page. Only if cst has gone is a new one started for it.
_PREVIEW = (
    f"{WRITE_FOCUS}; n=0; "
    'until cat "$CST_RUN/pages/"{1}".$FZF_PREVIEW_COLUMNS.$FZF_PREVIEW_LINES" 2>/dev/null; do n=$((n + 1)); '
    '[ $n -lt 60 ] || exec "$CST_BIN" preview {1} --width "$FZF_PREVIEW_COLUMNS" --height "$FZF_PREVIEW_LINES"; '
    "sleep 0.01; done"
)


class Look(Value):
    """How a picker is drawn, and its keys."""

    theme: str  # dark, light, 16, none
    ascii: bool
    keys: Sequence[Key]
    stay: bool = False  # Enter jumps and the picker stays open
    tall: bool = False  # rows of two lines

    def key(self, name: str) -> str:
        """What a message calls the key of that action."""
        return called(self.keys, name)


def run(
    backend: Backend, actions: Actions, look: Look, placed: Layout, every: float, program: str, folders: tuple[str, ...]
) -> str:
    """Open a picker and keep it up to date until it is closed. Returns the row to go on with on this terminal, "" for
    none. KeyboardInterrupt if the user left it; CstError without a terminal, or if fzf failed.

    `every`: seconds between refreshes. `program`: cst's own absolute path, because bindings cannot rely on PATH.
    `folders`: where the run folder may be, the first that will do.
    """
    if not terminal.is_there():
        raise CstError("the picker needs a terminal", "`cst ls` lists the sessions without one")
    with (
        terminal.hangups(), terminal.guarded() as tell, terminal.every_key(tell) as undo,
        contextlib.closing(RunDir(folders)) as run_dir, _environment(run_dir, program, undo),
    ):  # fmt: skip
        tell("folder", run_dir.folder)
        loop, code = SessionLoop(backend, actions, run_dir, look.keys, every, placed, bundled()), -1
        try:
            rows, header = loop.start()
            items = chain(["\0".join(rows)], backend.more())
            encoded = (item.encode("utf-8", "replace") + b"\0" for item in items)
            words = [*options(look, placed, run_dir, header), *bindings.options(look.keys)]
            code = spawn.fed(bundled(), words, encoded, began=lambda pid: tell("fzf", pid))
            tell("fzf", "")  # reaped: its pid may be another program's from now on
            left = code == _LEFT and not loop.done  # by the user, whatever ends meanwhile
        finally:
            loop.close()  # if only cst was told to end, fzf would go on without it
            if code not in _EXITS:
                terminal.restore_screen()
            loop.stop()
    if loop.failure:
        raise loop.failure
    if left:
        raise KeyboardInterrupt
    if code not in _EXITS:  # fzf may have said why, above
        raise CstError("fzf failed or was killed", "`cst doctor` checks it")
    return loop.chosen


def bundled() -> str:
    """The path of the fzf that iterfzf brings. CstError if it brings none for this system."""
    found = PathFinder.find_spec("iterfzf")
    if not found or not found.origin:
        raise CstError("iterfzf, which brings fzf, is not installed", "install cst again")
    path = found.origin.removesuffix("__init__.py") + "fzf"
    if not os.access(path, os.X_OK):
        raise CstError("iterfzf brings no fzf for this system", "`cst doctor` checks it")
    return path


def options(look: Look, placed: Layout, run_dir: RunDir, header: str) -> list[str]:
    """All options but the bindings. `header` only sets the height: anybody can read a command line, so its words come
    from a file."""
    pointer, marker, ellipsis, bar = ("|", "+", "", ":") if look.ascii else ("▌", "✓", "", "▐")
    unicode = ["--no-unicode"] if look.ascii else []
    blank = "\n".join([" "] * (header.count("\n") + 1))
    return [
        # Exact: any five letters occur in this order somewhere in a prompt of a thousand characters. Not sorted by how
        # well they match: the order of the list is what it is for. Marks are allowed by the key that makes them.
        "--ansi", *HOW, "--no-sort", f"--prompt={SEARCH}", f"--listen={run_dir.path(SOCKET)}",
        "--with-shell=sh -c", "--with-nth=2..", "--layout=reverse", "--height=100%",
        "--info=inline-right", "--highlight-line", "--header-lines=1", "--header-first",
        "--no-hscroll", f"--ellipsis={ellipsis}",
        f"--scrollbar={bar}",  # not as the border of the preview beside it
        f"--pointer={pointer}", f"--marker={marker}", "--gutter= ", f"--header={blank}", *unicode,
        "--no-color" if look.theme == "none" else f"--color={_COLORS[look.theme]}",
        f"--preview={_PREVIEW}", f"--preview-window={placed.preview}",
    ]  # fmt: skip


@contextlib.contextmanager
def _environment(run_dir: RunDir, program: str, stty: str) -> Iterator[None]:
    """What fzf and its bindings need; the user's own fzf options could break a binding of ours.

    Whatever fzf runs for the user sources the file `environment`, which gives back the user's environment and, with the
    arguments `stty`, the terminal's mode.
    """
    ours = {"CST_RUN": run_dir.folder, "CST_BIN": program, "FZF_DEFAULT_OPTS": "", "FZF_DEFAULT_OPTS_FILE": ""}
    before = {name: os.environ.get(name) for name in ours}
    script = "".join(_restored(name, value) for name, value in before.items())
    run_dir.write("environment", script + (f"stty {stty}\n" if stty else ""))
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _restored(name: str, value: str | None) -> str:
    """A line of shell that sets a variable to what it was."""
    if value is None:
        return f"unset {name}\n"
    quoted = value.replace("'", "'\\''")
    return f"export {name}='{quoted}'\n"
