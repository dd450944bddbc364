"""ctrl-y in the picker: what is asked of a dialog, and of one that takes no reply."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cst.model import CstError, Snapshot
from cst.picker import answer
from cst.picker.context import Target
from cst.settings import Settings
from tests.testing import TmuxServer
from tests.unit.actions.fake import FakePane


def test_a_text_field_is_open(tmux_server: TmuxServer, tmp_path: Path, claude: Path, own: Settings) -> None:
    """Bug shown: it offered "or a number", and refused every one."""
    pane = FakePane(tmux_server, tmp_path / "fake", claude, "2.1.329-plan-text")
    context: Any = SimpleNamespace(settings=own)
    target: Any = SimpleNamespace(first=pane.session(), columns=100)

    with pytest.raises(CstError, match="a text field is open in that dialog, so a key would be a letter; finish it there"):
        answer.ask(context, target)
    assert pane.log == b""


def test_what_holds_for_good_is_asked_once_more(tmux_server: TmuxServer, tmp_path: Path, claude: Path, own: Settings) -> None:
    """With the words of the option; the same key again gives the answer."""
    pane = FakePane(tmux_server, tmp_path / "fake", claude, "2.1.110-bash")
    pane.after(b"2", "2.1.110-prompt", status="busy", waitingFor=None)
    context: Any = SimpleNamespace(settings=own)
    target = Target(Snapshot(0.0), (pane.session(),), 100)
    asked = answer.ask(context, target)
    first = next(choice.value for choice in asked.choices if choice.key == "a")
    again = answer.act(context, target, first).again

    assert pane.log == b""
    assert again
    assert again.lines[1].startswith("  2 Yes, and don")
    assert (asked.guarded, again.guarded, [choice.key for choice in again.choices]) == (True, True, ["a"])

    assert answer.act(context, target, again.choices[0].value).message.startswith("api: approved (Yes, and don")
    assert pane.log == b"2"
