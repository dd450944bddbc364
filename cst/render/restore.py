"""The list of `cst restore`: what was lost or parked, the evidence, and what is to be known before it is restored."""

from __future__ import annotations

from cst.core import loss
from cst.core.annotation import CUT_OFF, UNANSWERED, UNSEEN
from cst.core.naming import display_name
from cst.render.paint import tokens as in_thousands
from cst.text import age, clean, cut, fit, width
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session
    from cst.render.paint import Paint

_STANDS = {
    CUT_OFF: "cut off in mid-turn", UNSEEN: "nobody has seen its last answer",
    UNANSWERED: "its last prompt has no answer: cut off, or stopped with Esc",
}  # fmt: skip
_MOST, _PROMPT = 3, 60  # queued prompts that are told, and columns of one
_LONGEST = 2000  # characters of an argument
_COLD, _PERHAPS_COLD = 3600.0, 300.0  # seconds: a prompt cache lives an hour at most, five minutes at least


class Row(Value):
    """One session of the list."""

    session: Session
    how: str
    why: str
    seen: float
    place: str  # where it lived, `session:window name`
    wrong: str
    tasks: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()  # that it is started with, quoted as for a shell
    withheld: tuple[str, ...] = ()  # the names of those that it was started with, and is not again
    end_seen: bool = False  # whether `seen` is its end; else nobody saw that, and it was last seen alive then
    stands: str = ""  # how its last turn does, by `loss.stands`
    queued: tuple[str, ...] = ()  # prompts that went with it


def table(rows: Sequence[Row], now: float, home: str, paint: Paint) -> list[str]:
    """Two lines for each: what it is, and below what is to be known of it; a third one has the arguments."""
    names = [display_name(row.session, 28) for row in rows]
    wide = max((width(name) for name in names), default=0)
    lines = []
    for row, name in zip(rows, names, strict=True):
        folder = clean(row.session.cwd, 200)
        folder = "~" + folder[len(home) :] if folder.startswith(home + "/") else folder
        tags = clean(" ".join(row.session.tags), 60)
        when = f"{'ended' if row.end_seen else 'last seen alive'} {age(max(0.0, now - row.seen))} ago"
        facts = [when, folder, clean(row.place, 60), tags]
        head = f"{row.how:9}  {fit(name, wide)}  {' · '.join(fact for fact in facts if fact)}"
        lines.append(paint("1", head) if row.how in (loss.LOST, loss.PARKED) and not row.wrong else head)
        lines.append(paint.dim("           " + cut("; ".join(_about(row, now)), 400 if row.queued else 160)))
        if given := _arguments(row):
            lines.append(paint.dim("           " + given))
    return lines


def _about(row: Row, now: float) -> list[str]:
    found = [row.why, *([row.wrong] if row.wrong else [])]
    if row.how in (loss.RUNNING, loss.DISMISSED) or row.wrong:
        return found
    if row.tasks:
        found.append(f"{' and '.join(row.tasks)} may start again with it")
    if row.stands:
        found.append(_STANDS[row.stands])
    if row.queued:
        found.append(lost_prompts(row.queued))
    tokens, gone = row.session.tokens, now - row.seen
    if tokens and gone > _PERHAPS_COLD:
        found.append(f"its cache is {'' if gone > _COLD else 'perhaps '}cold: {in_thousands(tokens)} tokens")
    return found


def lost_prompts(queued: Sequence[str]) -> str:
    """`1 queued prompt went with it: “and then the docs”`"""
    named = ", ".join(f"“{cut(clean(text, 400), _PROMPT)}”" for text in queued[:_MOST])
    more = f" and {len(queued) - _MOST} more" if len(queued) > _MOST else ""
    return f"{len(queued)} queued prompt{'s' * (len(queued) > 1)} went with it: {named}{more}"


def _arguments(row: Row) -> str:
    """All that it will be started with, uncut, for somebody is about to say yes to it."""
    if row.how in (loss.RUNNING, loss.DISMISSED) or row.wrong:
        return ""
    again = " ".join(clean(word, _LONGEST) for word in row.arguments)
    never = " and ".join(clean(name, 60) for name in row.withheld)
    return "; ".join([*([f"with {again}"] if again else []), *([f"without {never}"] if never else [])])


def lost(count: int) -> str:
    """What `cst doctor` and an empty picker say."""
    were, sessions = ("was", "session") if count == 1 else ("were", "sessions")
    return f"{count} {sessions} {were} lost: `cst restore`"
