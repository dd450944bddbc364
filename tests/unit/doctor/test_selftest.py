"""`cst doctor --verify`: each step proves something, and nothing stays behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cst.doctor import selftest
from cst.settings import Settings, load


def test_the_self_test(own: Settings) -> None:
    """Each step succeeds and says its time, and nothing stays behind."""
    before = set(os.listdir("/tmp"))
    program = Path(sys.executable).parent / "cst"
    if not program.exists():
        pytest.skip("cst is not installed beside this Python")
    found = selftest.findings(load({**os.environ}), str(program))

    assert [finding.outcome for finding in found] == ["ok"] * 5, found
    assert all(finding.found.endswith(" ms") for finding in found)
    assert [name for name in set(os.listdir("/tmp")) - before if name.startswith("cst-verify-")] == []


def test_the_self_test_of_a_broken_cst(own: Settings, tmp_path: Path) -> None:
    """The step that fails is named, the rest is not tried, and nothing stays behind."""
    broken = tmp_path / "cst"
    broken.write_text('#!/bin/sh\necho "{\\"sessions\\": []}"\n')
    broken.chmod(0o755)
    before = set(os.listdir("/tmp"))
    found = selftest.findings(own, str(broken))

    assert [finding.outcome for finding in found] == ["ok", "wrong"]
    assert [name for name in set(os.listdir("/tmp")) - before if name.startswith("cst-verify-")] == []
