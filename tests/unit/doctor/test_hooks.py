"""What the doctor says of the hooks: installed, dropped, silent."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cst.settings import Settings
from cst.setup import hook_install
from tests.testing import (
    ID,
    Live,
    event,
    started,
    write_events,
)  # fmt: skip
from tests.unit.doctor.examine import one, register


def test_hooks_that_something_else_dropped(own: Settings, claude: Path) -> None:
    """They were installed and are not there any more, and nobody uninstalled them."""
    path = claude / "settings.json"
    path.write_text("{}")
    hook_install.apply(own, hook_install.plan_install(own, "user", "/", "2.1.329"))
    assert one(own, "hooks").outcome == "ok"
    path.write_text('{"model": "opus"}')
    found = one(own, "hooks")

    assert (found.outcome, found.fix) == ("wrong", "`cst hooks install --scope user` puts them back")


def test_a_session_that_fires_and_one_that_is_silent(own: Settings, claude: Path, live: Live) -> None:
    """With hooks installed before it started, a session that told nothing is wrong."""
    hook_install.apply(own, hook_install.plan_install(own, "user", "/", "2.1.329"))
    pid = live.start()
    register(claude, pid, startedAt=(time.time() + 60) * 1000)
    assert one(own, "firing").outcome == "wrong"
    write_events(Path(own.state_dir), [event("Stop", time.time() - 90, pid)])
    found = one(own, "firing")

    assert (found.outcome, found.found) == ("ok", "1 of 1 live sessions has told an event, the newest 1m ago")


@pytest.mark.parametrize(("more", "said"), [(0, "1 has not yet: it started"), (1, "2 have not yet, {key} among them: it started")])
def test_those_that_have_told_nothing_yet_agree_in_number(own: Settings, claude: Path, live: Live, more: int, said: str) -> None:
    """Bug shown: "16 have not yet: it started before the hooks were installed"."""
    pids = [live.start() for _ in range(1 + more)]
    for number, pid in enumerate(pids):
        register(claude, pid, session_id=f"{number}{ID[1:]}", startedAt=(time.time() - 600) * 1000)
    hook_install.apply(own, hook_install.plan_install(own, "user", "/", "2.1.329"))
    found = one(own, "firing").found

    assert any(said.format(key=f"{pid}.{started(pid)}") in found for pid in pids), found
