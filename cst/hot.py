"""The hot verbs, parsed from the table in `verbs` and wired from snapshot to screen without typer.

This file is the wiring: it knows every room and holds no rule of its own; over 300 lines because all verbs stand side
by side. Imports stand inside the verbs: each verb
pays for what it uses (tests/test_startup.py holds the list).
"""

from __future__ import annotations

import os
import sys
import time

from cst import fleet, settings, snapshot, verbs
from cst.model import CstError, Session, digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cst.model import Snapshot
    from cst.settings import Settings

    Given = dict[str, Any]


def run(words: list[str], env: Mapping[str, str]) -> int | None:
    """The exit code; None for what is not hot: help, usage errors and the other verbs are `cli`'s."""
    verb = verbs.verb(words[0]) if words else None
    if verb is None or not verb.hot:
        return None
    given = parse(verb, words[1:])
    if given is None:
        return None
    code: int = call(verb, given, settings.load(env))
    return code


def call(verb: verbs.Verb, given: Given, own: Settings) -> int:
    """Run a hot verb with what was parsed; its exit code."""
    code: int = globals()["_" + verb.name](given, own)
    return code


def parse(verb: verbs.Verb, words: Sequence[str]) -> Given | None:
    """The options and arguments of a verb by name; None where a word does not fit, or asks for help."""
    options = {name: o for o in verb.options for name in ("--" + o.name, "-" + o.short) if name != "-"}
    given: Given = {o.name: [] if o.many else "" if o.value else False for o in verb.options}
    plain: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            plain += rest
        elif word.startswith("-") and word != "-":
            name, equals, value = word.partition("=")
            option = options.get(name)
            if option is None or (equals and not option.value):
                return None
            if not option.value:
                given[option.name] = True
                continue
            value = value if equals else next(rest, "")
            values = value.split(",") if option.many else [value]
            odd = equals and not name.startswith("--")
            if odd or not value or (option.choices and not set(values) <= set(option.choices)):
                return None
            given[option.name] = given[option.name] + values if option.many else value
        else:
            plain.append(word)
    return _placed(verb, plain, given)


def _placed(verb: verbs.Verb, plain: list[str], given: Given) -> Given | None:
    for argument in verb.arguments:
        taken = plain if argument.many else plain[:1]
        if argument.required and not taken:
            return None
        given[argument.name] = taken if argument.many else "".join(taken)
        plain = plain[len(taken) :]
    return None if plain else given


# ------------------------------------------------------------------------------------------------ one look


def look(
    own: Settings, want: int, tools_of: str = "", ended: bool = False
) -> tuple[Snapshot, list[Session]]:
    """A snapshot and its sessions, most urgent first. What is on a watching client's screen is marked as seen."""
    from cst.actions import mark

    if own.replay:
        from cst.sources import recording

        seen = recording.frame(own.replay, own.replay_at)
        return seen, fleet.sessions(seen)
    seen = snapshot.take(own, time.time(), want, tools_of, ended)
    sessions = fleet.sessions(seen)
    if mark.noticed(own, sessions, seen.now):
        seen = snapshot.marked(seen, own)
        sessions = fleet.sessions(seen)
    return seen, sessions


def _named(sessions: Sequence[Session], word: str, own: Settings) -> Session:
    from cst.actions import find

    return find.find(sessions, word, own.socket) if word else find.here(sessions, own)


def _one(word: str, own: Settings) -> tuple[Snapshot, Session]:
    """The session that is named, or that is here, and a look that read its history and no other's."""
    seen, sessions = look(own, snapshot.ROWS)
    try:
        session = _named(sessions, word, own)
    except CstError:
        if not word or own.replay:
            raise
        seen, sessions = look(own, snapshot.ROWS, ended=True)  # then it may be one that has ended
        session = _named(sessions, word, own)
    if not own.replay:
        seen = snapshot.deepened(seen, session.id)
    return seen, next((s for s in fleet.sessions(seen) if s.key == session.key), session)


def columns(own: Settings) -> int:
    """How wide the output may be; 0 where it goes into a file or a pipe."""
    try:
        return os.get_terminal_size(1).columns
    except OSError:
        return own.columns


def paint(own: Settings, when: str) -> Any:
    from cst.view.paint import Paint

    return Paint(when == "always" or (when != "never" and not own.no_color and os.isatty(1)))


def _print(lines: Sequence[str]) -> None:
    if sys.stdout is None:
        raise CstError("cannot write the output: standard output is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python says it again at exit
        raise CstError(f"cannot write the output: {error.strerror}") from None


def _json(value: object) -> int:
    from cst.jsonl import dumps

    _print([dumps(value)])
    return 0


def _warn(seen: Snapshot) -> None:
    from cst.view.text import clean

    for source, message in seen.problems:
        print(f"cst: {source}: {clean(message)}", file=sys.stderr)


# ------------------------------------------------------------------------------------------------ reading verbs


def _status(given: Given, own: Settings) -> int:
    from cst.view import bar

    seen, sessions = look(own, snapshot.STATUS)
    if given["format"] == "json":
        return _json(bar.numbers(sessions, seen.now))
    form = given["format"] or ("ansi" if os.isatty(1) and not own.no_color else "plain")
    line = bar.line(sessions, seen.now, form, len(seen.problems))
    if line:
        _print([line])
    return 0


def _ls(given: Given, own: Settings) -> int:
    seen, sessions = look(own, snapshot.ROWS, ended=given["all"])
    shown = [
        session for session in sessions
        if (not given["state"] or session.state in given["state"]) and (session.needs_you or not given["needs-you"])
    ]  # fmt: skip
    shown = _sorted(shown, given["sort"])
    if given["json"]:
        from cst.view import schema

        return _json(schema.fleet(shown, seen.now, seen.problems))
    from cst.view import table

    _warn(seen)
    if shown:
        _print(table.table(shown, seen.now, columns(own), paint(own, given["color"])))
    else:
        _print(table.nothing(own.config_dirs, own.home, len(sessions)))
    return 0


def _sorted(sessions: list[Session], key: str) -> list[Session]:
    from cst.model import label

    keys = {
        "since": lambda s: s.since,
        "name": lambda s: label(s).casefold(),
        "context": lambda s: -(s.tokens or 0),
    }
    return sorted(sessions, key=keys[key]) if key in keys else sessions


def _show(given: Given, own: Settings) -> int:
    seen, session = _one(given["session"], own)
    if given["json"]:
        from cst.view import schema

        return _json(schema.shown(session))
    from cst.view import preview

    _warn(seen)
    _print(preview.show(session, seen.now, columns(own) or 100, own.home, paint(own, given["color"])))
    return 0


def _why(given: Given, own: Settings) -> int:
    seen, session = _one(given["session"], own)
    facts = fleet.explain(seen, session)
    if given["json"]:
        from cst.view import schema

        return _json(schema.evidence(session, facts, seen.problems))
    from cst.view import preview

    _warn(seen)
    _print(preview.why(session, facts, seen.now, columns(own) or 120, paint(own, given["color"])))
    return 0


# ------------------------------------------------------------------------------------------------ acting verbs


def _next(given: Given, own: Settings) -> int:
    from cst.actions import choose, jump
    from cst.view import bar

    seen, sessions = look(own, snapshot.STATUS)
    client = jump.client_of(seen, own, given["client"])
    waiting = choose.queue(sessions, client)
    if waiting:
        message = bar.arrival(waiting[0], seen.now, len(waiting) - 1)
        if given["peek"]:
            _print([message])
        else:
            jump.jump(own, waiting[0], client, seen.now, message)
        return 0
    here = next((s for s in sessions if s.needs_you and choose.is_here(s, client)), None)
    unreachable = sum(s.needs_you and s is not here for s in sessions)
    message = bar.nothing(sessions, here, unreachable, seen.now)
    _say(own, client.name if client and not given["peek"] else "", message)
    return 1


def _say(own: Settings, client: str, message: str) -> None:
    """Where the person looks: on the message line after a key binding, else on the terminal."""
    if client and not own.tmux_pane:
        from cst.sources import tmux

        tmux.say(own.tmux_program, own.socket, client, message)
    _print([message])


def _back(given: Given, own: Settings) -> int:
    from cst.actions import jump

    seen = snapshot.take(own, time.time(), snapshot.STATUS)
    client = jump.client_of(seen, own, given["client"])
    if client is None:
        raise CstError("no tmux client to bring back; pass one with --client, `tmux list-clients` lists them")
    _print([jump.back(seen, own, client, seen.now)])
    return 0


def _seen(given: Given, own: Settings) -> int:
    from cst.actions import jump, mark
    from cst.model import label
    from cst.view.text import clean

    seen, sessions = look(own, snapshot.STATUS)
    session = _named(sessions, given["session"], own)
    mark.seen(own, session, seen.now, "you")
    client = jump.client_of(seen, own, given["client"])
    _say(own, client.name if client else "", f"seen: {clean(label(session), 60)} ({session.state})")
    return 0


def _jump(given: Given, own: Settings) -> int:
    from cst.actions import jump

    seen, sessions = look(own, snapshot.STATUS)
    client = jump.client_of(seen, own, given["client"])
    jump.jump(own, _named(sessions, given["session"], own), client, seen.now)
    return 0


def _kill(given: Given, own: Settings) -> int:
    from cst.actions import find

    seen, sessions = look(own, snapshot.ROWS)
    targets = [find.find(sessions, word, own.socket) for word in given["session"]]
    failed = 0
    for session in targets:
        if given["yes"] or _confirmed(session, seen.now):
            failed += not _ended(session, own, given["force"])
        else:
            print("cst: kept", file=sys.stderr)
    return 1 if failed else 0


def _confirmed(session: Session, now: float) -> bool:
    from cst.view.question import question

    if not os.isatty(0):
        raise CstError("kill asks before it ends a session, and there is no terminal to ask on; pass --yes")
    print("\n".join(question(session, now)), "[y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _ended(session: Session, own: Settings, force: bool) -> bool:
    from cst.actions import kill

    if os.isatty(2):
        print(f"cst: waiting up to {own.kill_grace:.0f} s for it to end", file=sys.stderr)
    try:
        _print([kill.end(session, own.kill_grace, force)])
    except CstError as error:
        print(f"cst: {error}", file=sys.stderr)
        return False
    return True


# ------------------------------------------------------------------------------------------------ the picker


def _pick(given: Given, own: Settings) -> int:
    from cst.actions import find, jump
    from cst.picker import fzf
    from cst.view import rows, table
    from cst.view.text import clean

    seen, sessions = look(own, snapshot.ROWS, ended=given["all"])
    if not sessions:
        client = jump.client_of(seen, own, given["client"])
        _say(own, client.name if client else "", table.nothing(own.config_dirs, own.home, 0)[0])
        return 1
    shape = fzf.shape()
    lines = rows.rows(sessions, seen.now, shape.list_columns, not own.no_color)
    chosen = fzf.choose(lines, shape, given["all"], own.no_color, [clean(message) for _, message in seen.problems])
    if not chosen:
        raise KeyboardInterrupt
    seen, sessions = look(own, snapshot.STATUS, ended=given["all"])  # the world went on while the list was open
    jump.jump(own, find.find(sessions, chosen), jump.client_of(seen, own, given["client"]), seen.now)
    return 0


def _rows(given: Given, own: Settings) -> int:
    from cst.view import rows

    seen, sessions = look(own, snapshot.ROWS, ended=given["all"])
    _print(rows.rows(sessions, seen.now, _number(given["width"], 100), not own.no_color))
    return 0


def _preview(given: Given, own: Settings) -> int:
    from cst.actions import find
    from cst.view import preview
    from cst.view.paint import Paint

    pid = given["session"].partition(".")[0]
    ended = not given["session"].replace(".", "").isdigit()
    seen, sessions = look(own, snapshot.ONE, tools_of=pid, ended=ended)
    session = find.find(sessions, given["session"])
    columns, lines = _number(given["width"], 80), _number(given["height"], 0)
    _print(preview.preview(session, seen.now, columns, lines, own.home, Paint(not own.no_color)))
    return 0


def _ask(given: Given, own: Settings) -> int:
    from cst.actions import find
    from cst.picker import confirm
    from cst.view.question import question

    seen, sessions = look(own, snapshot.ROWS)
    session = find.find(sessions, given["session"])
    if session.pid is None:
        raise CstError(f"{session.key} has ended already")
    _print([confirm.ask(session.key, question(session, seen.now))])
    return 0


def _number(text: str, otherwise: int) -> int:
    return int(text) if digits(text) else otherwise
