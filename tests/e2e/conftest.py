"""Fixtures of the feature tests: a demo's fleet, pickers over it, other machines, and a browser."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cst.demo import fleet
from tests.e2e.picking import Picker
from tests.e2e.test_demo import Theatre
from tests.testing import browser
from tests.testing.hosts import Container, Network, configure, network, require

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@pytest.fixture(scope="module")
def demo() -> Iterator[fleet.Demo]:
    """One fleet for all tests; each plays with other sessions of it."""
    theatre = Theatre(tempfile.mkdtemp(prefix="cst-", dir="/tmp"))
    with contextlib.ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:  # for the start only: pytest makes its own folders there too
            patch.setattr(tempfile, "tempdir", theatre.stage)
            made = stack.enter_context(fleet.started(theatre.cst, 0.25))
        yield made
    theatre.close()


@pytest.fixture
def opened(demo: fleet.Demo) -> Iterator[Callable[..., Picker]]:
    """Opens pickers; all are closed at the end."""
    made: list[Picker] = []

    def open_one(*words: str, **more: object) -> Picker:
        made.append(Picker(demo, *words, **more))  # type: ignore[arg-type]
        return made[-1]

    yield open_one
    for picker in made:
        picker.close()


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Chrome]:
    """One browser for all tests of `cst web`: it takes seconds to start."""
    with browser.chromium() as made:
        yield made


@pytest.fixture
def driver(_chromium: Chrome) -> Iterator[Chrome]:
    """The browser, as wide as a desktop, in light, on no page; what went wrong on one is not the next one's."""
    browser.sized(_chromium, 1400, 900)
    browser.scheme(_chromium, False)
    yield _chromium
    _chromium.get("about:blank")
    _chromium.get_log("browser")  # type: ignore[no-untyped-call]


@pytest.fixture
def box(tmp_path: Path, home: Path) -> Iterator[Container]:
    """A container with a session that waits for a permission, configured as `box`."""
    require("nsenter", "unshare")
    made = Container(tmp_path / "box")
    configure(home, box=made.prefix)
    yield made
    made.stop()


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Network]:
    """A network of this test's own, without hosts."""
    with network(tmp_path / "net") as made:
        yield made
