"""What the cells of a session's row say, in the table and in the picker: clean, and not cut to a column. Pure."""

from __future__ import annotations

from cst.core.annotation import snooze_left
from cst.core.naming import in_row, where
from cst.model import host_of
from cst.render.activity import KILLED, ago, what
from cst.render.paint import looks, tokens
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.model import Session

_NOTE = 16  # characters of a note before what a session wants
_BARS = " ▁▂▃▄▅▆▇█"


def cells(session: Session, now: float) -> tuple[str, ...]:
    """The cells of one session, clean and not cut."""
    if session.place or session.state == "ended":
        place = where(session)
    else:
        place = session.kind if session.kind != "interactive" else "not known" if session.hidden else "not in tmux"
        if host := host_of(session.key):
            place = f"{host}: {place}"
    return (
        f"{looks(session.state)[0]} {session.state}",
        ago(session, now),
        f"★ {in_row(session)}" if session.pinned else in_row(session),
        branch(session),
        (snoozed(session, now) + noted(session) + _killed(session, what(session, now))).removesuffix(": "),
        context(session),
        clean(place, 60),
        clean(" ".join(session.tags), 60),
    )


def branch(session: Session, most: int = 60) -> str:
    """The branch, and what a look at it should know: that another session works in that checkout, the pull request.
    Of more than `most` characters it is the branch that is cut; where that is not enough, `shared` goes."""
    also = behind(session) if len(behind(session)) <= most else behind(session, shared=False)
    return (cut(clean(session.branch, 60), most - len(also)) + also).strip()


def behind(session: Session, shared: bool = True) -> str:
    """What stands behind the branch: ` shared #12`, or nothing."""
    tail = session.transcript
    return " shared" * bool(shared and session.shared) + (f" #{tail.pr}" if tail and tail.pr else "")


def context(session: Session, otherwise: float = 0, wide: bool = False) -> str:
    """`▃ 26%` of what the context holds where a status line was told that; else its tokens, with a bar where the config
    says against how many. `cold` where the prompt cache has expired."""
    if session.tokens is None:
        return ""
    told = session.transcript.window if session.transcript else None
    window, said = told or otherwise, tokens(session.tokens)
    cold = " cold" if session.cold else ""
    if not session.tokens or not window:
        return said + cold
    share = min(1.0, session.tokens / window)
    if told:
        said = f"{int(share * 100)}%"
    full = round(share * 5)
    bar = "█" * full + "░" * (5 - full) if wide else _BARS[max(1, round(share * 8))]
    return f"{bar} {said}{cold}"


def snoozed(session: Session, now: float) -> str:
    """`snoozed 25m: ` before what a session wants; "" for one that is not snoozed."""
    return f"snoozed {snooze_left(session.snoozed_until, now)}: " if session.snoozed else ""


def _killed(session: Session, does: str) -> str:
    return does if session.rule != KILLED else f"{KILLED}: {does}" if does else KILLED


def noted(session: Session) -> str:
    """`(PR #1) ` before it, of a long one the beginning: what is asked stands behind it; "" for one without a note."""
    return f"({cut(clean(session.note, 80), _NOTE)}) " if session.note else ""
