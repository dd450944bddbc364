"""What the client tells its status line is read, whatever is missing in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cst import payload
from cst.model import Transcript
from cst.payload import Cache, Limit
from tests.testing import DATA, NOW

TOLD = [json.loads(line) for line in (DATA / "payloads.jsonl").read_text().splitlines()]
BY_NAME = {one["situation"]: one["payload"] for one in TOLD}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8,
)  # fmt: skip
NAMES = sorted({name for one in TOLD for name in one["payload"]} | {"rate_limits", "pr"})
INNER = sorted({name for one in TOLD for value in one["payload"].values() if isinstance(value, dict) for name in value})


def test_a_session_that_has_answered() -> None:
    """Model, context, cost and cache as the client tells them."""
    told = payload.of(BY_NAME["2.1.332 long context"])

    assert (told.model, told.percent, told.tokens, told.window) == ("Opus 5.5", 26.0, 260_005, 1_000_000)
    assert told.cost == pytest.approx(1.33802)
    assert told.cache == Cache(True, "5m", 1795726545.0, 0.07692159766158344, 260_005, 1)


@pytest.mark.parametrize("situation", ["2.1.332 fresh", "2.1.332 after compact", "2.1.332 after clear"])
def test_a_context_that_is_not_known(situation: str) -> None:
    """Before the first answer, and after /compact and /clear, the client tells null or 0: that is no figure."""
    told = payload.of(BY_NAME[situation])

    assert (told.percent, told.tokens, told.window) == (None, None, 1_000_000)


def test_limits_are_those_that_are_told() -> None:
    """Both windows of a subscription; a session with an API key has none."""
    told = [payload.of(one["payload"]).limits for one in TOLD if "rate_limits" in one["payload"]]

    assert Limit("5h", 42.4, 1795743949.0) in [limit for limits in told for limit in limits]
    assert {limit.window for limits in told for limit in limits} == {"5h", "7d"}
    assert payload.of(BY_NAME["2.1.332 fresh"]).limits == ()


@pytest.mark.parametrize("number", range(len(TOLD)))
def test_what_is_kept_says_the_same(number: int) -> None:
    """Of every recorded payload the kept part has the same figures, and no prompt, title or path but the folder."""
    whole, kept = TOLD[number]["payload"], payload.kept(TOLD[number]["payload"])
    one, other = payload.of(whole), payload.of(json.loads(json.dumps(kept)))

    for field in ("session_id", "version", "model", "cost", "seconds", "lines", "window", "tokens", "percent", "cache",
                  "limits", "spend", "pr"):  # fmt: skip
        assert getattr(one, field) == getattr(other, field), field
    assert not {"transcript_path", "prompt_id", "session_name", "workspace"} & kept.keys()


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(NAMES), JSON | st.dictionaries(st.sampled_from(INNER), JSON, max_size=6)))
def test_any_json_is_a_payload(told: dict[str, Any]) -> None:
    """Whatever stands where, it is read without an error, and so is what is kept of it."""
    first = payload.of(told)

    assert payload.of(payload.kept(told)).limits == first.limits
    assert first.percent is None or first.percent >= 0


def kept(at: float, cache: dict[str, Any], seconds: float = 36_000.0, **more: Any) -> dict[str, Any]:
    """What is kept of a session at that time, of a process that began so many seconds before."""
    return {"v": 1, "t": at, "payload": {"prompt_cache": cache, "cost": {"total_duration_ms": seconds * 1000}}, **more}


def test_a_cache_that_was_told_counts_from_the_last_request() -> None:
    """The client's own word where nothing was asked since, its kind of cache where something was; nothing where it is
    not known when the last request was."""
    told = kept(NOW - 100, {"ttl": "5m", "expires_at": NOW + 200, "recache_tokens_if_cold": 900})
    fields = {
        name: payload.fields_of(told, Transcript("/t", asked_at=at), NOW, NOW)
        for name, at in (("before", NOW - 110), ("since", NOW - 50), ("unknown", 0.0))
    }  # fmt: skip

    assert fields["before"] == {"cached_until": NOW + 200, "uncached": 900}
    assert fields["since"] == {"cached_until": NOW + 250}
    assert fields["unknown"] == {}
    odd = kept(NOW - 100, {"ttl": "2h", "expires_at": NOW + 200})
    assert payload.fields_of(odd, Transcript("/t", asked_at=NOW - 50), NOW, NOW) == {"cached_until": 0.0}


@pytest.mark.parametrize(("counts", "at", "seconds", "made"), [
    ([], NOW - 60, 36_000.0, None), ([], NOW - 60, 600.0, 40),
    ([[NOW - 4000, 10], [NOW - 3700, 15], [NOW - 1800, 30]], NOW - 60, 36_000.0, 25),
    ([[NOW - 1800, 30]], NOW - 60, 36_000.0, None), ([[NOW - 5000, 39]], NOW - 3600, 36_000.0, 0),
    (["x", None, [1]], NOW - 60, 36_000.0, None), ("x", NOW - 60, 600.0, None),
])  # fmt: skip
def test_requests_of_the_last_hour(counts: object, at: float, seconds: float, made: int | None) -> None:
    """The difference to an hour ago; nothing where it was not told so far back."""
    told = kept(at, {}, seconds, made=40, counts=counts)

    assert payload.fields_of(told, Transcript("/t"), NOW - 9999, NOW)["requests"] == made
    assert "requests" not in payload.fields_of(told, Transcript("/t"), NOW, NOW)


def test_requests_are_counted_over_processes() -> None:
    """A resumed session begins at 0; of an hour there is a count every two minutes, and one before it."""
    told: dict[str, Any] = {}
    for minute in range(200):
        requests = {"requests": minute % 100 + 1}
        told = {"payload": {"prompt_cache": requests}, **payload.counted(told, {"prompt_cache": requests}, NOW + 60 * minute)}

    assert told["made"] == 200
    assert told["counts"] == [[NOW + 60 * minute, minute + 1] for minute in range(138, 200, 2)]
    assert payload.counted(told, {}, NOW + 12_000) == {"made": 200, "counts": told["counts"][1:]}
