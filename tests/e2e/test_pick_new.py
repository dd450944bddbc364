"""alt-w in the picker, and what a picker without a session says."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.picking import PATIENCE, Picker
from tests.e2e.test_pick_acts import Person, person  # noqa: F401  # the fixture
from tests.testing import ROOT, TmuxServer, registry_entry, said, typed, until, write_registry, write_transcript

GONE = 4_000_000  # no process has that pid


def test_a_session_in_the_folder_of_a_row(opened: Callable[..., Picker], person: Callable[[str], Person]) -> None:  # noqa: F811
    """It is asked for with the folder of the row; the new window is shown, and the picker is closed."""
    picker = opened()
    here = person(picker.name)
    picker.goes_to("integration")
    picker.press("M-w")
    picker.sees("folder> .*/api-tests")
    picker.reply("Enter")
    picker.sees("left with 0")

    until(lambda: here.pane() != picker.pane, PATIENCE)
    shown = picker.tmux("display-message", "-p", "-t", here.pane(), "#{pane_current_path} #{window_name}")
    assert shown.endswith("/api-tests api-tests")


def test_a_folder_that_is_not_there(opened: Callable[..., Picker], person: Callable[[str], Person]) -> None:  # noqa: F811
    """It is asked for again, below what was wrong."""
    picker = opened()
    person(picker.name)
    picker.goes_to("integration")
    picker.press("M-w")
    picker.sees("folder> .*/api-tests")
    picker.press("x", "y")
    picker.reply("Enter")

    picker.sees("there is no folder ")
    picker.sees("folder> .*/api-testsxy")


def test_an_empty_picker_says_what_was_lost(home: Path, claude: Path, tmux_server: TmuxServer) -> None:
    """Beside that none is live."""
    (home / "proj").mkdir()
    lines = [{**line, "cwd": str(home / "proj")} for line in (typed("hi"), said("yes"))]
    left = write_transcript(claude, lines, cwd=str(home / "proj")), write_registry(claude, registry_entry(GONE, cwd=str(home / "proj")))
    for path in left:
        os.utime(path, (time.time() - 7200, time.time() - 7200))  # not of the last hour: no list of what lives has it
    pane = tmux_server.new("one", "/bin/sh", "-c", f"{sys.executable} {ROOT}/shell/cst pick; exec cat")

    shown = until(lambda: "was lost" in (text := tmux_server.run("capture-pane", "-p", "-J", "-t", pane)) and text)
    assert "No Claude Code session is live." in shown
    assert "1 session was lost: `cst restore`." in shown
