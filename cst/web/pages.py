"""One session's page, as the browser takes it: the pages of the picker as lines of runs, the conversation as turns with
the Markdown that they are written in. Plain functions, which may run in a thread."""

from __future__ import annotations

from cst.model import CstError
from cst.picker import pages
from cst.render import preview
from cst.render.paint import since
from cst.sessions import usage_limits
from cst.text import clean, visible
from cst.web.runs import PAINT, all_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Session, Snapshot, Turn
    from cst.settings import Settings

_SAID = 20_000  # characters of one turn


def page(settings: Settings, snapshot: Snapshot, session: Session, name: str, columns: int) -> dict[str, Any]:
    """The header and one page, read now. CstError if it cannot be made."""
    told = usage_limits(settings, snapshot.now)
    head = preview.header(session, snapshot.now, columns, settings.home, PAINT, told, snapshot.utc_offset)
    made: dict[str, Any] = {"key": session.key, "name": name, "head": all_runs(head)}
    if name == "conversation":
        return made | _conversation(settings, session, snapshot.now)
    lines = pages.page(settings, snapshot, session, name, columns, 0, PAINT)
    above = len(head) + 2  # the strip of page names, which the browser has as tabs, and an empty line
    return made | {"lines": all_runs(lines[above:])}


def _conversation(settings: Settings, session: Session, now: float) -> dict[str, Any]:
    from cst.claude import conversation

    if settings.replay:
        return {"lines": [[("", "a recording holds no conversations")]]}
    if session.transcript is None:
        return {"lines": [[("", "not prompted yet")]]}
    path = session.transcript.path
    try:
        turns = conversation.read(path)
    except OSError as error:
        raise CstError(f"cannot read {path}: {error.strerror}", "make it readable") from None
    if not turns:
        return {"lines": [[("", "nothing was said in what was read")]]}
    return {"turns": [_turn(turn, now) for turn in turns]}


def _turn(turn: Turn, now: float) -> dict[str, str]:
    """Who, when and what; line breaks and indentation stay, and nothing else that is not seen."""
    text = "\n".join(visible(line.replace("\t", "    ")).rstrip() for line in turn.text[-_SAID:].split("\n"))
    return {"who": clean(turn.who, 40), "when": since(now, turn.at), "text": text}
