"""Mark sessions: each action appends to the marks log, from which the state is derived, and returns the sentence that
confirms it. CstError where the log cannot be written."""

from __future__ import annotations

import time

from cst.core import annotation
from cst.core.annotation import UNTIL_ASKED, UNTIL_CHANGES
from cst.core.naming import called_alike, display_name, display_names, where
from cst.model import CstError, Mark, Session
from cst.store import marks
from cst.text import clean, span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Client
    from cst.settings import Settings

_TAG, _NAME, _NOTE = 30, 60, 80  # characters at most
_COLUMNS = 30  # of a name


def seen(settings: Settings, sessions: Sequence[Session], now: float, by: str = "you") -> str:
    """Mark what these sessions show now as seen. `by`: you, jump or look. CstError for one with an open dialog."""
    for session in sessions:
        _alive(session)
        if session.state in ("permission", "question", "plan", "dialog"):
            there = "answer it here" if session.watched else f"`cst jump {where(session)}` goes there"
            raise CstError(f"a {session.state} stays until it is answered", there)
    append(settings, [Mark(now, "seen", session.key, by=by) for session in sessions])
    names = display_names(sessions, _COLUMNS)
    return "seen: " + ", ".join(f"{name} ({s.state})" for name, s in zip(names, sessions, strict=True))


def pin(
    settings: Settings, sessions: Sequence[Session], now: float, on: bool = True, note: str | None = None
) -> str:
    """Pin these sessions to the top, or with `on` False unpin them, which removes their note."""
    _lasting(settings, sessions, [Mark(now, "pin", value="on" if on else "off"), *_note(now, note if on else None)])
    if not on and (noted := [session for session in sessions if session.note]):
        _lasting(settings, noted, _note(now, ""))
    return f"{'pinned' if on else 'no longer pinned'}: {_names(sessions)}"


def archive(settings: Settings, sessions: Sequence[Session], now: float, on: bool = True) -> str:
    """Put these sessions out of sight, or with `on` False back into the lists."""
    _lasting(settings, sessions, [Mark(now, "archive", value="on" if on else "off")])
    return f"{'archived' if on else 'no longer archived'}: {_names(sessions)}"


def snooze(
    settings: Settings, sessions: Sequence[Session], now: float, seconds: float | None, note: str | None = None
) -> str:
    """Snooze these sessions for so many seconds, or, if the settings say so, until they open a dialog before that;
    None: until the state of each changes, at the latest when its process ends."""
    for session in sessions:
        _alive(session)
    noted = _note(now, note)
    if seconds is None:  # one for a time is kept with the session id, too: that is over
        over = [Mark(now, "snooze", session.id, value="off") for session in sessions if session.id]
        append(settings, over + [Mark(now, "snooze", session.key, value=UNTIL_CHANGES) for session in sessions])
    else:
        by = UNTIL_ASKED if settings.snooze_ends == "asked" else ""
        _lasting(settings, sessions, [Mark(now, "snooze", by=by, value=str(int(now + seconds)))])
    if noted:
        _lasting(settings, sessions, noted)
    return f"snoozed {'until it changes' if seconds is None else 'for ' + span(seconds)}: {_names(sessions)}"


def wake(settings: Settings, sessions: Sequence[Session], now: float) -> str:
    """End the snooze of these sessions, and remove their note."""
    _lasting(settings, sessions, [Mark(now, "snooze", value="off")])
    if noted := [session for session in sessions if session.note and not session.pinned]:
        _lasting(settings, noted, _note(now, ""))
    return f"no longer snoozed: {_names(sessions)}"


def tag(
    settings: Settings, sessions: Sequence[Session], now: float, add: Sequence[str], remove: Sequence[str] = ()
) -> str:
    """Add tags to these sessions and remove others; CstError for a word that cannot be one."""
    add, remove = list(dict.fromkeys(add)), list(dict.fromkeys(remove))
    wrong = [word for word in (*add, *remove) if not is_tag(word)]
    if wrong or not (add or remove):
        what = f"{clean(wrong[0], 40)!r} cannot be a tag" if wrong else "no tag was given"
        rule = f"words of up to {_TAG} characters, without commas, that begin with a letter or digit"
        raise CstError(f"{what}", f"tags are {rule}")
    if both := set(add) & set(remove):
        raise CstError(f"{min(both)!r} is to be added and removed", "say one of them")
    _lasting(
        settings, sessions,
        [Mark(now, "tag", value=word) for word in add] + [Mark(now, "untag", value=word) for word in remove],
    )  # fmt: skip
    gone = [word for word in remove if any(word in session.tags for session in sessions)]
    never = [word for word in remove if word not in gone]
    parts = (("tagged", add), ("untagged", gone), ("never had", never))
    done = [f"{what} {' '.join(words)}" for what, words in parts if words]
    return f"{', '.join(done)}: {_names(sessions)}"


def tags(sessions: Sequence[Session]) -> str:
    """Which tags these sessions have."""
    names = display_names(sessions, _COLUMNS)
    return "; ".join(f"{name}: {clean(' '.join(s.tags)) or 'no tag'}" for name, s in zip(names, sessions, strict=True))


def is_tag(word: str) -> bool:
    """Whether a word may be a tag: no white space, no comma, nothing that a terminal would not show."""
    return 0 < len(word) <= _TAG and word[0].isalnum() and clean(word) == word and not set(word) & set(" ,")


def rename(settings: Settings, session: Session, now: float, name: str) -> str:
    """Give a session another name in cst; "" removes that name. Claude Code's own name for it stays."""
    cleaned = _kept("name", name, _NAME)
    if not cleaned and not _is_renamed(settings, session, now):
        return f"{_name(session)} has no name of yours"
    _lasting(settings, [session], [Mark(now, "name", value=cleaned)])
    return f"renamed: {_name(session)} is now {cleaned}" if cleaned else f"no longer renamed: {_name(session)}"


def _is_renamed(settings: Settings, session: Session, now: float) -> bool:
    keys = {session.key, session.id} - {""}
    try:
        said = annotation.by_key(marks.read(settings.marks_file, keys)[0])
    except FileNotFoundError:
        return False
    except OSError as error:
        raise CstError(f"cannot read {settings.marks_file}: {error.strerror}", "fix its permissions") from None
    return any(annotation.of(said.get(key, ()), now).name for key in keys)


def taken(session: Session, name: str, fleet: Sequence[Session]) -> str:
    """What to say of a new name that other live sessions of `fleet` have too; "" where none has."""
    cleaned = clean(name, _NAME)
    same = [where(other) for other in called_alike(fleet, cleaned) if other.key != session.key]
    if not cleaned or not same:
        return ""
    return f"{_listed(same)} {'is' if len(same) == 1 else 'are'} called that too; this one is {where(session)}"


def looked(settings: Settings, sessions: Sequence[Session], now: float) -> None:
    """Keep when the fleet was last looked at, and who lived then: what `digest.digest` compares with."""
    append(settings, [Mark(now, "looked", value=" ".join(s.key for s in sessions if s.pid is not None))])


def dismiss(settings: Settings, sessions: Sequence[Session]) -> None:
    """Have `cst restore` never offer these again, until they have lived once more."""
    append(settings, [Mark(time.time(), "dismiss", session.id) for session in sessions])
    _forget_lost(settings)


def ended(settings: Settings, session: Session, comes_back: bool) -> None:
    """Keep that a session ended as somebody wished, which is no news to them, and `cst restore` is not to offer it,
    unless it `comes_back`. Where the log cannot be written, that is no failure of what ended it."""
    now = time.time()
    made = [Mark(now, "ended", key) for key in (session.key, session.id) if key]
    if session.id and not comes_back:
        made.append(Mark(now, "dismiss", session.id, value="ended"))
    _append_if_possible(settings, made)


def restored(settings: Settings, session_id: str, stands: str, begun: float) -> None:
    """Keep how the last turn of a session stood that was opened again (`loss.stands`), and when that was begun: its new
    process, which comes later, knows nothing of it. "" says nothing, and a log that cannot be written stops nobody."""
    if stands:
        _append_if_possible(settings, [Mark(begun, "restored", session_id, value=stands)])


def _append_if_possible(settings: Settings, made: list[Mark]) -> None:
    try:
        marks.append(settings.marks_file, made)
    except OSError:
        return
    _forget_lost(settings)


def _forget_lost(settings: Settings) -> None:
    from cst.store import losses  # few actions change what is lost

    losses.forget(settings)


def _note(now: float, note: str | None) -> list[Mark]:
    """The mark of a note; none where nothing is said of one. "" removes it."""
    if note is None:
        return []
    return [Mark(now, "note", value=_kept("note", note.strip(), _NOTE))]


def _kept(what: str, text: str, most: int) -> str:
    """A name or note as it is kept, clean; "" for "". CstError for one that would be invisible, or that is longer than
    `most` characters: it is never cut."""
    cleaned = clean(text, len(text))
    if text and not cleaned:
        raise CstError(f"that {what} has no printable character", "give another one")
    if len(cleaned) > most:
        raise CstError(f"that {what} has {len(cleaned)} characters", f"a {what} has at most {most}")
    return cleaned


def _lasting(settings: Settings, sessions: Sequence[Session], made: Sequence[Mark]) -> None:
    """Append marks that survive /clear (by the key) and resume (by the session id)."""
    append(settings, [
        mark._replace(key=key) for session in sessions for key in dict.fromkeys((session.key, session.id)) if key
        for mark in made
    ])  # fmt: skip


def _alive(session: Session) -> None:
    if session.pid is None:
        what = f"{_name(session)} has ended, so it cannot need you"
        raise CstError(what, f"`cst resume {session.key}` brings it back")


def _names(sessions: Sequence[Session]) -> str:
    return _listed(display_names(sessions, _COLUMNS))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _name(session: Session) -> str:
    return display_name(session, _COLUMNS)


def left(settings: Settings, client: Client, now: float, led_to: str, visits: str = "", by: str = "") -> None:
    """Note where a client was before it was taken to another pane: to the session with the key `visits`, "" to none.
    `led_to` is "" where the pane is not known."""
    visit = Mark(now, "visit", visits, by, client=client.name, pane=client.pane, socket=client.socket, value=led_to)
    append(settings, [visit])


def append(settings: Settings, made: list[Mark]) -> None:
    """Append to the marks log; CstError where it cannot be written."""
    try:
        marks.append(settings.marks_file, made)
    except OSError as error:
        raise CstError(f"cannot write {settings.marks_file}: {error.strerror}", "fix its permissions") from None
