"""alt-w: start a session in a folder, in a new window of tmux."""

from __future__ import annotations

import os

from cst.core.naming import display_name
from cst.fzf.backend import Outcome, Question
from cst.text import clean, home_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.picker.context import Context, Target


def ask(context: Context, target: Target) -> Question:
    """The folder, to be edited: that of the highlighted row."""
    whose = f"the folder of {display_name(target.first)}, or another one that you type"
    lines = (f"Start a session in a new window, in {whose}:", f"{context.key('jump')} starts claude there; esc cancels")
    return Question(lines, prompt="folder> ", text=_shown(context, target), needs_text=True)


def act(context: Context, target: Target, text: object) -> Outcome:
    """Start it, and go there; a picker that stays, or is outside tmux, says where it is."""
    from cst.actions import new

    settings, folder = context.settings, str(text).strip()
    if folder == _shown(context, target):
        folder = _folder(target)  # as it is, where not all of it can be shown
    if folder == "~" or folder.startswith("~/"):
        folder = settings.home + folder[1:]
    wanted = new.command(settings, os.path.abspath(folder), (), "", settings.config_dirs[0])
    client = context.client_of(target.snapshot)
    at = new.spot(settings, target.snapshot, client, "window", wanted.name, shown=not context.stay)
    begun = new.start(settings, at, wanted, prompt=False)
    if client and not context.stay:
        new.note(settings, client, begun)
        return Outcome(leave=True)
    return Outcome(f"a session in window {begun.place}" + (f": {begun.note}" if begun.note else ""))


def _shown(context: Context, target: Target) -> str:
    """The same as a person writes it: `~/code/api`."""
    return clean(home_path(_folder(target), context.settings.home), 4096)


def _folder(target: Target) -> str:
    """Where the client would be started for the session: its repository, not a worktree that the client made."""
    return target.first.repository or target.first.cwd
