"""What is remembered of a registry with hundreds of records that are nobody's, and when it holds no longer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cst import snapshot
from cst.claude import registry
from cst.settings import Settings
from cst.store import registry_names
from tests.testing import registry_entry, write_registry

OLD = 400  # records of nobody
DEAD = 1 << 22  # the kernel gives no pid above
DAY = 86400.0


class Look:
    """Looks at one folder, and counts how often it was listed."""

    def __init__(self, claude: Path, state: Path) -> None:
        self.folder, self.state, self.count = claude / "sessions", state, 0

    def later(self, seconds: float) -> float:
        """That much after the last change of the folder; its ctime cannot be set."""
        return self.folder.stat().st_ctime + seconds

    def names(self, alive: set[str], now: float) -> list[str]:
        """The names that count."""

        def find(folder: str) -> tuple[list[str], list[str]]:
            self.count += 1
            return registry.fresh(folder, alive, now - 8 * DAY)

        return sorted(registry_names.listed(str(self.state / "registry/v1"), str(self.folder), alive, now, find, 256))


@pytest.fixture
def look(claude: Path, tmp_path: Path) -> Look:
    """A folder with one living session and hundreds of records of processes that were killed a month ago."""
    now = time.time()
    write_registry(claude, registry_entry(os.getpid()))
    for pid in range(DEAD, DEAD + OLD):
        os.utime(write_registry(claude, registry_entry(pid)), (now - 30 * DAY, now - 30 * DAY))
    os.utime(claude / "sessions", (now - 60, now - 60))
    return Look(claude, tmp_path / "state")


def test_it_is_listed_once(look: Look) -> None:
    """And then no more while nothing changes. What counts is the same."""
    alive, own = {str(os.getpid())}, [f"{os.getpid()}.json"]

    assert [look.names(alive, look.later(s)) for s in (3, 4, 500)] == [own, own, own]
    assert look.count == 1
    [kept] = (look.state / "registry/v1").iterdir()
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def started(look: Look) -> set[str]:
    """A session starts, under a new pid."""
    write_registry(look.folder.parent, registry_entry(7))
    return {"7"}


def reused(look: Look) -> set[str]:
    """A session starts, under a pid that has an old record, and makes no key: the folder does not change."""
    write_registry(look.folder.parent, registry_entry(DEAD + 5))
    return {str(DEAD + 5)}


def elsewhere(look: Look) -> set[str]:
    """Another machine's session starts: here nobody has its pid."""
    write_registry(look.folder.parent, registry_entry(8))
    return set()


def replaced(look: Look) -> set[str]:
    """Another folder is there now, with the same times."""
    times = look.folder.stat()
    look.folder.rename(look.folder.with_name("before"))
    look.folder.mkdir()
    write_registry(look.folder.parent, registry_entry(9))
    os.utime(look.folder, ns=(times.st_atime_ns, times.st_mtime_ns))
    return set()


def torn(look: Look) -> set[str]:
    """What was kept is not as we write it."""
    [kept] = (look.state / "registry/v1").iterdir()
    kept.write_bytes(kept.read_bytes()[:-5].replace(b"//", b"/"))
    return set()


@pytest.mark.parametrize("change", [started, reused, elsewhere, replaced, torn])
def test_a_change_is_seen_at_once(look: Look, change: Callable[[Look], set[str]]) -> None:
    """Whatever was kept: the names are those of a listing."""
    alive = {str(os.getpid())}
    look.names(alive, look.later(3))
    also = change(look)
    now = look.later(3)

    assert look.names(alive | also, now) == sorted(registry.fresh(str(look.folder), alive | also, now - 8 * DAY)[0])
    assert look.count == 2


def test_written_again_elsewhere(look: Look) -> None:
    """An old record that another machine's session writes in place shows after ten minutes, and no clock keeps it away."""
    alive = {str(os.getpid())}
    look.names(alive, look.later(3))
    os.utime(look.folder / f"{DEAD}.json")

    assert f"{DEAD}.json" not in look.names(alive, look.later(600))
    assert f"{DEAD}.json" in look.names(alive, look.later(604))
    assert f"{DEAD}.json" in look.names(alive, look.later(-5))


def test_not_within_the_moment_of_a_change(look: Look) -> None:
    """A second change in the same tick of the file system's clock could not be told."""
    look.names({str(os.getpid())}, look.later(1))
    look.names({str(os.getpid())}, look.later(1))

    assert look.count == 2
    assert not look.state.exists()


def test_few_are_asked_for_each_time(look: Look) -> None:
    """Nothing is kept of a usual registry, and what was kept of this one goes once it is one."""
    alive = {str(os.getpid())}
    look.names(alive, look.later(3))
    for pid in range(DEAD + 100, DEAD + OLD):
        (look.folder / f"{pid}.json").unlink()
    look.names(alive, look.later(3))
    look.names(alive, look.later(3))

    assert look.count == 3
    assert not (look.state / "registry/v1").exists()


def test_where_nothing_can_be_kept(look: Look) -> None:
    """It is listed each time, and nothing is raised."""
    look.state.write_text("")
    alive, own = {str(os.getpid())}, [f"{os.getpid()}.json"]

    assert look.names(alive, look.later(3)) == look.names(alive, look.later(3)) == own
    assert look.count == 2


def test_a_folder_that_is_not_there(look: Look) -> None:
    """As listing it says."""
    look.folder.rename(look.folder.with_name("before"))

    with pytest.raises(FileNotFoundError):
        look.names({"1"}, look.later(3))


def test_a_look_uses_it(look: Look, own: Settings) -> None:
    """The second look at the world lists no folder of records, and finds the same sessions."""
    settings = own._replace(state_dir=str(look.state), config_dirs=(str(look.folder.parent),))
    first = snapshot.take(settings, look.later(3), snapshot.STATUS)
    [kept] = (look.state / "registry/v1").iterdir()
    listing = os.listdir
    os.listdir = lambda path=".": [] if str(path) == str(look.folder) else listing(path)  # type: ignore[assignment]
    try:
        second = snapshot.take(settings, look.later(4), snapshot.STATUS)
    finally:
        os.listdir = listing

    assert [r.pid for r in first.records] == [r.pid for r in second.records] == [os.getpid()]
    assert kept.exists()


@pytest.mark.parametrize("name", ["0", "00000007", "16777216", "9" * 400, "-3", "¾", "x"])
def test_names_that_are_no_pid_cost_nothing(look: Look, name: str) -> None:
    """A record may be called anything: what was kept stays small, and holds."""
    month = time.time() - 30 * DAY
    path = look.folder / f"{name[:200]}.json"
    path.write_text("{}")
    os.utime(path, (month, month))
    alive = {str(os.getpid()), "self"}

    assert look.names(alive, look.later(3)) == look.names(alive, look.later(4))
    [kept] = (look.state / "registry/v1").iterdir()
    assert (look.count, kept.stat().st_size < 1 << 20) == (1, True)
