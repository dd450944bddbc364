"""Marks: one more line in a log, and the sentence that says so."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst.actions import marks as mark_actions
from cst.model import CstError, Place, Session
from cst.settings import Settings
from cst.store import marks
from cst.text import clean

PLACE = Place("/tmp/s", "work", "1", "%7", "work:1.0", "=$1:@1.%7")


def _session(state: str, watched: bool, key: str = "41.100") -> Session:
    return Session(key, key, 41, state, 1000.0, "", "", watched=watched, place=PLACE)


def test_seen(own: Settings) -> None:
    """`seen` appends one mark with the key, the moment and by whom."""
    mark_actions.seen(own, [_session("asked", False)], 2000.5)
    [made], skipped = marks.read(own.marks_file)

    assert (made.t, made.mark, made.key, made.by, skipped) == (2000.5, "seen", "41.100", "you", 0)


def test_the_log_is_private(own: Settings) -> None:
    """The marks log is readable by its owner alone, and so is its folder."""
    mark_actions.seen(own, [_session("done", False)], 2000.0)
    modes = [stat.S_IMODE(os.stat(path).st_mode) for path in (own.marks_file, os.path.dirname(own.marks_file))]

    assert modes == [0o600, 0o700]


def test_a_log_that_cannot_be_written(own: Settings) -> None:
    """A mark that cannot be written is an error with its reason."""
    Path(own.marks_file).mkdir(parents=True)
    with pytest.raises(CstError, match=r"cannot write .*v1\.jsonl: .*; fix its permissions"):
        mark_actions.seen(own, [_session("done", True)], 2000.0)


# --------------------------------------------------------------------------------- what a person says of sessions


def _pair(state: str = "done") -> list[Session]:
    first = Session("41.100", "id-one", 41, state, 1000.0, "", "", name="api")
    return [first, first._replace(key="42.100", id="id-two", pid=42, name="web")]


def _made(own: Settings) -> list[tuple[str, str, str]]:
    return [(m.mark, m.key, m.value) for m in marks.read(own.marks_file)[0]]


def test_seen_of_several_is_all_or_none(own: Settings) -> None:
    """Where one of them is a dialog, none is marked."""
    done, asks = _pair()[0], _pair("permission")[1]
    said = mark_actions.seen(own, _pair(), 2000.0)
    with pytest.raises(CstError, match=r"a permission stays until it is answered; `cst jump id-two` goes there"):
        mark_actions.seen(own, [done, asks], 2001.0)

    assert (said, len(_made(own))) == ("seen: api (done), web (done)", 2)


def test_a_dialog_that_one_looks_at(own: Settings) -> None:
    """Nobody is sent where they are. Bug shown: `prefix v` on a permission named the jump to it."""
    with pytest.raises(CstError, match=r"a permission stays until it is answered; answer it here"):
        mark_actions.seen(own, [_session("permission", True)], 2000.0)


def test_pin(own: Settings) -> None:
    """A pin is written under key and session id, so that it survives /clear and resume."""
    said = [mark_actions.pin(own, _pair(), 2000.0), mark_actions.pin(own, _pair()[:1], 2001.0, on=False)]

    assert said == ["pinned: api, web", "no longer pinned: api"]
    assert _made(own) == [("pin", key, "on") for key in ("41.100", "id-one", "42.100", "id-two")] + [
        ("pin", "41.100", "off"), ("pin", "id-one", "off"),
    ]  # fmt: skip


def test_an_ended_session_is_marked_once(own: Settings) -> None:
    """Its key is its session id."""
    mark_actions.pin(own, [_session("ended", False, "the-id")._replace(pid=None, id="the-id")], 2000.0)

    assert _made(own) == [("pin", "the-id", "on")]


def test_snooze(own: Settings) -> None:
    """One for a time is also under the session id, and over there where another one takes its place."""
    said = [mark_actions.snooze(own, _pair(), 2000.0, 1800.0), mark_actions.snooze(own, _pair()[:1], 2001.0, None), mark_actions.wake(own, _pair(), 2002.0)]

    assert said == ["snoozed for 30m: api, web", "snoozed until it changes: api", "no longer snoozed: api, web"]
    assert [(key, value) for _, key, value in _made(own)] == [
        ("41.100", "3800"), ("id-one", "3800"), ("42.100", "3800"), ("id-two", "3800"), ("id-one", "off"), ("41.100", "change"),
        ("41.100", "off"), ("id-one", "off"), ("42.100", "off"), ("id-two", "off"),
    ]  # fmt: skip


@pytest.mark.parametrize("act", [mark_actions.seen, lambda own, found, now: mark_actions.snooze(own, found, now, 60.0)])
def test_what_has_ended_needs_nobody(own: Settings, act: Any) -> None:
    """An ended session is neither seen nor snoozed."""
    with pytest.raises(CstError, match="has ended, so it cannot need you"):
        act(own, [_session("ended", False)._replace(pid=None)], 2000.0)


def test_tag(own: Settings) -> None:
    """Tags are added and removed, each by a mark of its own."""
    tagged = [_pair()[0]._replace(tags=("x", "y"))]
    said = [mark_actions.tag(own, _pair()[:1], 2000.0, ["x", "y", "x"]), mark_actions.tag(own, tagged, 2001.0, ["z"], ["x"])]

    assert said == ["tagged x y: api", "tagged z, untagged x: api"]
    assert mark_actions.tag(own, tagged, 2002.0, [], ["y", "w", "y"]) == "untagged y, never had w: api"
    assert [made for made in _made(own) if made[1] == "41.100"] == [
        ("tag", "41.100", "x"), ("tag", "41.100", "y"), ("tag", "41.100", "z"), ("untag", "41.100", "x"),
        ("untag", "41.100", "y"), ("untag", "41.100", "w"),
    ]  # fmt: skip


@pytest.mark.parametrize(("add", "remove", "words"), [([], [], "no tag was given"), (["x"], ["x"], "'x' is to be added and removed"), (["a b"], [], "'a b' cannot be a tag"), ([], ["-x"], "'-x' cannot")])
def test_no_tag(own: Settings, add: list[str], remove: list[str], words: str) -> None:
    """A word that cannot be a tag is named, and nothing is written."""
    with pytest.raises(CstError, match=words):
        mark_actions.tag(own, _pair(), 2000.0, add, remove)

    assert not Path(own.marks_file).exists()


@given(st.text(max_size=40))
@example("\x1b[31mred")
@example("a,b")
@example("\u202ea")
def test_a_tag_is_one_harmless_word(word: str) -> None:
    """What passes as a tag is shown as it is, is one word, and can be named again on the command line."""
    if mark_actions.is_tag(word):
        assert (clean(word), word.split(), word.split(",")) == (word, [word], [word])
        assert word[0].isalnum()


def test_tags(own: Settings) -> None:
    """Which tags there are, in words."""
    assert mark_actions.tags([_pair()[0]._replace(tags=("a", "b")), _pair()[1]]) == "api: a b; web: no tag"


def test_rename(own: Settings) -> None:
    """A name of ours is cleaned; an empty one takes it away."""
    session = _pair()[0]
    said = [mark_actions.rename(own, session, 2000.0, " the\x1b[31m parser\n"), mark_actions.rename(own, session, 2001.0, "")]

    assert said == ["renamed: api is now the parser", "no longer renamed: api"]
    assert [(key, value) for _, key, value in _made(own)] == [("41.100", "the parser"), ("id-one", "the parser"), ("41.100", ""), ("id-one", "")]


def test_a_name_of_nothing(own: Settings) -> None:
    """A name that would be invisible is refused."""
    with pytest.raises(CstError, match="no printable character"):
        mark_actions.rename(own, _pair()[0], 2000.0, "\u202e \x07")


@pytest.mark.parametrize("act", [
    lambda own, text: mark_actions.rename(own, _pair()[0], 2000.0, text),
    lambda own, text: mark_actions.pin(own, _pair(), 2000.0, note=text),
    lambda own, text: mark_actions.snooze(own, _pair(), 2000.0, 60.0, text),
], ids=["rename", "pin", "snooze"])  # fmt: skip
def test_what_is_too_long_is_refused(own: Settings, act: Callable[[Settings, str], str]) -> None:
    """With what it may have, and nothing is done. Bug shown: it was cut, and nobody was told."""
    with pytest.raises(CstError, match=r"that (name|note) has 81 characters; a (name|note) has at most [68]0"):
        act(own, " " + "x" * 80 + "\x07y ")
    before = list(_made(own)) if Path(own.marks_file).exists() else []
    act(own, "x" * 60 + " " * 40)

    assert before == []
    assert {value for mark, _, value in _made(own) if mark in ("name", "note")} == {"x" * 60}


def test_looked(own: Settings) -> None:
    """A look keeps who lived then, and nobody who had ended."""
    mark_actions.looked(own, [*_pair(), _session("ended", False, "the-id")._replace(pid=None)], 2000.0)

    assert _made(own) == [("looked", "", "41.100 42.100")]
