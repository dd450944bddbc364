"""Fixtures of the tests that change settings files: no administrator of this machine, and a file of Claude Code."""

from __future__ import annotations

from pathlib import Path

import pytest

from cst.setup import policy


@pytest.fixture(autouse=True)
def no_administrator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The managed settings of this test, not of this machine."""
    folder = tmp_path / "etc"
    monkeypatch.setattr(policy, "MANAGED", str(folder))
    return folder


@pytest.fixture
def file(claude: Path) -> Path:
    return claude / "settings.json"
