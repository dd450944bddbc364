"""Prices are the client's own: every account that it wrote is reproduced."""

from __future__ import annotations

import json

import pytest

from cst.core.prices import Usage, name_of, price
from tests.testing import DATA

LEDGERS = [json.loads(line) for line in (DATA / "ledgers.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("number", range(len(LEDGERS)))
def test_an_account_of_the_client(number: int) -> None:
    """To the last digit: tokens of each kind times their price."""
    told = LEDGERS[number]
    used = Usage(
        told["inputTokens"], told["outputTokens"], told["cacheCreationEphemeral5mInputTokens"],
        told["cacheCreationEphemeral1hInputTokens"], told["cacheReadInputTokens"], told["webSearchRequests"],
    )  # fmt: skip

    assert price(told["model"], used) == pytest.approx(told["costUSD"], abs=1e-12)


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
    ("model", "usage", "version", "dollars"),
    [
        ("claude-opus-5-5", Usage(written_1h=1_000_000), (), 8.0),
        ("claude-opus-5-5", Usage(written_1h=1_000_000), (2, 1, 120), 5.0),  # an old client knows no hour
        ("claude-opus-5-5", Usage(output=1_000_000, fast=True), (), 40.0),
        ("claude-opus-5-5", Usage(input=1_000_000, us=True), (), 4.4),
        ("claude-opus-5-5", Usage(searches=3), (), 0.03),
        ("claude-haiku-5-5", Usage(input=100_000, output=1_000_000), (), 0.51),
        ("claude-haiku-5-5", Usage(input=100_001, output=1_000_000), (), pytest.approx(2.5500005)),
        ("claude-nonsense-9", Usage(input=5), (), None),
        ("claude-sonnet-5-5", Usage(input=5, fast=True), (), None),  # what its fast tier costs is not known
    ],
)
def test_what_else_counts(model: str, usage: Usage, version: tuple[int, ...], dollars: float | None) -> None:
    """Written for an hour, fast, in the US, searches, a long prompt; a model that is not known has no price, and not 0."""
    assert price(model, usage, version) == dollars
