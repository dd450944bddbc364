"""What `cst doctor` found, in one screen: a line for each check, and what to do where something is to be done."""

from __future__ import annotations

from cst.text import clean, home_path, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cst.doctor.finding import Finding
    from cst.render.paint import Paint

# Outcome -> glyph and SGR codes. The word stands beside them: colour alone tells nothing.
_LOOKS = {"ok": ("✓", "32"), "note": ("·", "33"), "wrong": ("✗", "1;31"), "unknown": ("~", "35")}
_INDENT = 23  # columns before what was found
_MOST = 12  # lines of it


def lines(findings: Sequence[Finding], columns: int, paint: Paint, home: str = "") -> list[str]:
    """All findings in at most that many columns, wrapped, and a last line that counts. 0 columns: 400."""
    wide = max(columns, 40) if columns else 400
    return [line for finding in findings for line in _lines(finding, wide, paint, home)] + [summary(findings)]


def summary(findings: Sequence[Finding]) -> str:
    """How many checks had which outcome."""
    counts = [(sum(f.outcome == outcome for f in findings), outcome) for outcome in _LOOKS]
    return ", ".join(
        f"{count} {outcome}{'s' * (outcome == 'note' and count > 1)}" for count, outcome in counts if count
    )


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings as docs/json.md has them."""
    return {
        "schema": 1,
        "ok": not any(finding.outcome == "wrong" for finding in findings),
        "checks": [{**finding._asdict(), "fix": finding.fix or None} for finding in findings],
    }


def _lines(finding: Finding, columns: int, paint: Paint, home: str) -> Iterator[str]:
    glyph, codes = _LOOKS.get(finding.outcome, _LOOKS["unknown"])
    head = f"{finding.outcome:8} {clean(finding.check):11}"
    first, *more = wrap(_short(finding.found, home), columns - _INDENT, _MOST) or [""]
    yield f"{paint(codes, glyph)} {paint(codes, head)} {first}".rstrip()
    yield from (" " * _INDENT + part for part in more)
    if finding.fix:
        for number, part in enumerate(wrap(clean(finding.fix), columns - _INDENT - 2, 4)):
            yield " " * _INDENT + ("  " if number else "→ ") + part


def _short(text: str, home: str) -> str:
    """A clean sentence with `~` for the home, also behind a bracket."""
    words = (word.split("(") for word in clean(text).split(" "))
    return " ".join("(".join(home_path(part, home) for part in parts) for parts in words)
