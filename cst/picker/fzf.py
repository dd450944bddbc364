"""The only room that knows fzf: its options, its bindings, its exits. Rows in, a key out.

Always the fzf that iterfzf bundles: the one on PATH may be too old for every second flag used here (Debian: 0.38).
"""

from __future__ import annotations

import contextlib
import os
import sys

from iterfzf import iterfzf

from cst.model import CstError, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP = "enter jump · ctrl-k end · ctrl-r refresh · ctrl-/ preview · esc quit"
_COLORS = "16,fg+:bold,bg+:-1,hl:cyan,hl+:cyan,pointer:magenta,prompt:magenta,info:8,border:8,header:8,gutter:-1"


class Shape(Value):
    """How the screen is divided: where the preview is, and the columns left for the rows."""

    preview: str
    list_columns: int


def shape() -> Shape:
    """The division for the terminal that we are on."""
    try:
        columns = os.get_terminal_size(2).columns
    except OSError:
        columns = 80
    if columns >= 130:
        preview = columns * 44 // 100
        return Shape(f"right,{preview},border-left,wrap", columns - preview - 5)
    return Shape("down,55%,border-top,wrap", columns - 4)


def choose(rows: Sequence[str], own: Shape, ended: bool, plain: bool, problems: Sequence[str]) -> str:
    """Let a person choose one of `rows`, the first of which is the heads; its key, "" if they chose none."""
    if not _has_terminal():
        raise CstError("the picker needs a terminal; `cst ls` lists the sessions without one")
    myself, run = _myself(), _run_folder()
    os.environ.update(CST_RUN=run, CST_BIN=myself, FZF_DEFAULT_OPTS="", CST_HELP=_HELP)
    os.environ.pop("FZF_DEFAULT_OPTS_FILE", None)  # the user's own options may break a binding of ours
    try:
        options = _options(own, ended, plain, problems)
        chosen = iterfzf(rows, ansi=True, sort=True, prompt="session> ", __extra__=options)
    except KeyboardInterrupt:
        return ""
    finally:
        _remove(run)
    return chosen if isinstance(chosen, str) else ""


def _options(own: Shape, ended: bool, plain: bool, problems: Sequence[str]) -> list[str]:
    reload = f'"$CST_BIN" rows --width {own.list_columns}{" --all" if ended else ""}'
    keep = '[ "$FZF_INPUT_STATE" = hidden ] && echo "trigger(n)" || echo abort'
    again = "rebind(enter,double-click,ctrl-k,ctrl-x,ctrl-r)+show-input"
    end = 'execute-silent(xargs "$CST_BIN" kill --yes -- <"$CST_RUN/target" >"$CST_RUN/said" 2>&1)'
    told = f'transform-header(cat "$CST_RUN/said")+reload-sync({reload})'
    drop = f"unbind(y,n,focus)+{again}+change-header({_HELP})"
    binds = (
        "start:unbind(y,n,focus)",
        f"focus:{drop}",  # bound while a question is up: another row came under the cursor, so the question goes
        "enter:accept",  # explicit, so that unbind and rebind have something to restore
        "double-click:accept",
        f"ctrl-r:reload-sync:{reload}",
        'ctrl-k:transform:[ "$FZF_MATCH_COUNT" = 0 ] || "$CST_BIN" ask {1}',
        'ctrl-x:trigger(ctrl-k)',
        f"n:{drop}",
        f"y:unbind(y,n,focus)+{again}+{end}+{told}",
        f"esc,ctrl-g:transform:{keep}",
        "ctrl-/:change-preview-window(hidden|)",
    )
    footer = [f"--footer={len(problems)} problems: {problems[0]}"] if problems else []
    return [
        "--with-shell=sh -c", "--delimiter=\t", "--with-nth=2..", "--accept-nth=1", "--layout=reverse",
        "--height=100%", "--info=inline-right", "--highlight-line", "--no-multi", "--no-multi-line", "--header-lines=1",
        "--header-first", "--tiebreak=index", "--no-hscroll", "--ellipsis=…", "--pointer=▌", "--gutter= ",
        f"--header={_HELP}",
        "--no-color" if plain else f"--color={_COLORS}",
        '--preview="$CST_BIN" preview {1} --width "$FZF_PREVIEW_COLUMNS" --height "$FZF_PREVIEW_LINES"',
        f"--preview-window={own.preview}", *(f"--bind={bind}" for bind in binds), *footer,
    ]  # fmt: skip


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return os.isatty(2)


def _run_folder() -> str:
    """A private folder for what the bindings hand on. (`tempfile` and `shutil` cost 0.4 x the start of Python.)"""
    name = f"cst-pick.{os.getpid()}.{os.urandom(6).hex()}"
    for above in (os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("TMPDIR"), "/tmp"):
        if above:
            with contextlib.suppress(OSError):
                os.mkdir(f"{above}/{name}", 0o700)
                return f"{above}/{name}"
    raise CstError(f"cannot make the folder {name}; set TMPDIR to a folder that you can write to")


def _remove(folder: str) -> None:
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            os.unlink(f"{folder}/{name}")
        os.rmdir(folder)


def _myself() -> str:
    """The program that bindings call: this one, by its absolute path, for nothing may depend on PATH."""
    path = os.path.abspath(sys.argv[0])
    if os.path.basename(path) == "cst" and os.access(path, os.X_OK):
        return path
    found = os.path.join(os.path.dirname(sys.executable), "cst")
    if os.access(found, os.X_OK):
        return found
    raise CstError("the picker calls `cst` back and cannot find it; install cst, for example with `pipx install`")
