"""ctrl-y in the picker: what is asked of a dialog, and of one that takes no reply."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cst.model import CstError
from cst.picker import answer
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
