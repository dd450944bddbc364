"""The hot verbs that only look: wiring from a snapshot to text. Imports stand inside, as in `look`."""

from __future__ import annotations

import os

from cst import fleet, snapshot
from cst.look import (
    columns,
    look,
    looked_in,
    number,
    one,
    paint,
    print_json,
    print_lines,
    warn,
)  # fmt: skip
from cst.model import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.settings import Settings

    Given = dict[str, Any]


def do_status(given: Given, own: Settings) -> int:
    """`cst status`."""
    from cst import shelf
    from cst.sources import processes
    from cst.view import bar

    seen, sessions = look(own, snapshot.STATUS)
    shelf.leave(own, sessions, seen.now, (processes.uptime(), processes.boot_id()))
    if given["format"] == "json":
        return print_json(bar.numbers(sessions, seen.now))
    if given["format"] in ("waybar", "i3blocks", "swiftbar"):
        from cst.view import bars

        print_lines(bars.FORMS[given["format"]](sessions, seen.now, len(seen.problems)))
        return 0
    form = given["format"] or ("ansi" if os.isatty(1) else "plain")
    form = "plain" if form == "ansi" and own.no_color else form
    line = bar.line(sessions, seen.now, form, len(seen.problems))
    if line:
        print_lines([line], own)
    if given["badges"] and own.socket and not own.replay:
        from cst.sources import tmux
        from cst.view import badges

        tmux.badge(own.tmux_program, own.socket, badges.changes(sessions, seen.panes, own.socket))
    return 0


def show_problem() -> None:
    """The line of `cst status --format tmux` where its settings cannot be used; `cst ls` says why."""
    from cst.view import bar

    print_lines([bar.line([], 0.0, "tmux", problems=1)])


def do_ls(given: Given, own: Settings) -> int:
    """`cst ls`."""
    if given["watch"]:
        from cst import watching

        return watching.ls(given, own)
    from cst import shelf

    seen, sessions = look(own, snapshot.ROWS, ended=given["all"])
    shelf.leave(own, sessions, seen.now)
    shown = chosen(sessions, given)
    if given["json"]:
        from cst.view import schema

        return print_json(schema.fleet(shown, seen.now, seen.problems))
    from cst.view import table

    warn(seen)
    if shown:
        print_lines(table.table(shown, seen.now, columns(own), paint(own, given["color"])), own)
    else:
        print_lines(table.nothing(looked_in(own), own.home, len(sessions)), own)
    return 0


def chosen(sessions: list[Session], given: Given) -> list[Session]:
    """Those of the sessions that the options of `ls` leave, in the order that they ask for."""
    shown = [
        session for session in sessions
        if (not given["state"] or session.state in given["state"]) and (session.needs_you or not given["needs-you"])
        and (not given["tag"] or set(session.tags) & set(given["tag"]))
    ]  # fmt: skip
    return _sorted(shown, given["sort"])


def _sorted(sessions: list[Session], key: str) -> list[Session]:
    from cst.model import label

    keys = {
        "since": lambda s: s.since,
        "name": lambda s: label(s).casefold(),
        "context": lambda s: -(s.tokens or 0),
    }
    return sorted(sessions, key=keys[key]) if key in keys else sessions


def do_show(given: Given, own: Settings) -> int:
    """`cst show`."""
    seen, session = one(given["session"], own)
    if given["json"]:
        from cst.view import schema

        return print_json(schema.shown(session))
    from cst.view import preview

    warn(seen)
    print_lines(preview.show(session, seen.now, columns(own) or 100, own.home, paint(own, given["color"])), own)
    return 0


def do_why(given: Given, own: Settings) -> int:
    """`cst why`."""
    from cst import why
    from cst.view import evidence

    seen, session = one(given["session"], own)
    if given["redact"]:
        from cst import redact

        seen = redact.snapshot(seen)
        session = next(s for s in fleet.sessions(seen) if s.key == session.key)
    facts, steps, doubts = why.explain(seen, session), why.steps(seen, session), why.doubts(seen, session)
    if given["json"]:
        return print_json(evidence.as_json(session, facts, steps, doubts, seen.problems))
    warn(seen)
    rest, wide, brush = why.not_asked(steps), columns(own) or 120, paint(own, given["color"])
    print_lines(evidence.why(session, facts, steps, rest, doubts, seen.now, wide, brush), own)
    return 0


def do_rows(given: Given, own: Settings) -> int:
    """`cst rows`, for fzf."""
    from cst.view import rows
    from cst.view.paint import Paint

    seen, sessions = look(own, snapshot.ROWS, ended=given["all"])
    listed = [(session, "") for session in sessions]
    print_lines(rows.rows(listed, seen.now, number(given["width"], 100), Paint(not own.no_color, own.theme)))
    return 0


def do_preview(given: Given, own: Settings) -> int:
    """`cst preview`, for fzf."""
    from cst.actions import find
    from cst.previewing import page
    from cst.view.paint import Paint

    ended = not given["session"].replace(".", "").isdigit()
    seen, sessions = look(own, snapshot.ROWS, ended=ended)
    session = find.find(sessions, given["session"])
    columns, lines = number(given["width"], 80), number(given["height"], 0)
    print_lines(page(own, seen, session, given["page"] or "tools", columns, lines, Paint(not own.no_color)), own)
    return 0
