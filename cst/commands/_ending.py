"""What the verbs that end sessions have in common: the question, which says who each one is and what goes with it."""

from __future__ import annotations

from cst.actions import kill
from cst.output import as_printable, confirm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session
    from cst.settings import Settings

_COLUMNS = 120


def question(sessions: Sequence[Session], now: float) -> list[str]:
    """One about all of them, in lines that are not yet cleaned."""
    from cst.render import kill_prompt

    lost = [kill_prompt.lost(*one) for one in kill.at_stake(sessions).each]
    return kill_prompt.each(sessions, now, lost, _COLUMNS)


def is_confirmed(verb: str, sessions: Sequence[Session], settings: Settings, now: float) -> bool:
    """Ask it. CstError, which names the verb, where there is no terminal."""
    lines = as_printable(question(sessions, now), settings)
    what = "a session" if len(sessions) == 1 else "sessions"
    return confirm("\n".join(lines), f"{verb} asks before it ends {what}")
