"""What one check of `cst doctor` says."""

from __future__ import annotations

from cst.value import Value


class Finding(Value):
    """The result of one check. `outcome`: ok, note (worth a look), wrong (exit 1), unknown (it could not be told)."""

    check: str
    outcome: str
    found: str
    fix: str = ""  # what to do, where there is something to do
