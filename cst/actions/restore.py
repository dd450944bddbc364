"""Restore sessions that were lost or parked: `claude --resume` for each, in its folder, in a window of the tmux session
and of the name that it had. What lives by now is refused; nothing is opened twice."""

from __future__ import annotations

import time

from cst.actions import launch, marks, new, resume
from cst.core.naming import display_name
from cst.model import CstError, project
from cst.system import tmux
from cst.text import clean
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.actions.launch import Window
    from cst.lost import Lost
    from cst.settings import Settings

PATIENCE = 20.0  # seconds for all of them to register
_STEP = 0.1


class Restored(Value):
    """What became of one: `wrong` "" = it is there again, at `place`."""

    lost: Lost
    place: str = ""
    wrong: str = ""
    old: str = ""  # the place of the pane that it had, where that is still there, and what runs in it


def restore(
    settings: Settings, chosen: Sequence[Lost], tell: Callable[[int, int], object] = lambda *_: None
) -> list[Restored]:
    """Open these, then wait until they have registered. `tell` is called with how many are there, and of how many."""
    opened: dict[tuple[str, str, int], str] = {}  # a pane of each window that was made, by socket, session and index
    done: list[Restored] = []
    waiting: list[tuple[Lost, Window, launch.Watch]] = []
    for lost in sorted(chosen, key=_place):
        try:
            socket = _socket(settings, lost)
            wanted = resume.command(settings, lost.session, time.time(), True, lost.note.arguments if lost.note else ())
            begun = time.time()
            window = _open(settings, socket, lost, wanted, opened)
            marks.restored(settings, lost.session.id, lost.stands, begun)
            waiting.append((lost, window, launch.Watch(settings, socket, window)))
        except CstError as error:
            done.append(Restored(lost, wrong=str(error)))
    end = time.monotonic() + PATIENCE
    while waiting:
        left = []
        for lost, window, watch in waiting:
            state = _state(settings, lost, window, watch, time.monotonic() > end)
            done += [state] if state else []
            left += [] if state else [(lost, window, watch)]
        waiting = left
        tell(len(done), len(chosen))
        time.sleep(_STEP if waiting else 0.0)
    return done


def _state(settings: Settings, lost: Lost, window: Window, watch: launch.Watch, late: bool) -> Restored | None:
    """What has become of one that was opened; None while it may still register."""
    record = new.registered(settings, window)
    if record and record.session_id == lost.session.id:
        return Restored(lost, window.place, old=old_pane(settings, lost))
    try:
        watch.check()
    except CstError as error:
        return Restored(lost, wrong=str(error))
    if late:
        wrong = f"claude has not registered after {PATIENCE:g} s in window {window.place}; look there"
        return Restored(lost, wrong=wrong)
    return None


def old_pane(settings: Settings, lost: Lost) -> str:
    """`work:2.0, is still there (bash)`, of the pane that it was in; "" where that is gone, or is the one we are in."""
    note = lost.note
    if not note or not note.pane_id or (note.socket, note.pane_id) == (settings.socket, settings.tmux_pane):
        return ""
    told = "#{pid} #{pane_id} #{pane_current_command} #{session_name}:#{window_index}.#{pane_index}"
    code, said = tmux.run(settings.tmux_program, note.socket, ["display-message", "-p", "-t", note.pane_id, told])
    server, pane, runs, place = [*said.strip().split(" ", 3), "", "", ""][:4]
    if code or (server, pane) != (str(note.server), note.pane_id):
        return ""
    return f"{clean(place, 60)}, is still there ({clean(runs, 20)})"


def _place(lost: Lost) -> tuple[str, str, int, int]:
    note = lost.note
    return (note.socket, note.session, note.window, note.pane) if note else ("", project(lost.session.cwd), 0, 0)


def _socket(settings: Settings, lost: Lost) -> str:
    """The tmux server that it lived in, where one answers there; else the one that we are in, else the default one."""
    named = lost.note.socket if lost.note else ""
    if named and tmux.run(settings.tmux_program, named, ["list-sessions"])[0] == 0:
        return named
    return settings.socket or settings.default_socket


def _open(
    settings: Settings, socket: str, lost: Lost, wanted: launch.Command, opened: dict[tuple[str, str, int], str]
) -> Window:  # fmt: skip
    """A pane in the window that it had: with others of that window, else in one of that name, if it can be with that
    index, in the tmux session of that name."""
    note = lost.note
    session = note.session if note and note.session else launch.harmless(project(lost.session.cwd)) or "claude"
    named = ["-n", _literal(note.window_name)] if note and note.window_name else []
    named = named if note and note.session else ["-n", wanted.name]
    where = (socket, session, note.window if note else -1)
    if note and where in opened:
        window = launch.run_in(settings, socket, ["split-window", "-d", "-t", opened[where]], wanted)
        tmux.run(settings.tmux_program, socket, ["select-layout", "-t", window.pane, note.layout])  # if all are there
        return window
    if tmux.run(settings.tmux_program, socket, ["has-session", "-t", f"={session}"])[0]:
        at = new.session_named(settings, socket, _literal(session), "")
        window = launch.run_in(settings, socket, [*at.words[:-2], *named], wanted)
        if note and note.session:
            words = ["move-window", "-s", window.pane, "-t", f"={session}:{note.window}"]
            tmux.run(settings.tmux_program, socket, words)
    else:
        window = _in_session(settings, socket, session, note.window if note and note.session else -1, named, wanted)
    opened[where] = window.pane
    code, place = tmux.run(settings.tmux_program, socket, ["display-message", "-p", "-t", window.pane, "#S:#I"])
    return window if code else window._replace(place=place.strip())


def _in_session(
    settings: Settings, socket: str, session: str, index: int, named: Sequence[str], wanted: launch.Command
) -> Window:  # fmt: skip
    """A new window of a tmux session that is there, with that index where it is free."""
    code, used = tmux.run(settings.tmux_program, socket, ["list-windows", "-t", f"={session}", "-F", "#{window_index}"])
    at = f"={session}:" + (str(index) if index >= 0 and not code and str(index) not in used.split() else "")
    return launch.run_in(settings, socket, ["new-window", "-d", "-t", at, *named], wanted)


def _literal(name: str) -> str:
    """A name as tmux has to be given it where it expands formats."""
    return name.replace("#", "##")


def name(lost: Lost) -> str:
    """The session for people."""
    return display_name(lost.session)
