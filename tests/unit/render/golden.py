"""A made-up fleet and its screens: `python -m tests.unit.render.golden` writes them anew; the diff is for review."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from cst import jsonl
from cst.changes import Change, Changes
from cst.core import explain, fleet
from cst.core.attention import Step
from cst.model import Session, Snapshot, Turn
from cst.render import (
    ansi,
    kill_prompt,
    page_header,
    preview,
    rows,
    schema,
    status_line,
    table,
)
from cst.render import conversation as conversation_view
from cst.render import (
    explain as explain_view,
)
from cst.render import git_status as changes_view
from cst.render.paint import Paint
from cst.render.theme import ascii_only
from tests.unit.core.loader import NOW, load

DATA = Path(__file__).parents[2] / "data" / "view"
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
    explanation = explain.explain(snapshot, session)
    return _lines(explain_view.why(explanation, columns, _PLAIN))


def _page(name: str, folder: str, columns: int, lines: int, body: list[str], paint: Paint = _PLAIN) -> str:
    """A whole page as `previewing` puts it together."""
    return _lines(page_header.top(one(folder), NOW, name, columns, lines, HOME, paint) + body)


def _tools(folder: str, columns: int, lines: int, paint: Paint = _PLAIN) -> str:
    return _page("tools", folder, columns, lines, preview.history(one(folder), NOW, columns, paint), paint)


def _why_page(folder: str, columns: int) -> str:
    snapshot, session = seen()[0], one(folder)
    explanation = explain.explain(snapshot, session)
    body = explain_view.page(explanation, columns, _PLAIN)
    return _page("why", folder, columns, 40, [ansi.cut(line, columns) for line in body])


TURNS = (
    Turn("you", "clean up the build", NOW - 900),
    Turn("claude", "I look first what there is.", NOW - 890),
    Turn("Bash", "ls -la build", NOW - 885),
    Turn("Read", "/home/u/proj/api/Makefile", NOW - 880),
    Turn("a task", "Agent \"find the slow test\" finished", NOW - 870),
    Turn("claude", "The folder holds:\n\n  - objects of an old compiler, which nothing needs any more since March\n  - 全部の古いファイル", NOW - 860),
    Turn("you", "then remove it and make it all again", NOW - 800),
    Turn("Bash", "rm -rf build && make all", NOW - 720),
)
CHANGES = Changes(
    "feature/a-branch-with-a-long-name", "origin/main", 2, 0,
    (
        Change("src/app.py", "M", " ", 12, 3), Change("src/a/long/way/down/the/tree/日本語の名前.py", "M", "M", 140, 0),
        Change("image.png", "A", " "), Change("old.c", " ", "D", 0, 1204), Change("both.c", "U", "U", 3, 3),
        Change("hostile\x1b[2J\nname", "?", "?"),
    ),
)  # fmt: skip
SCREEN = "\x1b[1m ✻ Mending\x1b[0m the slow test…\n\n\x1b[38;5;208m╭──────╮\n│ > \x1b[7m \x1b[27m  │\n╰──────╯\x1b[0m\n  \x1b[2m? for shortcuts\n\n\n"


def _changes(changes: Changes, columns: int, paint: Paint = _PLAIN) -> str:
    return _page("changes", "api", columns, 30, changes_view.page(changes, columns, paint), paint)


def _conversation(columns: int, lines: int, paint: Paint = _PLAIN) -> str:
    above = len(page_header.top(one("api"), NOW, "conversation", columns, lines, HOME, paint))
    body = conversation_view.page(TURNS, NOW, columns, max(1, lines - above) if lines else 0, paint)
    return _page("conversation", "api", columns, lines, body, paint)


def _screen(columns: int, lines: int, paint: Paint) -> str:
    above = len(page_header.top(one("web"), NOW, "screen", columns, lines, HOME, paint))
    return _page("screen", "web", columns, lines, ansi.screen(SCREEN, columns, lines - above, paint.on), paint)


def _said() -> str:
    _, sessions = seen()
    quiet = [session for session in sessions if not session.needs_you]
    return _lines(
        [
            status_line.arrival(sessions[0], sessions, NOW, Step(2, 8)),
            status_line.arrival(sessions[0], sessions, NOW, Step(1, 8, 2)),
            status_line.arrival(sessions[0], sessions, NOW, Step(1, 1)),
            status_line.arrival(sessions[0], [*sessions, sessions[0]._replace(key="1.1")], NOW),
            status_line.nothing(sessions, None, [], NOW),
            status_line.nothing(sessions, None, [sessions[0]._replace(place=None)], NOW),
            status_line.nothing(sessions, sessions[0], [], NOW),
            status_line.nothing([], None, [], NOW),
            status_line.line(sessions, NOW, "plain", 1),
            status_line.line(quiet, NOW, "plain"),
            status_line.line([], NOW, "plain", 2),
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
    "status-plain": lambda: status_line.line(seen()[1], NOW, "plain") + "\n",
    "status-ansi": lambda: status_line.line(seen()[1], NOW, "ansi") + "\n",
    "status-tmux": lambda: status_line.line(seen()[1], NOW, "tmux") + "\n",
    "status-json": lambda: _json(status_line.numbers(seen()[1], NOW)),
    "page-tools-60x18": lambda: _tools("api", 60, 18),
    "page-tools-80x7": lambda: _tools("api", 80, 7),
    "page-tools-30x5": lambda: _tools("web", 30, 5),
    "page-tools-working-100": lambda: _tools("web", 100, 0),
    "page-tools-done-80-color": lambda: _tools("infra", 80, 24, _COLOR),
    "page-screen-60x20-color": lambda: _screen(60, 20, _COLOR),
    "page-screen-30x8": lambda: _screen(30, 8, _PLAIN),
    "page-why-60": lambda: _why_page("api", 60),
    "page-why-unknown-30": lambda: _why_page("old", 30),
    "page-changes-80": lambda: _changes(CHANGES, 80),
    "page-changes-40-color": lambda: _changes(CHANGES._replace(more=True), 40, _COLOR),
    "page-changes-none-60": lambda: _changes(Changes("main", "origin/main", 0, 0), 60),
    "page-changes-nowhere-60": lambda: _changes(Changes(problem="not a git repository"), 60),
    "page-conversation-60x20": lambda: _conversation(60, 20),
    "page-conversation-100-color": lambda: _conversation(100, 0, _COLOR),
    "show-100": lambda: _lines(preview.show(one("web"), NOW, 100, HOME, _PLAIN)),
    "show-fresh-80": lambda: _lines(preview.show(one("fresh"), NOW, 80, HOME, _PLAIN)),
    "why-100": lambda: _why("api", 100),
    "why-unknown-80": lambda: _why("old", 80),
    "said": _said,
    "question": lambda: _lines(kill_prompt.several([one("api")], NOW, "3 uncommitted files", 100)),
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
