"""`cst answer` as it is called: what is printed, and the exit codes."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.testing import OTHER_ID, ROOT, Live, registry_entry, started, write_registry
from tests.unit.actions.fake import FakePane
from tests.unit.commands.running import cst_beside

PROMPT = "2.1.110-prompt"


def test_without_a_reply_it_is_shown(pane: FakePane) -> None:
    """Without a terminal the dialog is printed, and nothing is sent."""
    code, out, err = cst_beside(pane, "answer", str(pane.pid))

    assert (code, err) == (0, "")
    assert "  a 2  Yes, and don’t ask again for: npm test *\n  n 3  No\n" in out
    assert pane.log == b""


def test_a_text_field_is_open(pane: FakePane) -> None:
    """Nothing can be replied: that is said with the dialog, whose letters are not shown, and in JSON."""
    pane.show("2.1.329-plan-text")
    code, out, err = cst_beside(pane, "answer", str(pane.pid))

    assert (code, err) == (0, "cst: a text field is open in that dialog, so a key would be a letter; finish it there\n")
    assert "    2  Yes, manually approve edits\n" in out
    assert "dismisses" not in out
    assert json.loads(cst_beside(pane, "answer", "--json", str(pane.pid))[1])["refusal"] in err


def test_a_reply(pane: FakePane) -> None:
    """A reply is given, and the report is on standard output."""
    pane.after(b"3", PROMPT, status="idle", waitingFor=None)
    code, out, err = cst_beside(pane, "answer", str(pane.pid), "no")

    assert (code, out.partition(": ")[2], err) == (0, "refused · Bash: npm test, now at its prompt\n", "")
    assert pane.log == b"3"


def test_another_one_of_its_name(pane: FakePane, live: Live, claude: Path) -> None:
    """The report says which it is, as the picker does; so does `cst send` of what it refuses."""
    pid = live.start("claude")
    write_registry(claude, registry_entry(pid, procStart=started(pid), sessionId=OTHER_ID, cwd=str(pane.folder), tmux=None))
    refused = cst_beside(pane, "send", str(pane.pid), "hi")[2]
    pane.after(b"3", PROMPT, status="idle", waitingFor=None)

    assert cst_beside(pane, "answer", str(pane.pid), "no")[1].startswith("fake @ fake:0.0: refused · ")
    assert refused.startswith("cst: fake @ fake:0.0 is waiting for an answer; ")


def test_a_refusal(pane: FakePane) -> None:
    """What is not offered is one line on standard error, exit code 1, and nothing is sent."""
    code, out, err = cst_beside(pane, "answer", str(pane.pid), "7")

    assert (code, out) == (1, "")
    assert err.startswith("cst: that dialog has no option 7: 1. Yes, 2. Yes, and")
    assert pane.log == b""


@pytest.mark.parametrize(
    ("words", "typed", "code", "log"),
    [
        ((), b"y\n", 0, b"1"), ((), b"\n", 130, b""), ((), b"2\n", 0, b"2"), ((), b"x\n9\ny\n", 0, b"1"),
        (("x",), b"y\n", 0, b"1"), (("x",), b"\n", 130, b""),
    ],
)  # fmt: skip
def test_on_a_terminal_it_asks(pane: FakePane, words: tuple[str, ...], typed: bytes, code: int, log: bytes) -> None:
    """y, a, n or a number answer; Enter alone leaves it; it asks again after a slip.

    Bug shown: a slip of the finger ended it.
    """
    for key in (b"1", b"2"):
        pane.after(key, PROMPT, status="busy", waitingFor=None)
    master, slave = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMUX": f"{pane.server.socket},0,0"}
    argv = [sys.executable, str(ROOT / "shell" / "cst"), "answer", str(pane.pid), *words]
    process = subprocess.Popen(argv, env=env, stdin=slave, stdout=slave, stderr=subprocess.PIPE)
    os.close(slave)
    assert process.stderr
    asked = b""
    while b"leaves it: " not in asked:
        asked += os.read(process.stderr.fileno(), 1000) or b"leaves it: "
    os.write(master, typed)
    process.wait(30)
    process.stderr.close()
    os.close(master)

    assert b"y, a, n or 1-3; Enter leaves it: " in asked
    assert asked.startswith(b"cst: 'x' is not a reply; use yes, always, no or a number: 1. Yes, " if words else b"y, a")
    assert process.returncode == code
    assert pane.log == log
