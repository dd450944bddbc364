"""What the shells read at every prompt and at TAB, as text: a line for the prompt, words for the completion."""

from __future__ import annotations

from cst.model import digits, label, project
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cst.model import Session

LASTS = 60  # seconds for which a prompt believes the line at least; tmux asks for the next one every few


def files(sessions: Sequence[Session], *prompt_at: Any) -> dict[str, str]:
    """The text of each file that the shells read, by its name. With what `prompt` takes also of `prompt`: only a look
    at all sessions at the present may say that nothing needs the user."""
    texts = {"names": names(sessions), "tags": tags(sessions)}
    return {**texts, "prompt": prompt(sessions, *prompt_at)} if prompt_at else texts


def prompt(sessions: Sequence[Session], now: float, uptime: float, boot: str, refresh: float = 0.0) -> str:
    """`EXPIRY LASTS TEXT`: epoch seconds, the seconds until then, `2 need you: permission`, `5 working` or nothing.

    fish has no clock: for it a second line says `SINCE UNTIL BOOT`, seconds of uptime and the boot that they are of;
    where either is not known (0.0, "") there is none. `refresh` is how many seconds the next look may be away. Counts
    and words of ours only, so that no shell has anything to expand, whatever its prompt does with the text.
    """
    live = [session for session in sessions if session.state != "ended"]
    waiting = [session for session in live if session.needs_you]
    busy = sum(session.state in ("working", "compacting", "background") for session in live)
    unknown = sum(session.state == "unknown" for session in live)
    if waiting:
        text = f"{len(waiting)} need{'s' * (len(waiting) == 1)} you: {waiting[0].state}"
    else:
        text = ", ".join(f"{count} {word}" for count, word in ((busy, "working"), (unknown, "unknown")) if count)
    lasts = max(LASTS, min(int(refresh), 86400) + LASTS // 2)
    second = f"{int(uptime)} {int(uptime) + lasts} {boot}\n" if uptime and boot else ""
    return f"{int(now) + lasts} {lasts} {text}".rstrip() + f"\n{second}"


def names(sessions: Sequence[Session]) -> str:
    """`WORD<TAB>state · project` for each live session: its name where that means it alone, else its place in tmux,
    with the name or title behind it, else its pid."""
    live = [session for session in sessions if session.pid is not None]
    meant: dict[str, int] = {}
    for session in sessions:
        for word in _called(session):
            meant[word] = meant.get(word, 0) + 1
    return "".join(_offer(session, meant) for session in live)


def _offer(session: Session, meant: Mapping[str, int]) -> str:
    place = session.place.location if session.place else ""
    word = next((word for word in (session.name, place) if _says(word, meant)), str(session.pid))
    name = "" if word == session.name else clean(session.name or session.title, 40)
    folder = clean(project(session.repository or session.cwd), 40)
    return f"{word}\t{' · '.join(part for part in (session.state, name, folder) if part)}\n"


def _called(session: Session) -> set[str]:
    """The words that core/lookup takes for a session, but for its pid and the beginnings of its id."""
    places = (session.place.pane, session.place.location) if session.place else ()
    return {session.key, session.id, session.name, session.title, label(session), *places}


def _says(name: str, meant: Mapping[str, int]) -> bool:
    """Whether a name, typed as it is shown, finds its session and is not taken for an option or a pid."""
    return bool(name) and name == clean(name, 200) and name[0] != "-" and not digits(name) and meant[name] == 1


def tags(sessions: Sequence[Session]) -> str:
    """The tags of the live sessions, one in a line."""
    found = {tag for session in sessions if session.pid is not None for tag in session.tags}
    return "".join(f"{tag}\n" for tag in sorted(found) if tag == clean(tag, 100))
