"""Time zones that an error names."""

from __future__ import annotations

import pytest

from cst.system import zones


@pytest.mark.parametrize(("words", "name"), [
    ("You've hit your limit · resets 7:16am (Asia/Tokyo)", "Asia/Tokyo"), ("resets 3pm (UTC)", "UTC"), ("resets 3pm (Etc/GMT+2)", "Etc/GMT+2"),
    ("resets 3pm", ""), ("(see https://a.example/b) resets 3pm (America/New_York)", "America/New_York"), ("(Asia/Tokyo", ""), ("(", ""),
    ("resets 3pm (Japan)", "Japan"), ("resets 3pm (Monday)", ""), ("resets 3pm (soon)", ""), ("(Opus) resets 3pm (Asia/Tokyo)", "Asia/Tokyo"),
    ("(../../etc/passwd)", ""), ("(" + "a/" * 40 + ")", ""),
])  # fmt: skip
def test_the_zone_in_brackets(words: str, name: str) -> None:
    """A name is letters, and has a slash, or is known without one."""
    assert name == zones.named(words)


def test_how_far_a_zone_is() -> None:
    """In summer and in winter; one that nobody has heard of is not known."""
    winter, summer = 1_795_200_000, 1_779_500_000
    said = ["(Asia/Tokyo)", "nothing", "(Mars/Olympus)", "(UTC)"]

    assert [zones.offset("Europe/Berlin", at) for at in (winter, summer)] == [3600, 7200]
    assert zones.offsets(said, winter) == {"Asia/Tokyo": 32400, "Mars/Olympus": None, "UTC": 0}
