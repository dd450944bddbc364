"""ctrl-t: send a prompt to the marked sessions, or to the highlighted one, without going there."""

from __future__ import annotations

import threading

from cst.core.naming import display_names, with_place
from cst.fzf.backend import Outcome, Question, Typed
from cst.model import CstError
from cst.picker.context import listed
from cst.render.paint import tokens
from cst.text import cut, width
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session
    from cst.picker.context import Context, Target

_NAME = 24  # columns of a name, of several


class To(Value):
    """Whom a text is for: those that took one when it was asked for, and how many of them work and queue it."""

    keys: tuple[str, ...]
    working: int


def ask(context: Context, target: Target) -> Question:
    """A line of text. CstError, before anything is typed, if none of the sessions takes a prompt; if some do not, the
    question says which and why, and only the others get it."""
    queued, wrong = _sorted(context, target.sessions)
    if len(wrong) == len(target.sessions) == 1:
        raise CstError(_here(context, wrong[0][1]))
    if len(wrong) == len(target.sessions):
        raise CstError(f"none of these takes a prompt: {_each(target, wrong)}")
    refused = {session.key for session, _ in wrong}
    takes = [session for session in target.sessions if session.key not in refused]
    made = _question(context, target, takes, len(queued), wrong)
    if len(target.sessions) == 1:
        return made
    return made._replace(page=lambda columns: _page(context, target, queued, wrong, columns))


def _here(context: Context, error: CstError) -> str:
    """What went wrong, with what helps here in the place of the command or its option."""
    from cst.actions import send_text
    from cst.actions.pane import NotSent

    if isinstance(error, NotSent) and error.to_answer:
        return f"{error.what}; {context.key('answer')} answers it"
    exits = f"not sent from here: {context.key('jump')} goes there, {context.key('kill')} ends it"
    return str(error).replace(send_text.ALLOWS, exits)


def _why(error: CstError) -> str:
    """The same behind the name of the session."""
    from cst.actions.pane import NotSent

    return error.why if isinstance(error, NotSent) else str(error)


def _each(target: Target, wrong: Sequence[tuple[Session, CstError]]) -> str:
    """Who takes none, each with the reason."""
    names = display_names([target.told(session) for session, _ in wrong], _NAME)
    return "; ".join(f"{name}: {_why(error)}" for name, (_, error) in zip(names, wrong, strict=True))


def _question(
    context: Context, target: Target, takes: Sequence[Session], working: int,
    wrong: Sequence[tuple[Session, CstError]] = (),
) -> Question:  # fmt: skip
    """A line of text for those that take it, so many of which work, and not for the others."""
    does = "queues it until its turn is over" if working else "sends it"
    if working and len(takes) > 1:
        works = "1 of them works and queues" if working == 1 else f"{working} of them work and queue"
        does = f"sends it; {works} it"
    cold = sum(session.cold or 0 for session in takes)
    does += f", {tokens(cold)} tokens anew: the prompt cache has expired" if cold else ""
    several = len(target.sessions) > 1
    called = display_names([target.told(one) for one in takes], _NAME) if several else [with_place(takes[0])]
    who = f"Send to {listed(called, target.columns - 25)}"
    opens = "" if several or working else "an empty line opens your editor; "
    enter = context.key("jump")
    lines = [f"{who}: {enter} {does}", f"{opens}esc cancels"]
    if wrong:
        why = f"not to {_each(target, wrong)}"
        beside = width(f"{who} · {why}") <= target.columns
        lines = [*([f"{who} · {why}"] if beside else [who, why]), f"{enter} {does}; esc cancels"]
    to = To(tuple(session.key for session in takes), working) if several or working else None
    return Question(lines, prompt="send> ", value=to, needs_text=not opens)


def _page(
    context: Context, target: Target, queued: Sequence[Session], wrong: Sequence[tuple[Session, CstError]],
    columns: int,
) -> list[str]:  # fmt: skip
    """Each of several on a line: whether it gets the prompt, and why not."""
    from cst.actions.pane import NotSent

    refused = {session.key: error for session, error in wrong}
    names = display_names([target.told(session) for session in target.sessions])
    made = [context.paint("1", f"{len(names)} sessions, marked")]
    for session, name in zip(target.sessions, names, strict=True):
        if error := refused.get(session.key):
            key = f"; {context.key('answer')} answers it" if isinstance(error, NotSent) and error.to_answer else ""
            made.append(cut(f"  not to     {name}: {_why(error)}{key}", columns))
        else:
            made.append(cut(f"  {'queues it' if session in queued else 'gets it':9}  {name}", columns))
    return made


def act(context: Context, target: Target, answer: object) -> Outcome:
    """Type it into each input box. An empty one is written in the user's editor. A text that was not sent is asked for
    again, below what was wrong with it."""
    from cst.actions import send

    to, text = (answer.value, answer.text) if isinstance(answer, Typed) else (None, str(answer))
    assert to is None or isinstance(to, To)
    sessions = [session for session in target.sessions if to is None or session.key in to.keys]
    working, gone = (to.working, len(to.keys) - len(sessions)) if to else (0, 0)
    if not sessions:
        raise CstError("it has ended in the meantime", "nothing was sent")
    if not text.strip() and len(sessions) == 1 and not to:
        return Outcome(run=("send", "--edit", sessions[0].key))
    try:
        if len(sessions) + gone > 1:
            return Outcome(_to_all(context, [target.told(one) for one in sessions], text, bool(working), gone))
        return Outcome(send.send(context.settings, target.told(sessions[0]), text, queue=bool(working)))
    except CstError as error:
        if error.sent or not text.strip():  # it may have arrived
            raise
        again = _question(context, target, sessions, working)
        again = again._replace(lines=(_here(context, error), *again.lines[1:]), text=text)
        return Outcome(_here(context, error), again=again, failed=True)


def _sorted(
    context: Context, sessions: Sequence[Session]
) -> tuple[list[Session], list[tuple[Session, CstError]]]:
    """Those that would queue a prompt, and those that take none, with why."""
    from cst.actions import send

    queued: list[Session] = []
    wrong: list[tuple[Session, CstError]] = []
    for session in sessions:
        try:
            send.check(context.settings, session)
        except CstError:
            try:
                send.check(context.settings, session, queue=True)
                queued.append(session)
            except CstError as error:
                wrong.append((session, error))
    return queued, wrong


def _to_all(context: Context, sessions: Sequence[Session], text: str, queue: bool, gone: int) -> str:
    """Send one prompt to all of them at once: to how many, and why others did not get it, among them those that are
    `gone` since it was asked for. CstError if none did."""
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
    asked = len(sessions) + gone
    count = f"{len(sessions) - len(wrong)} of {asked}" if wrong or gone else str(asked)
    ended = [f"{gone} {'has' if gone == 1 else 'have'} ended in the meantime"] if gone else []
    return "; ".join([f"sent to {count} sessions", *ended, *(_here(context, error) for error in wrong)])
