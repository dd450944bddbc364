"""The golden cases of the rules: `snapshot.json` is what was seen, `expected.txt` what a person is told.

`python -m tests.unit.core.golden` writes every expected.txt anew; the diff is for review.
"""

from __future__ import annotations

from pathlib import Path

from cst.core import fleet
from cst.model import Session, Snapshot
from cst.text import age
from tests.unit.core.loader import NOW, load

CASES = Path(__file__).parents[2] / "data" / "state"


def folders() -> list[Path]:
    """The folder of each case."""
    return sorted(path.parent for path in CASES.glob("*/snapshot.json"))


def told(snapshot: Snapshot) -> str:
    """The fleet in words, most urgent first: state, rule, needs you, age of since, because; then what it wants."""
    return "\n".join(_told(session) for session in fleet.sessions(snapshot)) + "\n"


def _told(session: Session) -> str:
    needs = "needs you" if session.needs_you else "-"
    lines = ["  ".join((session.state, session.rule, needs, age(NOW - session.since), session.because))]
    if session.wants:
        lines.append(f"    wants {session.wants.tool or '-'}: {session.wants.detail or '-'}")
    return "\n".join(lines)


def rewrite() -> None:
    """Write each expected.txt as the rules say now."""
    for folder in folders():
        (folder / "expected.txt").write_text(told(load(folder / "snapshot.json")), encoding="utf-8")
        print(folder.name)


if __name__ == "__main__":
    rewrite()
