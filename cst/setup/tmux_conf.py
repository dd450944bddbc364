"""The tmux key bindings: tmux.conf.example, with the absolute path of this cst."""

from __future__ import annotations

from cst.model import CstError
from cst.setup.assets import shipped, shipped_path


def bindings(command: str) -> str:
    """The lines for tmux.conf that call `command`: bound keys run where PATH may be another."""
    _check(command)
    return "".join(_called(line, command) for line in shipped("tmux.conf", "tmux.conf.example").splitlines(True))


BEGIN, END = "# >>> cst >>>", "# <<< cst <<<"


def fenced(lines: str) -> str:
    """Lines for tmux.conf between two that `cst init tmux --off` finds again. The empty line before them is ours too:
    where the last line of the file has no end, it gives it one."""
    return f"\n{BEGIN}\n{lines}{END}\n"


def plugin(command: str) -> str:
    """The lines for tmux.conf that load the plugin, cst.tmux, and tell it how to call cst."""
    path = shipped_path("cst.tmux", "cst.tmux")
    _check(command)
    _check(path)
    return f"set-option -g @cst-command '{command}'\nrun-shell '{path}'\n"


def _check(path: str) -> None:
    if not path or not all(c.isalnum() or c in "/._-+@" for c in path):
        why = "only letters, digits and /._-+@ may be in it"
        raise CstError(f"{path!r} cannot stand in a tmux binding, {why}", "link cst elsewhere")


def _called(line: str, command: str) -> str:
    if line.startswith("#"):
        return line
    for before, after in (("'cst ", f"'{command} "), (" cst ", f" {command} "), ("(cst ", f"({command} ")):
        line = line.replace(before, after)
    return line
