"""A verb about sessions of another host: run there, with its output and its exit code here.

The one place where `dev/4711.221346` is taken apart. What it prints is cleaned line by line; a question is asked here,
since nobody sits there.
"""

from __future__ import annotations

import os
import sys

from cst.actions import remote
from cst.core.host_answer import is_live_key
from cst.core.hosts import key_there
from cst.jsonl import text_of
from cst.model import CstError, UsageError, host_of
from cst.output import confirm, painter, print_lines, prompt, warn
from cst.system import hosts, parallel
from cst.text import clean, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings
    from cst.system.hosts import Host
    from cst.verb import Verb

_WINDOWS = ("jump", "resume", "open")  # verbs that need a terminal there
_ONLY_HERE = ("client", "color", "edit", "detach")  # options that mean this terminal or this tmux
_LOOKS = ("show", "why", "preview", "copy", "wait", "events")  # verbs that change nothing there


def run(verb: Verb, args: Args, settings: Settings) -> tuple[int, Args | None]:
    """Run it on each host that its sessions are on: the highest exit code, and what is left to be done here, None for
    nothing."""
    taken = next((one for one in verb.arguments if one.names_session), None)
    if taken is None or (verb.name == "rename" and not args["name"] and not args["off"]):  # one word is a name
        return 0, args
    name, many = taken.name, taken.many
    given: list[str] = list(args[name]) if many else [args[name]]
    there = [word for word in given if host_of(word) in settings.hosts]
    if not there:
        return 0, args
    if settings.replay:
        raise UsageError("a recording has no hosts")
    codes = []
    for host in dict.fromkeys(map(host_of, there)):
        words = [key_there(word) for word in there if host_of(word) == host]
        changed = {**args, name: words if many else words[0]}
        codes.append(_on(remote.host_named(settings, host), verb, changed, settings))
    here = [word for word in given if host_of(word) not in settings.hosts]
    return max(codes), {**args, name: here} if here else None


def _on(host: Host, verb: Verb, args: Args, settings: Settings) -> int:
    """Run it on one host."""
    if verb.name in _WINDOWS:
        return _window(host, verb, args, settings)
    if verb.name == "kill" and not args["yes"] and not args["dry-run"]:
        return _kill(host, verb, args, settings)
    if verb.name == "answer" and not args["reply"] and not args["json"] and os.isatty(0) and os.isatty(1):
        return _answer(host, verb, args, settings)
    if verb.name == "copy":
        return _copy(host, args, settings)
    if verb.name == "send":
        return _send(host, verb, args, settings)
    return _passed_on(host, verb, args, settings)


def _words(verb: Verb, args: Args) -> list[str]:
    """The command line again, but for what is about this terminal: options first, then what cannot be one."""
    words = [verb.name]
    for option in verb.options:
        value = args[option.name]
        if option.name in _ONLY_HERE or not value:
            continue
        each = value if isinstance(value, list) else [value]
        words += [f"--{option.name}"] if value is True else [f"--{option.name}={one}" for one in each]
    plain = [args[argument.name] for argument in verb.arguments]
    return [*words, "--", *(word for one in plain for word in (one if isinstance(one, list) else [one] if one else []))]


def _passed_on(host: Host, verb: Verb, args: Args, settings: Settings, source: int = -1) -> int:
    """Print what it says there, as it comes; its exit code."""
    from cst.render import ansi

    words = _words(verb, args)
    colour = any(option.name == "color" for option in verb.options) and painter(settings, args["color"]).on
    if colour and not args.get("json"):
        words.insert(1, "--color=always")
    started = hosts.run(host, words, settings.run_dirs, source)
    if started.wrong:
        raise remote.failed(host, 127, started.wrong)
    errors = ""
    for is_error, line in parallel.lines(started):
        text = line.decode("utf-8", "replace")
        if is_error:
            errors = text or errors
            if text.startswith("cst: "):
                warn(f"{host.name}: {clean(text.removeprefix('cst: '), 1000)}")
        elif args.get("json"):
            print_lines([visible(text)])
        else:
            print_lines([ansi.cut(text, 10_000) if colour else visible(text)], settings)
    code = parallel.reap(started)
    if code and not errors.startswith("cst: "):
        raise remote.failed(host, code, errors, acts=not _only_looks(verb, args))
    return code


def _only_looks(verb: Verb, args: Args) -> bool:
    """Whether it changes nothing there."""
    return bool(verb.name in _LOOKS or args.get("dry-run") or (verb.name == "answer" and not args["reply"]))


def _kill(host: Host, verb: Verb, args: Args, settings: Settings) -> int:
    """Ask here, with what cst there says would be lost; then it may go on without a question."""
    if not os.isatty(0):
        raise CstError("kill asks before it ends a session, and there is no terminal to ask on", "pass --yes")
    args = {**args, "session": [_key(host, word, settings) for word in args["session"]]}
    lines = remote.do(settings, host, _words(verb, {**args, "dry-run": True}), acts=False)
    if not confirm("\n".join(f"{host.name}: {line}" for line in lines), "kill asks before it ends a session"):
        warn("nothing was ended")
        return 1
    return _passed_on(host, verb, {**args, "yes": True}, settings)


def _key(host: Host, word: str, settings: Settings) -> str:
    """The key of the one session that a word means there: a name may mean another once a person has read a question."""
    key = remote.json(settings, host, ["show", "--json", "--", word]).get("key")
    if not isinstance(key, str) or not is_live_key(key):
        raise CstError(f"{host.name}: no live session is called {clean(word, 60)!r}", "`cst ls --all-hosts` lists them")
    return key


def _answer(host: Host, verb: Verb, args: Args, settings: Settings) -> int:
    """Show the dialog and ask here. What is answered is that dialog, or nothing: its token goes along."""
    given = remote.json(settings, host, _words(verb, {**args, "json": True}))
    shown, token = given.get("lines"), given.get("token")
    if not isinstance(shown, list) or not isinstance(token, str) or not token.isalnum():
        raise CstError(f"{host.name}: its answer shows no dialog", "is its cst the same version?")
    print_lines([clean(line, 1000) if isinstance(line, str) else "" for line in shown[:200]], settings)
    if why := clean(text_of(given.get("refusal")), 200):
        warn(f"{host.name}: {why}")
        return 1
    prompt("y, a, n or a number, and a text where it takes one; Enter leaves it: ")
    reply, _, text = sys.stdin.readline().strip().partition(" ")
    if not reply:
        warn("nothing was sent")
        return 130
    changed = {**args, "reply": reply.lower(), "text": [text.strip()] if text.strip() else [], "token": token}
    return _passed_on(host, verb, changed, settings)


def _send(host: Host, verb: Verb, args: Args, settings: Settings) -> int:
    """The text goes through standard input, where no list of processes shows it; `-` hands ours on."""
    from cst.commands import send

    text = " ".join(args["text"])
    if text == "-" and not args["edit"] and not os.isatty(0):
        return _passed_on(host, verb, args, settings, source=0)
    if args["edit"]:
        text = send.edited(text)
    elif text == "-":  # what runs in a process group of its own cannot read a terminal
        text = send.read()
    if not text.strip():
        raise CstError("there is nothing to send; give a text, --edit, or - and a text on standard input")
    print_lines(remote.do(settings, host, _words(verb, {**args, "text": ["-"]}), text), settings)
    return 0


def _copy(host: Host, args: Args, settings: Settings) -> int:
    """Into the buffer and the clipboard of here; into a pipe it is printed."""
    from cst import sessions
    from cst.actions import copy, jump
    from cst.snapshot import STATUS

    shown = remote.json(settings, host, ["show", "--json", "--", args["session"]])
    text = remote.copied(host.name, text_of(shown.get("id")), text_of(shown.get("cwd")), args["what"] or "id")
    if not os.isatty(1) and not args["client"]:
        print_lines([text])
        return 0
    snapshot, _ = sessions.load(settings, STATUS)
    print_lines([copy.copy(settings, text, jump.client_of(snapshot, settings, args["client"]))], settings)
    return 0


def _window(host: Host, verb: Verb, args: Args, settings: Settings) -> int:
    """Verbs that show something: where the user is, in tmux or on this terminal. Of one that is not known there no
    window is opened, in which nobody would look; `resume` knows more ids than `show`."""
    from cst import sessions
    from cst.actions import jump, remote_jump
    from cst.snapshot import STATUS

    snapshot, _ = sessions.load_and_mark_seen(settings, STATUS)
    client = jump.client_of(snapshot, settings, args["client"])
    if verb.name != "resume" or args["session"].strip("0123456789abcdef-"):
        remote.require(settings, host, args["session"])
    if verb.name == "jump":
        if note := remote_jump.jump(settings, f"{host.name}/{args['session']}", snapshot, client):
            print_lines([note], settings)
    else:
        remote_jump.window(settings, host, _words(verb, args), client, args["detach"])
    return 0
