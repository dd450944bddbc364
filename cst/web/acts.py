"""What a browser may do with `--act`: each is the action of the verb of that name, on the session as it is now. Nothing
is killed, and no session started. Plain functions, which may run in a thread; one action at a time."""

from __future__ import annotations

import secrets
import time

from cst import sessions
from cst.actions import answer, jump, marks, send
from cst.core import attention, replies, route
from cst.core.naming import told_apart
from cst.model import CstError
from cst.render import dialog as view
from cst.snapshot import ROWS
from cst.text import clean
from cst.web.runs import PAINT, all_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cst.core.dialogs import Dialog
    from cst.model import Session, Snapshot
    from cst.settings import Settings

_SHOWN = 50  # dialogs that were shown and may be answered
_YEAR = 366 * 86400
_ELSE = {"yes": "Go on", "no": "Dismiss (Esc)"}  # what a word means where no option says it


class Acts:
    """The actions, and the dialogs that browsers were shown: an answer is to one of them, and to no other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shown: dict[str, tuple[str, Dialog]] = {}

    def dialog(self, given: Mapping[str, Any], columns: int) -> dict[str, Any]:
        """The dialog of a session, what it takes, and the name by which it is answered."""
        session = self._current(given)[1]
        dialog = answer.seen(self._settings, session)
        if why := replies.refusal(dialog):
            raise CstError(why)
        name = secrets.token_urlsafe(12)
        self._shown[name] = (session.key, dialog)
        for old in list(self._shown)[:-_SHOWN]:
            del self._shown[old]
        lines = view.lines(dialog, session, time.time(), columns, PAINT)
        return {"dialog": name, "lines": all_runs(lines), "options": _options(dialog)}

    def do(self, given: Mapping[str, Any]) -> str:
        """One action; what came of it, in words. CstError where it cannot be done."""
        action = {
            "answer": self._answer, "send": self._send, "seen": self._seen, "snooze": self._snooze, "pin": self._pin,
            "tag": self._tag, "jump": self._jump,
        }.get(_word(given, "act"))  # fmt: skip
        if action is None:
            raise CstError("there is no such action")
        return action(given)

    def _answer(self, given: Mapping[str, Any]) -> str:
        key, dialog = self._shown.get(_word(given, "dialog"), ("", None))
        session = self._current(given)[1]
        if dialog is None or key != session.key:
            raise CstError("that dialog was not shown here", "look at it again")
        return answer.answer(self._settings, session, dialog, _word(given, "reply"), text=_word(given, "text"))

    def _send(self, given: Mapping[str, Any]) -> str:
        text = _word(given, "text")
        if not text.strip():
            raise CstError("there is nothing to send")
        return send.send(self._settings, self._current(given)[1], text, queue=given.get("queue") is True)

    def _seen(self, given: Mapping[str, Any]) -> str:
        snapshot, session = self._current(given)
        return marks.seen(self._settings, [session], snapshot.now)

    def _snooze(self, given: Mapping[str, Any]) -> str:
        """`seconds`: a number, null until it changes, 0 to wake it."""
        snapshot, session = self._current(given)
        seconds = given.get("seconds")
        if seconds == 0:
            return marks.wake(self._settings, [session], snapshot.now)
        if seconds is not None and (type(seconds) is not int or not 0 < seconds < _YEAR):
            raise CstError("that is not a duration")
        return marks.snooze(self._settings, [session], snapshot.now, seconds)

    def _pin(self, given: Mapping[str, Any]) -> str:
        snapshot, session = self._current(given)
        return marks.pin(self._settings, [session], snapshot.now, given.get("on") is True)

    def _tag(self, given: Mapping[str, Any]) -> str:
        snapshot, session = self._current(given)
        add, remove = ([word] if (word := _word(given, name)) else [] for name in ("add", "remove"))
        return marks.tag(self._settings, [session], snapshot.now, add, remove)

    def _jump(self, given: Mapping[str, Any]) -> str:
        """On the tmux client that shows the pane that we were started in, and on no other: who presses a button on a
        page may be anywhere. (Without a pane `client_of` takes whoever was active last: that was a key press once.)"""
        snapshot, session = self._current(given)
        ours = self._settings.tmux_pane or self._settings.client
        client = jump.client_of(snapshot, self._settings, "") if ours else None
        if client is None and (session.place or attention.in_background(session)):
            what = "no tmux client shows cst web, and it moves no other"
            raise CstError(what, f"`cst jump {session.key}` in a terminal")
        way = route.to_session(snapshot, session, client)
        jump.jump(self._settings, session, client, snapshot.now, way)
        shown = f"shown on {clean(client.name, 60)}" if client else "shown"
        return ", ".join(part for part in (shown, way.also) if part)

    def _current(self, given: Mapping[str, Any]) -> tuple[Snapshot, Session]:
        """The session of a key as it is now, called so that it cannot be confused with another."""
        key = _word(given, "key")
        for ended in (False, True):
            snapshot, fleet = sessions.load(self._settings, ROWS, ended)
            found = [session for session in fleet if session.key == key]
            if found:
                return snapshot, told_apart(found, fleet)[0]
        raise CstError("that session is gone", "nothing was done")


def _options(dialog: Dialog) -> list[dict[str, Any]]:
    """What may be replied: the options by their numbers, then what else a word can do."""
    made: list[dict[str, Any]] = []
    for option in dialog.options:
        takes = option.means == "text"
        if takes or _takes(dialog, str(option.number)):
            label = clean(option.label, 400)
            made.append({"reply": str(option.number), "label": label, "means": option.means, "text": takes})
    meant = {option.means for option in dialog.options}
    words = replies.words(dialog).values()
    return made + [
        {"reply": word, "label": _ELSE[word], "means": word, "text": False}
        for word in words if word in _ELSE and word not in meant
    ]  # fmt: skip


def _takes(dialog: Dialog, reply: str) -> bool:
    try:
        replies.choice(dialog, reply)
    except CstError:
        return False
    return True


def _word(given: Mapping[str, Any], name: str) -> str:
    """A text that was sent; "" where it is none."""
    value = given.get(name)
    return value if isinstance(value, str) else ""
