"""What one check of `cst doctor` says."""

from __future__ import annotations

from cst.model import Value


class Finding(Value):
    """`outcome`: ok, note (worth a look), wrong (mend it: exit 1), unknown (it could not be told, so it is not ok)."""

    check: str
    outcome: str
    found: str
    mend: str = ""  # what to do, where there is something to do
