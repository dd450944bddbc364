"""Every environment variable, path and config key, read in one place.

Over 300 lines, because that is one table, and each message names the line that it is about.
"""

from __future__ import annotations

import os

from cst.model import CstError, digits
from cst.system import files
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

ENVIRONMENT = (
    ("CLAUDE_CONFIG_DIR", "where Claude Code keeps its files (default: ~/.claude)"),
    ("CST_CONFIG", "the config file (default: ~/.config/cst/config.toml)"),
    ("CST_CLIENT", "the tmux client to act for; the key bindings set it"),
    ("CST_TMUX", "the tmux program (default: the one on PATH)"),
    ("NO_COLOR", "no colour, unless --color always is given"),
    ("TERM", "dumb: no colour, and no picker"),
    ("COLORTERM, COLORFGBG", "whether the picker may use more than the terminal's 16 colours, on dark or on light"),
    ("LC_ALL, LC_CTYPE, LANG", "whether glyphs may be more than ASCII"),
    ("CST_STATE_DIR", "holds events and marks (default: $XDG_STATE_HOME/cst)"),
    ("XDG_CONFIG_HOME", "holds cst/config.toml (default: ~/.config)"),
    ("XDG_STATE_HOME", "holds cst/events and cst/marks (default: ~/.local/state)"),
    ("XDG_RUNTIME_DIR", "holds the private folder of an open picker (default: TMPDIR, or /tmp)"),
    ("XDG_DATA_HOME", "holds cst/hook.sh (default: ~/.local/share)"),
)

# Config keys: (name, type, default, what it means). docs/config.md is made from this table.
KEYS: tuple[tuple[str, type, object, str], ...] = (
    ("config_dirs", list, [], "more Claude Code folders to look at, besides CLAUDE_CONFIG_DIR or ~/.claude"),
    ("tmux_sockets", list, [], "more tmux sockets to look at, besides those that live sessions name"),
    ("kill_grace", float, 5.0, "seconds that `cst kill` waits after SIGTERM before it offers SIGKILL"),
    ("ended_days", float, 7.0, "how far back `cst ls --all` looks for ended sessions, in days"),
    ("refresh", float, 1.0, "seconds between two looks of an open picker"),
    ("theme", str, "auto", "the picker's colours: dark, light, 16 or none; auto: 16 unless COLORFGBG is set"),
    ("glyphs", str, "auto", "unicode or ascii; auto asks the locale"),
    ("lines", float, 1.0, "lines of a row of the picker: 1, or 2 with the last prompt below"),
    ("context_window", float, 200_000.0, "tokens that context bars are drawn against where no status line was told"),
    ("prices", dict, {}, "a table of your prices: model = [input, output, written for 5m, for 1h, read], $ for 1M"),
    ("columns", list, [], "what rows show beside session and what: for, state, since, branch, ctx, place, tags; all"),
    ("snooze_ends", str, "time", "what ends `cst snooze --for`: time, or asked: also a dialog that the session opens"),
    ("weights", dict, {}, "a table, folder = number, such as `\"*/hotfix-*\" = 10`: what needs you there comes first"),
    ("keys", dict, {}, "a table of the picker's keys, action = key (docs/picker.md lists them)"),
    ("hosts", dict, {}, "a table of other machines and containers, name = command prefix (docs/hosts.md)"),
)
_CHOICES = {"theme": ("auto", "dark", "light", "16", "none"), "glyphs": ("auto", "unicode", "ascii"),
            "snooze_ends": ("time", "asked"),
            "columns": ("for", "state", "since", "session", "branch", "what", "ctx", "place", "tags")}  # fmt: skip


class Settings(Value):
    """What the environment and the config file say. Paths are absolute."""

    home: str
    state_dir: str
    data_dir: str
    config_dirs: tuple[str, ...]
    tmux: str  # $TMUX, "" outside tmux
    tmux_pane: str  # $TMUX_PANE; "" in popups, run-shell and #()
    tmux_program: str
    tmux_sockets: tuple[str, ...]
    default_socket: str
    client: str  # --client or $CST_CLIENT
    no_color: bool
    dumb: bool  # a terminal without a cursor to move
    columns: int  # $COLUMNS, 0 = not set
    editor: str
    kill_grace: float
    ended_days: float
    refresh: float  # seconds
    theme: str  # dark, light, 16, none
    ascii: bool
    lines: int  # of a row of the picker
    context_window: float  # tokens
    prices: Mapping[str, tuple[float, float, float, float, float]]  # a person's own, by model, as core/prices has them
    shown: tuple[str, ...]  # the columns of a row; () = all
    snooze_ends: str  # time, asked
    weights: Mapping[str, float]  # by a pattern of folders
    keys: Mapping[str, str]  # a person's own keys in the picker, by action
    run_dirs: tuple[str, ...]  # where an open picker may have its private folder, in this order
    config_file: str = ""
    hosts: Mapping[str, object] = {}  # by name: a prefix, or a table with `prefix` (system/hosts reads them)
    replay: str = ""  # a recording to look at instead of the world
    replay_at: float | None = None  # seconds from its beginning; None = its end

    @property
    def events_dir(self) -> str:
        return self.state_dir + "/events/v1"

    @property
    def marks_file(self) -> str:
        return self.state_dir + "/marks/v1.jsonl"

    @property
    def places_file(self) -> str:
        return self.state_dir + "/places/v1.json"

    @property
    def lost_file(self) -> str:
        return self.state_dir + "/places/lost"

    def config_dir(self, path: str) -> str:
        """The configured Claude Code folder that a path leads to, also through a link; "" where it is none."""
        if path in self.config_dirs:
            return path
        real = os.path.realpath(path)
        return next((own for own in self.config_dirs if os.path.realpath(own) == real), "")

    def shelf(self, name: str) -> str:
        """The file that shells read without starting anything: prompt, names or tags."""
        return f"{self.state_dir}/{name}"

    @property
    def hook(self) -> str:
        return self.data_dir + "/hook.sh"

    @property
    def socket(self) -> str:
        """The socket of the tmux server that we run in, "" outside tmux."""
        return self.tmux.rsplit(",", 2)[0]  # the path may have commas


def popup(env: Mapping[str, str], named: str = "") -> tuple[str, str, str]:
    """tmux's program, its socket and the client to tell, where a tmux binding or a popup runs us, "" elsewhere: for a
    failure to load all the rest too. A binding names its client (`named`, or CST_CLIENT); a TMUX_PANE beside that is of
    the terminal in which the tmux server was started, and tmux hands it on."""
    client = named or env.get("CST_CLIENT", "")
    socket = "" if env.get("TMUX_PANE") and not client else env.get("TMUX", "").rsplit(",", 2)[0]
    return env.get("CST_TMUX") or "tmux", socket, client


def load(env: Mapping[str, str]) -> Settings:
    """Settings from an environment; CstError names a config file or key that cannot be used."""
    home = env.get("HOME", "")
    if not home.startswith("/"):
        raise CstError("HOME is not set to a folder", "set it, for example HOME=/home/you")
    home = home.rstrip("/")
    config_file = env.get("CST_CONFIG") or f"{_xdg(env, 'XDG_CONFIG_HOME', home, '.config')}/cst/config.toml"
    config = _config(config_file, home)
    claude = env.get("CLAUDE_CONFIG_DIR") or home + "/.claude"
    dirs = [_absolute(path, home) for path in (claude, *config["config_dirs"])]
    columns, own_state = env.get("COLUMNS", ""), env.get("CST_STATE_DIR", "").rstrip("/")
    return Settings(
        home=home,
        state_dir=own_state if own_state[:1] == "/" else _xdg(env, "XDG_STATE_HOME", home, ".local/state") + "/cst",
        data_dir=_xdg(env, "XDG_DATA_HOME", home, ".local/share") + "/cst",
        config_dirs=_distinct(dirs),
        tmux=env.get("TMUX", ""),
        tmux_pane="" if env.get("CST_CLIENT") else env.get("TMUX_PANE", ""),
        tmux_program=popup(env)[0],
        tmux_sockets=tuple(_absolute(path, home) for path in config["tmux_sockets"]),
        default_socket=f"{(env.get('TMUX_TMPDIR') or '/tmp').rstrip('/')}/tmux-{os.getuid()}/default",
        client=env.get("CST_CLIENT", ""),
        no_color=bool(env.get("NO_COLOR")) or env.get("TERM") == "dumb",
        dumb=env.get("TERM") == "dumb",
        columns=int(columns) if digits(columns) else 0,
        editor=env.get("VISUAL") or env.get("EDITOR") or "vi",
        kill_grace=config["kill_grace"],
        ended_days=config["ended_days"],
        refresh=max(0.2, config["refresh"]),
        theme=_theme(env, config["theme"]),
        ascii=config["glyphs"] == "ascii" or (config["glyphs"] == "auto" and not is_utf8(locale_of(env))),
        lines=2 if config["lines"] >= 2 else 1,
        context_window=config["context_window"],
        prices=config["prices"],
        shown=tuple(config["columns"]),
        snooze_ends=config["snooze_ends"],
        weights=config["weights"],
        keys=config["keys"],
        config_file=config_file,
        hosts=config["hosts"],
        run_dirs=tuple(path for path in (env.get("XDG_RUNTIME_DIR"), env.get("TMPDIR"), "/tmp") if path),
    )


def _distinct(folders: list[str]) -> tuple[str, ...]:
    """These folders, each once: a link to another would show all of it twice."""
    if len(folders) == 1:
        return tuple(folders)
    found: dict[str, str] = {}
    for folder in folders:
        found.setdefault(os.path.realpath(folder), folder)
    return tuple(found.values())


def _theme(env: Mapping[str, str], wanted: str) -> str:
    """A palette of ours only where it is known to suit: on a background that COLORFGBG ("15;0") names."""
    if env.get("NO_COLOR") or env.get("TERM") == "dumb":
        return "none"
    if wanted != "auto":
        return wanted
    background = env.get("COLORFGBG", "").rpartition(";")[2]
    if env.get("COLORTERM") not in ("truecolor", "24bit") or not digits(background):
        return "16"
    return "light" if background in ("7", "15") else "dark"


def locale_of(env: Mapping[str, str]) -> str:
    """The locale that says which characters a terminal shows; "" where none is set."""
    return env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""


def is_utf8(locale: str) -> bool:
    """Whether a locale is one of UTF-8. None at all counts as one: key bindings run in a bare environment."""
    return not locale or "utf8" in locale.lower().replace("-", "")


def _xdg(env: Mapping[str, str], name: str, home: str, default: str) -> str:
    value = env.get(name, "")  # the specification: a relative path is to be ignored
    return value.rstrip("/") if value.startswith("/") else f"{home}/{default}"


def _absolute(path: str, home: str) -> str:
    path = home + path[1:] if path.startswith("~/") else path
    return path.rstrip("/") if path.startswith("/") else f"{home}/{path}".rstrip("/")


def _config(path: str, home: str) -> dict[str, Any]:
    values = {name: default for name, _, default, _ in KEYS}
    called = _called(path, home)
    try:
        text = files.read(path) if path != os.devnull else b""
    except FileNotFoundError:
        return values
    except OSError as error:
        raise CstError(f"cannot read {called}: {error.strerror}", "fix its permissions or remove it") from None
    from cst import plain_toml  # only where there is a file

    try:
        given = plain_toml.loads(text.decode())
    except ValueError as error:  # no TOML, or no UTF-8
        where = "its last line" if "end of document" in str(error) else "that line"
        raise CstError(f"{called} is not TOML: {error}", f"fix {where}") from None
    wrong: list[CstError] = []
    for name, value in given.items():
        try:
            if name == "hosts":
                values[name] = _hosts(value, lambda host: f"{called}, line {_line_of(text, host, 'hosts')}")
            else:
                values[name] = _checked(name, value, f"{called}, line {_line_of(text, name)}")
        except CstError as error:
            wrong += [error, *error.also]
    raise_together(wrong)
    return values


def raise_together(wrong: Sequence[CstError]) -> None:
    """Raise the first of these errors, with the others beside it; nothing where there is none."""
    if wrong:
        raise CstError(wrong[0].what, wrong[0].remedy, also=wrong[1:])


def _called(path: str, home: str) -> str:
    return "~" + path[len(home) :] if path.startswith(home + "/") else path  # short: it may be tmux's message line


def place(settings: Settings, table: str, name: str) -> str:
    """Where a key of a table stands in the config file, for a message: `~/.config/cst/config.toml, line 3`."""
    try:
        line = _line_of(files.read(settings.config_file), name, table)
    except (OSError, ValueError):
        line = 1
    return f"{_called(settings.config_file, settings.home)}, line {line}"


def _checked(name: str, value: object, where: str) -> object:
    types = {name: kind for name, kind, _, _ in KEYS}
    if name not in types:
        from difflib import get_close_matches  # only where something is wrong

        close = get_close_matches(name, types, 1)
        remedy = f"did you mean {close[0]}?" if close else f"known are {', '.join(types)}"
        raise CstError(f"{where}: unknown key {name!r}", remedy)
    kind = types[name]
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1e6:
        return float(value)
    choices = _CHOICES.get(name, ())
    if kind is list and isinstance(value, list) and all(isinstance(item, str) and item for item in value) and (
        not choices or set(value) <= set(choices)
    ):  # fmt: skip
        return value
    if kind is str and value in choices:
        return value
    is_right, holds = _TABLES.get(name, (_is_word, "a table of keys, action = key"))
    if kind is dict and isinstance(value, dict) and all(map(is_right, value.values())):
        return value
    if choices:
        wanted = f"{'a list of' if kind is list else 'one of'} {', '.join(choices)}"
    else:
        wanted = {float: "a number, 0 or more", list: "a list of paths"}.get(kind, holds)
    raise CstError(f"{where}: {name} must be {wanted}")


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= 1e6


def _is_price(value: object) -> bool:
    return isinstance(value, list) and len(value) == 5 and all(_is_number(item) and item >= 0 for item in value)


# What a table holds that is not one of words.
_TABLES = {
    "prices": (_is_price, "a table of prices, model = [five numbers]"),
    "weights": (_is_number, "a table of numbers, folder = number"),
}


def _hosts(value: object, place_of: Callable[[str], str]) -> dict[str, object]:
    """The table of hosts: a name of letters, digits, `.`, `_` and `-`, and a prefix, which may stand in a table."""
    if not isinstance(value, dict):
        raise CstError(f"{place_of('')}: hosts must be a table, name = command prefix")
    wrong = []
    for name, host in value.items():
        try:
            _check_host(name, host, place_of(name))
        except CstError as error:
            wrong.append(error)
    raise_together(wrong)
    return value


def _check_host(name: str, host: object, where: str) -> None:
    if not all(char.isascii() and (char.isalnum() or char in "._-") for char in name) or name[:1] in ("", "-", "."):
        raise CstError(f"{where}: {name!r} cannot name a host", "use letters, digits, dots, - and _")
    entry: dict[str, Any] = host if isinstance(host, dict) else {"prefix": host}
    prefix, shell, timeout = entry.get("prefix"), entry.get("shell", False), entry.get("timeout", 1)
    if not _is_number(timeout) or not 1 <= timeout <= 600:
        raise CstError(f"{where}: the timeout of host {name} must be 1 to 600 seconds")
    known = not entry.keys() - {"prefix", "shell", "timeout"} and isinstance(shell, bool)
    if not known or not isinstance(prefix, str) or not prefix.split():
        what = f'{where}: host {name} must be a command prefix, as "ssh {name}"'
        raise CstError(what, "docs/hosts.md has examples")


def _line_of(text: bytes, name: str, table: str = "") -> int:
    """The line of a key, or of one in a table; that of the table where it has no line of its own."""
    inside = not table
    for number, line in enumerate(text.decode().splitlines(), 1):
        key = line.lstrip(" [\"'")
        if table and line.lstrip().startswith("["):
            inside = _is_key(key, table)
            if inside and name and key[len(table) :].startswith(".") and _is_key(key[len(table) + 1 :], name):
                return number
        elif inside and name and _is_key(key, name):
            return number
    return _line_of(text, table) if table else 1


def _is_key(text: str, name: str) -> bool:
    """Whether a line begins with that key, or with a table of that name."""
    rest = text.lstrip("\"'").removeprefix(name)
    return rest != text.lstrip("\"'") and not (rest[:1].isalnum() or rest[:1] in ("_", "-"))
