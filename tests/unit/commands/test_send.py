"""`cst send` as it is called: what is printed, and the exit codes."""

from __future__ import annotations

from tests.testing import until
from tests.unit.actions.fake import FakePane, screen
from tests.unit.commands.running import cst_beside


def test_send(pane: FakePane) -> None:
    """The words are one prompt."""
    pane.says(status="idle", waitingFor=None)
    pane.show("2.1.110-prompt")
    pasted = b"\x1b[200~run them again\x1b[201~"
    pane.after(pasted, text=screen("2.1.110-prompt-typed").replace("typed", "run them again"))
    pane.after(pasted + b"\r", "2.1.110-prompt", status="busy", statusUpdatedAt=2_000_000_000_000)
    code, out, err = cst_beside(pane, "send", str(pane.pid), "run", "them", "again")

    assert (code, out.partition(": ")[2], err) == (0, "sent · run them again, now working\n", "")
    assert until(lambda: pane.log == pasted + b"\r")


def test_send_nothing(pane: FakePane) -> None:
    """- with nothing on standard input is refused."""
    code, _, err = cst_beside(pane, "send", str(pane.pid), "-")

    assert (code, err) == (1, "cst: there is nothing to send; give a text, --edit, or - and a text on standard input\n")
