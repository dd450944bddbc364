"""What the keys do to sessions of hosts: `cst` there does it. Several marked rows may be of several hosts, not of this
machine too."""

from __future__ import annotations

from cst.core import annotation
from cst.core.hosts import key_there
from cst.core.naming import display_names, with_place
from cst.fzf.backend import Choice, Outcome, Question, Typed
from cst.jsonl import object_of, text_of
from cst.model import CstError, digits, host_of
from cst.picker import copy, kill, marks, open
from cst.picker.answer import once_more
from cst.picker.context import listed, names, question
from cst.text import clean, cut
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cst.picker.context import Context, Target

_MARKS = ("seen", "pin", "archive", "snooze", "tag", "rename")
_REPLIES = {"y": "yes", "a": "always", "n": "no"}


class Reply(Value):
    """What a key answers, and the dialog that was shown when it was asked, by its token."""

    token: str
    word: str  # y, a, n or a number
    label: str
    about: str  # the dialog
    takes_text: bool
    goes_on: bool  # another question may follow at once
    sure: bool = False  # as in picker/answer


def check(rows: Sequence[str]) -> None:
    """CstError where only some rows are of hosts."""
    if not all(map(host_of, rows)):
        raise CstError("rows of this machine and of hosts are marked; mark those of one kind")


def ask(context: Context, name: str, target: Target) -> Question | None:
    """What has to be asked first. CstError for what a host is not asked for from here."""
    if name == "answer":
        return _ask_reply(context, target)
    if name == "kill":
        return _ask_kill(context, target)
    if name == "send":
        called = [with_place(one) for one in target.sessions[:1]]
        if len(target.sessions) > 1:
            called = display_names(target.sessions, 24)
        does = f"{context.key('jump')} sends it; one that works queues it"
        asks = f"Send to {listed(called, target.columns - 25)}: {does}"
        return Question((asks, "esc cancels"), prompt="send> ", needs_text=True)
    if name in ("snooze", "tag", "rename"):
        return {"snooze": marks.ask_snooze, "tag": marks.ask_tag, "rename": marks.ask_rename}[name](context, target)
    if name in ("jump", "seen", "pin", "archive"):
        return None
    if name in ("copy", "open"):
        return {"copy": copy.ask, "open": open.ask}[name](context, target)
    raise CstError(f"{name} does nothing to a session of a host", f"{context.key('jump')} goes there")


def act(context: Context, name: str, target: Target, answer: object) -> Outcome:
    """Do it there; what one of several hosts did not do is said first."""
    if name in ("jump", "copy", "open"):
        return {"jump": _jump, "copy": _copy, "open": _open}[name](context, target, str(answer or ""))
    if name == "answer":
        return _answer(context, target, answer)
    said: list[str] = []
    errors: list[str] = []
    by_host = _by_host(target)
    for host, keys in by_host:
        try:
            said += [f"{host}: {line}" for line in _act_on(context, name, target, answer, host, keys) if line]
        except CstError as error:
            if len(by_host) == 1:
                raise
            errors.append(str(error))
    return Outcome("; ".join(errors + said), failed=len(errors) == len(by_host))


def _act_on(
    context: Context, name: str, target: Target, answer: object, host: str, keys: Sequence[str]
) -> list[str]:
    """Do it on one host; what it says."""
    if name == "send":
        said: list[str] = []
        for session in target.sessions:
            if host_of(session.key) == host:
                queue = ["--queue"] if session.state in ("working", "compacting") else []
                said += _do(context, host, ["send", *queue, "--", key_there(session.key), "-"], str(answer))
        return said
    if name == "kill":
        force = ["--force"] if answer == kill.KILL else []
        return _do(context, host, ["kill", "--yes", *force, "--", *keys])
    if name in _MARKS:
        options, rest = _mark(name, target, answer)
        return _do(context, host, [name, *options, "--", *keys, *rest])
    raise CstError(f"{name} does nothing to a session of a host", f"{context.key('jump')} goes there")


def _ask_kill(context: Context, target: Target) -> Question:
    """Who it is and what would be lost, as cst there says it; of several how many, where and what they are called, and
    what each host says as the page."""
    by_host = _by_host(target)
    said = [
        f"{host}: {line}" for host, keys in by_host
        for line in _do(context, host, ["kill", "--dry-run", "--", *keys])
    ]  # fmt: skip
    lines = [*said, "", ""][:2]
    if len(target.sessions) > 1:
        called = zip(display_names(target.sessions, 24), target.sessions, strict=True)
        named = {one.key: f"{name} ({one.state})" for name, one in called}
        there = [f"{host}: {', '.join(named[f'{host}/{key}'] for key in keys)}" for host, keys in by_host]
        hosts = ", ".join(host for host, _ in by_host)
        lines = [f"End {len(target.sessions)} sessions on {hosts}?", f"  {'; '.join(there)}"]
    lines = [cut(line, target.columns) for line in lines]
    made = kill.guarded(context, lines, len(target.sessions), target.columns)
    return made._replace(page=lambda columns: [cut(line, columns) for line in said]) if len(said) > 2 else made


def _answer(context: Context, target: Target, given: object) -> Outcome:
    """Give the reply to the dialog that was shown; where it takes a text, ask for that first. The next of several
    questions is asked at once."""
    text = given.text.strip() if isinstance(given, Typed) else ""
    reply = given.value if isinstance(given, Typed) else given
    assert isinstance(reply, Reply)
    if reply.word == "a" and not reply.sure:
        about = f"{names(target.sessions)}: {reply.about}"
        return Outcome(again=once_more(about, reply.label, reply._replace(sure=True), target.columns))
    if reply.takes_text and not text:
        label = f"{reply.word} {reply.label}: type it, {context.key('jump')} answers; esc cancels"
        lines = (cut(f"Answer {names(target.sessions)}: {reply.about}", target.columns), cut(label, target.columns))
        return Outcome(again=Question(lines, prompt="answer> ", value=reply, needs_text=True))
    host, key = host_of(target.first.key), key_there(target.first.key)
    said = _do(context, host, ["answer", f"--token={reply.token}", "--", key, reply.word, *([text] if text else [])])
    message = "; ".join(f"{host}: {line}" for line in said if line)
    if not reply.goes_on:
        return Outcome(message, move_on=True)
    try:
        return Outcome(message, again=_ask_reply(context, target))
    except CstError:
        return Outcome(message, move_on=True)


def _copy(context: Context, target: Target, what: str) -> Outcome:
    """Its id, its folder there, or the command that resumes it there: made here, not by the host."""
    from cst.actions import copy as actions
    from cst.actions import remote

    session = target.first
    text = remote.copied(host_of(session.key), session.id, session.cwd, what)
    return Outcome(actions.copy(context.settings, text, context.client_of(target.snapshot)))


def _open(context: Context, target: Target, what: str) -> Outcome:
    """In a window here, on a terminal there."""
    from cst.actions import remote, remote_jump

    key, settings = target.first.key, context.settings
    client = context.client_of(target.snapshot)
    if client is None:
        return Outcome(run=("open", key, what))
    host = remote.host_named(settings, host_of(key))
    remote_jump.window(settings, host, ["open", "--", key_there(key), what], client)
    return Outcome(f"opened on {host.name}") if context.stay else Outcome(leave=True)


def _by_host(target: Target) -> list[tuple[str, list[str]]]:
    hosts = list(dict.fromkeys(host_of(session.key) for session in target.sessions))
    return [(host, [key_there(s.key) for s in target.sessions if host_of(s.key) == host]) for host in hosts]


def _do(context: Context, host: str, words: Sequence[str], text: str = "") -> list[str]:
    from cst.actions import remote

    return remote.do(context.settings, remote.host_named(context.settings, host), words, text)


def _mark(name: str, target: Target, answer: object) -> tuple[list[str], list[str]]:
    """The options of a verb that marks, and the words behind the sessions."""
    text = str(answer or "").strip()
    if name == "pin":
        return (["--off"] if all(session.pinned for session in target.sessions) else []), []
    if name == "snooze":
        if answer == marks.WAKE:
            return ["--off"], []
        return ([f"--for={answer:.0f}s"] if isinstance(answer, float) else ["--until-changes"]), []
    if name == "tag":
        add, remove = annotation.tag_words(text)
        return [*(f"--add={word}" for word in add), *(f"--remove={word}" for word in remove)], []
    if name == "rename":
        return ([], [text]) if text else (["--off"], [])
    return [], []


def _ask_reply(context: Context, target: Target) -> Question:
    """The dialog as the host shows it, in the preview, and what each key answers: that dialog, by its token."""
    from cst.actions import remote

    host = remote.host_named(context.settings, host_of(target.first.key))
    given = remote.json(context.settings, host, ["answer", "--json", "--", key_there(target.first.key)])
    if why := clean(text_of(given.get("refusal")), 200):
        raise CstError(f"{host.name}: {why}")
    token, listed = text_of(given.get("token")), given.get("options")
    options: list[dict[str, Any]] = [object_of(one) for one in listed[:20]] if isinstance(listed, list) else []
    about = clean(text_of(given.get("subject")) or text_of(given.get("title")), 200)
    goes_on = given.get("more") is True
    numbered = [
        Reply(token, number, clean(text_of(one.get("label")), 40), about, one.get("takes_text") is True, goes_on)
        for one in options if digits(number := str(one.get("number"))) and len(number) == 1
    ]  # fmt: skip
    if not token.isalnum() or not numbered:
        what = f"{host.name}: its answer shows no dialog that can be answered from here"
        raise CstError(what, f"{context.key('jump')} goes there")
    means = object_of(given.get("replies"))
    letters = [letter for letter in _REPLIES if letter in means]
    choices = [
        Choice(letter, _REPLIES[letter], Reply(token, letter, clean(text_of(means[letter]), 40), about, False, goes_on))
        for letter in letters
    ]
    choices += [Choice(reply.word, "", reply) for reply in numbered]
    lines = (
        cut(f"Answer {names(target.sessions)}: {about}", target.columns),
        cut("  " + "  ".join(f"{reply.word} {reply.label}" for reply in numbered), target.columns),
    )
    shown = given.get("lines")
    page = [clean(text_of(line), 1000) for line in shown[:200]] if isinstance(shown, list) else []
    made = question(lines, choices, target.columns, also="or a number")
    return made._replace(page=lambda columns: [cut(line, columns) for line in page], guarded=True)


def _jump(context: Context, target: Target, _: str) -> Outcome:
    from cst.actions import remote_jump

    key, settings = target.first.key, context.settings
    client = context.client_of(target.snapshot)
    if client is None and not settings.tmux:
        return Outcome(run=("jump", key)) if context.stay else Outcome(leave=True, row=key)
    note = remote_jump.jump(settings, key, target.snapshot, client)
    return Outcome(note or f"{names(target.sessions)} is shown") if context.stay else Outcome(leave=True)
