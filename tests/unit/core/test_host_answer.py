"""What a host answers: what is understood of it, and how little of it is believed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core import host_answer, hosts
from cst.core.hosts import Report
from cst.model import CstError
from cst.render import schema
from tests.testing import ID, NOW
from tests.unit.core.loader import NOW as THEN
from tests.unit.render.golden import seen


def answer(*rows: Any, **more: Any) -> bytes:
    return json.dumps({"schema": 1, "version": "0.1.0", "now": NOW, "problems": [], "sessions": rows, **more}).encode()


def row(**changes: Any) -> dict[str, Any]:
    return {"key": "4711.5", "state": "permission", "since": NOW - 60, "needs_you": True, "name": "api", **changes}


def test_what_cst_writes_is_understood() -> None:
    """Every field that a row shows comes back as it was, by our clock."""
    sessions = seen()[1]
    given = json.dumps(schema.fleet(sessions, THEN, [], version="0.1.0")).encode()
    found = host_answer.read(given, "dev", THEN + 100).sessions

    assert [one.key for one in found] == [f"dev/{one.key}" for one in sessions if one.state != "elsewhere"]
    for there, here in zip(sessions, found, strict=True):
        for field in ("id", "state", "needs_you", "branch", "tokens", "pinned", "snoozed", "tags", "kind"):
            assert getattr(here, field) == getattr(there, field), (there.key, field)
        assert here.since == (there.since + 100 if there.since else 0)


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", b"{", b'{"schema": 1}', b"[" * 200_000, b'{"a":' * 100_000, b"\xff\xfe", b"Welcome!\n{}",
     answer(schema=2), answer(schema=True), answer(schema="1"), answer(sessions=None), answer(sessions={}),
     answer(now=0), answer(now=-1), answer(now=1e30), answer(now="1"), answer(now=None)],
)  # fmt: skip
def test_what_is_no_answer(data: bytes) -> None:
    """It is refused in one sentence."""
    with pytest.raises(CstError):
        host_answer.read(data, "dev", NOW)


@pytest.mark.parametrize(
    "changed",
    [{"key": key} for key in ("gpu/4711.5", "4711", ".5", "4711.", "0.5", "-1.5", "4711.5/x", "../x", "", None, 7, ["4711.5"], "٤.5", "1" * 40 + ".5",
                              ID, "dev/4711.5", "4711.5\n", " 4711.5", "$(x).5")]
    + [{"host": "gpu"}, {"host": "dev"}, {"state": None}, {"state": 7}, {"state": "ended"}],
)  # fmt: skip
def test_a_row_that_is_none_is_counted(changed: dict[str, Any]) -> None:
    """Nothing is misplaced: what names another host, or has no key, is left out."""
    found = host_answer.read(answer(row(**changed), row(key="9.9")), "dev", NOW)

    assert [one.key for one in found.sessions] == ["dev/9.9"]
    assert list(found.notes) == ["1 of its 2 sessions could not be read"]


def test_a_state_of_tomorrow_is_unknown() -> None:
    """With the reason; it does not need anybody."""
    [one] = host_answer.read(answer(row(state="levitating")), "dev", NOW).sessions

    assert (one.state, one.needs_you) == ("unknown", False)
    assert "levitating" in one.because


def test_too_many() -> None:
    rows = [row(key=f"{pid}.5") for pid in range(1, 3001)]
    found = host_answer.read(answer(*rows), "dev", NOW)

    assert (len(found.sessions), list(found.notes)) == (1000, ["2000 of its 3000 sessions could not be read"])


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([ID, "4711.5", "permission", NOW]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["tool", "detail", "location", "tokens", "done", "total", "x"]), inner),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(sorted(schema.one(seen()[1][0]))), _json))
def test_any_type_in_any_field(fields: dict[str, Any]) -> None:
    """A row is read or left out, whatever is in it; what is read has the types of a session, and its place is its host's."""
    for one in host_answer.read(answer({**row(), **fields}), "dev", NOW).sessions:
        assert one.key.startswith("dev/")
        assert isinstance(one.since, float)
        assert all(isinstance(getattr(one, field), str) for field in ("name", "title", "cwd", "branch", "model", "last_words", "kind"))
        assert one.place is None or (one.place.socket, one.place.pane, one.place.target) == ("dev", "", "")
        assert one.transcript is None or one.transcript.path == ""
        schema.fleet([one], NOW, [])


def test_what_is_said_of_a_host() -> None:
    """Silence with its age; never with rows."""
    sessions = host_answer.read(answer(row(), row(key="8.8")), "dev", NOW).sessions
    report = Report("dev", NOW - 200, NOW, sessions, failed="no answer within 5 s", silent=True)

    assert hosts.remarks(report, NOW, "0.1.0") == ["dev: no answer for 3m (2 sessions then)"]
    assert hosts.current([report], NOW) == []
    assert hosts.remarks(report._replace(failed="Connection refused"), NOW, "0.1.0") == [
        "dev: no answer for 3m (2 sessions then): Connection refused"
    ]
    assert hosts.remarks(Report("dev"), NOW, "0.1.0") == ["dev: not asked yet"]
    fresh = Report("dev", NOW, NOW, sessions, version="0.1.0")
    assert (hosts.remarks(fresh, NOW, "0.1.0"), len(hosts.current([fresh], NOW))) == ([], 2)
    assert hosts.current([fresh], NOW + 301) == []
    assert hosts.remarks(fresh, NOW, "0.2.0") == ["dev: has cst 0.1.0, here is 0.2.0; update the older one"]
