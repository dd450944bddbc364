"""`cst new`: start a session in a folder, and print its key."""

from __future__ import annotations

import os
import sys
import time

from cst import sessions
from cst.actions import jump, marks, new
from cst.actions.copy import folder_of
from cst.model import CstError, Session, UsageError, is_session_id
from cst.output import print_lines, warn
from cst.snapshot import STATUS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Start it where it was asked for, wait until it is registered, print its key, tag it; exit 1 where something is in
    the way of its start, or of its prompt."""
    how = _how(args)
    folder, words = _folder_and_words(args, settings)
    prompt = _prompt(args["prompt"])
    parent = _parent(args["fork"], settings, folder)
    folder = folder_of(parent) if parent else folder or os.getcwd()
    if parent:
        words = ["--resume", parent.id, "--fork-session", *words]
    if name := args["worktree"]:
        words = ["--worktree", *([name] if name != "-" else []), *words]
    _check_tags(args["tag"])
    config_dir = parent.config_dir if parent else settings.config_dirs[0]
    wanted = new.command(settings, folder, words, prompt, config_dir)
    snapshot, _ = sessions.load(settings, STATUS)
    client = jump.client_of(snapshot, settings, args["client"])
    at = new.spot(settings, snapshot, client, how, new.name_of(folder), shown=os.isatty(1) and not args["detach"])
    begun = new.start(settings, at, wanted, bool(prompt), bool(parent), _progress)
    print_lines([begun.key])
    if begun.note:
        warn(f"{begun.note}; look in window {begun.place}")
    if client and "-d" not in at.words:  # it sees the new pane
        new.note(settings, client, begun)
    if args["tag"]:
        _tag(settings, begun.key, args["tag"])
    return 1 if begun.note else 0


def _progress(text: str) -> None:
    if os.isatty(2):
        warn(text)


def _how(args: Args) -> str:
    given = [how for how in new.HOW if args[how]]
    if len(given) > 1:
        raise UsageError(f"--{given[0]} and --{given[1]} are two places; choose one")
    if args["detach"] and args["popup"]:
        raise UsageError("--popup shows it, and --detach does not; choose one")
    return given[0] if given else "window"


def _folder_and_words(args: Args, settings: Settings) -> tuple[str, list[str]]:
    """The folder that is named, absolute, "" for none, and the client's own arguments: a first word with a dash is one
    of those."""
    words = [args["folder"], *args["claude"]] if args["folder"] else []
    if not words or words[0].startswith("-"):
        return "", words
    folder = words[0]
    folder = settings.home + folder[1:] if folder == "~" or folder.startswith("~/") else folder
    return os.path.abspath(folder), words[1:]


def _prompt(given: str) -> str:
    if given != "-":
        return given
    text = sys.stdin.buffer.read(1 << 20).decode(errors="replace").strip("\n") if sys.stdin else ""
    if not text.strip():
        raise CstError("standard input has no prompt", "leave out --prompt to start without one")
    return text


def _parent(word: str, settings: Settings, folder: str) -> Session | None:
    """The session whose conversation the new one begins with."""
    if not word:
        return None
    if folder:
        raise UsageError("--fork starts in the session's own folder; leave the folder out")
    session = sessions.resolve_any(word, settings, STATUS)[1]
    if not is_session_id(session.id):
        raise CstError("that session has no id, so it cannot be forked", "`cst ls` lists others")
    return session


def _check_tags(tags: list[str]) -> None:
    if wrong := [word for word in tags if not marks.is_tag(word)]:
        raise UsageError(f"{wrong[0][:40]!r} cannot be a tag")


def _tag(settings: Settings, key: str, tags: list[str]) -> None:
    session = sessions.resolve(sessions.load(settings, STATUS)[1], key, settings, whole=True)
    marks.tag(settings, [session], time.time(), tags)
