"""The tmux key bindings: tmux.conf.example, with the absolute path of this cst."""

from __future__ import annotations

import os
import sys

from cst.model import CstError

_HERE = os.path.dirname(os.path.abspath(__file__))


def tmux(command: str) -> str:
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
        raise CstError(f"{path!r} cannot stand in a tmux binding, {why}; link cst elsewhere")


def _called(line: str, command: str) -> str:
    if line.startswith("#"):
        return line
    for before, after in (("'cst ", f"'{command} "), (" cst ", f" {command} "), ("(cst ", f"({command} ")):
        line = line.replace(before, after)
    return line


def shipped(installed: str, checkout: str) -> str:
    """The text of a file that travels in the package, or beside it in a checkout."""
    return read_file(shipped_path(installed, checkout))


def shipped_path(installed: str, checkout: str) -> str:
    """Where such a file is; CstError for a broken installation."""
    for path in (f"{_HERE}/../shell/{installed}", f"{_HERE}/../../{checkout}"):
        if os.path.exists(path):
            return os.path.normpath(path)
    raise CstError(f"{installed} is missing from this installation; install cst again")


def read_file(path: str) -> str:
    """The text of a file of ours."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def myself() -> str:
    """The absolute path of the cst program that runs; CstError where there is none."""
    for path in (os.path.abspath(sys.argv[0]), os.path.join(os.path.dirname(sys.executable), "cst")):
        if os.path.basename(path) == "cst" and os.access(path, os.X_OK):
            return path
    raise CstError("cannot find the cst program; install it, for example with `pipx install claude-session-toolkit`")
