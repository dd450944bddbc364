"""What the picker's keys ask and do. Each looks at the world anew before it acts.

Imports stand inside: most pickers are opened for one key.
"""

from __future__ import annotations

from cst import snapshot
from cst.look import look
from cst.model import CstError, Session, label
from cst.picker.desk import Outcome, Question
from cst.view.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.dialogs import Dialog
    from cst.model import Client, Snapshot
    from cst.settings import Settings
    from cst.view.paint import Paint

_HOURS = {"1": 0.5, "2": 2.0, "3": 8.0}
_COPIES = {"i": "id", "p": "path", "r": "resume"}
_OPENS = {"e": "folder", "s": "shell", "t": "transcript"}


class Acts:
    """The actions of one picker. `ask` and `act` of one key are called one after the other, from one thread."""

    def __init__(self, own: Settings, client: str, stay: bool, paint: Paint) -> None:
        self._own, self._client, self._stay, self._paint = own, client, stay, paint
        self._dialogs: dict[str, Dialog] = {}  # that were shown, by session; those alone may be answered
        self._columns = 80  # of the last question

    def ask(self, action: str, sessions: Sequence[Session], seen: Snapshot, columns: int) -> Question | None:
        """What has to be asked before an action; None for those that are done at once. CstError where it cannot be."""
        first, who, self._columns = sessions[0], _names(sessions), columns
        if action == "kill":
            return self._ask_kill(sessions, seen.now, columns)
        if action == "answer":
            return self._ask_answer(first, seen.now, columns)
        if action == "jump" and first.pid is None:
            line = f"{cut(who, 40)} has ended. Resume it in {clean(first.cwd, 200)}?"
            return Question((line, "", "  y = in a new window    n, esc = leave it"), "yn")
        if action == "snooze":
            line = f"Snooze {who}?"
            times, others = "  1 = 30 minutes   2 = 2 hours   3 = 8 hours", "  u = until it changes   0 = wake it up"
            return Question((line, times, others + "   esc = leave it"), "123u0")
        if action == "copy":
            keys = "  i = its id   p = its path   r = the command that resumes it"
            return Question((f"Copy from {who}:", keys, ""), "ipr")
        if action == "open":
            keys = "  e = folder in the editor   s = shell there   t = transcript"
            return Question((f"Open {who}:", keys, ""), "est")
        return self._ask_text(action, first, who)

    def _ask_text(self, action: str, first: Session, who: str) -> Question | None:
        if action == "send":
            lines = (f"Send to {who}: Enter sends it", "an empty line opens your editor; esc leaves it")
            return Question(lines, prompt="send> ")
        if action == "tag":
            has = " ".join("#" + tag for tag in first.tags) or "no tags"
            return Question((f"Tags of {who}: {clean(has, 200)}", "a word adds, -word removes"), prompt="tags> ")
        if action == "rename":
            lines = (f"New name of {who}:", "nothing = its own name again; esc leaves it")
            return Question(lines, prompt="name> ", text=clean(first.name, 60))
        return None

    def act(self, action: str, keys: Sequence[str], answer: str) -> Outcome:
        """Do it. CstError where it cannot be done."""
        seen, sessions = self.exactly(keys)
        first = sessions[0]
        if action == "kill":
            return self._kill(sessions, force=answer == "K")
        if action == "answer":
            return self._answer(first, seen, answer)
        if action == "send":
            return self._send(sessions, answer)
        if action in ("copy", "open"):
            return self.on(action, first, seen, answer)
        try:
            return Outcome(self._mark(action, sessions, seen.now, answer))
        except CstError as error:
            return self._once_more(action, sessions, answer, error)

    def exactly(self, keys: Sequence[str]) -> tuple[Snapshot, list[Session]]:
        """The sessions of these keys and no others, in a new look; those that have gone are left out, if not all have.

        Not by `find`: a title may look like a key.
        """
        seen, sessions = look(self._own, snapshot.ROWS)
        known = {session.key: session for session in sessions}
        if not set(keys) <= set(known):
            seen, sessions = look(self._own, snapshot.ROWS, ended=True)
            known = {session.key: session for session in sessions}
        found = [known[key] for key in keys if key in known]
        if not found:
            raise CstError("it has ended meanwhile; nothing was done")
        return seen, found

    def on(self, action: str, session: Session, seen: Snapshot, answer: str) -> Outcome:
        """An action that a session takes dead or alive."""
        if action == "copy":
            return self._copy(session, seen, _COPIES[answer])
        if action == "open":
            return self._open(session, seen, _OPENS[answer])
        return self.jump(session, seen)

    def jump(self, session: Session, seen: Snapshot) -> Outcome:
        """Show the session, or resume it if it has ended."""
        from cst.actions import jump

        client = self._here(seen)
        if client is None and not self._own.tmux and (session.place or session.pid is None):
            if self._stay and session.pid:
                return Outcome(run=("jump", session.key))
            return Outcome(session.key, leave=True)  # this terminal becomes its client, once fzf has left it
        if session.pid is None:
            from cst.actions import resume

            said = resume.resume(self._own, session, client, seen.now)
        else:
            jump.jump(self._own, session, client, seen.now)
            said = f"{clean(label(session), 40)} is shown"
        return Outcome(said) if self._stay else Outcome(leave=True)

    def _here(self, seen: Snapshot) -> Client | None:
        from cst.actions import jump

        return jump.client_of(seen, self._own, self._client)

    # ------------------------------------------------------------------------------------------ kill

    def _ask_kill(self, sessions: Sequence[Session], now: float, columns: int) -> Question:
        from cst.sources import changes
        from cst.view import question

        if gone := [session for session in sessions if session.pid is None]:
            raise CstError(f"{clean(label(gone[0]), 40)} has ended already")
        lost = question.lost(changes.several([session.cwd for session in sessions]))
        lines = question.several(sessions, now, lost, columns)
        keys = "  y = end it   K = SIGKILL if it stays   n, esc = keep"
        page = (lambda wide: question.all_of(sessions, now, wide, self._paint)) if len(sessions) > 1 else None
        return Question((*lines, keys), "yKn", page=page)

    def _kill(self, sessions: Sequence[Session], force: bool) -> Outcome:
        from cst.actions import kill

        said, left = [], []
        for session in sessions:
            try:
                said.append(kill.end(session, self._own.kill_grace, force))
            except CstError as error:
                left.append(str(error))
        return Outcome("; ".join(left + said), failed=not said)

    # ------------------------------------------------------------------------------------------ answer, send

    def _ask_answer(self, session: Session, now: float, columns: int) -> Question:
        from cst import replies
        from cst.actions import answer
        from cst.view import dialog as view

        dialog = self._dialogs[session.key] = answer.seen(self._own, session)
        options = "  ".join(f"{option.number} {cut(clean(option.label, 200), 40)}" for option in dialog.options)
        letters = replies.words(dialog)
        keys = [*(f"{letter} = {word}" for letter, word in letters.items()), "or a number", "esc = leave it"]
        lines = (
            cut(f"Answer {_name_and_place(session)}: {answer.about(dialog)}", columns), cut("  " + options, columns),
            "  " + "   ".join(keys),
        )  # fmt: skip
        choices = "".join(letters) + "".join(str(option.number) for option in dialog.options if option.number < 10)
        return Question(lines, choices, page=lambda wide: view.lines(dialog, session, now, wide, self._paint))

    def _answer(self, session: Session, seen: Snapshot, reply: str) -> Outcome:
        from cst.actions import answer

        dialog = self._dialogs.pop(session.key, None)
        if dialog is None:
            raise CstError("no dialog was shown, so none is answered; press the key again")
        said = answer.answer(self._own, session, dialog, reply)
        if not dialog.tabs and not dialog.several:
            return Outcome(said)
        try:
            following = self._ask_answer(session, seen.now, self._columns)  # of several questions
        except CstError:
            return Outcome(said)
        return Outcome(said, again=following)

    def _send(self, sessions: Sequence[Session], text: str) -> Outcome:
        from cst.actions import send

        if not text.strip():
            return Outcome(run=("send", "--edit", sessions[0].key))
        try:
            return Outcome(send.send(self._own, sessions[0], text))
        except send.Unproven:
            raise
        except CstError as error:
            return self._once_more("send", sessions, text, error)

    def _once_more(self, action: str, sessions: Sequence[Session], text: str, error: CstError) -> Outcome:
        """What was typed is not lost: it is asked for again, below what was wrong with it."""
        question = self._ask_text(action, sessions[0], _names(sessions))
        if question is None or not text.strip():
            raise error
        lines = (clean(str(error), 400), question.lines[1])
        return Outcome(str(error), again=question._replace(lines=lines, text=text), failed=True)

    # ------------------------------------------------------------------------------------------ marks and the rest

    def _mark(self, action: str, sessions: Sequence[Session], now: float, answer: str) -> str:
        from cst.actions import mark

        own = self._own
        if action == "pin":
            return mark.pin(own, sessions, now, not all(session.pinned for session in sessions))
        if action == "tag":
            words = answer.split()
            add = [word.removeprefix("#") for word in words if word[:1] != "-"]
            return mark.tag(own, sessions, now, add, [word[1:].removeprefix("#") for word in words if word[:1] == "-"])
        if action == "rename":
            return mark.rename(own, sessions[0], now, answer)
        if action == "snooze":
            if answer == "0":
                return mark.wake(own, sessions, now)
            return mark.snooze(own, sessions, now, _HOURS[answer] * 3600 if answer in _HOURS else None)
        return mark.seen(own, sessions, now)

    def _copy(self, session: Session, seen: Snapshot, what: str) -> Outcome:
        from cst.actions import copy

        return Outcome(copy.copy(self._own, copy.text(self._own, session, what), self._here(seen)))

    def _open(self, session: Session, seen: Snapshot, what: str) -> Outcome:
        from cst.actions import open as opening
        from cst.setup import bindings

        client = self._here(seen)
        if client is None:
            return Outcome(run=("open", session.key, what))
        if what == "transcript":
            said = opening.transcript(self._own, session, client, bindings.myself())
        else:
            said = (opening.shell if what == "shell" else opening.editor)(self._own, session, client)
        return Outcome(said) if self._stay else Outcome(leave=True)


def _names(sessions: Sequence[Session]) -> str:
    if len(sessions) > 1:
        return f"{len(sessions)} sessions"
    return _name_and_place(sessions[0])


def _name_and_place(session: Session) -> str:
    """A session as a question names it. Several may have one name: where it is tells them apart."""
    name = cut(clean(label(session), 60), 40)
    return f"{name} @ {cut(clean(session.place.location, 60), 40)}" if session.place else name
