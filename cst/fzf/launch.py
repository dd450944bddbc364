"""How fzf is started: its options, its bindings, its exits. Rows in, a key out.

Always the fzf that iterfzf bundles: the one on PATH may be too old for every second flag used here (Debian: 0.38).
Its function of that name is passed by: importing it takes as long as starting Python does (docs/decisions/0010).
Bindings do nothing themselves: each writes what was pressed, and on which row, into the pipe of the run folder.
"""

from __future__ import annotations

import contextlib
import os
import signal
import termios
from importlib.machinery import PathFinder
from itertools import chain

from cst.fzf import keymap
from cst.fzf.prompt import CHOICES, SEARCH
from cst.fzf.run_dir import SOCKET, Run
from cst.fzf.session_loop import Live
from cst.model import CstError, Value
from cst.system import spawn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cst.fzf.backend import Desk

_ANYWHERE = ("sort", "refresh", "ended", "rows", "page", "keys", "up", "down")  # actions that need no session
_CALLS = '1<>"$CST_RUN/calls"'  # read and write: opening never waits, even if nobody reads any more
_ENDS = (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT)
_LEFT = 130  # fzf's exit code after Esc, ctrl-c and `abort`
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
        preview = columns * 40 // 100
        return Shape(f"right,{preview},border-left", columns - preview - 8)
    return Shape("down,55%,border-top" + (",hidden" if lines < 16 else ""), columns - 5)


def run(desk: Desk, look: Look, placed: Shape, every: float, program: str, folders: tuple[str, ...]) -> str:
    """Open the picker and keep it true until it is closed; the key of the session to attach to, "" for none.

    `every`: seconds between two looks. `program`: what bindings call, as an absolute path, for nothing may depend on
    PATH. `folders`: where the private folder may be.
    """
    if not _has_terminal():
        raise CstError("the picker needs a terminal; `cst ls` lists the sessions without one")
    with (
        _hangups(), _every_key() as undone, contextlib.closing(Run(folders)) as room,
        _environment(room, program, undone),
    ):  # fmt: skip
        live = Live(desk, room, every, keymap.letters(look.keys), placed.preview)
        try:
            rows, header = live.start()
            items = chain(["\0".join(rows)], desk.more())
            given = (item.encode("utf-8", "replace") + b"\0" for item in items)
            code = spawn.fed(bundled(), [*_options(look, placed, room, header), *_binds(look)], given)
            left = code == _LEFT and not live.done  # by the person, whatever ends meanwhile
        finally:
            live.close()  # where only we were told to end, fzf would go on without anybody behind it
            live.stop()
    if live.failure:
        raise live.failure
    if left:
        raise KeyboardInterrupt
    if code not in (0, 1, _LEFT):  # neither closed nor left: what it said stands above
        raise CstError("fzf failed or was killed; `cst doctor` checks it")
    return live.left


def bundled() -> str:
    """The path of the fzf that iterfzf brings. CstError where it brings none for this system."""
    found = PathFinder.find_spec("iterfzf")
    if not found or not found.origin:
        raise CstError("iterfzf, which brings fzf, is not installed; install cst again")
    path = found.origin.removesuffix("__init__.py") + "fzf"
    if not os.access(path, os.X_OK):
        raise CstError("iterfzf brings no fzf for this system; `cst doctor` checks it")
    return path


def _options(look: Look, placed: Shape, room: Run, header: str) -> list[str]:
    pointer, marker, ellipsis = ("|", "+", "") if look.ascii else ("▌", "┃", "")
    unicode = ["--no-unicode"] if look.ascii else []
    blank = "\n".join([" "] * (header.count("\n") + 1))  # the words come from a file: everybody can read a command line
    return [
        # Exact: any five letters stand in this order somewhere in a prompt of a thousand characters.
        "--ansi", "--exact", "--multi", "--read0", f"--prompt={SEARCH}", f"--listen={room.path(SOCKET)}",
        "--with-shell=sh -c", "--delimiter=\t", "--with-nth=2..", "--layout=reverse", "--height=100%",
        "--info=inline-right", "--highlight-line", "--header-lines=1", "--header-first", "--tiebreak=index",
        "--no-hscroll", f"--ellipsis={ellipsis}",
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
            binds += [f"{key}:execute-silent:{_ENTER}" for key in some.split(",")]
            binds.append(f"double-click:execute-silent:{_CLICK}")
        elif name == "mark":
            binds += [f"{key}:toggle+execute-silent({_MARKED})+down" for key in some.split(",")]
        elif name == "preview":
            told = f'execute-silent:echo "toggled $FZF_COLUMNS $FZF_LINES $FZF_PREVIEW_LINES" {_CALLS}'
            binds += [f"{key}:toggle-preview+{told}" for key in some.split(",")]
        else:
            # fzf skips a command of which every placeholder is empty; what needs no session has none.
            target = "" if name in _ANYWHERE else "{+1}" if keymap.many(name) else "{1}"
            call = f'set -- {target}; echo "do {name} $*" {_CALLS}'
            binds += [f"{key}:execute-silent:{call}" for key in some.split(",")]
    binds += [f'{choice}:execute-silent:set -- {{1}}; echo "key $* {choice}" {_CALLS}' for choice in CHOICES]
    binds += [
        "ctrl-z:ignore",  # stopped, it would leave its mode to the shell
        f'esc,ctrl-g:transform:{_ESC}',
        f"btab:toggle+execute-silent({_MARKED})+up",
        f"right-click:toggle+execute-silent:{_MARKED}",
        f'focus:execute-silent:echo moved {_CALLS}',
        f'multi:execute-silent:echo "marked $FZF_SELECT_COUNT" {_CALLS}',
        f'resize:execute-silent:echo "size $FZF_COLUMNS $FZF_LINES" {_CALLS}',
        f'preview-scroll-up:execute-silent:echo "do up" {_CALLS}',
        f'preview-scroll-down:execute-silent:echo "do down" {_CALLS}',
    ]
    return [f"--bind={bind}" for bind in binds]


# It leaves a question, the page of keys, the picker. `read` fails at a file without a line end, and has read it.
_ESC = (
    f'page=; [ ! -e "$CST_RUN/page" ] || read -r page <"$CST_RUN/page"; '
    f'if [ -e "$CST_RUN/asking" ]; then echo "key esc" {_CALLS}; '
    f'elif [ "$page" = keys ] && [ -n "$FZF_PREVIEW_LINES" ]; then echo "do keys" {_CALLS}; else echo abort; fi'
)
_CLICK = f'[ "$FZF_PROMPT" != "{SEARCH}" ] || {{ set -- {{1}}; echo "do jump $*" {_CALLS}; }}'
_ENTER = (
    f'if [ "$FZF_PROMPT" = "{SEARCH}" ]; then set -- {{1}}; echo "do jump $*" {_CALLS}; '
    'else printf "text %s %s\\n" {1} {q} ' + _CALLS + "; fi"
)
# Which rows are marked, for the moment in which a reload takes the marks away.
_MARKED = 'if [ "$FZF_SELECT_COUNT" = 0 ]; then : >"$CST_RUN/marks"; else printf "%s\\n" {+1} >"$CST_RUN/marks"; fi'
# A reload keeps the number of the row under the cursor and no marks. This puts the cursor on the session that it was
# on, or as far from it as it was moved while the rows were read, and marks again what was marked. Where the rows
# stand as they stood (`row` is empty) and none is marked, it has nothing to do.
_KEEP = (
    '[ ! -s "$CST_RUN/row" ] && [ ! -s "$CST_RUN/marks" ] || exec awk -v at="$FZF_POS" \''
    "FILENAME == ARGV[1] { if (FNR == 1) key = $0; else was = $0; next } "
    "FILENAME == ARGV[2] { marked[$0]; next } "
    "$0 == key { here = FNR + at - was } "
    '$0 in marked { act = act "pos(" FNR ")+select+" } '
    'END { if (here < 1) here = at; print act "pos(" here ")" }\' '
    '"$CST_RUN/row" "$CST_RUN/marks" {*f1}'
)


# What a terminal does to keys before a program reads them: index in tcgetattr's list, flag, stty's name of it.
_MANGLED = (
    (0, termios.ICRNL, "icrnl"), (0, termios.IXON, "ixon"), (3, termios.ICANON, "icanon"), (3, termios.ECHO, "echo"),
    (3, termios.IEXTEN, "iexten"),
)  # fmt: skip


@contextlib.contextmanager
def _every_key():  # type: ignore[no-untyped-def]  # `typing` costs 0.5 x the start of Python
    """A terminal that leaves the keys as they are; yields the words with which `stty` undoes that.

    Where a command of a binding takes over a second, fzf puts back the mode that it found, as if a program for a person
    ran. In the usual one, Enter would then be ctrl-j, the row below, and a key would come when Enter does, or never.
    """
    with open("/dev/tty", "rb", buffering=0) as terminal:
        try:
            found = termios.tcgetattr(terminal)
        except termios.error:
            raise CstError("the terminal has gone; open the picker in another one") from None
        mode = [*found[:6], [*found[6]]]
        undone = []
        for at, flag, name in _MANGLED:
            if mode[at] & flag:
                mode[at] &= ~flag
                undone.append(name)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        try:
            termios.tcsetattr(terminal, termios.TCSANOW, mode)
            yield " ".join(undone)
        finally:
            with contextlib.suppress(termios.error, OSError):  # the terminal may have gone
                if os.tcgetpgrp(terminal.fileno()) == os.getpgrp():  # else it is a shell's of the person's, and we stop
                    termios.tcsetattr(terminal, termios.TCSANOW, found)


@contextlib.contextmanager
def _environment(room: Run, myself: str, mode: str):  # type: ignore[no-untyped-def]  # as above
    """What fzf and its bindings need; a person's own options may break a binding of ours. What fzf starts for a person,
    and what comes after it, has the person's environment and terminal: the file `own` gives them back."""
    ours = {"CST_RUN": room.folder, "CST_BIN": myself, "FZF_DEFAULT_OPTS": "", "FZF_DEFAULT_OPTS_FILE": ""}
    before = {name: os.environ.get(name) for name in ours}
    own = "".join(_given_back(name, value) for name, value in before.items())
    room.write("own", own + (f"stty {mode}\n" if mode else ""))
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _given_back(name: str, value: str | None) -> str:
    """A line of shell that sets a variable to what it was."""
    if value is None:
        return f"unset {name}\n"
    quoted = value.replace("'", "'\\''")
    return f"export {name}='{quoted}'\n"


@contextlib.contextmanager
def _hangups():  # type: ignore[no-untyped-def]  # as above
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
