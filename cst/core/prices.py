"""What the calls of a model cost, by the client's own price rules. Pure; docs/cost.md has the table and its sources.

US dollars for a million tokens, as the client has them built in. Organisations may have other prices.
"""

from __future__ import annotations

from cst.model import Value, digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

AS_OF = "2026-11-24"  # of the table
_SEARCH = 0.01  # dollars for one web search
_US = 1.1  # times as much where the answer was computed in the US on request
_LONG = 100_000  # tokens of a prompt from which on some models have a tier of their own
_ONE_HOUR_SINCE = (2, 1, 200)  # older clients charge what is written for an hour as if it were for five minutes

Prices = tuple[float, float, float, float, float]  # input, output, written for 5 minutes, for an hour, read

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


class Usage(Value):
    """The tokens of one answer, as its transcript tells them."""

    input: int = 0
    output: int = 0
    written_5m: int = 0  # to the prompt cache
    written_1h: int = 0
    read: int = 0  # from it
    searches: int = 0
    fast: bool = False
    us: bool = False

    @property
    def prompt(self) -> int:
        """All that the model was given."""
        return self.input + self.written_5m + self.written_1h + self.read

    def most(self, other: Usage) -> Usage:
        """Of two lines of one answer the higher figures: the first ones are written before it is complete."""
        return self._replace(
            input=max(self.input, other.input), output=max(self.output, other.output),
            written_5m=max(self.written_5m, other.written_5m), written_1h=max(self.written_1h, other.written_1h),
            read=max(self.read, other.read), searches=max(self.searches, other.searches),
        )  # fmt: skip


def name_of(model: str) -> str:
    """The name of a model without its maker, its date, its provider's words: `claude-opus-4-5-20251101` is opus-4-5."""
    name = model.rpartition("/")[2].rpartition("anthropic.")[2].partition("@")[0].partition("[")[0].partition(":")[0]
    name = name.removeprefix("claude-")
    head, _, last = name.rpartition("-")
    if last.startswith("v") and digits(last[1:]):
        head, _, last = head.rpartition("-")
        name = f"{head}-{last}"
    return head if digits(last) and len(last) == 8 else name.removesuffix("-latest")


def price(model: str, usage: Usage, version: tuple[int, ...] = ()) -> float | None:
    """US dollars of one answer; None where the price is not known. `version` of the client, () = a new one."""
    name = name_of(model)
    prices = _FAST.get(name) if usage.fast else _TABLE.get(name)
    if prices and not usage.fast and usage.prompt > _LONG:
        prices = _LONG_TIER.get(name, prices)
    if prices is None:
        return None
    for_input, for_output, for_5m, for_1h, for_read = prices
    if version and version < _ONE_HOUR_SINCE:
        for_1h = for_5m
    tokens = (
        usage.input * for_input + usage.output * for_output + usage.written_5m * for_5m + usage.written_1h * for_1h
        + usage.read * for_read
    )  # fmt: skip
    return tokens / 1e6 * (_US if usage.us else 1.0) + usage.searches * _SEARCH
