"""Recordings of the golden cases."""

from __future__ import annotations

from pathlib import Path

from cst.core import redact
from cst.model import Snapshot
from cst.store import recording
from tests.unit.core.golden import folders
from tests.unit.core.loader import load

GOLDEN = {folder.name: load(folder / "snapshot.json") for folder in folders()}


def written(path: Path, *looks: Snapshot, redacted: bool = False) -> Path:
    """A recording of these looks."""
    with path.open("w") as file:
        writer = recording.Writer(file.write, "test", redacted)
        for seen in looks:
            writer.add(redact.snapshot(seen) if redacted else seen)
    return path
