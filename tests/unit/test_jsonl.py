"""Untrusted JSON: any bytes are parsed or refused, and the lines of a file come from its end."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst import jsonl
from cst.jsonl import Backwards

CONTENT = st.lists(st.integers(0, 40).map(lambda size: b"x" * size), max_size=12).map(b"\n".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)


def newest_first(content: bytes) -> list[bytes]:
    """The plain reader: all lines at once."""
    return content.split(b"\n")[::-1] if content else []


def put(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "lines"
    path.write_bytes(content)
    return str(path)


# ----------------------------------------------------------------------------------------------- Backwards


@given(CONTENT, st.integers(1, 9))
def test_the_lines_of_a_file_come_newest_first(tmp_path: Path, content: bytes, block: int) -> None:
    """Wherever the blocks meet, the lines are those that a plain reader finds, in reverse."""
    lines = Backwards(put(tmp_path, content), block)
    found = list(lines)

    assert (newest_first(content), len(content), len(content), 0) == (found, lines.read, lines.size, lines.skipped)


@given(CONTENT, st.integers(1, 9), st.integers(0, 120))
@example(b"a" * 100, 1, 10)
def test_a_limit_is_kept(tmp_path: Path, content: bytes, block: int, limit: int) -> None:
    """No more bytes are read than the limit, and a line that it cuts is not yielded.

    Bug shown: blocks grow and the last one went beyond the limit, up to 4 x (256 KB became 672 KB).
    """
    lines = Backwards(put(tmp_path, content), block, limit)
    found = list(lines)
    whole = newest_first(content)

    assert min(limit, len(content)) == lines.read
    assert whole[: len(found)] == found
    assert len(whole) == len(found) or lines.read < len(content)


def test_a_walk_may_end_early(tmp_path: Path) -> None:
    """A reader that has enough leaves the rest of the file unread."""
    lines = Backwards(put(tmp_path, b"x" * 100_000 + b"\nlast"), 16)
    first = next(iter(lines))

    assert (first, lines.read) == (b"last", 16)


def test_the_line_that_the_limit_cuts_may_be_read_whole(tmp_path: Path) -> None:
    """With `whole`, and of it no more than of any line: it is the last that comes. Read by then is its block."""
    path = put(tmp_path, b"older\n" + b"x" * 100_000 + b"\n" + b"y\n")
    def walk(whole: bool) -> list[int]:
        lines = Backwards(path, 1024, 1024)
        lines.whole = whole
        return [len(line) for line in lines]

    assert (walk(False), walk(True)) == ([0, 1], [0, 1, 100_000])
    wide = Backwards(put(tmp_path, b"z" * (jsonl.LINE_CAP + 5000)), 1024, 1024)
    wide.whole = True
    assert (list(wide), wide.read < jsonl.LINE_CAP + (2 << 20)) == ([], True)


def test_a_torn_last_line_is_a_line(tmp_path: Path) -> None:
    """What stands after the last newline comes first; a file that ends in one begins with an empty line."""
    torn = list(Backwards(put(tmp_path, b'{"a":1}\n{"b"')))
    whole = list(Backwards(put(tmp_path, b'{"a":1}\n')))

    assert (torn, whole) == ([b'{"b"', b'{"a":1}'], [b"", b'{"a":1}'])


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [(b"first\n", b"\nlast", [b"last", b"first"]), (b"", b"\nlast", [b"last"]), (b"first\n", b"", [b"first"])],
)
def test_a_giant_line_is_dropped_and_counted(tmp_path: Path, before: bytes, after: bytes, left: list[bytes]) -> None:
    """A line over LINE_CAP is skipped wherever it stands, and its neighbours are kept."""
    lines = Backwards(put(tmp_path, before + b"x" * (jsonl.LINE_CAP + 1) + after))
    found = list(lines)

    assert (left, 1) == (found, lines.skipped)


def test_the_longest_line_is_kept(tmp_path: Path) -> None:
    """A line of exactly LINE_CAP is no giant."""
    lines = Backwards(put(tmp_path, b"first\n" + b"x" * jsonl.LINE_CAP))
    found = [len(line) for line in lines]

    assert (found, lines.skipped) == ([jsonl.LINE_CAP, 5], 0)


def test_a_missing_file_has_no_lines(tmp_path: Path) -> None:
    """No file is no error; a folder is one, for the caller to name."""
    found = list(Backwards(str(tmp_path / "nothing")))

    assert found == []
    with pytest.raises(IsADirectoryError):
        list(Backwards(str(tmp_path)))


def test_the_descriptor_is_closed(tmp_path: Path) -> None:
    """A walk that ends early leaves no descriptor open."""
    path = put(tmp_path, b"a\nb\nc")
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in Backwards(path):
        break

    assert open_before == len(list(Path("/proc/self/fd").iterdir()))


# --------------------------------------------------------------------------------------------- parse, dumps


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,0123456789eE+-.\\untrflas \n\t', max_size=60).map(str.encode))
@example(b"")
@example(b'{"a":1}{')
@example(b'{"a":NaN,"b":-Infinity,"c":1e999}')
@example(b'{"a":"\\ud800"}')
@example(b'{"a":"\x00\x1b"}')
@example(b"\xef\xbb\xbf{}")
def test_any_bytes_are_an_object_or_an_error(data: bytes) -> None:
    """Whatever the bytes are, `parse` returns a dict or raises ValueError."""
    try:
        found: object = jsonl.parse(data)
    except ValueError:
        found = {}

    assert isinstance(found, dict)


@pytest.mark.parametrize("size", [100, 1_000, 100_000])
@pytest.mark.parametrize("piece", [b"[", b'{"a":', b'{"a":[', b'{"a":9', b"-"])
def test_a_deep_or_long_text_is_refused(piece: bytes, size: int) -> None:
    """Depth without end and numbers without end are ValueErrors, not the end of the stack."""
    with pytest.raises(ValueError):  # noqa: PT011  # `json` has words of its own once it is loaded
        jsonl.parse(piece * size)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_what_json_writes_is_understood(value: dict[str, object]) -> None:
    """An object that the standard library wrote comes back as it was."""
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")

    assert value == jsonl.parse(b" " + data + b"\n")


@pytest.mark.parametrize("data", [b"[]", b"1", b'"a"', b"null", b"{} {}", b'{"a":1', b"{'a':1}", b"\xff"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    """Other JSON, several values, a cut object and no JSON at all are ValueErrors."""
    with pytest.raises(ValueError):  # noqa: PT011  # `json` has words of its own once it is loaded
        jsonl.parse(data)


@given(VALUES)
def test_dumps_writes_what_json_writes(value: object) -> None:
    """`dumps` gives the very text of json.dumps with an indent of two."""
    assert json.dumps(value, indent=2) == jsonl.dumps(value)


def test_dumps_refuses_what_has_no_form() -> None:
    """A value without a JSON form is a TypeError, not a repr."""
    with pytest.raises(TypeError, match="set has no JSON form"):
        jsonl.dumps({"a": {1}})


# ------------------------------------------------------------------------------------------------- epoch


@given(st.datetimes(timezones=st.just(UTC)))
@example(datetime(2024, 2, 29, 23, 59, 59, 999000, UTC))
@example(datetime(1970, 1, 1, tzinfo=UTC))
@example(datetime(2000, 3, 1, tzinfo=UTC))
def test_epoch_agrees_with_datetime(moment: datetime) -> None:
    """Any moment of any year becomes the epoch seconds that datetime computes."""
    text = moment.strftime("%m-%dT%H:%M:%S.") + f"{moment.microsecond:06}Z"
    found = jsonl.epoch(f"{moment.year:04}-{text}")

    assert pytest.approx(moment.timestamp(), abs=1e-3) == found


@given(st.none() | st.integers() | st.text() | st.from_regex(r"\A[0-9+_ -]{4}-[0-9+_ ]{2}-[0-9 _]{2}T.{2}:.{2}:.{1,9}Z\Z"))
@example("2026-11-20T14:31:infZ")
@example("2026-11-20T14:31:-infZ")
@example("2026-11-20T14:31:nanZ")
@example("2026-11-20T14:31:1e300Z")
def test_no_text_is_a_moment_out_of_reach(text: object) -> None:
    """Anything else is 0.0, at least never infinite, not a number, or beyond the calendar.

    Bug shown: "…:infZ" and "…:nanZ" were such numbers, and `age` of them ended cst with an OverflowError.
    """
    found = jsonl.epoch(text)

    assert math.isfinite(found)
    assert -1e12 < found < 1e12


@pytest.mark.parametrize("text", ["", "2026-11-20", "2026-11-20 14:31:04.323Z", "2026-11-20T14:31:04.323+01:00", None, 1795])
def test_another_form_is_no_moment(text: object) -> None:
    """Other forms of a time are 0.0: unknown, never guessed."""
    assert jsonl.epoch(text) == 0.0


# ------------------------------------------------------------------------------------------ text_of, number_of


@given(VALUES | st.just(math.inf) | st.just(math.nan) | st.integers(10**400, 10**401))
def test_what_comes_from_outside_gets_a_type(value: object) -> None:
    """`text_of` gives that string or "", `number_of` that finite number or 0.0."""
    text, number = jsonl.text_of(value), jsonl.number_of(value)

    assert text == (value if isinstance(value, str) else "")
    assert math.isfinite(number)
    assert number in (0.0, value)
    assert isinstance(number, float)


def test_a_truth_is_no_number() -> None:
    """`true` is not 1."""
    assert jsonl.number_of(True) == 0.0
