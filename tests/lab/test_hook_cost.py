"""What our hooks cost the real client: a hundred tool calls without them and with them. `make lab` runs it; -s shows."""
from __future__ import annotations

import json
import os
import time
from statistics import median

import pytest

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.lab import Lab, Session
from tests.lab.retry import until

pytestmark = pytest.mark.skipif(not os.environ.get("CST_LAB_ALL"), reason="a measurement, on a machine at rest: `make lab`")
PROMPTS, CALLS = 5, 20


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


def turn(lab: Lab, session: Session, number: int) -> None:
    """One prompt that makes twenty tool calls at once, until its end is written: one by one they would wait for the model."""
    lab.prompt(session, f"{number}: " + "+".join(["[[read:f]]"] * CALLS) + " [[say:Read.]]")
    until(lambda: len(durations(lab, session)) == number, 120, lambda: str(durations(lab, session)))


def test_a_hundred_tool_calls_with_hooks_and_without(make_lab: MakeLab) -> None:
    """No event of ours is on a tool call, and Claude waits for none of the others: a turn with hooks takes no longer than
    one without, but for a tenth, or for what turns without hooks differ among themselves.

    Turn by turn in two labs, so that both see the same load; the fastest turns are compared, for load only adds.
    """
    labs = {"without": make_lab(), "with": make_lab()}
    done = cst.run(labs["with"], "hooks", "install", "--yes", "--client", labs["with"].version)
    assert done.returncode == 0, done.stderr
    for lab in labs.values():
        (lab.projects / "alpha").mkdir(parents=True, exist_ok=True)
        (lab.projects / "alpha" / "f").write_text("text\n")
    sessions = {name: lab.open(name) for name, lab in labs.items()}
    for number in range(1, PROMPTS + 1):
        for name, lab in labs.items():
            turn(lab, sessions[name], number)
            print(f"{name} {number}: {durations(lab, sessions[name])[-1]:.0f} ms, load {os.getloadavg()[0]:.1f}", flush=True)
            time.sleep(0.2)
    took = {name: sorted(durations(lab, sessions[name])) for name, lab in labs.items()}
    told = sum(path.read_text().count('"event":"Stop"') for path in (labs["with"].root / "state/cst/events/v1").glob("*"))
    each = {what: (of(took["with"]) - of(took["without"])) / CALLS for what, of in (("fastest", min), ("median", median))}

    print(f"\n{PROMPTS * CALLS} tool calls, {CALLS} a turn; ms of the turns: {took}; difference of a call, ms: {each}")
    assert told >= PROMPTS - 1
    spread = (median(took["without"]) - min(took["without"])) / CALLS
    assert each["fastest"] < max(min(took["without"]) / CALLS / 10, spread), spread
