"""`cst tree`, which the status line starts: what it says where it cannot keep the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from cst.__main__ import main
from cst.store import payloads
from tests.testing import ID
from tests.unit.system.test_git import run


@pytest.mark.usefixtures("home")
def test_no_room_for_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """A write that fails names no file. Bug shown: cannot write None."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    run(tmp_path, "init", "-q")
    monkeypatch.setattr(payloads, "keep_git", full)

    assert main(["tree", ID, str(tmp_path)]) == 1
    assert capfd.readouterr().err.endswith("/statusline/v1: No space left on device; fix its permissions\n")
