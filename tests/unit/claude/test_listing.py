"""Which transcripts there are."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from cst.claude import listing
from tests.testing import ID
from tests.unit.claude.test_usage import answer, write


def found(config_dir: Path, wrong: list[str]) -> list[str]:
    return list(listing.states(str(config_dir), wrong))


def test_transcripts_of_subagents_count(tmp_path: Path) -> None:
    """However deep they lie; a link to nowhere hides none of them."""
    new = [write(tmp_path / f"projects/-x/{ID}.jsonl", answer()),
           write(tmp_path / f"projects/-x/{ID}/subagents/workflows/w/agent-1.jsonl", answer(2))]  # fmt: skip
    (tmp_path / "projects/-x/gone.jsonl").symlink_to("nowhere")
    Path(write(tmp_path / "projects/-x/notes.txt", json.dumps({})))

    wrong: list[str] = []
    assert sorted(found(tmp_path, wrong)) == sorted(new)
    assert wrong == []


@pytest.mark.parametrize("code", [errno.EACCES, errno.ELOOP, errno.EIO, errno.ENOTDIR])
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not as if nothing were in it. What is beside it is read."""
    kept = write(tmp_path / f"projects/-x/{ID}.jsonl", answer())
    closed = tmp_path / "projects/-closed"
    closed.mkdir()
    real = os.open

    def opened(path: Any, *how: Any, **more: Any) -> int:
        if path == str(closed):
            raise OSError(code, os.strerror(code), path)
        return real(path, *how, **more)

    monkeypatch.setattr(os, "open", opened)
    wrong: list[str] = []

    assert found(tmp_path, wrong) == [kept]
    assert wrong == [f"cannot read {closed}: {os.strerror(code)}"]


def test_a_transcript_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    path = tmp_path / "projects/-x/a.jsonl"
    path.parent.mkdir(parents=True)
    path.symlink_to(path)
    wrong: list[str] = []

    assert found(tmp_path, wrong) == []
    assert wrong == [f"cannot read {path}: {os.strerror(errno.ELOOP)}"]


def test_no_transcripts_are_no_problem(tmp_path: Path) -> None:
    """Where Claude Code has never run."""
    wrong: list[str] = []

    assert found(tmp_path / "nowhere", wrong) == []
    assert wrong == []
