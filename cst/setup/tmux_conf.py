"""The tmux key bindings: tmux.conf.example, with the absolute path of this cst."""

from __future__ import annotations

from cst.model import CstError
from cst.setup.assets import shipped, shipped_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


DEFAULT_KEYS = {"next": "a", "back": "A", "pick": "g", "seen": "v"}  # after the prefix, by what they do
OFF = "off"  # instead of a key: none


def bindings(command: str, keys: Mapping[str, str] = DEFAULT_KEYS) -> str:
    """The lines for tmux.conf that call `command`: bound keys run where PATH may be another. `keys` are by name; `-n
    M-a` is one without prefix."""
    _check(command)
    lines = shipped("tmux.conf", "tmux.conf.example").splitlines(True)
    return "".join(_called(moved, command) for line in lines if (moved := _moved(line, keys)))


def _moved(line: str, keys: Mapping[str, str]) -> str:
    """A line of the example with another key in it; "" where that key is off."""
    for name, default in DEFAULT_KEYS.items():
        key = keys[name]
        about, bind = f"# prefix {default}   ", f"' {default} run-shell "
        if key == default or not (line.startswith(about) or bind in line):
            continue
        if key == OFF:
            return ""
        said = key.removeprefix("-n ") if key.startswith("-n ") else f"prefix {key}"
        return line.replace(about, f"# {said:10} ").replace(bind, f"' {key} run-shell ")
    return line


BEGIN, END = "# >>> cst >>>", "# <<< cst <<<"


def fenced(lines: str) -> str:
    """Lines for tmux.conf between two that `cst init tmux --off` finds again. The empty line before them is ours too:
    where the last line of the file has no end, it gives it one."""
    return f"\n{BEGIN}\n{lines}{END}\n"


def plugin(command: str, keys: Mapping[str, str] = DEFAULT_KEYS) -> str:
    """The lines for tmux.conf that load the plugin, cst.tmux, and tell it how to call cst, and its keys."""
    path = shipped_path("cst.tmux", "cst.tmux")
    _check(command)
    _check(path)
    other = (f"set-option -g @cst-{name}-key '{key}'\n" for name, key in keys.items() if key != DEFAULT_KEYS[name])
    return f"set-option -g @cst-command '{command}'\n{''.join(other)}run-shell '{path}'\n"


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
