"""`cst new` on a terminal, with a stand-in for claude; the live client does it in tests/lab."""

from __future__ import annotations

import sys
from pathlib import Path

from cst.settings import Settings
from tests.testing import ROOT, TmuxServer, until
from tests.unit.commands.running import claude_that_registers


def test_a_visit_that_cannot_be_kept(own: Settings, home: Path, tmux_server: TmuxServer) -> None:
    """The session runs, so its key is printed and that is no failure.

    Bug shown: on a terminal the visit was kept twice, and the second time raised: no key.
    """
    claude_that_registers(home)
    Path(own.marks_file).mkdir(parents=True)
    tmux_server.new("one")
    tmux_server.attach("one")
    script = home / "script"
    script.write_text(f"PYTHONPATH={ROOT} {sys.executable} {ROOT}/shell/cst new ~; echo $? >~/code; sleep 60\n")
    pane = tmux_server.run("new-window", "-P", "-F", "#{pane_id}", "-t", "=one:", f"sh {script}").strip()
    until((home / "code").exists, 40)
    shown = tmux_server.run("capture-pane", "-p", "-t", pane)
    [record] = (home / ".claude/sessions").glob("*.json")

    assert (home / "code").read_text() == "0\n", shown
    assert f"{record.stem}." in shown
