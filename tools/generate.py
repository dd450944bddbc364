"""Write what is made from code: completions, the manual page, tables in docs/, the plugin.

    python tools/generate.py           write them
    python tools/generate.py --check   exit 1 and name the files that are not what the code says
"""

from __future__ import annotations

import sys
from pathlib import Path

import manpage

import completions
from cst import __version__, settings
from cst.core import rules as state
from cst.jsonl import dumps
from cst.picker.operations import KEYS
from cst.setup import hooks
from cst.verbs import every

ROOT = Path(__file__).parent.parent
_ABOUT = "Hooks that tell cst, the Claude Session Toolkit, when each thing happened"
_AUTHORS = "The cst maintainers"
_BEGIN, _END = "<!-- made by tools/generate.py -->", "<!-- end -->"


def made() -> dict[Path, str]:
    """Every file that is made from code, whole, by path."""
    verbs = [verb for verb in every() if not verb.hidden]
    return {
        ROOT / "completions/cst.bash": completions.bash(verbs),
        ROOT / "completions/_cst": completions.zsh(verbs),
        ROOT / "completions/cst.fish": completions.fish(verbs),
        ROOT / "docs/cst.1": manpage.page(verbs),
        ROOT / "docs/config.md": config(),
        ROOT / "hooks/hooks.json": hooks.plugin(),
        ROOT / ".claude-plugin/plugin.json": dumps(_plugin()) + "\n",
        ROOT / ".claude-plugin/marketplace.json": dumps(_marketplace()) + "\n",
        ROOT / "docs/picker.md": _inside(ROOT / "docs/picker.md", picker_keys()),
        ROOT / "docs/state.md": _inside(ROOT / "docs/state.md", rules()),
    }


def _plugin() -> dict[str, object]:
    """What Claude Code wants to know of a plugin. Without a version it would be a new one at every commit."""
    return {
        "name": hooks.PLUGIN, "version": __version__, "description": _ABOUT, "author": {"name": _AUTHORS},
        "license": "MIT", "keywords": ["tmux", "fzf", "sessions", "hooks"],
    }  # fmt: skip


def _marketplace() -> dict[str, object]:
    """This repository as a marketplace of one plugin, which is all of it: `/plugin install` asks for one."""
    entry = {"name": hooks.PLUGIN, "source": "./", "description": _ABOUT}
    return {"name": hooks.PLUGIN, "description": _ABOUT, "owner": {"name": _AUTHORS}, "plugins": [entry]}


def picker_keys() -> str:
    """The keys of the picker, for docs/picker.md."""
    lines = ["| key | action | does |", "|---|---|---|"]
    for key in KEYS:
        names = ", ".join(f"`{name}`" for name in key.keys.split(","))
        lines.append(f"| {names} | `{key.name}` | {key.help} |")
    return "\n".join([*lines, "| `esc` | | leaves a question or the page of keys, else closes the picker |"])


def config() -> str:
    """docs/config.md, from the table of keys and that of variables."""
    rows = [f"| `{name}` | {_type(kind)} | `{_toml(value)}` | {about} |" for name, kind, value, about in settings.KEYS]
    keys = "\n".join(rows)
    env = "\n".join(f"| `{name}` | {about} |" for name, about in settings.ENVIRONMENT)
    return f"""# Configuration

Made by tools/generate.py from cst/settings.py. cst needs no configuration. The file is
`$XDG_CONFIG_HOME/cst/config.toml` (`~/.config/cst/config.toml`), TOML; each unknown key and wrong type is named with
its line.

| key | type | default | meaning |
|---|---|---|---|
{keys}

| variable | meaning |
|---|---|
{env}
"""


def _type(kind: type) -> str:
    return {list: "list", float: "number", str: "word", dict: "table"}[kind]


def _toml(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def rules() -> str:
    """The table of rules, from the functions' names and docstrings."""
    lines = ["| | rule | matches when |", "|---|---|---|"]
    for number, (name, rule) in enumerate(state.RULES, 1):
        about = " ".join((rule.__doc__ or "").split())
        lines.append(f"| {number} | `{name}` | {about} |")
    return "\n".join(lines)


def _inside(path: Path, text: str) -> str:
    old = path.read_text(encoding="utf-8")
    head, begin, rest = old.partition(_BEGIN)
    _, end, tail = rest.partition(_END)
    if not begin or not end:
        raise SystemExit(f"{path} lacks the lines {_BEGIN} and {_END}")
    return f"{head}{_BEGIN}\n{text}\n{_END}{tail}"


def main(argv: list[str]) -> int:
    """Write or check."""
    stale = [path for path, text in made().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if "--check" in argv:
            print(f"{path.relative_to(ROOT)} is not what the code says; run: python tools/generate.py", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(made()[path], encoding="utf-8")
    return 1 if stale and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
