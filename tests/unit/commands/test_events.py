"""`cst events`: the states as they are, and each change of one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from tests.testing import cst
from tests.unit.commands.running import OneSession, Run


def test_events(one: OneSession) -> None:
    """Without --follow, one line for each session as it is, and the end."""
    done = cst("events")

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert " api " in done.stdout
    assert "→ working" in done.stdout


def test_events_of_nobody() -> None:
    """No session, nothing to follow: exit 1."""
    done = cst("events")

    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_events_follow(one: OneSession, run: Callable[..., Run]) -> None:
    """Each change is one line, at once, until its reader goes; the end is the last."""
    following = run("events", "--follow", "--json", "api")
    first = json.loads(following.stdout.readline())
    one.says("waiting", waitingFor="permission prompt")
    second = json.loads(following.stdout.readline())
    one.ends()
    third = json.loads(following.stdout.readline())

    assert [(e["from"], e["to"]) for e in (first, second, third)] == [
        (None, "working"), ("working", "permission"), ("permission", "ended"),
    ]  # fmt: skip
    assert second["needs_you"] is True
    assert abs(second["at"] - time.time()) < 30
