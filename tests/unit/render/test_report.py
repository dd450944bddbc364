"""`cst report` on screens of several widths: whole words, the sums in words, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from cst.core.report import Report, Row
from cst.core.waits import Wait
from cst.render import report as rendered
from cst.render.paint import Paint
from cst.text import span, width

DAYS = (Row("2026-11-26", 9, 3480.0, 100.0, 2520.0, 35.0), Row("2026-11-27", 5, 840.0, 30.0, 480.0, None))
WHAT = "Bash: rm -rf build && make everything again from the very beginning, with tests and 日本語 in it"
LONGEST = Wait("a", "permission", WHAT, 0.0, 2520.0, exact=False)
REPORT = Report(
    total=Row("total", 14, 4320.0, 540.0, 2520.0, 40.0), answers=14, days=DAYS, groups=(), longest=LONGEST,
    finished=Row("finished", 11, 7500.0, 0.0, 0.0, None), open=0, at_most=3, endless=1, without_hooks=2, approved=4,
)  # fmt: skip


def lines(columns: int, report: Report = REPORT) -> list[str]:
    return rendered.lines(report, {"a": "api"}, columns, Paint(False))


@pytest.mark.parametrize("columns", [*range(26, 60), 80, 100, 120, 200])
def test_no_word_is_cut(columns: int) -> None:
    """Every line fits, and every word of it is one of what there is to say.

    Bug shown: lines wider than the screen, which broke them where they ended.
    """
    words = set(" ".join(lines(0)).split()) | set(WHAT.split()) | {"…"}

    assert max(map(width, lines(columns))) <= columns
    assert [word for line in lines(columns) for word in line.split() if word not in words and "█" not in word] == []


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (0, "2026-11-26  ████████████████████████  58m  9 waits, median 35s, longest 42m"),
        (80, "2026-11-26  ████████████████████████  58m  9 waits, median 35s, longest 42m"),
        (50, "2026-11-26  ███████████  58m  9 waits, longest 42m"),
        (34, "2026-11-26  ████████  58m  9 waits"),
    ],
)
def test_a_row_gives_up_its_figures_before_its_bar(columns: int, row: str) -> None:
    """The median first, then the longest."""
    assert row in lines(columns)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({}, "not in it: 1 wait without a known end, such as that of a session that was killed"),
        ({"endless": 2}, "not in it: 2 waits without a known end, such as that of a session that was killed"),
        ({}, "not in it: 11 finished turns, 2h 5m until you saw them or went on"),
        ({"at_most": 1}, "at most: 1 of these waits ends with the result of the command, or the next event, as nothing says when "
                         "you answered"),
        ({}, "not known: how long 2 sessions without hooks waited for permissions (you gave 4); `cst hooks install` tells of new ones"),
        ({"without_hooks": 1, "approved": 0}, "not known: how long 1 session without hooks waited for permissions; `cst hooks "
                                              "install` tells of new ones"),
    ],
)  # fmt: skip
def test_what_is_not_known(changes: dict[str, Any], note: str) -> None:
    """In a sentence that stands by itself.

    Bug shown: "1 of which nothing says when they ended".
    """
    assert note in lines(0, REPORT._replace(**changes))


@pytest.mark.parametrize(("seconds", "said"), [(5, "5s"), (2520, "42m"), (11520, "3h 12m"), (7200, "2h"), (90000, "1d")])
def test_a_span(seconds: float, said: str) -> None:
    """In its two largest units."""
    assert span(seconds) == said


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    """Bug shown: `web-shop-checkout: One-page ch 20m`."""
    made = rendered.lines(REPORT, {"a": "web-shop-checkout: One-page checkout"}, 200, Paint(False))

    assert "the longest: web-shop-checkout: One-page c… at most 42m, permission" in "\n".join(made)


def test_the_greeting() -> None:
    """Of today, where something was answered."""
    assert rendered.greeting(REPORT) == "today 14 answers, median 40s, 9m lost waiting"
    assert rendered.greeting(REPORT._replace(answers=0)) == ""
