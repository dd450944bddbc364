"""The doctor's screen: one line for each check, what to do below it, nothing that a terminal would act on."""

from __future__ import annotations

import pytest

from cst.doctor import report
from cst.doctor.finding import Finding
from cst.render.paint import Paint
from cst.text import amount, width

FOUND = [
    Finding("fzf", "ok", "0.67.0 /home/u/bin"), Finding("hooks", "wrong", "gone", "`cst hooks install`"),
    Finding("states", "unknown", "of 1.1"), Finding("locale", "note", "C " + "x" * 200, "export " + "y " * 60),
]  # fmt: skip


def test_lines() -> None:
    """Glyph, word, check, what was found, what to do, and a count."""
    lines = report.lines(FOUND, 80, Paint(False), "/home/u")

    assert lines[:4] == [
        "✓ ok       fzf         0.67.0 ~/bin",
        "✗ wrong    hooks       gone",
        "                       → `cst hooks install`",
        "~ unknown  states      of 1.1",
    ]
    assert lines[-1] == "1 ok, 1 note, 1 wrong, 1 unknown"
    assert report.summary([*FOUND, FOUND[3]]) == "1 ok, 2 notes, 1 wrong, 1 unknown"
    assert max(map(width, lines)) <= 80


def test_the_home_is_short_wherever_it_stands() -> None:
    """Bug shown: `none, and none is needed (/home/u/.config/cst/config.toml)`; all other lines had `~`."""
    found = "none (/home/u/a (b)/c) /home/user/d"

    assert "none (~/a (b)/c) /home/user/d" in report.lines([Finding("config", "ok", found)], 80, Paint(False), "/home/u")[0]


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_what_was_found_is_wrapped(columns: int) -> None:
    """To its last word, below where it begins. Bug shown: it ended in `…`, while what to do was wrapped."""
    found = " ".join(f"/home/u/word{n}" for n in range(20))
    first, *more, _ = report.lines([Finding("registry", "wrong", found)], columns, Paint(False), "/home/u")

    assert " ".join([first[23:], *(line.strip() for line in more)]) == found.replace("/home/u", "~")
    assert first.startswith("✗ wrong    registry    ~/word0")
    assert {line[:23] for line in more} <= {" " * 23}
    assert max(map(width, [first, *more])) <= columns


def test_colour_is_beside_the_word() -> None:
    """With colours the same words stand there."""
    plain, coloured = (report.lines(FOUND, 80, Paint(on)) for on in (False, True))

    assert [line for line in coloured if "\x1b[" in line]
    assert len(plain) == len(coloured)


def test_hostile_text_is_harmless() -> None:
    """In what was found, in what to do, and in an outcome that nobody knows."""
    (line, fix, _) = report.lines([Finding("x\x1b[2J", "odd", "a\nb\x1b]0;t\x07", "c\u202ed")], 80, Paint(False))

    assert (line, fix.strip()) == ("~ odd      x           a b", "→ cd")


def test_json() -> None:
    """Every key, and null where nothing is to be done."""
    given = report.as_json(FOUND[:2])

    assert (given["schema"], given["ok"]) == (1, False)
    assert given["checks"][0] == {"check": "fzf", "outcome": "ok", "found": "0.67.0 /home/u/bin", "fix": None}


@pytest.mark.parametrize(("size", "text"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (3_400_000, "3.4 MB"), (77 * 10**9, "77 GB")])
def test_amounts(size: int, text: str) -> None:
    assert amount(size) == text
