"""The slash commands of the plugin in the real Claude Code: what is asked of the model, and with what."""
from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.lab import cst, scenarios
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab
from tests.lab.retry import until

PLUGIN = f"--permission-mode manual --plugin-dir {Path(__file__).parents[2]}"


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> Lab:
    """A lab of this module's own, whose sessions find cst on their PATH."""
    lab = make_lab()
    given = json.loads(lab.settings_file.read_text())
    path = f"{lab.env['PATH']}:{Path(cst.PROGRAM).parent}"
    lab.settings_file.write_text(json.dumps({**given, "env": {**given.get("env", {}), "PATH": path}}))
    return lab


def prompts(lab: Lab) -> list[str]:
    """The prompts that reached the model."""
    return [json.loads(line).get("prompt") or "" for line in (lab.root / "requests.jsonl").read_text().splitlines()]


def test_who_waits_and_a_name(lab: Lab) -> None:
    """/cst-pending runs cst and shows the model its table; /cst-name hands on the name."""
    asking = lab.open("asking", project="asking", args="--permission-mode manual")
    lab.prompt(asking, "[[bash:touch a]]")
    lab.expect_status(asking, *scenarios.PERMISSION)
    session = lab.open("plugged", args=PLUGIN)

    lab.prompt(session, "/cst:cst-pending")
    until(lambda: any("Repeat that table" in one and "permission" in one and "asking" in one for one in prompts(lab)), 10,
          lambda: f"{prompts(lab)}\n{lab.screen(session)}")
    lab.expect_status(session, "idle")
    lab.prompt(session, "/cst:cst-name it's mine")
    until(lambda: any("cst rename" in one and "it's mine" in one for one in prompts(lab)), 10,
          lambda: f"{prompts(lab)}\n{lab.screen(session)}")
