"""Every place at which cst writes a file is known to `cst prune --all`: a new one fails here until it is."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cst.actions import paste
from cst.core.budgets import Standings
from cst.core.hosts import Report
from cst.core.ledger import Entry
from cst.model import Mark
from cst.payload import GitState
from cst.settings import Settings
from cst.setup import hooks, settings_plan, uninstall
from cst.store import budgets, exports, host_answers, ledgers, losses, marks, payloads, places, registry_names, rewrite
from tests.testing import ID, OTHER_ID

CST = Path(__file__).resolve().parents[3] / "cst"
_OPENS = {"open", "os.open", "files.open_regular", "io.open"}
_WRITES = {"files.replace", "trust.put", "os.link", "os.symlink", "os.mkfifo", "tempfile.mkdtemp", "tempfile.mkstemp",
           "tempfile.NamedTemporaryFile", "tempfile.TemporaryDirectory"}  # fmt: skip


def _put(path: str) -> Callable[[Settings], object]:
    """What makes a file that only a cst that is killed, or still runs, leaves: below the state folder."""

    def make(own: Settings) -> None:
        place = Path(own.state_dir, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")

    return make


def _lock(own: Settings) -> None:
    with rewrite.locked(own.state_dir):
        pass


def _ledger(own: Settings) -> None:
    kept = ledgers.Ledgers(own, "UTC")
    kept.put(Entry("/t.jsonl", "", 0.0, False), ledgers.Stamp(0, 0, 0, 0, 0))
    kept.save(["/t.jsonl"], [])


# What writes below the folders of cst's, by module and function, and how to make it do so.
OURS: dict[str, Callable[[Settings], object]] = {
    "actions.paste._written": lambda own: paste._written(own, "text"),
    "commands.web._Kept.__enter__": _put("web/8000.html"),
    "doctor.files.disk": _put(".cst-doctor.4711"),
    "setup.hooks.put_hook": hooks.put_hook,
    "setup.settings_plan._keep": lambda own: [
        settings_plan._keep(own, "/s.json", kind, settings_plan.Receipt(None, "", 0.0, [])) for kind in ("hooks", "statusline")
    ],
    "store.budgets._put": lambda own: (budgets.write(own, []), budgets.keep(own, Standings(0.0, 0.0, 0.0))),
    "store.exports.write": lambda own: exports.write(own, {"prompt": "p", "names": "n", "tags": "t"}),
    "store.host_answers.claim": lambda own: host_answers.claim(own, "h", 1.0, 1.0),
    "store.host_answers.keep": lambda own: host_answers.keep(own, Report("h"), b""),
    "store.ledgers.Ledgers.save": _ledger,
    "store.losses._put": lambda own: (losses.write(own, losses.Found(1.0, (), frozenset())), losses.forget(own)),
    "store.marks._open": lambda own: marks.append(own.marks_file, [Mark(1.0, "seen", "1.1")]),
    "store.payloads.claim_git": lambda own: payloads.claim_git(own, OTHER_ID, 1.0),
    "store.marks_upkeep._keep_past": _put("marks/past.jsonl"),
    "store.payloads.keep": lambda own: payloads.keep(own, {"session_id": ID}, "/c", 1.0),
    "store.payloads.keep_git": lambda own: payloads.keep_git(own, ID, GitState(1.0, "/x", 0, False, None, None)),
    "store.payloads.keep_slow": lambda own: payloads.keep_slow(own, {"session_id": ID}, 1.0, 2.0),
    "store.places.write": lambda own: places.write(own, places.Notes(), 0.0),
    "store.registry_names._keep": lambda own: registry_names._keep(f"{own.state_dir}/registry/v1/1-2", b""),
    "store.rewrite._append": _put(f"events/v1/{ID}.jsonl"),
    "store.rewrite.give_back": _put(f"events/v1/{ID}.jsonl.4711.0.aside"),
    "store.rewrite.locked": _lock,
    "store.rewrite.rewrite": _put("marks/v1.jsonl.1795233447.before"),
}  # fmt: skip

# What writes elsewhere, and where.
ELSEWHERE = {
    "actions.park.resurrect": "a record of Claude Code's",
    "bug_report.kept": "a report that the user is told of",
    "commands.record.run": "a recording with the user's name for it",
    "commands.send.edited": "a folder that goes with the editor",
    "demo": "the folder of the demo, which goes with it",
    "doctor.selftest": "the folder of the self-test, which goes with it",
    "fzf.run_dir": "the folder of an open picker: the next one removes what a killed one left",
    "fzf.terminal": "the terminal",
    "setup.locked_file": "beside a settings file: the next change removes what a killed one left",
    "setup.tmux_keys.by_tmux": "a folder that goes with the question to tmux",
    "system.files._created": "what the others write",
    "system.trust.put": "what the others write",
}


def _writers() -> set[str]:
    """Module and function of all that may make a file."""
    found: set[str] = set()
    for path in CST.rglob("*.py"):
        module = ".".join(path.relative_to(CST).with_suffix("").parts)
        _visit(ast.parse(path.read_text()), module, found)
    return found


def _visit(node: ast.AST, where: str, found: set[str]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and _makes_a_file(child):
            found.add(where)
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            _visit(child, f"{where}.{child.name}", found)
        else:
            _visit(child, where, found)


def _makes_a_file(call: ast.Call) -> bool:
    name, rest = ast.unparse(call.func), call.args[1:]
    if name.endswith((".write_text", ".write_bytes")):
        return True
    given = " ".join(ast.unparse(one) for one in rest)
    return name in _WRITES or (name in _OPENS and ("O_CREAT" in given or given[:2] in ("'w", "'a", "'x")))


def test_each_writer_has_its_line() -> None:
    """What makes files is in one of the two tables above, and these name nothing else."""
    writers = _writers()
    elsewhere = {one for one in writers if any(one == name or one.startswith(name + ".") for name in ELSEWHERE)}

    assert writers - elsewhere == set(OURS)
    assert all(any(one == name or one.startswith(name + ".") for one in writers) for name in ELSEWHERE)


@pytest.mark.parametrize("writer", OURS)
def test_what_it_writes_is_cst_s(own: Settings, writer: str) -> None:
    """`prune --all` knows the file, and what a killed cst leaves of it while it is replaced.

    Bug shown: `<session id>.slow` stayed, as "not written by cst".
    """
    for folder in ("statusline/v1", "events/v1"):
        Path(own.state_dir, folder).mkdir(parents=True, exist_ok=True)
    OURS[writer](own)
    made = [path for root in (own.state_dir, own.data_dir) for path in Path(root).rglob("*") if path.is_file()]
    for path in made:
        Path(f"{path}.{os.getpid()}").write_text("")
    found = uninstall.find(own)

    assert made
    assert [one for one in found.strange if one.removesuffix(f".{os.getpid()}") not in _never_replaced(own)] == []
    assert {str(path) for path in made} <= set(found.files)


def _never_replaced(own: Settings) -> set[str]:
    """Files that are made, and never replaced in one step: nothing is ever left beside them."""
    return {f"{own.state_dir}/prune.lock", f"{own.state_dir}/hosts/v1/h.asking", f"{own.state_dir}/events/v1/{ID}.jsonl",
            f"{own.state_dir}/events/v1/{ID}.jsonl.4711.0.aside"}  # fmt: skip
