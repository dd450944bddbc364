"""Rows in groups: where a group stands, what is above its first row, and which way comes next."""

from __future__ import annotations

import pytest

from cst.model import Session
from cst.picker import groups

API = Session("1.1", "", 1, "permission", 0.0, "", "", cwd="/x/api", tags=("red", "blue"))
WEB = Session("2.2", "", 2, "working", 0.0, "", "", cwd="/x/web")
FIX = Session("dev/3.3", "", 3, "permission", 0.0, "", "", cwd="/x/web", repository="/y/api")


@pytest.mark.parametrize(("by", "keys", "heads"), [
    ("state", ["1.1", "dev/3.3", "2.2"], {"1.1": "permission · 2", "2.2": "working · 1"}),
    ("project", ["1.1", "dev/3.3", "2.2"], {"1.1": "api · 2", "2.2": "web · 1"}),
    ("host", ["1.1", "2.2", "dev/3.3"], {"1.1": "this machine · 2", "dev/3.3": "dev · 1"}),
    ("tag", ["1.1", "2.2", "dev/3.3"], {"1.1": "red · 1", "2.2": "no tag · 2"}),
])  # fmt: skip
def test_a_group_stands_where_its_first_row_stood(by: str, keys: list[str], heads: dict[str, str]) -> None:
    """Its rows are in the order that they had, and keep their news."""
    rows, above = groups.grouped([(API, ""), (WEB, "new"), (FIX, "gone")], by)

    assert [session.key for session, _ in rows] == keys
    assert dict(rows_by_key(rows))["2.2"] == "new"
    assert above == heads


def rows_by_key(rows: list[tuple[Session, str]]) -> list[tuple[str, str]]:
    return [(session.key, news) for session, news in rows]


def test_the_next_way_is_one_that_tells_them_apart() -> None:
    """Without a host and without tags there are two ways, and none."""
    ways = [groups.after(by, [API, WEB, FIX]) for by in ("", "state", "project", "host", "tag")]
    few = [groups.after(by, [WEB]) for by in ("", "state", "project")]

    assert ways == ["state", "project", "host", "tag", ""]
    assert few == ["state", "project", ""]


def test_no_sessions() -> None:
    """No group either."""
    assert groups.grouped([], "state") == ([], {})
