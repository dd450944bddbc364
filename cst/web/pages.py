"""One session's page, as the browser takes it: the pages of the picker as lines of runs, the conversation as turns with
the Markdown that they are written in. Plain functions, which may run in a thread."""

from __future__ import annotations

import time

from cst.model import CstError
from cst.picker import pages
from cst.render import preview
from cst.render.activity import unsaid
from cst.sessions import usage_limits
from cst.text import clean, visible
from cst.web.runs import PAINT, all_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.model import Session, Snapshot, Turn
    from cst.settings import Settings

_SAID = 20_000  # characters of one turn
_BACK = 256 * 1024 * 1024  # bytes from the end of a transcript that pages of earlier turns go back


def page(
    settings: Settings, snapshot: Snapshot, session: Session, name: str, columns: int, before: str = ""
) -> dict[str, Any]:
    """The header and one page, read now; of the conversation with `before` that before the turn with this id. CstError
    if it cannot be made."""
    told = usage_limits(settings, snapshot.now)
    head = preview.header(session, snapshot.now, columns, settings.home, PAINT, told, snapshot.utc_offset)
    made: dict[str, Any] = {"key": session.key, "name": name, "head": all_runs(head)}
    if name == "conversation":
        return made | _conversation(settings, session, before)
    lines = pages.page(settings, snapshot, session, name, columns, 0, PAINT)
    above = len(head) + 2  # the strip of page names, which the browser has as tabs, and an empty line
    return made | {"lines": all_runs(lines[above:])}


def _conversation(settings: Settings, session: Session, before: str) -> dict[str, Any]:
    """As many turns as the picker has, and whether there may be some before them. The time is that of this read: turns
    may be younger than the look. CstError where none before that one can be shown, though it is not the first."""
    from cst.claude import conversation

    if settings.replay:
        return {"lines": [[("", "a recording holds no conversations")]]}
    if session.transcript is None:
        return {"lines": [[("", unsaid(session))]]}
    path = session.transcript.path
    try:
        limit = _BACK if before else conversation.LIMIT
        part = conversation.part(path, conversation.MOST + 1, limit, before)
    except OSError as error:
        raise CstError(f"cannot read {path}: {error.strerror}", "make it readable") from None
    back = f"the last {_BACK >> 20} MB of the transcript"
    if not part.found:
        raise CstError(f"the oldest turn that is shown is not in {back}", "load the page again, or look there")
    if before and not part.turns and not part.first:
        raise CstError(f"what was said before is not in {back}", "look there")
    if not part.turns and not before:
        return {"lines": [[("", "nothing was said in what was read")]]}
    shown = part.turns[-conversation.MOST :]
    more = len(shown) < len(part.turns) or not part.first
    return {"turns": [_turn(turn) for turn in shown], "more": more, "now": time.time()}


def _turn(turn: Turn) -> dict[str, Any]:
    """Who, when (epoch seconds, 0 where nobody knows) and what; line breaks and indentation stay, and nothing else that
    is not seen."""
    text = "\n".join(visible(line.replace("\t", "    ")).rstrip() for line in turn.text[-_SAID:].split("\n"))
    return {"id": clean(turn.id, 80), "who": clean(turn.who, 40), "at": turn.at, "text": text}
