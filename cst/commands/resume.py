"""`cst resume`: resume an ended session in its folder; without a session, choose one in fzf."""

from __future__ import annotations

import contextlib
import time

from cst import sessions
from cst.actions import jump, resume
from cst.claude import transcript
from cst.core import lookup
from cst.core.fleet import cold_tokens
from cst.core.fleet import sessions as fleet_of
from cst.core.lookup import NobodyError
from cst.core.naming import display_name, where
from cst.model import CstError, UsageError
from cst.output import require_cursor, say, warn
from cst.render.paint import cold_words
from cst.snapshot import ROWS, STATUS, take
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.model import Session, Snapshot
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Resume the session that is named, from all history, or the one that the user picks."""
    if not args["session"]:
        if args["detach"]:
            raise UsageError("--detach needs the session's name; without one you choose it on this screen")
        return _pick(args, settings)
    snapshot, session = _find(args["session"], settings)
    client = jump.client_of(snapshot, settings, args["client"])
    _say_if_cold(session, snapshot.now)
    stands = _say_what_was_lost(settings, snapshot, session)
    message = resume.resume(settings, session, client, snapshot.now, args["detach"], stands)
    say(settings, client.name if client else "", message)
    return 0


def _pick(args: Args, settings: Settings) -> int:
    """Choose among all sessions that have ended, by what was said in them."""
    from cst.fzf import terminal
    from cst.picker import history_list
    from cst.setup import assets

    if not terminal.is_there():
        raise CstError("no session is named, and there is no terminal to choose one on", "`cst ls --all` lists them")
    require_cursor(settings)
    chosen = history_list.pick(settings, args["client"], assets.program())
    if chosen:  # outside tmux: this terminal is free now
        _say_if_cold(chosen, time.time())
        stands = _say_what_was_lost(settings, take(settings, time.time(), STATUS), chosen)
        resume.resume(settings, chosen, None, time.time(), stands=stands)
    return 0


def _say_what_was_lost(settings: Settings, snapshot: Snapshot, session: Session) -> str:
    """Say which prompts were lost with its end, and that its old pane stays; how its last turn stood."""
    from cst.actions import restore
    from cst.render.restore import lost_prompts

    lost = resume.missed(settings, snapshot, session)
    if lost and lost.queued:
        warn(f"{display_name(session)}: {lost_prompts(lost.queued)}")
    if lost and (old := restore.old_pane(settings, lost)):
        warn(f"{display_name(session)}: its old pane, {old}; `exit` or `tmux kill-pane` there closes it")
    return lost.stands if lost else ""


def _say_if_cold(session: Session, now: float) -> None:
    """Say what its first message costs anew, where the end of its transcript proves that."""
    path = session.transcript.path if session.transcript else ""
    try:
        cold = cold_tokens(transcript.read(path), now) if path and session.pid is None else None
    except OSError:
        return  # the client says itself what is wrong with it
    if cold:
        warn(cold_words(display_name(session), cold))


def _find(word: str, settings: Settings) -> tuple[Snapshot, Session]:
    """The session that is named among those that have ended, also by its id from all history. CstError where only one
    that lives is called that; the beginning of a name is enough where none of those has the whole."""
    from cst.claude import history

    snapshot, fleet = sessions.load(settings, ROWS, ended=True)
    ended = [session for session in fleet if session.pid is None]
    with contextlib.suppress(NobodyError):
        return snapshot, lookup.find(ended, word, settings.socket, whole=True)
    if one := history.find(settings.config_dirs, word, sessions.live_ids(settings)):
        snapshot = take(settings, time.time(), STATUS)._replace(ended=[one])
        return snapshot, next(session for session in fleet_of(snapshot) if session.key == one.session_id)
    live = [session for session in fleet if session.pid is not None]
    for among, whole in ((live, True), (ended, False), (live, False)):
        with contextlib.suppress(NobodyError):
            session = lookup.find(among, word, settings.socket, whole)
            if session.pid is not None:
                raise _lives(session)
            return snapshot, session
    try:
        return snapshot, lookup.find(fleet, word, settings.socket)
    except NobodyError as error:
        if not history.is_too_short(word):
            raise
        remedy = f"of an id write at least {history.SHORTEST} characters"
        raise CstError(error.what, f"{remedy}; `cst resume` alone lists all ended sessions") from None


def _lives(session: Session) -> CstError:
    """What to say of one that has not ended."""
    what = f"{display_name(session)} has not ended: it lives as process {session.pid}"
    if not session.place:
        return CstError(f"{what}, in no tmux pane", f"`cst show {where(session)}` says what is known of it")
    return CstError(f"{what} in {clean(session.place.location, 60)}", f"`cst jump {where(session)}` goes there")
