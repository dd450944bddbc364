"""What every test gets: a home of its own, with the real one out of reach; on request, tmux and live processes.

Tests marked `lab` bring an environment of their own (tests/lab/conftest.py) and are left alone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from cst.settings import Settings, load
from tests import testing

# No deadline and no "too slow": the machine may be busy. `--hypothesis-profile=thorough` looks longer.
_COMMON = hypothesis.settings(
    database=None, deadline=None, print_blob=True, phases=tuple(hypothesis.Phase)[:-1],
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)  # fmt: skip
hypothesis.settings.register_profile("cst", _COMMON, max_examples=50)
hypothesis.settings.register_profile("thorough", _COMMON, max_examples=2000)
hypothesis.settings.load_profile("cst")

def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is `long` waits for `make lab`: every run has to fit twenty minutes of a slow machine."""
    if not testing.ALL:
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="long: `make lab` runs it"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Each reason for which tests were skipped in one line, however many they were; `-rs` lists them all."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", ())
        if isinstance(report.longrepr, tuple)
    )  # fmt: skip
    if reasons and "s" not in terminalreporter.config.getoption("reportchars").lower():
        terminalreporter.section("skipped")
        for reason, count in reasons.most_common():
            terminalreporter.line(f"{count:5}  {reason}")


REAL_HOMES = {os.path.realpath(path) for path in (os.path.expanduser("~"), pwd.getpwuid(os.getuid()).pw_dir)}
OURS = ("CST_", "XDG_", "TMUX", "CLAUDE", "FZF_", "GIT_", "HYPOTHESIS_HOME")
PLAIN = ("NO_COLOR", "COLUMNS", "LINES", "EDITOR", "VISUAL", "ENV", "BASH_ENV")


# Forbidden to keep what it compiled, each of the thousands of `cst` that the tests start would compile all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Started in the background of a script, we and all that we start would ignore ctrl-c.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# `make tmux-matrix`: another tmux than the distribution's is the only one that a test, and whatever it starts, can find.
if other := os.environ.get("CST_TMUX"):
    _shadow = tempfile.TemporaryDirectory(prefix="cst-tmux-")
    os.symlink(os.path.abspath(other), f"{_shadow.name}/tmux")
    os.environ["PATH"] = f"{_shadow.name}:{os.environ['PATH']}"


class YouForgotToGiveThisTestAHomeOfItsOwn(Exception):
    """The settings would reach into the home of the person who runs the tests.

    Load them from `os.environ`, which points into tmp_path here, or with HOME set to a folder below tmp_path.
    """


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """The home of this test; every variable that cst reads points into it or is unset."""
    if request.node.get_closest_marker("lab"):
        yield tmp_path
        return
    own = tmp_path / "own-home"
    own.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(OURS) or name in PLAIN:
                patch.delenv(name)
        patch.setenv("HOME", str(own))
        patch.setenv("TMUX_TMPDIR", str(own / "no-tmux-here"))
        patch.setattr(Settings, "__init__", _only_with_own_home(Settings.__init__), raising=False)
        yield own


def _only_with_own_home(make: Callable[..., None]) -> Callable[..., None]:
    def guarded(self: Settings, *values: object, **named: object) -> None:
        make(self, *values, **named)
        paths = (self.home, self.state_dir, self.data_dir, *self.config_dirs)
        if any(os.path.realpath(path) in _forbidden() for path in paths):
            raise YouForgotToGiveThisTestAHomeOfItsOwn(str(paths))

    return guarded


def _forbidden() -> set[str]:
    places = (".claude", ".local/state/cst", ".local/share/cst", ".config/cst")
    return REAL_HOMES | {f"{real}/{place}" for real in REAL_HOMES for place in places}


@pytest.fixture
def own(home: Path) -> Settings:
    """The settings of this test."""
    return load(os.environ)


@pytest.fixture
def claude(home: Path) -> Path:
    """Claude Code's folder of this test."""
    path = home / ".claude"
    path.mkdir()
    return path


@pytest.fixture
def live(tmp_path: Path) -> Iterator[testing.Live]:
    """Starts processes that block; all are ended with the test."""
    made = testing.Live(tmp_path / "bin")
    yield made
    made.stop()


@pytest.fixture
def make_tmux_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], testing.TmuxServer]]:
    """Makes tmux servers of this test's own, for a test that needs several."""
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    monkeypatch.setattr("cst.system.tmux.TIMEOUT", 30.0)  # the machine that tests may be busy
    with testing.ended_at_exit([]) as made:

        def make() -> testing.TmuxServer:
            made.append(testing.TmuxServer(home))
            return made[-1]

        yield make


@pytest.fixture
def tmux_server(make_tmux_server: Callable[[], testing.TmuxServer]) -> testing.TmuxServer:
    """A tmux server of this test's own, not started yet: `new` starts it with its first session."""
    return make_tmux_server()
