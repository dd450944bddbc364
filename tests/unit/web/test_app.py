from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

import pytest
from starlette.requests import Request

from cst.web import app


def test_a_bug_has_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file is named; a page that asks again and again gets the same one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bugs = app._Bugs()

    def answered(error: Exception) -> str:
        answer = asyncio.run(bugs(Request({"type": "http"}), error))
        assert answer.status_code == 500
        return str(json.loads(bytes(answer.body))["error"])

    for _ in range(3):
        said = answered(ZeroDivisionError("division"))
    [report] = tmp_path.glob("cst-report-*.md")
    assert said == f"a bug: ZeroDivisionError; please report it, the report is in {report}"
    assert "ZeroDivisionError: division" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert "its report cannot be written: No such file or directory" in answered(KeyError("x"))
