"""`cst restore`: show which sessions were lost or parked, ask, and resume each where it was."""

from __future__ import annotations

import contextlib
import os

from cst import lost, sessions
from cst.actions import marks, places, restore
from cst.core import loss
from cst.core.lookup import NobodyError, find
from cst.core.naming import display_name, display_names, told_apart
from cst.model import CstError
from cst.output import Progress, confirm, painter, print_lines, warn, warn_problems
from cst.render import restore as view
from cst.snapshot import ROWS, STATUS
from cst.system import trust
from cst.system.spawn import shell_quote
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.args import Args
    from cst.lost import Lost, Missed
    from cst.model import Session
    from cst.settings import Settings

_OFFERED = (loss.LOST, loss.PARKED)


def run(args: Args, settings: Settings) -> int:
    """Restore what is chosen; exit 1 where nothing is, or where one could not be restored."""
    snapshot, fleet = sessions.load(settings, ROWS)  # with titles: sessions are called as in `cst ls`
    found = lost.find(settings, snapshot, fleet)
    problems = list(dict.fromkeys([*snapshot.problems, *found.problems]))
    warn_problems(snapshot._replace(problems=problems))
    chosen = _told_apart(_chosen(args, found.lost, fleet), found.lost, fleet)
    if args["dismiss"]:
        return _dismiss(settings, [one for one in chosen if one.verdict.how != loss.RUNNING])
    shown = chosen if args["session"] else _told_apart(found.lost, found.lost, fleet)
    if shown:
        rows = [_row(one) for one in shown]
        print_lines(view.table(rows, snapshot.now, settings.home, painter(settings, "auto")), settings)
    ready = [one for one in chosen if not one.wrong and one.verdict.how != loss.RUNNING]
    refused = len(chosen) - len(ready) if args["session"] else 0
    if not ready:
        warn("nothing can be restored" if shown else _nothing(found, bool(problems)))
        return 1
    if args["yes"] and found.without_marks():
        what = "without the marks, sessions that you have killed or dismissed are among these"
        raise CstError(what, "fix that, or choose without --yes")
    print_lines([f"{len(ready)} can be restored, each in a window of tmux."])
    if not args["yes"] and not _confirmed(ready):
        warn("nothing was restored")
        return 1
    return 1 if _restore(settings, ready) or refused else 0


def _nothing(missed: Missed, unsure: bool) -> str:
    """Why the list is empty."""
    if unsure:
        return "not everything could be read"
    if not missed.parked:
        return "no session was lost, and none is parked"
    are, they, have = ("lives", "it is", "it has") if len(missed.parked) == 1 else ("live", "they are", "they have")
    named = ", ".join(display_names(missed.parked, 30))
    return f"parked, and still {are}: {named}; {they} offered once {have} ended, `cst park --end` ends what it parks"


def _chosen(args: Args, found: Sequence[Lost], fleet: Sequence[Session]) -> list[Lost]:
    """Those that are named; else what was lost, parked, or both. CstError for a word that names none."""
    if not args["session"]:
        wanted = [how for how in _OFFERED if args[how]] or _OFFERED
        return [one for one in found if one.verdict.how in wanted]
    known = {one.session.id: one for one in found}
    named = [_named(word, [one.session for one in found], fleet) for word in args["session"]]
    return [known[session_id] for session_id in dict.fromkeys(session.id for session in named)]


def _told_apart(some: Sequence[Lost], found: Sequence[Lost], fleet: Sequence[Session]) -> list[Lost]:
    """The same, as messages call them: by more than a name that another one of these, or one that lives, has too."""
    live = [session for session in fleet if session.pid is not None]
    others = {session.key: session for session in [*live, *(one.session for one in found)]}
    called = told_apart([one.session for one in some], list(others.values()))
    return [one._replace(session=session) for one, session in zip(some, called, strict=True)]


def _named(word: str, found: Sequence[Session], fleet: Sequence[Session]) -> Session:
    """The session of those found that a word names. CstError says of another one what it is."""
    with contextlib.suppress(NobodyError):
        return find(found, word)
    with contextlib.suppress(NobodyError):
        session = find([one for one in fleet if one.pid is not None], word)
        what = f"{display_name(session)} lives as process {session.pid}"
        raise CstError(what, f"`cst jump {session.pid}` goes there")
    what = f"nothing that was lost or parked is called {clean(word, 60)!r}"
    raise CstError(what, "`cst restore` lists what is, `cst resume` takes every ended session")


def _dismiss(settings: Settings, chosen: Sequence[Lost]) -> int:
    if not chosen:
        raise CstError("there is nothing to dismiss", "`cst restore` lists what was lost")
    marks.dismiss(settings, [one.session for one in chosen])
    print_lines([f"dismissed: {', '.join(restore.name(one) for one in chosen)}"], settings)
    return 0


def _confirmed(ready: Sequence[Lost]) -> bool:
    what = "it" if len(ready) == 1 else f"these {len(ready)}"
    return confirm(f"Restore {what}?", "restore asks before it starts sessions")


def _restore(settings: Settings, ready: Sequence[Lost]) -> int:
    """Open them, say what became of each, and note where they are now; how many are not there. One run at a time: the
    next one finds in the registry what this one has opened. CstError where another one does not end."""
    from cst.setup import locked_file

    progress = Progress("sessions")
    try:
        trust.make_private(os.path.dirname(settings.places_file))
    except OSError as error:
        what = f"cannot make {os.path.dirname(settings.places_file)}: {error.strerror}"
        raise CstError(what, "fix its permissions") from None
    with locked_file.locked(settings.places_file):
        done = restore.restore(settings, ready, progress)
    progress.over()
    lines = [
        f"restored {restore.name(one.lost)} in {one.place}" + (f"; its old pane, {one.old}" if one.old else "")
        for one in done if not one.wrong
    ]  # fmt: skip
    if any(one.old for one in done):
        lines.append("`exit` or `tmux kill-pane` in an old pane closes it; cst types into no shell of yours")
    if lines:
        print_lines(lines, settings)
    wrong = [one for one in done if one.wrong]
    for one in wrong:
        warn(f"{restore.name(one.lost)}: {one.wrong}")
    now, again = sessions.load(settings, STATUS)
    places.note(settings, now, again)
    return len(wrong)


def _row(one: Lost) -> view.Row:
    note = one.note
    place = f"{note.session}:{note.window} {note.window_name}".rstrip() if note and note.session else ""
    arguments, withheld = (tuple(map(shell_quote, note.arguments)), note.withheld) if note else ((), ())
    verdict = one.verdict
    return view.Row(
        one.session, verdict.how, verdict.why, one.seen, place, one.wrong, one.tasks, arguments, withheld, one.end_seen,
        one.stands, one.queued,
    )  # fmt: skip
