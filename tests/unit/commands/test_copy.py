"""`cst copy` as it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.testing import ID, Live, TmuxServer, cst, registry_entry, started, until, write_registry
from tests.unit.commands.running import typed_outside


@pytest.mark.parametrize(
    ("what", "printed"), [("id", ID), ("path", "/home/u/my proj"), ("resume", f"cd '/home/u/my proj' && claude --resume {ID}")]
)
def test_a_script_gets_it(claude: Path, live: Live, what: str, printed: str) -> None:
    """Where the output is no terminal it is printed, and nothing else is.

    Bug shown: "no terminal to copy to".
    """
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid), cwd="/home/u/my proj"))
    done = cst("copy", str(pid), what)

    assert (done.returncode, done.stdout, done.stderr) == (0, printed + "\n", "")


def test_a_key_binding_copies(claude: Path, live: Live, tmux_server: TmuxServer) -> None:
    """There nobody reads what is printed."""
    tmux_server.new("main")
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid)))
    cst("copy", str(pid), env={"TMUX": f"{tmux_server.socket},1,0"})

    assert tmux_server.run("show-buffer") == ID


def test_copy_outside_tmux(ended: Path, tmux_server: TmuxServer) -> None:
    """The terminal is told by OSC 52; this one is tmux, which keeps what it is told."""
    tmux_server.new("work")
    tmux_server.run("set-option", "-s", "set-clipboard", "on")
    typed_outside(tmux_server, "copy", ID, "resume")
    until(lambda: tmux_server.run("list-buffers"), 30)

    assert tmux_server.run("show-buffer") == f"cd '{ended.parent}/it'\\''s' && claude --resume {ID}"
