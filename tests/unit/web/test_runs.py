from __future__ import annotations

import pytest

from cst.render.paint import Paint
from cst.web.runs import all_runs, runs


def test_painted_text_becomes_runs() -> None:
    paint = Paint(True)
    line = f"a {paint('1;31', 'b')} c{paint.dim('d')}"

    assert runs(line) == [("", "a "), ("1;31", "b"), ("", " c"), ("2", "d")]


@pytest.mark.parametrize(("line", "made"), [
    ("", []), ("plain <b>", [("", "plain <b>")]),
    ("\x1b[0;38;5;9mx\x1b[0m", [("38;5;9", "x")]), ("\x1b[0;48;2;1;2;3mx", [("48;2;1;2;3", "x")]),
    ("\x1b[2Jx", []), ("\x1b[", []), ("\x1b[31;\"mx", []),
])  # fmt: skip
def test_colours_and_nothing_else(line: str, made: list[tuple[str, str]]) -> None:
    assert runs(line) == made


def test_several_lines() -> None:
    assert all_runs(["a", ""]) == [[("", "a")], []]
