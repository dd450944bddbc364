"""Fixtures of the lab.  Without npm its modules are skipped; with CST_REQUIRE_LAB=1 that is a failure."""
from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab.install import VERSION, missing_tools
from tests.lab.lab import Hooks, Lab

MakeLab = Callable[..., Lab]


class ModuleWithoutLab(pytest.Module):
    """Stands for a test module that cannot run here; all of them make one line of the summary."""

    def collect(self) -> Iterator[pytest.Item]:
        reason = f"lab needs {' and '.join(missing_tools())}"
        if os.environ.get("CST_REQUIRE_LAB") == "1":
            raise self.CollectError(reason)
        pytest.skip(reason, allow_module_level=True)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "lab: drives the real Claude Code in tmux (needs npm)")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return ModuleWithoutLab.from_parent(parent, path=module_path) if missing_tools() else None


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="module")
def make_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeLab]:
    """Makes started labs, `make_lab(hooks=None, version=…)`; all are stopped with the module: idle clients cost time."""
    made: list[Lab] = []

    def make(hooks: Hooks | Callable[[Lab], Hooks] | None = None, version: str = VERSION) -> Lab:
        made.append(Lab(tmp_path_factory.mktemp("lab"), hooks, version))
        made[-1].start()
        return made[-1]

    yield make
    for lab in made:
        lab.stop()


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> Lab:
    """One running lab without hooks, shared by the whole module."""
    return make_lab()
