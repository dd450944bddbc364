"""What is said of a host by what is known of it, and whether its rows count."""

from __future__ import annotations

import pytest

from cst.core.hosts import UNKEPT, Report, current, key_there, remarks, silent
from cst.model import Session, host_of
from tests.testing import NOW

ROW = Session("dev/1.2", "", 1, "idle", 0.0, "", "")
GOOD = Report("dev", NOW - 5, NOW - 5, (ROW,), (), "1.0")
CASES = [
    (GOOD, [], True),
    (Report("dev"), ["dev: not asked yet"], False),
    (GOOD._replace(at=NOW - 301), ["dev: no answer for 5m (1 session then)"], False),
    (GOOD._replace(failed="no answer within 5 s", silent=True), ["dev: no answer for 5s (1 session then)"], False),
    (GOOD._replace(failed="Connection refused", silent=True), ["dev: no answer for 5s (1 session then): Connection refused"], False),
    (Report("dev", failed="no answer within 5 s", silent=True), ["dev: no answer within 5 s"], False),
    (Report("dev", failed="Connection refused", silent=True), ["dev: no answer: Connection refused"], False),
    (GOOD._replace(failed="has no `cst` on its PATH", remedy="install it there"), ["dev: has no `cst` on its PATH; install it there"], False),
    (GOOD._replace(version="0.9"), ["dev: has cst 0.9, here is 1.0; update the older one"], True),
    (GOOD._replace(version=""), ["dev: has an older cst, here is 1.0; update the older one"], True),
    (GOOD._replace(notes=("tmux: gone",)), ["dev: tmux: gone"], True),
    (GOOD._replace(failed="no", notes=("tmux: gone", f"{UNKEPT}: full")), ["dev: no", f"dev: {UNKEPT}: full"], False),
    (GOOD._replace(failed="\x1b[2Jno\x07"), ["dev: no"], False),
]  # fmt: skip


@pytest.mark.parametrize(("report", "said", "counts"), CASES)
def test_what_is_said(report: Report, said: list[str], counts: bool) -> None:
    assert remarks(report, NOW, "1.0") == said
    assert (current([report], NOW), silent([report], NOW)) == (([ROW], []) if counts else ([], ["dev"]))


def test_what_is_compared() -> None:
    """Ages make no difference; all else that is said does."""
    assert GOOD.condition(NOW) == GOOD._replace(at=NOW - 200, asked=NOW, seconds=3.0).condition(NOW + 50)
    others = [report.condition(NOW) for report, _, _ in CASES[:11]]
    assert len(set(others)) == len(others)


@pytest.mark.parametrize(("key", "host", "there"), [("dev/1.2", "dev", "1.2"), ("1.2", "", "1.2"), ("dev/a/b", "dev", "a/b"), ("", "", ""), ("/x", "", "x")])
def test_the_parts_of_a_key(key: str, host: str, there: str) -> None:
    assert (host_of(key), key_there(key)) == (host, there)
