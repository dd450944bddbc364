"""What our hooks cost the real client: a hundred tool calls without them and with them. `make lab` runs it; -s shows."""
from __future__ import annotations

import json
import os
import time

import pytest

from . import cst
from .conftest import MakeLab
from .lab import Lab, Session
from .retry import until

pytestmark = pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="a measurement, on a machine at rest: `make lab`")
PROMPTS, CALLS = 10, 10


def durations(lab: Lab, session: Session) -> list[float]:
    """Milliseconds of each turn that has ended, as the client writes them itself."""
    lab.record(session)
    found = []
    for path in lab.config.glob(f"projects/*/{session.last_record['sessionId']}.jsonl"):
        for line in path.read_text().splitlines():
            given = json.loads(line)
            if given.get("subtype") == "turn_duration":
                found.append(float(given["durationMs"]))
    return found


def measured(lab: Lab, name: str) -> float:
    """Milliseconds of all turns of a new session that makes a hundred tool calls."""
    session = lab.open(name)
    (lab.projects / "alpha" / "f").write_text("text\n")
    for number in range(1, PROMPTS + 1):
        lab.prompt(session, f"{number}: " + "[[read:f]]" * CALLS + "[[say:Read.]]")
        until(lambda: len(durations(lab, session)) == number, 60, lambda: str(durations(lab, session)))  # noqa: B023
        time.sleep(0.3)
    return sum(durations(lab, session))


def test_a_hundred_tool_calls_with_hooks_and_without(make_lab: MakeLab) -> None:
    """No event of ours is on a tool call, and Claude waits for none of the others: under 10 ms for each call."""
    lab = make_lab()
    measured(lab, "warm")
    without = measured(lab, "without")
    done = cst.run(lab, "hooks", "install", "--yes", "--client", lab.version)
    assert done.returncode == 0, done.stderr
    with_hooks = measured(lab, "with")
    logs = list((lab.root / "state/cst/events/v1").glob("*.jsonl"))
    stops = sum(path.read_text().count('"event":"Stop"') for path in logs)
    each = (with_hooks - without) / (PROMPTS * CALLS)

    print(f"\n{PROMPTS * CALLS} tool calls: {without:.0f} ms without hooks, {with_hooks:.0f} ms with: {each:+.2f} ms each")
    assert stops >= PROMPTS
    assert each < 10
