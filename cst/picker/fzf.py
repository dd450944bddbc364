"""How fzf is started: its options, its bindings, its exits. Rows in, a key out.

Always the fzf that iterfzf bundles: the one on PATH may be too old for every second flag used here (Debian: 0.38).
Bindings do nothing themselves: each writes what was pressed on which row into the pipe of the run folder.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from itertools import chain

from iterfzf import iterfzf

from cst.model import CstError, Value
from cst.picker import keys
from cst.picker.dialogue import CHOICES
from cst.picker.live import Live
from cst.picker.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cst.picker.desk import Desk

_ANYWHERE = ("sort", "refresh", "ended", "rows", "page", "keys", "up", "down")  # actions that need no session
_CALLS = '1<>"$CST_RUN/calls"'  # read and write: opening never waits, even if nobody reads any more
_ENDS = (signal.SIGHUP, signal.SIGTERM)
_SIDE_FROM = 130  # columns from which the preview stands beside the list
_COLORS = {
    "dark": "dark,fg+:bold,bg+:#26303b,hl:#56b4e9,hl+:#56b4e9,pointer:#e69f00,marker:#e69f00,prompt:#56b4e9,"
    "info:#8a8a8a,border:#4a4a4a,header:-1,footer:#e69f00,gutter:-1",
    "light": "light,fg+:bold,bg+:#e4e8ee,hl:#0072b2,hl+:#0072b2,pointer:#d55e00,marker:#d55e00,prompt:#0072b2,"
    "info:#6a6a6a,border:#b0b0b0,header:-1,footer:#d55e00,gutter:-1",
    "16": "16,fg+:bold,bg+:-1,hl:cyan,hl+:cyan,pointer:magenta,marker:magenta,prompt:cyan,info:8,border:8,header:-1,"
    "footer:yellow,gutter:-1",
}  # fmt: skip
# The warm process writes the page; only if it has gone is a cold one started.
_PREVIEW = (
    'printf "focus %s %s %s\\n" {1} "$FZF_PREVIEW_COLUMNS" "$FZF_PREVIEW_LINES" ' + _CALLS + "; n=0; "
    'until cat "$CST_RUN/pages/"{1}".$FZF_PREVIEW_COLUMNS.$FZF_PREVIEW_LINES" 2>/dev/null; do n=$((n + 1)); '
    '[ $n -lt 60 ] || exec "$CST_BIN" preview {1} --width "$FZF_PREVIEW_COLUMNS" --height "$FZF_PREVIEW_LINES"; '
    "sleep 0.01; done"
)


class Look(Value):
    """How the picker is drawn."""

    theme: str  # dark, light, 16, none
    ascii: bool
    keys: Mapping[str, str]  # fzf's names of the keys of each action
    stay: bool = False  # Enter jumps and the picker stays open
    tall: bool = False  # rows of two lines


class Shape(Value):
    """How the screen is divided: where the preview is, and the columns left for the rows."""

    preview: str
    list_columns: int


def size() -> tuple[int, int]:
    """Columns and lines of the terminal that we are on."""
    try:
        found = os.get_terminal_size(2)
    except OSError:
        return 80, 24
    return found.columns, found.lines


def shape(columns: int, lines: int) -> Shape:
    """The division for a terminal of that size."""
    if columns >= _SIDE_FROM:
        preview = columns * 44 // 100
        return Shape(f"right,{preview},border-left", columns - preview - 8)
    return Shape("down,55%,border-top" + (",hidden" if lines < 16 else ""), columns - 5)


def run(desk: Desk, look: Look, every: float, placed: Shape) -> str:
    """Open the picker and keep it true until it is closed; the key of the session to attach to, "" for none.

    `every`: seconds between two looks.
    """
    if not _has_terminal():
        raise CstError("the picker needs a terminal; `cst ls` lists the sessions without one")
    myself = _myself()
    room = Run(tuple(f for f in (os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("TMPDIR"), "/tmp") if f))
    os.environ.update(CST_RUN=room.folder, CST_BIN=myself, FZF_DEFAULT_OPTS="")
    os.environ.pop("FZF_DEFAULT_OPTS_FILE", None)  # the user's own options may break a binding of ours
    live = Live(desk, room, every, keys.letters(look.keys))
    with _hangups():
        try:
            rows, header = live.start()
            options = [*_options(look, placed, room, header), *_binds(look)]
            items = chain(rows, desk.more())
            # Exact: any five letters stand in this order somewhere in a prompt of a thousand characters.
            iterfzf(
                items, ansi=True, exact=True, sort=True, multi=True, read0=True, prompt="search> ", __extra__=options
            )
        except KeyboardInterrupt:
            if not live.done and not live.failure:
                raise
        finally:
            live.close()  # where only we were told to end, fzf would go on without anybody behind it
            live.stop()
            room.close()
    if live.failure:
        raise live.failure
    return live.left


def _options(look: Look, placed: Shape, room: Run, header: str) -> list[str]:
    pointer, marker, ellipsis = ("|", "+", "") if look.ascii else ("▌", "┃", "")
    unicode = ["--no-unicode"] if look.ascii else []
    blank = "\n".join([" "] * (header.count("\n") + 1))  # the words come from a file: everybody can read a command line
    return [
        f"--listen={room.path('fzf.sock')}", "--with-shell=sh -c", "--delimiter=\t", "--with-nth=2..", "--accept-nth=1",
        "--no-print0", "--layout=reverse", "--height=100%", "--info=inline-right", "--highlight-line",
        "--header-lines=1", "--header-first", "--tiebreak=index", "--no-hscroll", f"--ellipsis={ellipsis}",
        f"--pointer={pointer}", f"--marker={marker}", "--gutter= ", f"--header={blank}", *unicode,
        "--no-color" if look.theme == "none" else f"--color={_COLORS[look.theme]}",
        f"--preview={_PREVIEW}", f"--preview-window={placed.preview}",
    ]  # fmt: skip


def _binds(look: Look) -> list[str]:
    """Every binding, as options. What acts is `do ACTION KEY...` in the pipe; the rest is fzf's own."""
    start = f'unbind({",".join(CHOICES)},focus)+transform-header(cat "$CST_RUN/header")'
    binds = [f"start:{start}", f"load:transform:{_KEEP}"]
    for name, some in look.keys.items():
        if name == "jump":
            binds += [f"{key}:execute-silent:{_ENTER}" for key in (*some.split(","), "double-click")]
        elif name == "mark":
            binds += [f"{key}:toggle+down" for key in some.split(",")]
        elif name == "preview":
            binds += [f"{key}:toggle-preview" for key in some.split(",")]
        else:
            # fzf skips a command of which every placeholder is empty; what needs no session has none.
            target = "" if name in _ANYWHERE else "{+1}" if keys.many(name) else "{1}"
            call = f'set -- {target}; echo "do {name} $*" {_CALLS}'
            binds += [f"{key}:execute-silent:{call}" for key in some.split(",")]
    binds += [f'{choice}:execute-silent:echo "key {choice}" {_CALLS}' for choice in CHOICES]
    binds += [
        f'esc,ctrl-g:transform:if [ -e "$CST_RUN/asking" ]; then echo "key esc" {_CALLS}; else echo abort; fi',
        "btab:toggle+up",
        f'focus:execute-silent:echo moved {_CALLS}',
        f'multi:execute-silent:echo "marked $FZF_SELECT_COUNT" {_CALLS}',
        f'resize:execute-silent:echo "size $FZF_COLUMNS $FZF_LINES" {_CALLS}',
        f'preview-scroll-up:execute-silent:echo "do up" {_CALLS}',
        f'preview-scroll-down:execute-silent:echo "do down" {_CALLS}',
    ]
    return [f"--bind={bind}" for bind in binds]


_ENTER = (
    'if [ -e "$CST_RUN/typing" ]; then printf "text %s\\n" {q} ' + _CALLS + "; "
    'else set -- {1}; echo "do jump $*" ' + _CALLS + "; fi"
)
# After a reload fzf keeps the row's number; this puts the cursor on the session that it was on.
_KEEP = (
    '[ ! -e "$CST_RUN/row" ] || awk \'NR == FNR { key = $0; next } $0 == key { print "pos(" FNR ")"; exit }\' '
    '"$CST_RUN/row" {*f1}'
)


@contextlib.contextmanager
def _hangups():  # type: ignore[no-untyped-def]  # `typing` costs 0.5 x the start of Python
    """A closed popup or terminal, or a kill, ends the picker as Esc does: nothing may stay behind."""
    before = {number: signal.signal(number, _hung_up) for number in _ENDS}
    # ctrl-c is fzf's to answer, or an editor's that it runs. A handler, not SIG_IGN: that one children would inherit.
    before[signal.SIGINT] = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _hung_up(number: int, _: object) -> None:
    for one in _ENDS:  # a second one would end the tidying up
        signal.signal(one, signal.SIG_IGN)
    raise SystemExit(128 + number)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return os.isatty(2)


def _myself() -> str:
    """The program that bindings call: this one, by its absolute path, for nothing may depend on PATH."""
    path = os.path.abspath(sys.argv[0])
    if os.path.basename(path) == "cst" and os.access(path, os.X_OK):
        return path
    found = os.path.join(os.path.dirname(sys.executable), "cst")
    if os.access(found, os.X_OK):
        return found
    raise CstError("the picker calls `cst` back and cannot find it; install cst, for example with `pipx install`")
