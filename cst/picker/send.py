"""ctrl-t: send a prompt to the marked sessions, or to the highlighted one, without going there."""

from __future__ import annotations

import threading

from cst.fzf.backend import Outcome, Question, Typed
from cst.model import CstError
from cst.picker.context import names
from cst.render.paint import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session
    from cst.picker.context import Context, Target


def ask(context: Context, target: Target) -> Question:
    """A line of text. CstError, before anything is typed, if none of the sessions takes a prompt; if some do not, the
    question says why."""
    working, wrong = _working(context, target.sessions)
    if len(wrong) == len(target.sessions):
        raise CstError(_here(wrong[0]))
    made = _question(target, len(working))
    if not wrong:
        return made
    return made._replace(lines=(made.lines[0], "; ".join(["not to all: " + _here(wrong[0]), *map(_here, wrong[1:])])))


def _here(error: CstError) -> str:
    """What went wrong, with the key that helps in the place of the command."""
    return str(error).replace("`cst answer`", "ctrl-y")


def _question(target: Target, working: int) -> Question:
    """A line of text for these sessions, so many of which work."""
    does = "queues it until its turn is over" if working else "sends it"
    if working and len(target.sessions) > 1:
        does = f"sends it; {working} of them work and queue it"
    cold = sum(session.cold or 0 for session in target.sessions)
    does += f", {tokens(cold)} tokens anew: the prompt cache has expired" if cold else ""
    opens = "an empty line opens your editor; " if len(target.sessions) == 1 and not working else ""
    lines = (f"Send to {names(target.sessions)}: Enter {does}", f"{opens}esc cancels")
    return Question(lines, prompt="send> ", value=working or None, needs_text=not opens)


def act(context: Context, target: Target, answer: object) -> Outcome:
    """Type it into each input box. An empty one is written in the user's editor. A text that was not sent is asked for
    again, below what was wrong with it."""
    from cst.actions import send

    text, working = (answer.text, 1) if isinstance(answer, Typed) else (str(answer), 0)
    if not text.strip() and len(target.sessions) == 1 and not working:
        return Outcome(run=("send", "--edit", target.first.key))
    try:
        if len(target.sessions) > 1:
            return Outcome(_to_all(context, target.sessions, text, bool(working)))
        return Outcome(send.send(context.settings, target.first, text, queue=bool(working)))
    except CstError as error:
        if error.sent or not text.strip():  # it may have arrived
            raise
        again = _question(target, working)
        again = again._replace(lines=(str(error), *again.lines[1:]), text=text)
        return Outcome(str(error), again=again, failed=True)


def _working(context: Context, sessions: Sequence[Session]) -> tuple[list[Session], list[CstError]]:
    """Those that would queue a prompt, and why others take none."""
    from cst.actions import send

    found: list[Session] = []
    wrong: list[CstError] = []
    for session in sessions:
        try:
            send.check(context.settings, session)
        except CstError:
            try:
                send.check(context.settings, session, queue=True)
                found.append(session)
            except CstError as error:
                wrong.append(error)
    return found, wrong


def _to_all(context: Context, sessions: Sequence[Session], text: str, queue: bool) -> str:
    """Send one prompt to all of them at once: to how many, and why others did not get it. CstError if none did."""
    from cst.actions import send

    send.typed(text)
    wrong: list[CstError] = []

    def one(session: Session) -> None:
        try:
            send.send(context.settings, session, text, queue=queue)
        except CstError as error:
            wrong.append(error)

    threads = [threading.Thread(target=one, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(wrong) == len(sessions):
        raise next((error for error in wrong if error.sent), wrong[0])
    told = f"sent to {len(sessions) - len(wrong)} of {len(sessions)} sessions"
    return "; ".join([told, *map(_here, wrong)])
