"""Where sessions live, as it was when somebody looked: `places/v1.json` below the state folder. After a reboot nothing
else tells the names of tmux sessions and windows. docs/restore.md is the contract.

The whole file is replaced in one step. Of two writers the later one wins: both have looked at all that live.
"""

from __future__ import annotations

from cst.jsonl import number_of, one_line, parse, text_of
from cst.model import is_session_id
from cst.system import files, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cst.model import Record
    from cst.settings import Settings

_MOST = 300  # sessions, those that were seen last
_SERVERS = 20
_EINVAL = 22  # `errno` is a module more


class Note(Value):
    """One session, when it was last seen alive at `t` (epoch seconds). Without a `socket` it was in no tmux pane."""

    id: str
    t: float
    key: str
    config_dir: str
    cwd: str
    socket: str = ""
    server: int = 0  # pid of tmux
    session: str = ""
    window: int = 0  # index
    window_name: str = ""  # "": tmux calls it by what runs there
    pane: int = 0  # index
    panes: int = 0  # in the window
    layout: str = ""
    left: bool = False  # its registry record was seen, left behind by a process that was gone
    parked: float = 0.0  # when `cst park` wrote this down; 0 = it did not
    arguments: tuple[str, ...] = ()  # that it was started with, and is to be started with again
    withheld: tuple[str, ...] = ()  # the names of those that it is not started with again
    pane_id: str = ""  # as %7, of that server; "" in older notes
    state: str = ""  # "" in older notes


class Notes(Value):
    """All notes, by session id, and when each tmux server was last seen, by `socket,pid`."""

    sessions: Mapping[str, Note] = {}
    servers: Mapping[str, float] = {}


def is_persons(record: Record) -> bool:
    """Whether a record is of a session that a person has in a terminal, on this machine."""
    ours = record.session_id and not (record.elsewhere or record.key_file or record.parked or record.spare)
    return bool(ours) and record.kind in ("interactive", "") and record.entrypoint in ("", "cli")


def read(settings: Settings) -> Notes:
    """What was noted; nothing where there is no such file. Raises OSError for one that cannot be read, or that says
    something else: whoever writes would lose what is in it."""
    try:
        given = parse(files.read(settings.places_file))
    except FileNotFoundError:
        return Notes()
    except ValueError:
        given = {}
    sessions, servers = given.get("sessions"), given.get("servers")
    if given.get("v") != 1 or not isinstance(sessions, dict) or not isinstance(servers, dict):
        raise OSError(_EINVAL, "it is damaged, or of another version of cst", settings.places_file)
    notes = [_note(session_id, one) for session_id, one in sessions.items() if isinstance(one, dict)]
    return Notes(
        {note.id: note for note in notes if is_session_id(note.id)},
        {name: number_of(t) for name, t in servers.items()},
    )  # fmt: skip


def write(settings: Settings, notes: Notes, oldest: float) -> None:
    """Replace them, without those from before `oldest`. Raises OSError."""
    recent = [note for note in notes.sessions.values() if max(note.t, note.parked) >= oldest]
    kept = sorted(recent, key=lambda note: -note.t)[:_MOST]
    servers = sorted(notes.servers.items(), key=lambda one: -one[1])[:_SERVERS]
    given = {
        "v": 1,
        "sessions": {note.id: {k: v for k, v in note._asdict().items() if v and k != "id"} for note in kept},
        "servers": dict(servers),
    }
    trust.put(settings.places_file, one_line(given).encode("utf-8", "replace") + b"\n")


def _note(session_id: str, given: dict[str, object]) -> Note:
    def number(name: str) -> int:
        return int(number_of(given.get(name)))

    def words(name: str) -> tuple[str, ...]:
        found = given.get(name)
        return tuple(word for word in found if isinstance(word, str)) if isinstance(found, list) else ()

    return Note(
        session_id, number_of(given.get("t")), text_of(given.get("key")), text_of(given.get("config_dir")),
        text_of(given.get("cwd")), text_of(given.get("socket")), number("server"), text_of(given.get("session")),
        number("window"), text_of(given.get("window_name")), number("pane"), number("panes"),
        text_of(given.get("layout")), given.get("left") is True, number_of(given.get("parked")), words("arguments"),
        words("withheld"), text_of(given.get("pane_id")), text_of(given.get("state")),
    )  # fmt: skip
