"""What the picker's keys ask and do. Each looks at the world anew before it acts.

Imports stand inside: most pickers are opened for one key.
"""

from __future__ import annotations

from cst.fzf.backend import Outcome, Question
from cst.model import CstError, Session, label
from cst.sessions import load_and_mark_seen
from cst.snapshot import ROWS
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.core.dialogs import Dialog
    from cst.model import Client, Snapshot
    from cst.render.paint import Paint
    from cst.settings import Settings

_HOURS = {"1": 0.5, "2": 2.0, "3": 8.0}
_COPIES = {"i": "id", "p": "path", "r": "resume"}
_OPENS = {"e": "folder", "s": "shell", "t": "transcript"}


class Operations:
    """The actions of one picker. `ask` and `act` of one key are called one after the other, from one thread."""

    def __init__(self, settings: Settings, client: str, stay: bool, paint: Paint, program: str) -> None:
        self._settings, self._client, self._stay, self._paint = settings, client, stay, paint
        self._program = program
        self._dialogs: dict[str, Dialog] = {}  # that were shown, by session; those alone may be answered
        self._columns = 80  # of the last question

    def ask(self, action: str, sessions: Sequence[Session], snapshot: Snapshot, columns: int) -> Question | None:
        """What has to be asked before an action; None for those that are done at once. CstError where it cannot be."""
        first, who, self._columns = sessions[0], _names(sessions), columns
        if action == "kill":
            return self._ask_kill(sessions, snapshot.now, columns)
        if action == "answer":
            return self._ask_answer(first, snapshot.now, columns)
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
        snapshot, sessions = self.exactly(keys)
        first = sessions[0]
        if action == "kill":
            return self._kill(sessions, force=answer == "K")
        if action == "answer":
            return self._answer(first, snapshot, answer)
        if action == "send":
            return self._send(sessions, answer)
        if action in ("copy", "open"):
            return self.on(action, first, snapshot, answer)
        try:
            return Outcome(self._mark(action, sessions, snapshot.now, answer))
        except CstError as error:
            return self._once_more(action, sessions, answer, error)

    def exactly(self, keys: Sequence[str]) -> tuple[Snapshot, list[Session]]:
        """The sessions of these keys and no others, in a new look; those that have gone are left out, if not all have.

        Not by `find`: a title may look like a key.
        """
        snapshot, sessions = load_and_mark_seen(self._settings, ROWS)
        known = {session.key: session for session in sessions}
        if not set(keys) <= set(known):
            snapshot, sessions = load_and_mark_seen(self._settings, ROWS, ended=True)
            known = {session.key: session for session in sessions}
        found = [known[key] for key in keys if key in known]
        if not found:
            raise CstError("it has ended meanwhile; nothing was done")
        return snapshot, found

    def on(self, action: str, session: Session, snapshot: Snapshot, answer: str) -> Outcome:
        """An action that a session takes dead or alive."""
        if action == "copy":
            return self._copy(session, snapshot, _COPIES[answer])
        if action == "open":
            return self._open(session, snapshot, _OPENS[answer])
        return self.jump(session, snapshot)

    def jump(self, session: Session, snapshot: Snapshot) -> Outcome:
        """Show the session, or resume it if it has ended."""
        from cst.actions import jump

        client = self._here(snapshot)
        if client is None and not self._settings.tmux and (session.place or session.pid is None):
            if self._stay and session.pid:
                return Outcome(run=("jump", session.key))
            return Outcome(session.key, leave=True)  # this terminal becomes its client, once fzf has left it
        if session.pid is None:
            from cst.actions import resume

            said = resume.resume(self._settings, session, client, snapshot.now)
        else:
            jump.jump(self._settings, session, client, snapshot.now)
            said = f"{clean(label(session), 40)} is shown"
        return Outcome(said) if self._stay else Outcome(leave=True)

    def _here(self, snapshot: Snapshot) -> Client | None:
        from cst.actions import jump

        return jump.client_of(snapshot, self._settings, self._client)

    # ------------------------------------------------------------------------------------------ kill

    def _ask_kill(self, sessions: Sequence[Session], now: float, columns: int) -> Question:
        from cst.render import kill_prompt
        from cst.system import git_status

        if gone := [session for session in sessions if session.pid is None]:
            raise CstError(f"{clean(label(gone[0]), 40)} has ended already")
        lost = kill_prompt.lost(git_status.several([session.cwd for session in sessions]))
        lines = kill_prompt.several(sessions, now, lost, columns)
        keys = "  y = end it   K = SIGKILL if it stays   n, esc = keep"
        page = (lambda wide: kill_prompt.all_of(sessions, now, wide, self._paint)) if len(sessions) > 1 else None
        return Question((*lines, keys), "yKn", page=page)

    def _kill(self, sessions: Sequence[Session], force: bool) -> Outcome:
        from cst.actions import kill

        said, left = [], []
        for session in sessions:
            try:
                said.append(kill.end(session, self._settings.kill_grace, force))
            except CstError as error:
                left.append(str(error))
        return Outcome("; ".join(left + said), failed=not said)

    # ------------------------------------------------------------------------------------------ answer, send

    def _ask_answer(self, session: Session, now: float, columns: int) -> Question:
        from cst.actions import answer
        from cst.core import replies
        from cst.render import dialog as view

        dialog = self._dialogs[session.key] = answer.seen(self._settings, session)
        options = "  ".join(f"{option.number} {cut(clean(option.label, 200), 40)}" for option in dialog.options)
        letters = replies.words(dialog)
        keys = [*(f"{letter} = {word}" for letter, word in letters.items()), "or a number", "esc = leave it"]
        lines = (
            cut(f"Answer {_name_and_place(session)}: {answer.about(dialog)}", columns), cut("  " + options, columns),
            "  " + "   ".join(keys),
        )  # fmt: skip
        choices = "".join(letters) + "".join(str(option.number) for option in dialog.options if option.number < 10)
        return Question(lines, choices, page=lambda wide: view.lines(dialog, session, now, wide, self._paint))

    def _answer(self, session: Session, snapshot: Snapshot, reply: str) -> Outcome:
        from cst.actions import answer

        dialog = self._dialogs.pop(session.key, None)
        if dialog is None:
            raise CstError("no dialog was shown, so none is answered; press the key again")
        said = answer.answer(self._settings, session, dialog, reply)
        if not dialog.tabs and not dialog.several:
            return Outcome(said)
        try:
            following = self._ask_answer(session, snapshot.now, self._columns)  # of several questions
        except CstError:
            return Outcome(said)
        return Outcome(said, again=following)

    def _send(self, sessions: Sequence[Session], text: str) -> Outcome:
        from cst.actions import send

        if not text.strip():
            return Outcome(run=("send", "--edit", sessions[0].key))
        try:
            return Outcome(send.send(self._settings, sessions[0], text))
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
        from cst.actions import marks

        own = self._settings
        if action == "pin":
            return marks.pin(own, sessions, now, not all(session.pinned for session in sessions))
        if action == "tag":
            words = answer.split()
            add = [word.removeprefix("#") for word in words if word[:1] != "-"]
            return marks.tag(own, sessions, now, add, [word[1:].removeprefix("#") for word in words if word[:1] == "-"])
        if action == "rename":
            return marks.rename(own, sessions[0], now, answer)
        if action == "snooze":
            if answer == "0":
                return marks.wake(own, sessions, now)
            return marks.snooze(own, sessions, now, _HOURS[answer] * 3600 if answer in _HOURS else None)
        return marks.seen(own, sessions, now)

    def _copy(self, session: Session, snapshot: Snapshot, what: str) -> Outcome:
        from cst.actions import copy

        return Outcome(copy.copy(self._settings, copy.text(self._settings, session, what), self._here(snapshot)))

    def _open(self, session: Session, snapshot: Snapshot, what: str) -> Outcome:
        from cst.actions import open as opening

        client = self._here(snapshot)
        if client is None:
            return Outcome(run=("open", session.key, what))
        if what == "transcript":
            said = opening.transcript(self._settings, session, client, self._program)
        else:
            said = (opening.shell if what == "shell" else opening.editor)(self._settings, session, client)
        return Outcome(said) if self._stay else Outcome(leave=True)


def _names(sessions: Sequence[Session]) -> str:
    if len(sessions) > 1:
        return f"{len(sessions)} sessions"
    return _name_and_place(sessions[0])


def _name_and_place(session: Session) -> str:
    """A session as a question names it. Several may have one name: where it is tells them apart."""
    name = cut(clean(label(session), 60), 40)
    return f"{name} @ {cut(clean(session.place.location, 60), 40)}" if session.place else name
