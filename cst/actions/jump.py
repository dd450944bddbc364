"""Show a session's pane on one tmux client, that of the user who pressed the key, and on no other. A background session
that no pane shows gets a window with `claude attach`."""

from __future__ import annotations

import os

from cst.actions import marks
from cst.core.naming import display_name
from cst.model import Client, CstError, Mark, Session
from cst.system import tmux, trust
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.route import Route
    from cst.model import Snapshot
    from cst.settings import Settings

# As in actions/resume: an alias is fine for `claude`, not for `env`.
_PLAIN = 'claude attach "$CST_JOB"'
_OTHER = 'env CLAUDE_CONFIG_DIR="$CST_CONFIG_DIR" claude attach "$CST_JOB"'


def client_of(snapshot: Snapshot, settings: Settings, asked: str) -> Client | None:
    """The client to act for: the one named, else the one that shows our pane, else the only one. None: no client."""
    clients = [client for client in snapshot.clients if client.socket == settings.socket]
    named = asked or settings.client
    if named:
        client = next((client for client in clients if client.name == named), None)
        if asked and client is None:
            raise CstError(f"no tmux client is called {asked!r}", "`tmux list-clients` lists them")
        return client
    if not settings.tmux:
        return None
    if settings.tmux_pane:
        shown = [client for client in clients if client.pane == settings.tmux_pane]
        if not shown:
            rooms = {p.session_id for p in snapshot.panes if p.id == settings.tmux_pane and p.socket == settings.socket}
            shown = [client for client in clients if client.session_id in rooms]
        return max(shown, key=lambda client: client.activity, default=None)
    # In a popup, run-shell or #(): the client that was active last has just pressed the key.
    return max(clients, key=lambda client: client.activity, default=None)


def jump(
    settings: Settings, session: Session, client: Client | None, now: float, way: Route, message: str = "", by: str = ""
) -> None:
    """Show the session on `client`, and mark the visit, with who made it (`by`). CstError where that cannot be done.
    Outside tmux this process becomes a client of tmux, or shows a background session itself. The `way` is that of
    `route.to_session`."""
    place = session.place
    if place is None:
        from cst.core import attention

        if attention.in_background(session):
            _view(settings, session, client, now, message, by)
            return
        where = "is in no tmux pane that could be seen" if session.hidden else "is in no tmux pane"
        if session.pid is None:
            where = f"has ended; `cst resume {session.key}` brings it back"
        raise CstError(f"{display_name(session)} {where}")
    if client is None:
        _attach(settings, place.socket, way.target, session, now)
        return
    if client.socket != place.socket:
        raise CstError(f"{display_name(session)} is on another tmux server, {place.socket}", "attach to that one")
    if client.pane != place.pane:
        tmux.switch(settings.tmux_program, place.socket, client.name, way.target, message)
    elif message:
        tmux.say(settings.tmux_program, place.socket, client.name, message)
    _marked(settings, session, client.socket, client.name, client.pane, now, by, place.pane)


def _view(settings: Settings, session: Session, client: Client | None, now: float, message: str, by: str) -> None:
    """Show a background session in a new window of the client's tmux session; outside tmux in place of this process."""
    from cst.actions import launch
    from cst.actions.copy import is_default
    from cst.claude import registry

    record = registry.one(session.config_dir, session.pid or 0)
    if not record or record.key != session.key or not record.job or record.job.startswith("-"):
        what = f"{display_name(session)} is in the background, and no record names its job"
        raise CstError(what, "`claude agents` lists it")
    text, env = _PLAIN, ["CLAUDE_CONFIG_DIR"]
    if not is_default(settings, session.config_dir):
        text, env = _OTHER, [f"CST_CONFIG_DIR={session.config_dir}"]
    folder = session.cwd if os.path.isdir(session.cwd) else settings.home
    stays = text + (launch.STAY if client else "")
    wanted = launch.command(session, folder, stays, *env, f"CST_JOB={record.job}")._replace(program="claude")
    if client is None and os.isatty(0) and os.isatty(1):
        _marked(settings, session, settings.socket, "", "", now)  # what follows does not return
    launch.run(settings, client, wanted, session.key, by)
    if client:
        if message:
            tmux.say(settings.tmux_program, client.socket, client.name, message)
        marks.append(settings, [Mark(now, "seen", session.key, by="jump")])


def _attach(settings: Settings, socket: str, target: str, session: Session, now: float) -> None:
    """Outside tmux: become a new client. Never switch-client, which would move somebody else's."""
    if settings.tmux:
        raise CstError("no tmux client shows this pane", "pass one with --client, `tmux list-clients` lists them")
    if not os.isatty(0) or not os.isatty(1):
        raise CstError("outside tmux a jump needs a terminal to attach", "run it in one")
    path, wrong = trust.checked(socket)
    if wrong:
        raise CstError(f"{wrong}", "nothing was attached")
    _marked(settings, session, settings.socket, "", "", now)
    try:
        os.execvp(settings.tmux_program, [settings.tmux_program, "-u", "-S", path, "attach-session", "-t", target])
    except OSError as error:
        raise CstError(f"cannot start {settings.tmux_program}: {error.strerror}", "set CST_TMUX") from None


def _marked(
    settings: Settings, session: Session, socket: str, client: str, came_from: str, now: float, by: str = "",
    led_to: str = "",
) -> None:  # fmt: skip
    visit = Mark(now, "visit", session.key, by, client=client, pane=came_from, socket=socket, value=led_to)
    marks.append(settings, [visit, Mark(now, "seen", session.key, by="jump")])


def back(snapshot: Snapshot, settings: Settings, client: Client, now: float) -> str:
    """Return a client to where its walk began; what happened, in words."""
    from cst.core import route  # the verbs that only ask for the client need none

    first = origin(snapshot, client)
    if first is None:
        raise CstError("nowhere to go back to: no jump since the last return")
    panes = [p for p in snapshot.panes if p.id == first.pane and p.socket == client.socket]
    if not panes:
        marks.append(settings, [Mark(now, "back", client=client.name, socket=client.socket)])
        raise CstError(f"the pane {first.pane} that you came from is gone", "`prefix L` goes to the last tmux session")
    way = route.to_pane(snapshot, client.socket, first.pane, client)
    tmux.switch(settings.tmux_program, client.socket, client.name, way.target, "")
    marks.append(settings, [Mark(now, "back", client=client.name, socket=client.socket)])
    name = next(p.session for p in panes if way.target.startswith(f"={p.session_id}:"))
    return " · ".join(filter(None, (f"back in {clean(name, 40)}", way.also)))


def origin(snapshot: Snapshot, client: Client) -> Mark | None:
    """The first visit of a client's newest walk since its last return: it knows where the client came from. A walk goes
    on from the pane that its last jump led to, and from anywhere once that pane is gone: tmux moved the client then."""
    from cst.core.attention import PAUSE  # most verbs that are here only ask for the client

    there = {pane.id for pane in snapshot.panes if pane.socket == client.socket}
    mine = [m for m in snapshot.marks if m.client == client.name and m.socket == client.socket]
    last_return = max((m.t for m in mine if m.mark == "back"), default=0.0)
    first = before = None
    for visit in (m for m in mine if m.mark == "visit" and m.t > last_return and m.pane):
        if before is None or visit.t - before.t > PAUSE or before.value in there - {visit.pane}:
            first = visit
        before = visit
    return first
