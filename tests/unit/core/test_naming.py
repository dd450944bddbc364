"""What sessions are called: clean, cut, and told apart where they share a name."""

from __future__ import annotations

import pytest

from cst.core import naming
from cst.model import Place, Session


def _session(name: str, key: str = "7.1", location: str = "", session_id: str = "") -> Session:
    place = Place("/tmp/s", "work", "2", "%1", location, "=$1:@2.%1") if location else None
    return Session(key, session_id, 7, "idle", 0.0, "", "", name=name, place=place)


@pytest.mark.parametrize(
    ("name", "columns", "shown"),
    [
        ("api", 40, "api"), ("a\x1b[31mb\nc", 40, "ab c"), ("abcdef", 4, "abc…"), ("日本語", 4, "日…"), ("", 40, "7.1"),
    ],
)  # fmt: skip
def test_display_name(name: str, columns: int, shown: str) -> None:
    """One line without escape sequences, in at most so many columns; never empty."""
    assert naming.display_name(_session(name), columns) == shown


@pytest.mark.parametrize(
    ("session", "shown"),
    [
        (_session("api", location="work:2.1"), "api @ work:2.1"),
        (_session("api", session_id="0123456789"), "api @ 01234567"),
        (_session("api"), "api @ 7.1"),
        (_session("api", location="a\x1b]0;x\x07b"), "api @ ab"),
        (_session("", "far/7.1", location="far/docs:3.1")._replace(cwd="/srv/playground"), "playground @ far/docs:3.1"),
        (_session("", "far/7.1", session_id="0123456789")._replace(cwd="/srv/shop", title="Fix"), "shop: Fix @ far/01234567"),
        (_session("api", "far/7.1", location="far/docs:3.1"), "api @ far/docs:3.1"),
        (_session("far/api", "far/7.1"), "far/api @ far/7.1"),
    ],
)
def test_with_place(session: Session, shown: str) -> None:
    """Its place in tmux; of one without, what names it for a command. The host of another machine's stands once. Bug
    shown: far/playground @ far/docs:3.1."""
    assert naming.with_place(session) == shown


def test_only_names_that_collide_get_a_place() -> None:
    """Also those that are the same only once they are cut."""
    sessions = [_session("alpha", location="p1:0.0"), _session("beta", location="p2:0.0"), _session("alpha", location="p3:0.0")]

    assert naming.display_names(sessions) == ["alpha @ p1:0.0", "beta", "alpha @ p3:0.0"]
    assert naming.display_names([_session("abcdefgh", "1.1"), _session("abcdefxy", "2.2")], 5) == ["abcd… @ 1.1", "abcd… @ 2.2"]


def test_told_apart_in_a_message() -> None:
    """The place stays whole where the name is long."""
    long, place = "a-name-of-more-than-thirty-columns", "workshop:12.3"
    sessions = [_session("api", location="p1:0.0"), _session("web"), _session("api", "8.1"), _session(long, location=place), _session(long, "9.1")]
    told = [naming.display_name(session, 30) for session in naming.told_apart(sessions, sessions)]

    assert told == ["api @ p1:0.0", "web", "api @ 8.1", "a-name-of-mor… @ workshop:12.3", told[4]]
    assert told[4].endswith(" @ 9.1")
    assert all(len(name) <= 30 for name in told)


@pytest.mark.parametrize(("given", "title"), [("release", ""), ("", "Audit the checkout"), ("release", "x"), ("", "")])
@pytest.mark.parametrize("columns", [12, 40])
def test_one_name_everywhere(given: str, title: str, columns: int) -> None:
    """A message, a question and the head of a preview call a session what its row begins with.

    Bug shown: `web-shop: Audit the checkout` in the list was `Audit the checkout` in every message.
    """
    session = _session(given, location="shop:1.1")._replace(cwd="/src/web-shop", title=title)
    name = naming.display_name(session, columns)

    assert naming.in_row(session).startswith(name.removesuffix("…"))
    assert naming.with_place(session, columns) == f"{name} @ shop:1.1"
