"""A dialog as it is shown to people."""

from __future__ import annotations

import pytest

from cst.core import dialogs
from cst.model import Session, Want
from cst.render import dialog as view
from cst.render.paint import Paint
from cst.text import width
from tests.testing import DATA, NOW

NAMES = sorted(path.stem for path in (DATA / "dialogs").glob("*.txt"))


def _session(**more: object) -> Session:
    return Session("1.2", "id", 1, "permission", NOW - 720, "", "", **{"name": "api", **more})  # type: ignore[arg-type]


def _lines(name: str, columns: int = 100, on: bool = False, **more: object) -> list[str]:
    found, why = dialogs.read((DATA / "dialogs" / f"{name}.txt").read_text())
    assert found, why
    return view.lines(found, _session(**more), NOW, columns, Paint(on))


def test_permission() -> None:
    """What, why, since when, and the key for each option."""
    assert _lines("2.1.110-bash") == [
        "api · Bash command · 12m",
        "  npm test",
        "  Do as the lab says",
        "  This command requires approval",
        "Do you want to proceed?",
        "  y 1  Yes",
        "  a 2  Yes, and don’t ask again for: npm test *",
        "  n 3  No",
    ]


def test_several_questions() -> None:
    """Which are answered, what is ticked, what keys do."""
    assert _lines("2.1.329-questions-ticked")[1:] == [
        "  ☒ Direction  ☒ Luggage",
        "  What to pack?",
        "    1  [ ] North",
        "    2  [✔] South",
        "    3  [ ] Type something (and a text)",
        "    4  Chat about this",
        "  a number ticks or unticks, y goes on, n dismisses",
    ]


def test_a_countdown() -> None:
    """What happens without an answer, and when, stands above all else."""
    assert _lines("2.1.332-bash-countdown")[1] == "without an answer it is blocked in 1:58"
    assert _lines("2.1.332-question-countdown")[1] == "without an answer it goes on in 1s"


def test_a_form() -> None:
    """Its fields have no key."""
    assert _lines("2.1.332-form")[1:] == [
        "  Which colour do you want?", "    -  * colour: not set", "  y 2  Accept", "  n 3  Decline",
    ]  # fmt: skip


def test_a_plan_is_refused_with_escape() -> None:
    """Where no option refuses, n says what it does."""
    shown = _lines("2.1.329-plan")

    assert "  y 2  Yes, manually approve edits" in shown
    assert shown[-1] == "  n dismisses it (Esc)"


def test_clipped() -> None:
    """What the pane cuts off stands there from the transcript."""
    shown = _lines("2.1.329-bash-clipped", wants=Want("Bash", "touch all of it"))

    assert "  Bash: touch all of it" in shown
    assert "  … the pane is too small to show it all; its end:" in shown


@pytest.mark.parametrize("columns", [20, 40, 80])
@pytest.mark.parametrize("name", [n for n in NAMES if "-prompt" not in n and "-none" not in n])
def test_every_dialog_fits(name: str, columns: int) -> None:
    """No line is wider than asked for, and none holds a control character."""
    shown = _lines(name, columns)

    assert [line for line in shown if width(line) > columns] == []
    assert [line for line in shown if not line.isprintable()] == []


def test_hostile_text() -> None:
    """Escape sequences and newlines of a session do not reach the terminal; colours are ours."""
    option = dialogs.Option(1, "Yes\x1b[2J\n\x9b31m", "yes", True)
    made = dialogs.Dialog("permission", "Ba\x1b]0;x\x07sh", "s", ("rm\r\x1b[1A", "\u202ex"), "Do\x07?", (option,))
    plain = view.lines(made, _session(name="a\x1b[0m\nb"), NOW, 80, Paint(False))
    painted = view.lines(made, _session(), NOW, 80, Paint(True))

    assert [line for line in plain if not line.isprintable()] == []
    assert "\x1b[2J" not in "".join(painted)
    assert "\x1b[1m" in "".join(painted)
