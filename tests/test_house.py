"""The house has rules: who may import whom, who owns which library, which rooms have no window to the world.

The table is the map of the package: a module that is not in it fails, and no entry allows everything. Imports count
wherever they stand, also inside a function.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from cst import verbs

CST = Path(__file__).resolve().parents[1] / "cst"

# Which modules of ours a module may import; a name with a star stands for all modules of a folder. The modules of one
# folder may import each other where the folder names itself. Each floor knows only what is below it.
PLAIN = {"value", "model", "changes", "jsonl", "text", "wording", "payload"}
MAY_IMPORT: dict[str, set[str]] = {
    "": set(),
    "value": set(),
    "model": {"value"},
    "changes": {"value"},
    "jsonl": set(),
    "text": set(),
    "wording": set(),
    "payload": {"value", "model", "jsonl"},
    "plain_toml": set(),
    "settings": {"value", "model", "plain_toml", "system.files"},
    "verb": {"value", "model"},
    "verbs": {"verb", "verbs.*"},
    "verbs.*": {"model", "verb"},
    "args": {"model", "text", "verb"},
    # facts in, meaning out: pure
    "core.*": PLAIN | {"core.*"},
    # whose data it is: Claude Code's files, the machine and its programs, our own files
    "claude.*": {"value", "model", "jsonl", "wording", "system.files", "claude.*"},
    "system.*": {"value", "model", "changes", "jsonl", "system.*"},
    "store.*": PLAIN | {"settings", "core.*", "store.*", "system.files", "system.trust", "system.processes"},
    "unregistered": {"value", "model", "settings", "claude.*", "system.*", "store.*"},
    "lost": PLAIN | {"settings", "core.*", "claude.*", "system.*", "store.*"},
    "snapshot": {"value", "model", "settings", "unregistered", "claude.*", "system.*", "store.*"},
    # sessions in, text out: pure
    "render.*": PLAIN | {"core.*", "render.*"},
    "hosts": {"value", "model", "settings", "text", "core.*", "store.*", "system.hosts", "system.spawn"},
    "sessions": {"model", "settings", "snapshot", "lost", "core.*", "claude.*", "store.*", "system.processes"},
    "traces": {"value", "model", "settings", "core.*", "claude.*", "store.*", "system.processes"},
    "spending": {"model", "settings", "snapshot", "sessions", "core.*", "claude.*", "store.*", "system.days"},
    "poller": {"model", "settings", "snapshot", "core.*", "store.*", "system.processes", "system.tmux"},
    "host_watch": {"model", "settings", "text", "hosts", "core.*", "system.hosts", "system.spawn", "render.ansi", "actions.remote"},
    "output": {"model", "jsonl", "settings", "text", "render.paint", "render.theme", "system.tmux"},
    # what changes the world
    "actions.*": PLAIN | {"lost", "settings", "core.*", "claude.*", "system.*", "store.*", "actions.*"},
    # a live fzf with questions and a preview; knows no session
    "fzf.*": PLAIN | {"system.spawn", "system.trust", "fzf.*"},
    "loss_watch": {"model", "settings", "text", "sessions", "store.losses"},
    "picker.*": PLAIN | {"settings", "snapshot", "sessions", "hosts", "host_watch", "loss_watch", "poller", "traces", "core.*", "claude.*", "system.*", "store.*",
                         "render.*", "actions.*", "fzf.*", "picker.*"},
    "setup.*": PLAIN | {"settings", "claude.*", "system.*", "store.*", "setup.*"},
    "doctor.*": PLAIN | {"settings", "core.*", "claude.*", "system.*", "store.*", "render.*", "setup.*", "snapshot", "lost",
                 "fzf.launch", "doctor.*"},
    "demo.*": PLAIN | {"settings", "claude.*", "system.*", "store.*", "demo.*"},
    # the fleet in a browser; only commands/web.py knows it
    "web.*": PLAIN | {"bug_report", "settings", "snapshot", "sessions", "spending", "poller", "store.budgets", "store.payloads", "core.*", "claude.conversation", "system.days", "system.files", "render.*", "actions.*",
              "picker.pages", "web.*"},
    # one file for each verb
    "commands._remote": PLAIN | {"settings", "args", "verb", "output", "sessions", "snapshot", "core.*", "system.*",
                                 "render.*", "actions.*", "commands.send"},
    "commands.*": PLAIN | {"", "settings", "args", "verb", "verbs", "snapshot", "sessions", "hosts", "host_watch", "loss_watch", "spending", "lost", "poller", "traces", "output", "core.*", "claude.*",
                           "system.*", "store.*", "render.*", "actions.*", "fzf.*", "picker.*", "setup.*", "doctor.*", "demo.*",
                           "commands._changes", "commands._ending", "commands._marks"},
    "commands.web": PLAIN | {"settings", "args", "output", "system.*", "web.*"},
    "commands.replay": PLAIN | {"settings", "args", "verb", "verbs", "dispatch", "output", "core.*", "store.*", "render.*"},
    "dispatch": {"model", "settings", "verb", "verbs", "args", "commands", "commands._remote"},
    "cli": {"", "args", "model", "settings", "verb", "verbs", "dispatch", "output"},
    "__main__": {"", "model", "settings", "verbs", "dispatch", "cli", "output", "text", "system.tmux", "bug_report"},
    "bug_report": {""},
}  # fmt: skip

# What comes from elsewhere has one owner each.
OWNERS = {
    "psutil": {"system.processes_psutil"},
    "orjson": {"claude.history"},
    "iterfzf": {"fzf.launch"},  # looked up, never imported
    "typer": {"cli"},
    "starlette": {"web.app"},
    "uvicorn": {"web.server"},
    "subprocess": {"demo.*"},  # 1.1 x the start of Python; the demo is no hot path
}

# Names that start a program, and who may use them.
STARTS = {"posix_spawn", "posix_spawnp", "execv", "execve", "execvp", "execvpe", "execl", "execlp", "execle", "spawnv",
          "spawnl", "spawnvp", "spawnlp", "fork", "forkpty", "popen", "system", "Popen", "startfile"}  # fmt: skip
STARTERS = {
    "system.spawn": {"posix_spawn"},
    "actions.remote_jump": {"execve"},  # cst becomes the connection to another host
    "actions.launch": {"execv"},  # cst becomes the program that was to be opened
    "actions.jump": {"execvp"},  # outside tmux, cst becomes the attached client: there is nothing left to wait
    "demo.*": STARTS,  # plays Claude Code in a tmux of its own
}
# Imports by a name that is made at run time: a verb's file, and nothing else.
DYNAMIC = {"dispatch": {"__import__"}}

PURE = {"model", "changes", "text", "plain_toml", "verb", "verbs", "verbs.*", "core.*", "claude.clients", "render.*", "doctor.finding", "doctor.report", "fzf.backend", "fzf.keymap",
        "picker.order", "picker.groups"}  # fmt: skip
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


def _rule(module: str) -> set[str]:
    """The entry of a module: its own, else its folder's; KeyError for a module that has no place in the house."""
    if module in MAY_IMPORT:
        return MAY_IMPORT[module]
    folder = module.partition(".")[0] + ".*"
    return MAY_IMPORT[folder] if folder in MAY_IMPORT else MAY_IMPORT[f"no place for {module}"]


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
    allowed = _rule(module)
    return sorted(name for name in ours(module, source) if not _matches(name, allowed))


def ours(module: str, source: str) -> set[str]:
    """The modules of ours that a module imports. What it runs only for types is no arrow of the running program, yet
    it counts: who knows a type knows the module."""
    return {name.removeprefix("cst").strip(".") for name in imported(module, source) if name.partition(".")[0] == "cst"}


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Every module that can be reached from itself, along the imports."""
    reach = {module: set(graph[module]) for module in graph}
    grown = True
    while grown:
        grown = False
        for known in reach.values():
            further = set().union(*(graph.get(name, set()) for name in known)) - known
            known |= further
            grown = grown or bool(further)
    return sorted(module for module, known in reach.items() if module in known)


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
    dynamic = called & {"__import__", "import_module"} - DYNAMIC.get(module, set())
    return sorted((used - allowed) | dynamic)


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
    """Only system.spawn starts a program, but for the exceptions that the table names."""
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


def test_no_module_imports_itself_on_a_way_round() -> None:
    """The arrows of the whole package form no circle."""
    assert circles({module: ours(module, source) for module, source in MODULES.items()}) == []


def test_a_circle_is_found() -> None:
    """However long it is; who only points at one is not in it."""
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}

    assert circles(graph) == ["a", "b", "c"]


def test_every_verb_has_a_file_and_every_file_a_verb() -> None:
    """What `cst x` does stands in commands/x.py; a file with an underscore is shared by several."""
    files = {name.removeprefix("commands.") for name in MODULES if name.startswith("commands.")}

    assert {verb.name for verb in verbs.every()} == {name for name in files if not name.startswith("_")}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_each_module_imports_alone(module: str) -> None:
    """In a fresh interpreter: no module needs another one to have been imported before it."""
    if module == "__main__":
        return  # importing it is running it: test_startup does
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; import {f'cst.{module}'.strip('.')}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stderr == ""


@pytest.mark.parametrize("words", [["--help"], ["ls", "--help"], ["--version"], []], ids=" ".join)
def test_help_loads_no_verb(words: list[str]) -> None:
    """All that help says stands in the table of verbs; so does what the shells complete (tools/completions.py)."""
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; sys.argv = ['cst']; from cst.__main__ import main; main({words!r}); "
        "print([name for name in sys.modules if name.startswith('cst.commands')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)

    assert done.stderr.strip() == "[]"


def test_completions_are_made_without_a_verb() -> None:
    """The programs that make completions and the man page know the table alone."""
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; sys.path.insert(0, {str(CST.parent / 'tools')!r}); "
        "import completions, manpage; print([name for name in sys.modules if name.startswith('cst.commands')])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_tables_name_only_what_is_there() -> None:
    """A module that is gone leaves the tables too."""
    named = {name for name in (*MAY_IMPORT, *STARTERS) if "*" not in name} | set().union(*OWNERS.values())
    missing = [name for name in sorted(named) if not any(fnmatchcase(module, name) for module in MODULES)]

    assert missing == []


# ------------------------------------------------------------- each rule is shown a source that breaks it


BREAKS = {
    "from cst import settings": "render.status_line",
    "def f():\n    import cst.snapshot": "core.rules",
    "if TYPE_CHECKING:\n    from cst.render.paint import Paint": "core.fleet",
    "from cst.system import git": "claude.registry",
    "from .. import git": "store.events",
    "from ..claude.history import find": "store.events",
    "from cst.actions import jump": "fzf.launch",
    "from cst.fzf import launch": "actions.jump",
    "from cst.render import table": "core.lookup",
    "from cst.commands import ls": "commands.why",
    "from cst.setup import assets": "picker.live_list",
    "from cst import __version__": "output",
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
        ("system.processes", "import psutil"),
        ("claude.transcript", "def f():\n    import orjson"),
        ("dispatch", "from iterfzf import iterfzf"),
        ("dispatch", "import typer.main"),
        ("system.git", "import subprocess"),
        ("setup.hooks", "from subprocess import run"),
        ("text", "import wcwidth"),
    ],
)
def test_a_library_in_the_wrong_hands_is_found(module: str, source: str) -> None:
    """An owned library outside its owner, and a library that nobody owns, are found."""
    found = intruders(module, source)

    assert len(found) == 1


@pytest.mark.parametrize("module", ["core.rules", "core.fleet", "model", "verbs", "render.status_line", "text"])
def test_a_window_in_a_pure_room_is_found(module: str) -> None:
    """A pure room that imports the clock or the environment, even inside a function, is found."""
    found = impurities(module, "import time\ndef f():\n    from os import environ")

    assert found == ["os", "time"]


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("system.git", "import os\nos.posix_spawn('git', [], {})", "posix_spawn"),
        ("system.tmux", "import os\nos.system('tmux')", "system"),
        ("actions.kill", "import os\nos.execvp('kill', [])", "execvp"),
        ("cli", "import importlib\nimportlib.import_module('cst.cli')", "import_module"),
        ("cli", "__import__('cst.cli')", "__import__"),
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
