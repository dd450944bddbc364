"""What the status line was told is kept: private, whole, at most once a second."""

from __future__ import annotations

import itertools
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from cst.payload import GitState
from cst.settings import Settings
from cst.store import payloads
from tests.testing import ID, NOW, OTHER_ID


def told(percent: float = 42.0, session_id: str = ID) -> dict[str, Any]:
    return {
        "session_id": session_id, "cwd": "/x", "prompt_id": "secret", "session_name": "secret",
        "rate_limits": {"five_hour": {"used_percentage": percent, "resets_at": NOW + 3600}},
    }  # fmt: skip


def age_file(own: Settings, seconds: float = 2) -> None:
    at = os.stat(payloads.path(own, ID)).st_mtime - seconds
    os.utime(payloads.path(own, ID), (at, at))


def test_it_is_kept_and_read(own: Settings) -> None:
    """The figures come back; what is not needed is not there; nobody else can read it."""
    payloads.keep(own, told(), "/c", NOW)
    [kept], wrong = payloads.read_all(own)
    path = Path(payloads.path(own, ID))

    assert (kept.at, kept.config_dir, kept.payload.limits[0].percent, wrong) == (NOW, "/c", 42.0, [])
    assert "secret" not in path.read_text()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent)] == [0o600, 0o700]


def test_at_most_once_a_second(own: Settings) -> None:
    """A burst of runs writes once; a second later the newest counts."""
    payloads.keep(own, told(1), "/c", NOW)
    now = os.stat(payloads.path(own, ID)).st_mtime
    payloads.keep(own, told(2), "/c", now + 0.5)
    assert payloads.read(own, ID).payload.limits[0].percent == 1  # type: ignore[union-attr]

    payloads.keep(own, told(3), "/c", now + 1.5)
    assert payloads.read(own, ID).payload.limits[0].percent == 3  # type: ignore[union-attr]


def test_samples_are_a_minute_apart(own: Settings) -> None:
    """One a minute of each window, the newest forty."""
    for number in range(100):
        payloads.keep(own, told(number / 2), "/c", NOW + 31 * number)
        age_file(own, 10_000)
    samples = payloads.read(own, ID).samples  # type: ignore[union-attr]

    assert len(samples) == 40
    assert {round(b[0] - a[0]) for a, b in itertools.pairwise(samples)} == {62}


@pytest.mark.parametrize("session_id", ["", "../../x", "x" * 36, 7, None])
def test_a_session_without_an_id_leaves_nothing(own: Settings, session_id: object) -> None:
    """An id is a UUID, or it is no part of a path."""
    payloads.keep(own, {**told(), "session_id": session_id}, "/c", NOW)

    assert not Path(payloads.folder(own)).exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"v":2,"payload":{}}', b'{"v":1,"payload":7}', b"\xff" * 9])
def test_what_is_no_file_of_ours_is_nothing(own: Settings, content: bytes) -> None:
    """It is passed over when read, and replaced when written."""
    payloads.keep(own, told(), "/c", NOW)
    Path(payloads.path(own, ID)).write_bytes(content)
    assert payloads.read_all(own) == ([], [])

    age_file(own)
    payloads.keep(own, told(), "/c", os.stat(payloads.path(own, ID)).st_mtime + 2)
    assert len(payloads.read_all(own)[0]) == 1


def test_a_file_that_cannot_be_read_is_named(own: Settings) -> None:
    """A source that fails is told, and the others count."""
    payloads.keep(own, told(), "/c", NOW)
    os.mkfifo(payloads.path(own, OTHER_ID))
    found, [wrong] = payloads.read_all(own)

    assert len(found) == 1
    assert wrong == f"cannot read {payloads.path(own, OTHER_ID)}: it is not a regular file"


def test_git_is_asked_by_one(own: Settings) -> None:
    """Of several lines at once one asks; its answer is for the folder that it asked about."""
    payloads.keep(own, told(), "/c", NOW)
    assert payloads.claim_git(own, ID, NOW)
    payloads.keep_git(own, ID, GitState(NOW, "/x", 3, False, 1, None))
    now = os.stat(payloads.folder(own)).st_mtime

    assert not payloads.claim_git(own, ID, now + 1)
    assert payloads.claim_git(own, ID, now + 9)
    assert payloads.git_state(own, ID, "/x") == GitState(NOW, "/x", 3, False, 1, None)
    assert payloads.git_state(own, ID, "/y") is None


def test_an_answer_of_gits_after_a_pruning(own: Settings) -> None:
    """The folder went while git was asked: it is made again. Bug shown: `cst tree` ended with a trace."""
    payloads.keep_git(own, ID, GitState(NOW, "/x", 3, False, 1, None))

    assert payloads.git_state(own, ID, "/x") == GitState(NOW, "/x", 3, False, 1, None)
    assert os.stat(payloads.folder(own)).st_mode & 0o777 == 0o700


def test_a_broken_note_of_a_slow_line_hides_no_other(own: Settings) -> None:
    """Bug shown: the first one that could not be read was the last one that was looked at."""
    Path(payloads.folder(own)).mkdir(parents=True)
    payloads.keep_slow(own, {"session_id": ID}, NOW, 0.5)
    for number in range(9):
        Path(payloads.folder(own), f"{number}.slow").write_text("{")

    assert payloads.newest_slow(own) == (NOW, 0.5)
