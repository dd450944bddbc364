"""The rows of all ended sessions, as they are read from all history."""

from __future__ import annotations

from cst import sessions
from cst.claude import history
from cst.core import annotation
from cst.render import history_rows as view
from cst.store import marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cst.model import Ended
    from cst.settings import Settings


def history_rows(
    settings: Settings, now: float, columns: int, noted: Callable[[Iterator[Ended]], Iterator[Ended]] = iter
) -> Iterator[str]:
    """A row `id TAB visible and searchable text` for each session, newest first. `noted` is shown each session as it
    passes."""
    try:
        made = marks.read(settings.marks_file)[0]
    except OSError:
        made = ()  # `cst ls` names what is wrong with it
    about = {key: annotation.of(own, now) for key, own in annotation.by_key(made).items() if history.is_id(key)}
    found = noted(history.stream(settings.config_dirs, sessions.live_ids(settings)))
    return view.history_rows(found, now, columns, settings.home, not settings.no_color, about)
