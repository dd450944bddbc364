"""Every test of the doctor has an administrator of its own: none."""

from __future__ import annotations

from pathlib import Path

import pytest

from cst.setup import policy


@pytest.fixture(autouse=True)
def no_administrator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MANAGED", str(tmp_path / "etc"))
