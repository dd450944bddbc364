"""A made-up fleet and its screens: `python -m tests.view.golden` writes them anew; the diff is for review."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from cst import fleet, jsonl, why
from cst.model import Session, Snapshot
from cst.view import bar, evidence, preview, question, rows, schema, table
from cst.view.paint import Paint
from cst.view.theme import ascii_only
from tests.state.loader import NOW, load

DATA = Path(__file__).parents[1] / "data" / "view"
HOME = "/home/u"
_PLAIN, _COLOR = Paint(False), Paint(True)


@cache
def seen() -> tuple[Snapshot, list[Session]]:
    """The fleet of tests/data/view/fleet.json."""
    snapshot = load(DATA / "fleet.json")
    return snapshot, fleet.sessions(snapshot)


def one(name: str) -> Session:
    """The session in the folder of that name."""
    return next(session for session in seen()[1] if session.cwd.endswith("/" + name))


def _lines(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _json(value: object) -> str:
    return jsonl.dumps(value) + "\n"


def _ls(columns: int, paint: Paint = _PLAIN) -> str:
    return _lines(table.table(seen()[1], NOW, columns, paint))


def _why(name: str, columns: int) -> str:
    snapshot, _ = seen()
    session = one(name)
    steps = why.steps(snapshot, session)
    doubts, facts = why.doubts(snapshot, session), why.explain(snapshot, session)
    return _lines(evidence.why(session, facts, steps, why.not_asked(steps), doubts, NOW, columns, _PLAIN))


def _said() -> str:
    _, sessions = seen()
    quiet = [session for session in sessions if not session.needs_you]
    return _lines(
        [
            bar.arrival(sessions[0], NOW, 2),
            bar.arrival(sessions[0], NOW, 0),
            bar.nothing(sessions, None, 0, NOW),
            bar.nothing(sessions, None, 1, NOW),
            bar.nothing(sessions, sessions[0], 0, NOW),
            bar.nothing([], None, 0, NOW),
            bar.line(sessions, NOW, "plain", 1),
            bar.line(quiet, NOW, "plain"),
            bar.line([], NOW, "plain", 2),
        ]
    )


def _rows(columns: int, paint: Paint = _PLAIN, **more: Any) -> str:
    """Each second session is new, the last is gone."""
    sessions = seen()[1]
    listed = [(session, "new" if i % 2 else "") for i, session in enumerate(sessions[:-1])] + [(sessions[-1], "gone")]
    return _lines(rows.rows(listed, NOW, columns, paint, **more))


SCREENS: dict[str, Callable[[], str]] = {
    "ls-40": lambda: _ls(40),
    "ls-80": lambda: _ls(80),
    "ls-160": lambda: _ls(160),
    "ls-unbounded": lambda: _ls(0),
    "ls-100-color": lambda: _ls(100, _COLOR),
    "rows-80": lambda: _rows(80),
    "rows-120-tall": lambda: _rows(120, tall=True),
    "rows-200": lambda: _rows(200, window=200_000),
    "rows-100-dark": lambda: _rows(100, Paint(True, "dark"), window=200_000),
    "rows-100-light": lambda: _rows(100, Paint(True, "light"), window=200_000),
    "rows-100-ascii": lambda: ascii_only(_rows(100, window=200_000)),
    "status-plain": lambda: bar.line(seen()[1], NOW, "plain") + "\n",
    "status-ansi": lambda: bar.line(seen()[1], NOW, "ansi") + "\n",
    "status-tmux": lambda: bar.line(seen()[1], NOW, "tmux") + "\n",
    "status-json": lambda: _json(bar.numbers(seen()[1], NOW)),
    "preview-60x18": lambda: _lines(preview.preview(one("api"), NOW, 60, 18, HOME, _PLAIN)),
    "preview-working-100": lambda: _lines(preview.preview(one("web"), NOW, 100, 0, HOME, _PLAIN)),
    "show-100": lambda: _lines(preview.show(one("web"), NOW, 100, HOME, _PLAIN)),
    "show-fresh-80": lambda: _lines(preview.show(one("fresh"), NOW, 80, HOME, _PLAIN)),
    "why-100": lambda: _why("api", 100),
    "why-unknown-80": lambda: _why("old", 80),
    "said": _said,
    "question": lambda: _lines(question.question(one("api"), NOW)),
    "nothing": lambda: _lines(table.nothing([HOME + "/.claude", "/srv/claude"], HOME, 0) + table.nothing([], HOME, 3)),
    "ls-json": lambda: _json(schema.fleet([one("api"), one("web"), one("fresh")], NOW, [("tmux", "it hangs")])),
    "show-json": lambda: _json(schema.shown(one("web"))),
}


def rewrite() -> None:
    """Write each screen as it looks now."""
    for name, screen in SCREENS.items():
        (DATA / f"{name}.txt").write_text(screen(), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    rewrite()
