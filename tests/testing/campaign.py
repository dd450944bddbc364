"""How large the campaigns of attacks are, and which texts, orders and moments they choose.

Each names the size that it had when it was first run by an attacker. `make lab` runs a fifth of that; `CST_CAMPAIGN=1`
runs all of it, another number that share. `CST_SEED` has them choose otherwise.
"""

from __future__ import annotations

import math
import os
import random

SEED = os.environ.get("CST_SEED", "14")
SHARE = float(os.environ.get("CST_CAMPAIGN", "0.2"))


def size(whole: float) -> int:
    """How many of so many are run."""
    return max(1, math.ceil(whole * SHARE))


def chance(*of: object) -> random.Random:
    """What chooses for one part of a campaign."""
    return random.Random(".".join(map(str, (SEED, *of))))
