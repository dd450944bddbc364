"""`cst replay`: run a reading verb on a recording; without one, print what changed when."""

from __future__ import annotations

import os

from cst import args as arguments
from cst import dispatch, verbs
from cst.core import fleet
from cst.model import CstError
from cst.output import painter, print_lines, terminal_columns
from cst.render.timeline import timeline
from cst.store import recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings

_READING = ("ls", "show", "why", "status", "rows", "preview", "next")


def run(args: Args, settings: Settings) -> int:
    """Read the recording instead of the world, as it was at `--at` seconds; default: its end."""
    words = args["command"]
    path, at = os.path.abspath(args["file"]), arguments.seconds(args, "at")
    settings = settings._replace(replay=path, replay_at=at)
    if not words:
        return _print_changes(settings)
    verb = verbs.find(words[0])
    if verb is None or verb.name not in _READING or (verb.name == "next" and "--peek" not in words):
        raise CstError(f"a recording takes only verbs that read, not {words[0]!r}; try ls, show, why, status")
    parsed = arguments.parse(verb, words[1:])
    if parsed is None:
        raise CstError(f"{' '.join(words)!r} is not how {verb.name} is called; see `cst {verb.name} --help`")
    return dispatch.call(verb, parsed, settings)


def _print_changes(settings: Settings) -> int:
    """When which session of the recording changed its state."""
    looks = ((snapshot.now, fleet.sessions(snapshot)) for snapshot in recording.frames(settings.replay))
    lines = timeline(looks, terminal_columns(settings), painter(settings, "auto"))
    print_lines(lines or ["no session in this recording"])
    return 0
