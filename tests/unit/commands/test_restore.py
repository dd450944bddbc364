"""`cst restore` where a source cannot be read: it says so, and is sure of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cst.settings import Settings
from tests.testing import cst, registry_entry, said, typed, write_registry, write_transcript

GONE = 4_000_000  # no process has that pid


@pytest.fixture
def lost(claude: Path, home: Path) -> None:
    """One session that was killed."""
    write_transcript(claude, [{**line, "cwd": str(home)} for line in (typed("hi"), said("yes"))], cwd=str(home))
    write_registry(claude, registry_entry(GONE, cwd=str(home), name="api", nameSource="user"))


def test_without_places(own: Settings, claude: Path) -> None:
    """That nothing was lost is not said where not everything could be read.

    Bug shown: "no session was lost, and none is parked".
    """
    Path(own.places_file).mkdir(parents=True)
    done = cst("restore", "--yes")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"cst: places: cannot read {own.places_file}: Is a directory\ncst: not everything could be read\n"


@pytest.mark.usefixtures("lost")
def test_without_marks(own: Settings) -> None:
    """Nobody can tell what was killed or dismissed: it is listed, and `--yes` is refused.

    Bug shown: they were opened.
    """
    Path(own.marks_file).mkdir(parents=True)
    done = cst("restore", "--yes")

    assert done.returncode == 1
    assert done.stderr.count("cannot read") == 1
    assert "sessions that you have killed or dismissed are among these; fix that, or choose without --yes" in done.stderr
    assert done.stdout.startswith("lost ")
