"""What a made-up fleet looks like on the screen, compared whole."""

from __future__ import annotations

import pytest

from tests.unit.render.golden import DATA, SCREENS


def test_number_of_screens() -> None:
    """Every file in tests/data/view but the fleet is a screen."""
    assert sorted(SCREENS) == sorted(path.stem for path in DATA.glob("*.txt"))


@pytest.mark.parametrize("name", SCREENS)
def test_screen(name: str) -> None:
    """The screen is the one on file."""
    expected = (DATA / f"{name}.txt").read_text(encoding="utf-8")

    assert expected == SCREENS[name]()
