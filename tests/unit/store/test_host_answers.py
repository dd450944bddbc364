"""What was kept of a host: where it cannot be read, that is said."""

from __future__ import annotations

from pathlib import Path

from cst.settings import Settings
from cst.store import host_answers


def test_nothing_was_kept(own: Settings) -> None:
    """It was never asked, and nothing is wrong."""
    assert (host_answers.read(own, "dev").failed, host_answers.read(own, "dev").at) == ("", 0.0)


def test_what_was_kept_cannot_be_read(own: Settings) -> None:
    """Bug shown: it was told as never asked."""
    Path(host_answers.path(own, "dev")).mkdir(parents=True)

    assert host_answers.read(own, "dev").failed.startswith("cannot read its last answer: ")
