"""`cst resume` with the real client: "resumed" is said when its record is there."""

from __future__ import annotations

from pathlib import Path

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.scenarios import SCENARIOS


def test_resumed(make_lab: MakeLab) -> None:
    """In a window of the client that pressed the key, through the login shell; the session has its id again."""
    lab = make_lab()
    Path(lab.root, "home/.profile").write_text(f'PATH="{lab.env["PATH"]}"\n')
    lab.tmux("new-session", "-d", "-s", "mine", "cat")
    session, _ = SCENARIOS["done"].drive(lab, "ends")
    session_id = session.last_record["sessionId"]
    lab.kill(session)
    lab.expect_gone(session, file=True)
    client = lab.attach("mine")

    done = cst.run(lab, "resume", session_id, "--client", client.name, TMUX=f"{lab.socket},1,0")

    assert (done.returncode, done.stdout[:8], done.stderr) == (0, "resumed ", "")
    assert [bool(s["pid"]) for s in cst.fleet(lab) if s["id"] == session_id] == [True]
