"""What the keys do to sessions of hosts: `cst` there does it. Several marked rows may be of several hosts, not of this
machine too."""

from __future__ import annotations

from cst.core.hosts import host_of, key_there
from cst.fzf.backend import Choice, Outcome, Question
from cst.jsonl import object_of, text_of
from cst.model import CstError, digits
from cst.picker import kill, marks
from cst.picker.context import names, question
from cst.text import clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cst.picker.context import Context, Target

_MARKS = ("seen", "pin", "archive", "snooze", "tag", "rename")
_REPLIES = {"y": "yes", "a": "always", "n": "no"}


def is_remote(rows: Sequence[str]) -> bool:
    """Whether rows are of hosts. CstError where only some are."""
    there = [bool(host_of(row)) for row in rows]
    if any(there) and not all(there):
        raise CstError("rows of this machine and of hosts are marked; mark those of one kind")
    return any(there)


def ask(context: Context, name: str, target: Target) -> Question | None:
    """What has to be asked first. CstError for what a host is not asked for from here."""
    if name == "answer":
        return _ask_reply(context, target)
    if name == "kill":
        said = [_do(context, host, ["kill", "--dry-run", "--", *keys]) for host, keys in _by_host(target)]
        lines = [cut(line, target.columns) for line in [*(line for lines in said for line in lines), "", ""][:2]]
        return question(lines, kill.CHOICES, target.columns)
    if name == "send":
        asks = f"Send to {names(target.sessions)}: Enter sends it; one that works queues it"
        return Question((asks, "esc cancels"), prompt="send> ", needs_text=True)
    if name in ("snooze", "tag", "rename"):
        return {"snooze": marks.ask_snooze, "tag": marks.ask_tag, "rename": marks.ask_rename}[name](context, target)
    if name in ("jump", "seen", "pin", "archive"):
        return None
    raise CstError(f"{name} does nothing to a session of a host", "Enter goes there")


def act(context: Context, name: str, target: Target, answer: object) -> Outcome:
    """Do it there."""
    if name == "jump":
        return _jump(context, target)
    said: list[str] = []
    for host, keys in _by_host(target):
        if name == "send":
            for session in target.sessions:
                if host_of(session.key) == host:
                    queue = ["--queue"] if session.state in ("working", "compacting") else []
                    said += _do(context, host, ["send", *queue, "--", key_there(session.key), "-"], str(answer))
        elif name == "kill":
            force = ["--force"] if answer == kill.KILL else []
            said += _do(context, host, ["kill", "--yes", *force, "--", *keys])
        elif name == "answer" and isinstance(answer, tuple):
            token, reply = answer
            said += _do(context, host, ["answer", f"--token={token}", "--", keys[0], reply])
        elif name in _MARKS:
            options, rest = _mark(name, target, answer)
            said += _do(context, host, [name, *options, "--", *keys, *rest])
        else:
            raise CstError(f"{name} does nothing to a session of a host", "Enter goes there")
    return Outcome("; ".join(line for line in said if line), move_on=name == "answer")


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
        words = text.split()
        add = [f"--add={word.removeprefix('#')}" for word in words if word[:1] != "-"]
        return [*add, *(f"--remove={word[1:].removeprefix('#')}" for word in words if word[:1] == "-")], []
    if name == "rename":
        return ([], [text]) if text else (["--off"], [])
    return [], []


def _ask_reply(context: Context, target: Target) -> Question:
    """The dialog as the host shows it, in the preview, and what each key answers: that dialog, by its token."""
    from cst.actions import remote

    host = remote.host_named(context.settings, host_of(target.first.key))
    given = remote.json(context.settings, host, ["answer", "--json", "--", key_there(target.first.key)])
    token, listed = text_of(given.get("token")), given.get("options")
    options: list[dict[str, Any]] = [object_of(one) for one in listed[:20]] if isinstance(listed, list) else []
    plain = [(str(one.get("number")), one.get("label")) for one in options if not one.get("takes_text")]
    numbered = [(number, clean(text_of(label), 40)) for number, label in plain if digits(number) and len(number) == 1]
    if not token.isalnum() or not numbered:
        raise CstError(f"{host.name}: its answer shows no dialog that can be answered from here", "Enter goes there")
    letters = [letter for letter in _REPLIES if letter in object_of(given.get("replies"))]
    choices = [Choice(letter, _REPLIES[letter], (token, letter)) for letter in letters]
    choices += [Choice(number, "", (token, number)) for number, _ in numbered]
    about = clean(text_of(given.get("subject")) or text_of(given.get("title")), 200)
    lines = (
        cut(f"Answer {names(target.sessions)}: {about}", target.columns),
        cut("  " + "  ".join(f"{number} {label}" for number, label in numbered), target.columns),
    )
    shown = given.get("lines")
    page = [clean(text_of(line), 1000) for line in shown[:200]] if isinstance(shown, list) else []
    made = question(lines, choices, target.columns, also="or a number")
    return made._replace(page=lambda columns: [cut(line, columns) for line in page])


def _jump(context: Context, target: Target) -> Outcome:
    from cst.actions import remote_jump

    key, settings = target.first.key, context.settings
    client = context.client_of(target.snapshot)
    if client is None and not settings.tmux:
        return Outcome(run=("jump", key)) if context.stay else Outcome(leave=True, row=key)
    remote_jump.jump(settings, key, target.snapshot, client)
    return Outcome(f"{names(target.sessions)} is shown") if context.stay else Outcome(leave=True)
