"""Prices are the client's own: every account that it wrote is reproduced."""

from __future__ import annotations

import json

import pytest

from cst.core.prices import Prices, cost, name_of, rates
from tests.testing import DATA

LEDGERS = [json.loads(line) for line in (DATA / "ledgers.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("number", range(len(LEDGERS)))
def test_an_account_of_the_client(number: int) -> None:
    """To the last digit: tokens of each kind times their price."""
    told = LEDGERS[number]
    tokens = (
        told["inputTokens"], told["outputTokens"], told["cacheCreationEphemeral5mInputTokens"],
        told["cacheCreationEphemeral1hInputTokens"], told["cacheReadInputTokens"],
    )  # fmt: skip
    prices = rates(told["model"], "", {})

    assert prices
    assert cost(prices, tokens, told["webSearchRequests"]) == pytest.approx(told["costUSD"], abs=1e-12)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("claude-opus-5-5", "opus-5-5"), ("claude-opus-4-5-20251101", "opus-4-5"), ("claude-sonnet-4-20250514", "sonnet-4"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "sonnet-4-5"), ("claude-opus-4-6[1m]", "opus-4-6"),
        ("claude-haiku-4-5@20251001", "haiku-4-5"), ("anthropic/claude-3-5-haiku-latest", "3-5-haiku"), ("gpt-9", "gpt-9"),
    ],
)  # fmt: skip
def test_a_model_has_one_name(model: str, name: str) -> None:
    """Whoever serves it, and of whatever date."""
    assert name_of(model) == name


@pytest.mark.parametrize(
    ("model", "flags", "prices"),
    [
        ("claude-opus-5-5", "", (4.0, 20.0, 5.0, 8.0, 0.2)),
        ("claude-opus-5-5", "o", (4.0, 20.0, 5.0, 5.0, 0.2)),  # an old client knows no hour
        ("claude-opus-5-5", "f", (8.0, 40.0, 10.0, 16.0, 0.4)),
        ("claude-opus-5-5", "u", (4.4, 22.0, 5.5, 8.8, 0.22)),
        ("claude-opus-5-5", "l", (4.0, 20.0, 5.0, 8.0, 0.2)),
        ("claude-haiku-5-5", "l", (0.5, 2.5, 0.625, 1.0, 0.05)),
        ("claude-nonsense-9", "", None),
        ("claude-sonnet-5-5", "f", None),  # what its fast tier costs is not known
    ],
)
def test_what_else_counts(model: str, flags: str, prices: Prices | None) -> None:
    """Fast, in the US, a long prompt, an old client; a model that is not known has no price, and not 0."""
    found = rates(model, flags, {})

    assert found == (pytest.approx(prices) if prices else None)


def test_own_prices_and_searches() -> None:
    """A person's own prices go before the table, and there may be some of a model that it does not know."""
    own = {"nonsense-9": (1.0, 2.0, 3.0, 4.0, 5.0), "opus-5-5": (2.0, 2.0, 2.0, 2.0, 2.0)}

    assert rates("claude-nonsense-9", "", own) == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert rates("claude-opus-5-5", "f", own) == (2.0, 2.0, 2.0, 2.0, 2.0)
    assert cost((1.0, 2.0, 3.0, 4.0, 5.0), (1_000_000, 0, 0, 0, 1_000_000), 3) == pytest.approx(6.03)
