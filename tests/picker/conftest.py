"""Fixtures of the picker's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cst.picker.run import Run


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Run]:
    """A run folder."""
    made = Run((str(tmp_path),))
    yield made
    made.close()
