"""What the states look like in tmux."""

from __future__ import annotations

import pytest

from cst.model import STATES
from cst.render.paint import looks


def rgb(colour: str) -> tuple[int, int, int]:
    """A colour of the 256 above the sixteen, whose tint is the terminal's own affair."""
    number = int(colour.removeprefix("colour"))
    assert number >= 16, colour
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return grey, grey, grey
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return _channel(red), _channel(green), _channel(blue)


def _channel(part: int) -> int:
    return 55 + 40 * part if part else 0


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [part / 255 for part in rgb(colour)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("state", STATES)
def test_a_state_can_be_read_on_any_bar(state: str) -> None:
    """On a background of its own, with the contrast that WCAG asks for.

    Bug shown: red, cyan and yellow on the green bar that tmux has without a tmux.conf.
    """
    style = dict(part.split("=") for part in looks(state)[2].split(",") if "=" in part)
    light, dark = luminance(style["fg"]), luminance(style["bg"])

    assert (light + 0.05) / (dark + 0.05) >= 4.5
