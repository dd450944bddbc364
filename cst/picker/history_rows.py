"""The rows of all ended sessions, as they are read from all history."""

from __future__ import annotations

from itertools import islice

from cst import sessions
from cst.claude import history
from cst.core import annotation
from cst.model import is_session_id
from cst.render import history_rows as view
from cst.store import marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cst.core.annotation import Annotation
    from cst.model import Ended
    from cst.settings import Settings

_OFFERED = 50


def history_rows(
    settings: Settings, now: float, columns: int, keep: Callable[[Iterator[Ended]], Iterator[Ended]] = iter
) -> Iterator[str]:
    """A row `id TAB visible and searchable text` for each session, newest first. Every session passes through `keep`
    before its row is made."""
    ended = keep(history.stream(settings.config_dirs, sessions.live_ids(settings)))
    return view.history_rows(ended, now, columns, settings.home, not settings.no_color, _annotations(settings, now))


def history_names(settings: Settings, now: float) -> Iterator[str]:
    """What the shells offer: `beginning of the id TAB name (folder) · age` of the newest ended sessions."""
    ended = islice(history.stream(settings.config_dirs, sessions.live_ids(settings)), _OFFERED)
    return view.names(list(ended), now, _annotations(settings, now))


def _annotations(settings: Settings, now: float) -> dict[str, Annotation]:
    """What the user says of sessions, by session id."""
    try:
        made = marks.read(settings.marks_file)[0]
    except OSError:
        made = ()  # `cst ls` reports what is wrong with it
    return {key: annotation.of(of_key, now) for key, of_key in annotation.by_key(made).items() if is_session_id(key)}
