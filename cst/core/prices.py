"""What the calls of a model cost, by the client's own price rules. Pure; docs/cost.md has the table and its sources.

US dollars for a million tokens, as the client has them built in. Organisations may have other prices.
"""

from __future__ import annotations

from cst.model import digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

AS_OF = "2026-11-24"  # of the table
_SEARCH = 0.01  # dollars for one web search
_US = 1.1  # times as much where the answer was computed in the US on request
LONG = 100_000  # tokens of a prompt from which on some models have a tier of their own
ONE_HOUR_SINCE = (2, 1, 200)  # older clients charge what is written for an hour as if it were for five minutes

Prices = tuple[float, float, float, float, float]  # input, output, written for 5 minutes, for an hour, read
Tokens = tuple[int, int, int, int, int]  # in the same order

_OPUS_4, _OPUS = (15.0, 75.0, 18.75, 30.0, 1.5), (5.0, 25.0, 6.25, 10.0, 0.5)
_SONNET_4, _HAIKU_3 = (3.0, 15.0, 3.75, 6.0, 0.3), (0.8, 4.0, 1.0, 1.6, 0.08)
_TABLE: Mapping[str, Prices] = {
    "opus-5-5": (4.0, 20.0, 5.0, 8.0, 0.2),
    "fable-5-2": (8.0, 40.0, 10.0, 16.0, 0.2), "mythos-5-2": (8.0, 40.0, 10.0, 16.0, 0.2),
    "fable-5-1": (10.0, 50.0, 12.5, 20.0, 0.25), "mythos-5-1": (10.0, 50.0, 12.5, 20.0, 0.25),
    "fable-5": (10.0, 50.0, 12.5, 20.0, 1.0), "mythos-5": (10.0, 50.0, 12.5, 20.0, 1.0),
    "sonnet-5-5": (2.0, 10.0, 2.5, 4.0, 0.1), "sonnet-5": (2.0, 10.0, 2.5, 4.0, 0.2),
    "haiku-5-5": (0.1, 0.5, 0.125, 0.2, 0.01), "haiku-4-5": (1.0, 5.0, 1.25, 2.0, 0.1),
    "opus-5": _OPUS, "opus-4-8": _OPUS, "opus-4-7": _OPUS, "opus-4-6": _OPUS, "opus-4-5": _OPUS,
    "opus-4-1": _OPUS_4, "opus-4-0": _OPUS_4, "opus-4": _OPUS_4,
    "sonnet-4-6": _SONNET_4, "sonnet-4-5": _SONNET_4, "sonnet-4-0": _SONNET_4, "sonnet-4": _SONNET_4,
    "3-7-sonnet": _SONNET_4, "3-5-sonnet": _SONNET_4, "3-5-haiku": _HAIKU_3,
}  # fmt: skip
_FAST: Mapping[str, Prices] = {"opus-5-5": (8.0, 40.0, 10.0, 16.0, 0.4)}
_LONG_TIER: Mapping[str, Prices] = {"haiku-5-5": (0.5, 2.5, 0.625, 1.0, 0.05)}


FAST, US, LONG_PROMPT, OLD_CLIENT = "f", "u", "l", "o"  # what else an answer is priced by


def name_of(model: str) -> str:
    """The name of a model without its maker, its date, its provider's words: `claude-opus-4-5-20251101` is opus-4-5."""
    name = model.rpartition("/")[2].rpartition("anthropic.")[2].partition("@")[0].partition("[")[0].partition(":")[0]
    name = name.removeprefix("claude-")
    head, _, last = name.rpartition("-")
    if last.startswith("v") and digits(last[1:]):
        head, _, last = head.rpartition("-")
        name = f"{head}-{last}"
    return head if digits(last) and len(last) == 8 else name.removesuffix("-latest")


def rates(model: str, flags: str, own: Mapping[str, Prices]) -> Prices | None:
    """US dollars for a million tokens of each kind; None where the price is not known. `flags`: what else of FAST, US,
    LONG_PROMPT and OLD_CLIENT holds of the answer; `own`: a person's own prices, by the name of the model."""
    name = name_of(model)
    prices = _FAST.get(name) if FAST in flags else _TABLE.get(name)
    if prices and LONG_PROMPT in flags and FAST not in flags:
        prices = _LONG_TIER.get(name, prices)
    prices = own.get(name, prices)
    if prices is None:
        return None
    if OLD_CLIENT in flags:
        prices = (*prices[:3], prices[2], prices[4])
    times = _US if US in flags else 1.0
    return (prices[0] * times, prices[1] * times, prices[2] * times, prices[3] * times, prices[4] * times)


def cost(prices: Prices, tokens: Tokens, searches: int) -> float:
    """US dollars of so many tokens of each kind and web searches."""
    for_input, for_output, for_5m, for_1h, for_read = prices
    given, output, written_5m, written_1h, read = tokens
    return (
        for_input * given + for_output * output + for_5m * written_5m + for_1h * written_1h + for_read * read
    ) / 1e6 + searches * _SEARCH  # fmt: skip
