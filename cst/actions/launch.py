"""Start a program for a person: in a new window of their tmux session or, outside tmux, in place of cst.

Bound keys run in the tmux server's environment, where PATH may lack what the person's shell would find: so their login
shell is asked, as if they had typed it. What that shell reads is a text of ours that never changes; folders and ids
reach it as environment variables, which sh, bash, zsh and fish spell alike. Other shells (tcsh, nushell, xonsh, …) read
another language: there sh runs the text, and they are only asked where to find a program that sh does not find.
"""

from __future__ import annotations

import contextlib
import os
import time

from cst.actions import marks
from cst.core.naming import display_name
from cst.model import Client, CstError, Session, digits, label, project
from cst.system import processes, tmux
from cst.text import clean
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from cst.settings import Settings

# $1 the folder, $2 what the shell is to run ("" = nothing: be a shell), $3 the program in it that may be known to the
# person's shell alone, then NAME=value to set and NAME to unset.
# `cd` instead of tmux's -c, which is a format: a folder called `#(touch pwned)` would run that.
_SCRIPT = """\
cd -- "$1" || exit
text=$2 program=$3
shift 3
for pair do
  case $pair in *=*) export "$pair" ;; *) unset "$pair" ;; esac
done
[ -n "$text" ] || exec "${SHELL:-/bin/sh}" -l
case ${SHELL##*/} in
  fish) # skips what follows || where it knows no such command
    case $text in
      *' || exec "$SHELL"') text=${text%' || exec "$SHELL"'}'; or exec "$SHELL"' ;;
    esac ;;
esac
case ${SHELL##*/} in
  '' | sh | ash | bash | dash | fish | ksh | ksh93 | mksh | oksh | yash | zsh)
    exec "${SHELL:-/bin/sh}" -l -i -c "$text" ;;
  nu) login=-l ;;
  *) login= ;;
esac
if [ -n "$program" ] && ! command -v "$program" >/dev/null; then
  export CST_RUN="$text"
  exec "$SHELL" $login -c '/bin/sh -c '\\''eval "$CST_RUN"'\\'
fi
exec /bin/sh -c "$text"
"""


STAY = ' || exec "$SHELL"'  # behind a text: in a window of its own, what went wrong stays to be read


class Command(Value):
    """What to start. `text` is for the person's shell and holds nothing that comes from a session."""

    name: str  # of the window
    folder: str
    text: str = ""  # "": their shell itself
    env: tuple[str, ...] = ()  # NAME=value, or NAME of one to unset
    program: str = ""  # in `text`; "": one that is everywhere


def command(session: Session, folder: str, text: str, *env: str) -> Command:
    """A command in a folder of a session's. CstError where that folder is not known, or gone."""
    called = display_name(session)
    if not folder.startswith("/"):
        raise CstError(f"the folder of {called} is not known", f"`cst show {session.key}` says what is")
    if not os.path.isdir(folder):
        gone = f"the folder {clean(folder, 200)} of {called} is gone"
        raise CstError(gone, "recreate it or choose another session")
    return Command(harmless(label(session)) or harmless(project(folder)) or "cst", folder, text, env)


class Window(Value):
    """What tmux says of a new window."""

    pane: str
    pid: int  # of its command
    server: int  # the pid of tmux itself
    place: str  # `session:index`


def run(
    settings: Settings, client: Client | None, wanted: Command, visits: str = "", by: str = "", detach: bool = False
) -> Window:
    """Start it in a new window of the client's tmux session, and note for `cst back` where that client was. `visits`:
    the key of the session that is seen there, `by` whom. With `detach` the client stays where it is. Outside tmux
    become it: that does not return."""
    if client is None:
        check_in_place(settings, detach)
        become(wanted)
    words = ["new-window", *(["-d"] if detach else []), "-t", f"{client.session_id}:", "-n", wanted.name]
    window = run_in(settings, client.socket, words, wanted)
    if detach:
        return window
    with contextlib.suppress(CstError):  # the window is there; `cst doctor` reports a log that cannot be written
        marks.left(settings, client, time.time(), window.pane, visits, by)
    return window


def run_in(settings: Settings, socket: str, words: Sequence[str], wanted: Command) -> Window:
    """Start it in what a command of tmux's makes: new-window, split-window or new-session, with their options."""
    told = "#{pane_id} #{pane_pid} #{pid} #{session_name}:#{window_index}"
    code, output = tmux.run(settings.tmux_program, socket, [*words, "-P", "-F", told, *_argv(wanted)])
    if code:
        raise CstError(f"tmux made no window: {clean(output, 200)}", "`tmux list-sessions` lists what is there")
    pane, pid, server, place = [*output.strip().split(" ", 3), "", "", ""][:4]
    return Window(pane, int(pid) if digits(pid) else 0, int(server) if digits(server) else 0, clean(place, 60))


class Watch:
    """Whether what was started in a window still runs there."""

    def __init__(self, settings: Settings, socket: str, window: Window) -> None:
        self._settings, self._socket, self._window = settings, socket, window
        self._start = processes.start_of(window.pid)  # "": it has ended already, or start times cannot be read
        self._server = processes.words_of(window.server)  # as a fork of it the command begins

    def check(self) -> None:
        """CstError where it has ended: its window is gone, or holds the shell that `STAY` leaves there."""
        start, window = self._start, self._window
        if processes.start_of(window.pid) != start if start else self._closed():
            raise CstError(f"claude exited at once, and its window {window.place} closed", "run it in a shell")
        words = processes.words_of(window.pid)
        if start and "-c" not in words and words not in ([], self._server):
            raise CstError(f"claude exited at once in window {window.place}", "look there")

    def _closed(self) -> bool:
        """Whether tmux says that the window's pane is gone, or its command has ended."""
        words = ("display-message", "-p", "-t", self._window.pane, "#{pane_dead}")
        code, said = tmux.run(self._settings.tmux_program, self._socket, words)
        return said.strip() != "0" if code == 0 else "can't find" in said


def check_in_place(settings: Settings, detach: bool = False) -> None:
    """CstError where nothing can take the place of this process: inside tmux, where nobody watches, and without a
    terminal; or is not to, with `detach`."""
    if detach and not settings.tmux:
        raise CstError("outside tmux there is no window for it to be in", "leave out --detach")
    if settings.tmux:
        raise CstError("no tmux client shows this pane", "pass one with --client, `tmux list-clients` lists them")
    if not os.isatty(0) or not os.isatty(1):
        raise CstError("outside tmux this needs a terminal", "run it in one")


def become(wanted: Command) -> NoReturn:
    """Replace this process."""
    argv = _argv(wanted)
    os.execv(argv[0], argv)


def _argv(wanted: Command) -> list[str]:
    """Several words: tmux starts them without a shell in between."""
    return ["/bin/sh", "-c", _SCRIPT, "sh", wanted.folder, wanted.text, wanted.program, *wanted.env]


def harmless(text: str) -> str:
    """A name for a window or a tmux session: -n is a format too, so nothing that could be one is in it."""
    return "".join(c for c in clean(text, 60) if c.isalnum() or c in " ._-").strip(" -")[:24]
