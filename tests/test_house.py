"""The rules of the house (DESIGN §4), checked instead of remembered: who imports whom, who owns what, how long.

A rule is a function from a module's name and source to complaints, so that each is also shown a source that breaks it.
"""

from __future__ import annotations

import ast
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from .testing import ROOT

CST = ROOT / "cst"

# Module, or all modules of a folder -> what of ours it may import. `*` in a value: that folder. None: everything.
MAY_IMPORT: dict[str, set[str] | None] = {
    "": set(),
    "model": set(),
    "jsonl": set(),
    "settings": {"model"},
    "verbs": {"model"},
    "sources": set(),
    "sources.events": {"model", "jsonl"},
    "sources.git": set(),
    "sources.history": {"model", "jsonl"},
    "sources.marks": {"model", "jsonl", "sources.trust"},
    # The one source that imports another: psutil costs 2 x Python, so its owner is loaded only where there is no /proc.
    "sources.processes": {"model", "sources.processes_portable"},
    "sources.processes_portable": {"model"},
    "sources.registry": {"model", "jsonl"},
    "sources.recording": {"model"},
    "sources.tasks": {"model", "jsonl"},
    # Two sources run programs: how one is started and ended stands beside them.
    "sources.programs": {"model"},
    "sources.logfiles": set(),
    "sources.orphans": {"model"},
    "sources.changes": {"model", "sources.git", "sources.programs"},
    "sources.conversation": {"model", "jsonl"},
    "sources.tmux": {"model", "sources.programs", "sources.trust"},
    # Whether something may be used at all: asked wherever it is about to be.
    "sources.trust": set(),
    "sources.transcript": {"model", "jsonl"},
    "memory": set(),
    "snapshot": {"model", "memory", "settings", "sources", "sources.*"},
    "watch": {"", "model", "memory", "settings", "snapshot", "fleet", "sources", "sources.processes", "sources.tmux"},
    "compaction": {"model", "jsonl"},
    "finding": {"model"},
    "evidence": {"model"},
    "limits": {"model", "jsonl"},
    "state": {"model", "evidence", "limits"},
    "said": {"model"},
    "away": {"model", "view.text"},
    "fleet": {"model", "evidence", "state", "said"},
    "why": {"model", "evidence", "state", "fleet"},
    "redact": {"model"},
    "screens": {"model"},
    "dialogs": {"model", "screens"},
    "replies": {"model", "dialogs", "view.text"},
    # Wiring like `hot`, for the two verbs that look again and again.
    "record": {"", "model", "settings", "snapshot", "fleet", "redact", "sources", "sources.recording", "view.timeline",
               "view.paint", "look"},
    "view": set(),
    "view.text": set(),
    "view.theme": {"view.text"},
    "view.paint": {"model", "view", "view.text", "view.theme"},
    "view.table": {"model", "said", "view.text", "view.paint"},
    "view.rows": {"model", "view.paint", "view.table", "view.text"},
    "view.badges": {"model", "view.paint"},
    "view.bar": {"model", "view.text", "view.paint", "view.table"},
    "view.past": {"model", "said", "view.text", "view.paint"},
    "view.preview": {"model", "view.text", "view.paint", "view.table"},
    "view.pages": {"model", "view.text", "view.preview", "view.paint"},
    "view.sgr": {"view.text"},
    "view.changes": {"model", "view.text", "view.paint"},
    "view.conversation": {"model", "view.text", "view.paint"},
    "view.dialog": {"model", "dialogs", "view.text", "view.paint"},
    "view.evidence": {"model", "view.text", "view.paint", "view.preview", "view.schema", "why"},
    "view.doctor": {"finding", "view.text", "view.paint"},
    "view.question": {"model", "view.paint", "view.table", "view.text"},
    "view.schema": {"model"},
    "view.bars": {"model", "jsonl", "view.bar", "view.paint", "view.table", "view.text"},
    "view.shells": {"model", "view.text"},
    "view.changed": {"model", "changed", "view.paint", "view.text"},
    "view.timeline": {"model", "view.text", "view.paint"},
    "actions": set(),
    "actions.answer": {"model", "settings", "dialogs", "replies", "actions.identity", "actions.pane", "sources",
                       "sources.registry", "sources.transcript", "view.text"},
    "actions.choose": {"model"},
    "actions.copy": {"model", "settings", "sources", "sources.tmux", "sources.transcript", "view.text"},
    "actions.find": {"model", "settings", "view.text"},
    "actions.jump": {"model", "settings", "actions.mark", "sources", "sources.tmux", "sources.trust", "view.text"},
    "actions.launch": {"model", "settings", "sources", "sources.tmux", "view.text"},
    "actions.open": {"model", "settings", "actions.launch", "view.text"},
    "actions.resume": {"model", "settings", "actions.copy", "actions.launch", "sources", "sources.processes",
                       "sources.registry", "view.text"},
    "actions.identity": {"model", "sources", "sources.processes", "sources.registry", "view.text"},
    "actions.kill": {"model", "actions.identity"},
    "actions.mark": {"model", "settings", "said", "sources", "sources.marks", "view.text"},
    "actions.pane": {"model", "settings", "actions.identity", "sources", "sources.processes", "sources.registry",
                     "sources.tmux"},
    "actions.send": {"model", "settings", "dialogs", "screens", "actions.pane", "sources", "sources.registry",
                     "sources.transcript", "sources.trust", "view.text"},
    "actions.prune": {"model", "settings", "compaction", "sources", "sources.events", "sources.logfiles",
                      "sources.processes", "sources.registry"},
    "picker": set(),
    "picker.desk": {"model"},
    "picker.keys": {"model"},
    "picker.order": {"model"},
    "picker.run": {"model"},
    "picker.server": {"model", "jsonl"},
    "picker.dialogue": {"picker.desk", "picker.run", "picker.server"},
    "picker.panel": {"model", "picker.desk", "picker.run", "picker.server"},
    "picker.live": {"model", "picker.*", "view.text"},
    "picker.fzf": {"model", "picker", "picker.*", "sources", "sources.programs"},
    "setup": set(),
    "setup.bindings": {"model"},
    "setup.shells": {"model", "setup.bindings"},
    "setup.unbind": {"model", "settings", "setup", "setup.bindings", "setup.settings_file", "sources", "sources.programs",
                     "sources.tmux", "sources.trust"},
    "setup.leftovers": {"model", "settings", "jsonl"},
    "setup.hooks": {"model", "jsonl", "settings", "setup.bindings", "setup.splice", "sources", "sources.history",
                    "sources.processes", "sources.registry", "sources.trust"},
    "setup.spans": {"model"},
    "setup.splice": {"model", "setup.spans"},
    "setup.settings_file": {"model"},
    "setup.policy": {"model", "settings", "setup.settings_file", "setup.spans", "setup.splice"},
    "setup.install": {"model", "settings", "setup", "setup.hooks", "setup.policy", "setup.settings_file", "setup.splice",
                      "sources", "sources.trust"},
    "setup.world": {"model", "settings", "setup", "setup.hook_status"},
    "setup.doctor": {"model", "finding", "setup", "setup.*"},
    "setup.check_claude": {"model", "finding", "jsonl", "setup.world", "sources", "sources.orphans", "sources.registry"},
    "setup.check_files": {"finding", "setup.hooks", "setup.world", "sources", "sources.trust"},
    "setup.check_hooks": {"model", "finding", "setup", "setup.install", "setup.world"},
    "setup.check_tools": {"model", "finding", "setup", "setup.bindings", "setup.world", "sources", "sources.programs",
                          "sources.tmux", "sources.trust"},
    "setup.trial": {"model", "finding", "settings", "jsonl", "setup", "setup.bindings", "setup.check_tools", "sources",
                    "sources.processes", "sources.programs", "sources.trust"},
    "setup.hook_status": {"model", "jsonl", "settings", "setup", "setup.hooks", "setup.install", "setup.policy",
                          "setup.settings_file", "setup.splice", "sources", "sources.events", "sources.processes",
                          "sources.registry", "sources.trust"},
    "demo.*": {"model", "settings", "jsonl", "sources", "sources.*", "demo", "demo.*"},
    # It draws the screen of a made-up Claude Code: in columns, from any text.
    "demo.screen": {"model", "settings", "jsonl", "demo", "demo.*", "view.text"},
    "look": {"model", "settings", "snapshot", "fleet", "jsonl", "actions", "actions.find", "actions.mark", "sources",
             "sources.recording", "sources.tmux", "view.paint", "view.text", "view.theme"},
    "shelf": {"model", "settings", "sources", "sources.trust", "view", "view.shells"},
    "changed": {"model"},
    "waiting": None,
    "watching": None,
    "terminal": set(),
    "hooking": None,
    "leaving": None,
    "examining": None,
    "pruning": None,
    "previewing": {"model", "memory", "settings", "why", "sources", "sources.changes", "sources.conversation", "sources.tmux",
                   "sources.transcript", "view", "view.*"},
    "reading": None,
    "acting": None,
    "picking": None,
    "past": None,
    "asking": None,
    "marking": None,
    "opening": None,
    "answering": None,
    "hot": {"settings", "verbs", "reading", "acting", "picking", "marking", "opening", "answering", "waiting"},
    "cli": None,
    "__main__": {"settings", "", "model", "hot", "cli", "sources", "sources.tmux"},
}  # fmt: skip

# What comes from elsewhere has one owner each.
OWNERS = {
    "psutil": {"sources.processes_portable"},
    "orjson": {"sources.history"},
    "iterfzf": {"setup.check_tools"},
    "typer": {"cli"},
    "subprocess": {"demo.*"},  # 1.1 x the start of Python; the demo is no hot path
}

# Names that start a program, and who may use them.
STARTS = {"posix_spawn", "posix_spawnp", "execv", "execve", "execvp", "execvpe", "execl", "execlp", "execle", "spawnv",
          "spawnl", "spawnvp", "spawnlp", "fork", "forkpty", "popen", "system", "Popen", "startfile"}  # fmt: skip
STARTERS = {
    "sources.programs": {"posix_spawn"},
    "actions.launch": {"execv"},  # likewise, cst becomes what was to be opened
    "actions.jump": {"execvp"},  # outside tmux, cst becomes the attached client: there is nothing left to wait
    "demo.*": STARTS,  # plays Claude Code in a tmux of its own
}

PURE = {"model", "compaction", "finding", "picker.desk", "picker.keys", "picker.order", "evidence", "limits", "said", "away",
        "redact", "why", "changed",
        "state", "fleet", "verbs", "view*", "actions.choose", "screens", "dialogs", "replies"}  # fmt: skip
IMPURE = {"os", "sys", "time", "subprocess", "pathlib", "random", "io", "datetime", "socket", "select", "shutil"}

COMFORTABLE, LONG = 300, 400


def modules() -> dict[str, str]:
    """Every module of the package by its dotted name without `cst.`, "" for the package, and its source."""
    found = {}
    for path in sorted(CST.rglob("*.py")):
        parts = path.relative_to(CST).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path.read_text()
    return found


MODULES = modules()


def _matches(module: str, patterns: set[str]) -> bool:
    return any(fnmatchcase(module, pattern) for pattern in patterns)


def _rule(table: dict[str, set[str] | None], module: str) -> set[str] | None:
    """The entry of a module: its own, else its folder's; KeyError for a module that has no place in the house."""
    folder = module.partition(".")[0] + ".*"
    if module in table:
        return table[module]
    return table[folder] if folder in table else table[f"no place for {module}"]


def imported(module: str, source: str) -> set[str]:
    """Every dotted name that a module imports, at any depth, type checking included; ours begin with `cst`."""
    here = ["cst", *module.split(".")]
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*here[: -node.level], node.module or ""] if node.level else [node.module or ""]).strip(".")
            known = base.removeprefix("cst").strip(".")
            inside = {f"{known}.{alias.name}".strip(".") for alias in node.names} & set(MODULES)
            ours = base == "cst" or base.startswith("cst.")
            found |= {f"cst.{name}" for name in inside} if ours and inside else {base}
    return found


def strangers(module: str, source: str) -> list[str]:
    """Complaints about modules of ours that this one may not know."""
    allowed = _rule(MAY_IMPORT, module)
    if allowed is None:
        return []
    ours = {name.removeprefix("cst").strip(".") for name in imported(module, source) if name.partition(".")[0] == "cst"}
    return sorted(name for name in ours if not _matches(name, allowed))


def intruders(module: str, source: str) -> list[str]:
    """Complaints about libraries that have another owner, or none."""
    outside = {name.partition(".")[0] for name in imported(module, source)} - {"cst", ""}
    unowned = outside - set(sys.stdlib_module_names) - set(OWNERS)
    return sorted(unowned | {name for name in outside & set(OWNERS) if not _matches(module, OWNERS[name])})


def impurities(module: str, source: str) -> list[str]:
    """Complaints about a pure room that looks outside."""
    if not _matches(module, PURE):
        return []
    return sorted({name.partition(".")[0] for name in imported(module, source)} & IMPURE)


def programs(module: str, source: str) -> list[str]:
    """Complaints about starting programs, or importing what no reader of this test can see."""
    used = {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)} & STARTS
    allowed = {name for pattern, names in STARTERS.items() if fnmatchcase(module, pattern) for name in names}
    called = {
        getattr(node.func, "id", getattr(node.func, "attr", "")) for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    }  # fmt: skip
    return sorted((used - allowed) | (called & {"__import__", "import_module"}))


def open_folders(source: str) -> list[int]:
    """The lines that make folders with `os.makedirs`, which gives its mode to the last one only."""
    used = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return [node.lineno for node in used if node.attr == "makedirs"]


def too_long(source: str) -> str:
    """A complaint about a long module: over 300 lines its docstring says why ("300 lines"), over 400 nothing helps."""
    lines = len(source.splitlines())
    if lines > LONG:
        return f"{lines} lines: split it"
    if lines > COMFORTABLE and "300 lines" not in (ast.get_docstring(ast.parse(source)) or ""):
        return f'{lines} lines: say in its docstring why it has over "300 lines"'
    return ""


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_what_its_floor_allows(module: str) -> None:
    """A module of ours imports of ours what the table says; a module that is not in the table fails."""
    found = strangers(module, MODULES[module])

    assert found == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_each_library_has_one_owner(module: str) -> None:
    """A library from elsewhere is imported by its owner only, and subprocess nowhere on a hot path."""
    found = intruders(module, MODULES[module])

    assert found == []


@pytest.mark.parametrize("module", sorted(m for m in MODULES if _matches(m, PURE)))
def test_a_pure_room_has_no_window(module: str) -> None:
    """The model, the rules and the views know neither the clock nor the files nor the environment."""
    found = impurities(module, MODULES[module])

    assert found == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_programs_are_started_in_one_place(module: str) -> None:
    """Only sources.programs starts a program, but for the exceptions that the table names."""
    found = programs(module, MODULES[module])

    assert found == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_folders_are_made_private(module: str) -> None:
    """By `trust.make_private`, each level of them."""
    assert open_folders(MODULES[module]) == []


def test_a_folder_made_otherwise_is_found() -> None:
    assert open_folders("import os\n\nos.makedirs('/a/b', 0o700)\n") == [3]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_is_short_or_says_why_not(module: str) -> None:
    """A module of over 300 lines gives its reason; one of over 400 is split."""
    found = too_long(MODULES[module])

    assert found == ""


def test_the_tables_name_only_what_is_there() -> None:
    """A module that is gone leaves the tables too."""
    named = {name for name in (*MAY_IMPORT, *STARTERS) if "*" not in name} | set().union(*OWNERS.values())
    missing = [name for name in sorted(named) if not any(fnmatchcase(module, name) for module in MODULES)]

    assert missing == []


# ------------------------------------------------------------- each rule is shown a source that breaks it


BREAKS = {
    "from cst import settings": "view.bar",
    "def f():\n    import cst.snapshot": "state",
    "if TYPE_CHECKING:\n    from cst.view.paint import Paint": "fleet",
    "from cst.sources import git": "sources.events",
    "from . import git": "sources.events",
    "from .git import branch": "sources.events",
    "from cst.sources.processes_portable import read": "sources.registry",
    "from cst.picker import fzf": "actions.jump",
    "from cst.actions import kill": "picker.fzf",
    "from cst.view import table": "actions.find",
    "from cst.view.table import what": "demo.fleet",
}


@pytest.mark.parametrize(("source", "module"), BREAKS.items())
def test_an_import_from_the_wrong_floor_is_found(source: str, module: str) -> None:
    """However it is spelled and however deep it stands, a forbidden import is found."""
    found = strangers(module, source)

    assert len(found) == 1


def test_a_module_without_a_place_is_found() -> None:
    """A new module must be placed in the table before it is furnished."""
    with pytest.raises(KeyError, match="no place for attic"):
        strangers("attic", "")


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("sources.processes", "import psutil"),
        ("sources.transcript", "def f():\n    import orjson"),
        ("hot", "from iterfzf import iterfzf"),
        ("hot", "import typer.main"),
        ("sources.git", "import subprocess"),
        ("setup.hooks", "from subprocess import run"),
        ("view.text", "import wcwidth"),
    ],
)
def test_a_library_in_the_wrong_hands_is_found(module: str, source: str) -> None:
    """An owned library outside its owner, and a library that nobody owns, are found."""
    found = intruders(module, source)

    assert len(found) == 1


@pytest.mark.parametrize("module", ["state", "fleet", "model", "verbs", "view.bar", "actions.choose"])
def test_a_window_in_a_pure_room_is_found(module: str) -> None:
    """A pure room that imports the clock or the environment, even inside a function, is found."""
    found = impurities(module, "import time\ndef f():\n    from os import environ")

    assert found == ["os", "time"]


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("sources.git", "import os\nos.posix_spawn('git', [], {})", "posix_spawn"),
        ("sources.tmux", "import os\nos.system('tmux')", "system"),
        ("actions.kill", "import os\nos.execvp('kill', [])", "execvp"),
        ("hot", "import importlib\nimportlib.import_module('cst.cli')", "import_module"),
        ("hot", "__import__('cst.cli')", "__import__"),
    ],
)
def test_a_program_started_elsewhere_is_found(module: str, source: str, complaint: str) -> None:
    """Starting a program where the table does not allow it, and hiding an import in a call, are found."""
    found = programs(module, source)

    assert [complaint] == found


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("x = 1\n" * 300, ""),
        ("x = 1\n" * 301, '301 lines: say in its docstring why it has over "300 lines"'),
        ('"""Over 300 lines because it is one table."""\n' + "x = 1\n" * 399, ""),
        ('"""Over 300 lines because it is one table."""\n' + "x = 1\n" * 400, "401 lines: split it"),
    ],
)
def test_a_long_module_is_found(source: str, complaint: str) -> None:
    """300 lines pass, 301 need a reason, 401 have none."""
    found = too_long(source)

    assert complaint == found


def test_the_package_was_read() -> None:
    """The rules above looked at the modules that are on disk, subpackages included."""
    on_disk = sum(1 for path in Path(CST).rglob("*.py"))

    assert on_disk == len(MODULES) > 30
