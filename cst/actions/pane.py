"""The pane of a session, proved to be its own at this moment: what its screen shows, and one key into it."""

from __future__ import annotations

from cst.actions import identity
from cst.claude import registry
from cst.model import CstError, Record, Session
from cst.system import processes, tmux
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.model import Place
    from cst.settings import Settings

GO_THERE = "nothing was sent; `cst jump {}` goes there"


class NotSent(CstError):
    """An error before anything was typed into the session, and one that says so. `why`: the same where it stands behind
    the session's name, `it shows a dialog`. `to_answer`: it has a dialog that an answer would close."""

    def __init__(self, what: str, remedy: str = "nothing was sent", why: str = "", to_answer: bool = False) -> None:
        super().__init__(what, remedy, sent=False)
        self.why, self.to_answer = why or what, to_answer


class View(Value):
    """A session's pane at one moment: its process, the pane's own one, its registry record, the screen."""

    pid: int
    start: str  # in clock ticks, as the kernel says
    pane_pid: int
    record: Record | None
    screen: str  # with its colours


def look(settings: Settings, session: Session, start: str = "") -> View:
    """The pane as it is now. NotSent unless the session's process lives (it started at `start`, where the session
    does not know), reads that terminal, and no mode or other pane would get its keys."""
    place, (pid, start) = _place(session), _identity(session, start)
    (pane_pid, terminal, mode, shared), screen = tmux.inspect(settings.tmux_program, place.socket, place.pane)
    reason = identity.refusal(session, pid, start)
    record = registry.one(session.config_dir, pid)
    if not reason and not processes.in_front(pid, terminal) and not _is_viewed(settings, record, place, terminal):
        reason = f"another process than {identity.name(session)} reads pane {place.pane}"
    if not reason and mode != "0":
        reason = f"pane {place.pane} is in copy mode; leave it (q)"
    if not reason and shared != "0":
        reason = f"the panes around {place.pane} get the same keys (synchronize-panes); turn that off"
    if reason:
        raise NotSent(reason)
    return View(pid, start, int(pane_pid), record, screen)


def _is_viewed(settings: Settings, record: Record | None, place: Place, terminal: str) -> bool:
    """Whether what reads that terminal is the client's view of this background session, which passes the keys on: an
    attach, by its words; a process whose own conversation was moved away, by the pane's title, if no other has that
    name."""
    if not record or record.kind != "bg":
        return False
    from cst.claude import clients
    from cst.core import fleet

    for pid in processes.claude_pids():
        if not processes.in_front(pid, terminal):
            continue
        client = clients.read(processes.words_of(pid))
        if client.what == clients.VIEW:
            return fleet.is_shown_as(record, client.shows, False)
        own = registry.one(record.config_dir, pid)
        if own and own.parked:
            ask = ["display-message", "-p", "-t", place.pane, "#{pane_title}"]
            code, title = tmux.run(settings.tmux_program, place.socket, ask)
            return not code and fleet.is_shown_as(record, tmux.named(title.rstrip("\n")), True) and _is_unique(record)
    return False


def _is_unique(record: Record) -> bool:
    """Whether no other live background session has the same name."""
    records = [r for r in registry.read(record.config_dir)[0] if r.kind == "bg" and r.name == record.name]
    return [one.pid for one in processes.living(records)] == [record.pid]


def press(settings: Settings, session: Session, view: View, key: str) -> None:
    """Send one key, if the pane is still as it was. NotSent where tmux refuses."""
    place = _place(session)
    if not tmux.press(settings.tmux_program, place.socket, place.pane, view.pane_pid, key):
        raise NotSent(f"pane {place.pane} changed at the last moment")


def paste(settings: Settings, session: Session, view: View, path: str) -> None:
    """Send the text of a file, as one paste, if the pane is still as it was. NotSent where tmux refuses."""
    place = _place(session)
    if not tmux.paste(settings.tmux_program, place.socket, place.pane, view.pane_pid, path):
        raise NotSent(f"pane {place.pane} changed at the last moment")


def _place(session: Session) -> Place:
    if session.pid is None:
        raise NotSent(f"{identity.name(session)} has ended", why="it has ended")
    if session.place is None:
        where = "is in no tmux pane that cst can see"
        raise NotSent(f"{identity.name(session)} {where}", "go to its terminal", f"it {where}")
    return session.place


def _identity(session: Session, start: str) -> tuple[int, str]:
    """Pid and start time; where the client recorded none, `start` or else that of now."""
    pid, _, known = session.key.partition(".")
    if known in ("", "0"):
        known = start or processes.start_of(int(pid))
    return int(pid), known
