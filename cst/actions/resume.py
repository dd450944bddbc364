"""Bring an ended session back: `claude --resume` in its folder, with its config folder, as the person's shell finds
it."""

from __future__ import annotations

import time

from cst.actions import launch, marks
from cst.actions.copy import folder_of, is_default
from cst.claude import history, registry
from cst.core.naming import display_name
from cst.model import Client, CstError, Session, is_session_id
from cst.system import processes
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.actions.launch import Command, Window
    from cst.lost import Lost
    from cst.model import Snapshot
    from cst.settings import Settings

PATIENCE = 3.0  # seconds for the client to register
_STEP = 0.03
# An alias or a function of the person's is fine for `claude`, but `env` starts programs only: that is for folders
# other than the default, of which an rc file may know nothing.
_PLAIN = 'cd "$CST_FOLDER" && claude --resume "$CST_SESSION"'
_OTHER = 'cd "$CST_FOLDER" && env CLAUDE_CONFIG_DIR="$CST_CONFIG_DIR" claude --resume "$CST_SESSION"'


def resume(
    settings: Settings, session: Session, client: Client | None, now: float, detach: bool = False, stands: str = ""
) -> str:
    """Resume an ended session in a new window of the client's tmux session; what was done, in words.

    With `detach` the client stays where it is. Outside tmux, in place of this process. `stands`: how its last turn did,
    which is kept once nothing is left to fail. CstError where it lives, or where its folder is gone.
    """
    wanted = command(settings, session, now, stays=client is not None)
    begun = time.time()
    if client is None:
        launch.check_in_place(settings, detach)
        marks.restored(settings, session.id, stands, begun)
    window = launch.run(settings, client, wanted, session.id, detach=detach)
    if client:
        marks.restored(settings, session.id, stands, begun)
    waited = _seen(settings, session, window, client.socket, now) if client else ""
    where = f": window {window.place}" if detach else ""
    return waited or f"resumed {display_name(session)} in {clean(wanted.folder, 200)}{where}"


def missed(settings: Settings, snapshot: Snapshot, session: Session) -> Lost | None:
    """What is known of a session that is about to be resumed, where it was lost or parked."""
    from cst import lost
    from cst.core import fleet

    return lost.find_one(settings, snapshot, fleet.sessions(snapshot), session.id)


def last_turn(settings: Settings, snapshot: Snapshot, session: Session) -> str:
    """How the last turn of one stood that was lost or parked; else ""."""
    one = missed(settings, snapshot, session)
    return one.stands if one else ""


def command(
    settings: Settings, session: Session, now: float, stays: bool, arguments: Sequence[str] = ()
) -> Command:
    """What resumes an ended session, with these arguments; with `stays` its window outlives it. CstError where it
    lives, or where its folder is gone."""
    if not is_session_id(session.id):
        raise CstError(f"{display_name(session)} has no session id, so it cannot be resumed", "start a new one")
    if pid := session.pid or living(settings, session, now):
        raise CstError(f"{display_name(session)} lives as process {pid}", f"`cst jump {pid}` goes there")
    if session.transcript and history.is_empty(session.transcript):
        raise CstError(f"nothing was said in {display_name(session)}, so there is nothing to resume", "start a new one")
    folder = folder_of(session)
    text, env = _PLAIN, ["CLAUDE_CONFIG_DIR"]
    if not is_default(settings, session.config_dir):
        text, env = _OTHER, [f"CST_CONFIG_DIR={session.config_dir}"]
    env += [f"CST_FOLDER={folder}", f"CST_SESSION={session.id}"]
    env += [f"CST_WORD_{number}={word}" for number, word in enumerate(arguments)]
    text += "".join(f' "$CST_WORD_{number}"' for number in range(len(arguments)))
    return launch.command(session, folder, text + (launch.STAY if stays else ""), *env)._replace(program="claude")


def _seen(settings: Settings, session: Session, window: Window, socket: str, now: float) -> str:
    """Wait until the session is in the registry: then "", or what is known of it when our patience is over. CstError
    where claude has ended."""
    watch = launch.Watch(settings, socket, window)
    end = time.monotonic() + PATIENCE
    while True:
        if living(settings, session, now):
            return ""
        watch.check()
        if time.monotonic() > end:
            name = display_name(session)
            return f"claude starts in window {window.place}; {name} is not there yet after {PATIENCE:g} s, look there"
        time.sleep(_STEP)


def living(settings: Settings, session: Session, now: float) -> int:
    """The live process that has this session, as the registry says at this moment; 0 = none."""
    for config_dir in dict.fromkeys((session.config_dir, *settings.config_dirs)):
        records, _ = registry.read(config_dir)
        mine = [record for record in records if record.session_id == session.id]
        found = processes.read([record.pid for record in mine], now)
        for record in mine:
            if record.pid in found and record.start in ("", found[record.pid].start):
                return record.pid
    return 0
