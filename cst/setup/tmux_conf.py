"""The tmux key bindings: tmux.conf.example, with the absolute path of this cst."""

from __future__ import annotations

from cst.model import CstError
from cst.setup.assets import shipped, shipped_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


DEFAULT_KEYS = {"next": "a", "back": "A", "pick": "g", "seen": "v"}  # after the prefix, by what they do
OFF = "off"  # instead of a key: none
_PLAIN = "/._-+@"  # beside letters and digits: what no shell and no format of tmux reads


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
    run = _quoted(path, '"')
    other = (f"set-option -g @cst-{name}-key '{key}'\n" for name, key in keys.items() if key != DEFAULT_KEYS[name])
    return f"set-option -g @cst-command '{command}'\n{''.join(other)}run-shell '{run}'\n"


def _check(path: str) -> None:
    if not path or not all(c.isalnum() or c in _PLAIN + " ,:" or (c > "~" and c.isprintable()) for c in path):
        why = f"only letters, digits, spaces and {_PLAIN},: may be in it"
        raise CstError(f"{path!r} cannot stand in a tmux binding, {why}", "link cst elsewhere")


def _called(line: str, command: str) -> str:
    """A line of the example that calls this command. tmux hands all of them to sh: in single quotes and in `#()` it can
    stand in double ones, in the popup's double quotes in single ones."""
    if line.startswith("#"):
        return line
    double, single = _quoted(command, '"'), _quoted(command, "'")
    for before, after in (("'cst ", f"'{double} "), (" cst ", f" {single} "), ("(cst ", f"({double} ")):
        line = line.replace(before, after)
    return line


def _quoted(path: str, mark: str) -> str:
    """A path as sh reads it, with quotation marks where it needs some."""
    return path if path.isascii() and all(c.isalnum() or c in _PLAIN for c in path) else f"{mark}{path}{mark}"
