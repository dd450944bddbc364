"""`cst grep`: search what sessions said and did, and what their panes show."""

from __future__ import annotations

import os

from cst import sessions
from cst.args import number
from cst.claude import conversation
from cst.core.naming import display_names
from cst.model import UsageError, label
from cst.output import Progress, painter, print_lines, terminal_columns, warn, warn_problems
from cst.render import found
from cst.snapshot import ROWS
from cst.system import tmux
from cst.text import clean, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cst.args import Args
    from cst.model import Session
    from cst.settings import Settings

_MOST = 3  # lines for each session
_EVER = 36_500.0  # days


def run(args: Args, settings: Settings) -> int:
    """Print each line as it is found; exit 1 where there is none, or a transcript or a screen could not be read."""
    from cst.jsonl import one_line

    word, most = args["word"], number(args["most"], 0) if args["most"] else _MOST
    if not word.strip() or most < 1:
        raise UsageError("grep takes a text, and --most a whole number over 0")
    settings = settings._replace(ended_days=_EVER) if args["all"] else settings
    snapshot, fleet = sessions.load(settings, ROWS, ended=not args["live"])
    warn_problems(snapshot)
    columns, paint = terminal_columns(settings), painter(settings, args["color"])
    progress, code, wrong = Progress("sessions"), 1, False
    names = display_names(fleet, found.NAME)
    for done, (session, name) in enumerate(zip(fleet, names, strict=True), 1):
        shown = _screen(settings, session)
        if shown is None:
            wrong = True
            progress.over()
            warn(f"cannot read the screen of {name}")
        try:
            hits = list(_found(session, shown or "", word, most))
        except OSError as error:
            hits, wrong = [], True
            progress.over()
            warn(f"cannot read {error.filename}: {error.strerror}")
        for who, at, text in hits:
            progress.over()
            age = max(0.0, snapshot.now - at) if at else None
            print_lines([
                one_line(_object(session, who, at, text)) if args["json"]
                else found.line(name, who, age, text, word, columns, paint)
            ], settings)  # fmt: skip
            code = 0
        progress(done, len(fleet))
    progress.over()
    if code and not wrong and os.isatty(2):
        warn(f"nothing found in {len(fleet)} session{'s' * (len(fleet) != 1)}")
    return 1 if wrong else code


def _screen(settings: Settings, session: Session) -> str | None:
    """What its pane shows, "" where it has none; None where that cannot be read."""
    place = session.place
    return tmux.screen(settings.tmux_program, place.socket, place.pane) if place else ""


def _found(session: Session, shown: str, word: str, most: int) -> Iterator[tuple[str, float | None, str]]:
    """Who said it, when (None: nobody knows, or it is on the screen) and the text: what the pane shows, then the
    conversation."""
    lines = (clean(visible(line)) for line in shown.split("\n"))
    hits = [line for line in lines if word in (line.lower() if word == word.lower() else line)]
    for line in hits[-most:]:
        yield found.SCREEN, None, line
    if session.transcript and session.transcript.path:
        for turn in conversation.search(session.transcript.path, word, most):
            yield turn.who, turn.at or None, turn.text


def _object(session: Session, who: str, at: float | None, text: str) -> dict[str, object]:
    """docs/json.md describes it."""
    return {
        "schema": 1, "key": session.key, "id": session.id or None, "label": label(session), "who": who, "at": at,
        "text": text,
    }  # fmt: skip
