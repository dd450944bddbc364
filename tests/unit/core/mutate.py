"""Breaks the rules, one place at a time, and asks whether a golden case notices: `python -m tests.unit.core.mutate`.

Every comparison is turned round, every `and` is made an `or` and back, every `not` and every single operand of a
condition is left out, in each function of cst/core/rules.py and cst/core/evidence.py. What no case notices is printed; exit 1 if a
rule has no break that is noticed.
"""

from __future__ import annotations
import __future__

import ast
import copy
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import cst.core.evidence
import cst.core.rules
from cst.core import fleet
from tests.unit.core.golden import folders, told
from tests.unit.core.loader import load

ROOT = Path(__file__).parents[3]
_TURNED = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
           ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}  # fmt: skip


def breaks(function: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every broken form of a function, with what was done to it."""
    count = sum(1 for _ in ast.walk(function))
    for number in range(count):
        for kind in ("turn", "swap", "drop first", "drop last", "un-not"):
            broken = copy.deepcopy(function)
            node = list(ast.walk(broken))[number]
            if _broken(node, kind):
                yield f"{function.name}, line {getattr(node, 'lineno', 0)}: {kind} {ast.unparse(node)[:70]}", broken


def _broken(node: ast.AST, kind: str) -> bool:
    if isinstance(node, ast.Compare) and kind == "turn":
        node.ops[0] = _TURNED[type(node.ops[0])]()
        return True
    if isinstance(node, ast.BoolOp):
        if kind == "swap":
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            return True
        if kind in ("drop first", "drop last"):
            node.values = node.values[1:] if kind == "drop first" else node.values[:-1]
            node.values = node.values * 2 if len(node.values) == 1 else node.values
            return True
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and kind == "un-not":
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        return True
    return False


def noticed() -> bool:
    """Whether a case tells something else now."""
    for folder in folders():
        try:
            if told(load(folder / "snapshot.json")) != (folder / "expected.txt").read_text(encoding="utf-8"):
                return True
        except Exception:  # a rule that fails is noticed too
            return True
    return False


def run(only: str = "") -> tuple[dict[str, int], list[str]]:
    """How many breaks of each function were noticed, and what was done where none was."""
    killed: dict[str, int] = {}
    survived = []
    for module in (cst.core.rules, cst.core.evidence):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef) and only in node.name):
            killed[function.name] = 0
            for what, broken in breaks(function):
                if _tried(module, function.name, broken):
                    killed[function.name] += 1
                else:
                    survived.append(what)
    return killed, survived


def _tried(module: types.ModuleType, name: str, broken: ast.FunctionDef) -> bool:
    """Put the broken function in the place of the whole one, look at the cases, put it back."""
    scope = dict(vars(module))
    module_of_it = ast.fix_missing_locations(ast.Module([broken], []))
    exec(compile(module_of_it, "<broken>", "exec", __future__.annotations.compiler_flag), scope)
    whole, other = getattr(module, name), scope[name]
    other = types.FunctionType(other.__code__, vars(module), name, other.__defaults__)
    places = [m for m in (cst.core.rules, cst.core.evidence, fleet) if getattr(m, name, None) is whole]
    rules = cst.core.rules.RULES
    try:
        for place in places:
            setattr(place, name, other)
        cst.core.rules.RULES = tuple((rule, other if function is whole else function) for rule, function in rules)
        return noticed()
    finally:
        for place in places:
            setattr(place, name, whole)
        cst.core.rules.RULES = rules


def main() -> int:
    """Report all; the exit code."""
    if noticed():
        print("the cases fail already; fix that first", file=sys.stderr)
        return 1
    killed, survived = run()
    rules = {function.__name__ for _, function in cst.core.rules.RULES}
    print("\n".join(f"not noticed: {what}" for what in survived))
    print(f"{sum(killed.values())} of {sum(killed.values()) + len(survived)} breaks were noticed")
    return 1 if [name for name in rules if not killed.get(name)] else 0


if __name__ == "__main__":
    sys.exit(main())
