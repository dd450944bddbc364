"""The table of prices beside that of genai-prices, which is kept well: `python tools/prices.py`, with an interpreter
that has it (`pip install genai-prices`). Prints each price that differs, and each model that one of them lacks; exit
code 1 where a price differs.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from cst.core import prices

# Theirs, in the order of ours; the price of what is written for an hour has a name of its own only in newer ones.
_FIELDS = ("input_mtok", "output_mtok", "cache_write_mtok", "cache_write_1h_mtok", "cache_read_mtok")


def _dollars(value: Any) -> float | None:
    """Of a price, or of the first tier of one."""
    if value is None:
        return None
    return float(value if isinstance(value, (Decimal, int, float)) else value.base)


def main() -> int:
    """Compare all models of Anthropic's that they have."""
    from genai_prices.data import providers  # type: ignore[import-not-found]

    anthropic = next(one for one in providers if one.id == "anthropic")
    theirs: dict[str, Any] = {}
    for model in anthropic.models:
        given = model.prices if not isinstance(model.prices, list) else model.prices[-1].prices
        theirs[prices.name_of(model.id)] = given
    differ = 0
    for name, given in sorted(theirs.items()):
        ours = prices.rates(name, "", {})
        if ours is None:
            print(f"{name}: not in ours")
            continue
        for field, mine in zip(_FIELDS, ours, strict=True):
            other = _dollars(getattr(given, field, None))
            if other is not None and abs(other - mine) > 1e-9:
                differ += 1
                print(f"{name}: {field} is {mine} in ours, {other} in theirs")
    for name in sorted(prices._TABLE.keys() - theirs.keys()):
        print(f"{name}: not in theirs")
    print(f"{len(theirs.keys() & prices._TABLE.keys())} models in both, {differ} prices differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
