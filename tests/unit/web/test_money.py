"""The page of limits, cost and budgets says what it could not read, as its verbs do."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from cst.model import Snapshot
from cst.settings import Settings
from cst.store import budgets
from cst.web import money
from tests.unit.commands.test_cost import spent  # noqa: F401  # a fixture


def text(page: dict[str, Any]) -> str:
    return "\n".join("".join(run[1] for run in line) for line in page["lines"])


@pytest.mark.usefixtures("spent")
def test_what_was_spent_and_what_cannot_be_read(own: Settings, claude: Path) -> None:


    snapshot = Snapshot(now=time.time())
    shown = text(money.page(own, snapshot, 80))
    assert "$1.25" in shown
    assert "none is set; `cst budget set 50 --per month`" in shown

    path = Path(budgets.path(own))
    path.parent.mkdir(parents=True)
    path.write_text('{"v":1,"budgets":[7]}')
    (claude / "projects").rename(claude / "elsewhere")
    (claude / "projects").write_text("")
    shown = text(money.page(own, snapshot, 200))
    assert f"cannot read {path}: number 1 in it is no budget" in shown
    assert f"cannot read {claude}/projects: Not a directory" in shown
