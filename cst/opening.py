"""The hot verbs that open, copy or bring back what belongs to a session. Wiring; imports stand inside, as in `look`."""

from __future__ import annotations

import time

from cst import fleet, snapshot
from cst.look import any_session, number, print_lines, say
from cst.model import CstError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from cst.model import Ended, Session, Snapshot
    from cst.settings import Settings

    Given = dict[str, Any]


def do_open(given: Given, own: Settings) -> int:
    """`cst open`."""
    from cst.actions import jump, open

    seen, session = any_session(given["session"], own, snapshot.ROWS)
    client = jump.client_of(seen, own, given["client"])
    if given["what"] == "transcript":
        from cst.setup import bindings

        message = open.transcript(own, session, client, bindings.myself())
    else:
        message = (open.shell if given["what"] == "shell" else open.editor)(own, session, client)
    say(own, client.name if client else "", message)
    return 0


def do_copy(given: Given, own: Settings) -> int:
    """`cst copy`."""
    from cst.actions import copy, jump

    seen, session = any_session(given["session"], own, snapshot.ROWS)
    client = jump.client_of(seen, own, given["client"])
    message = copy.copy(own, copy.text(own, session, given["what"] or "id"), client)
    say(own, client.name if client else "", message)
    return 0


def do_resume(given: Given, own: Settings) -> int:
    """`cst resume`."""
    from cst.actions import jump, resume

    if not given["session"]:
        from cst import past

        return past.pick(given, own)
    seen, session = _ended(given["session"], own)
    client = jump.client_of(seen, own, given["client"])
    say(own, client.name if client else "", resume.resume(own, session, client, seen.now))
    return 0


def _ended(word: str, own: Settings) -> tuple[Snapshot, Session]:
    """The session that is named: as everywhere, and by its id from all history."""
    try:
        return any_session(word, own, snapshot.ROWS)
    except CstError:
        from cst.sources import history

        one = history.find(own.config_dirs, word, _alive(own))
        if one is None:
            raise
    seen = snapshot.take(own, time.time(), snapshot.STATUS)._replace(ended=[one])
    return seen, next(session for session in fleet.sessions(seen) if session.key == one.session_id)


def do_past(given: Given, own: Settings) -> int:
    """`cst past`, for fzf: printed as they come, the first few at once."""
    batch, most = [], 50
    for row in past(own, time.time(), number(given["width"], 100)):
        batch.append(row)
        if len(batch) == most:
            print_lines(batch)
            batch, most = [], 500
    if batch:
        print_lines(batch)
    return 0


def past(
    own: Settings, now: float, columns: int, noted: Callable[[Iterator[Ended]], Iterator[Ended]] = iter
) -> Iterator[str]:
    """The rows of all sessions that have ended, newest first: `id TAB visible and searchable text`. `noted` is shown
    each session as it passes."""
    from cst import said
    from cst.sources import history, marks
    from cst.view.past import history_rows

    try:
        made = marks.read(own.marks_file)[0]
    except OSError:
        made = ()  # `cst ls` names what is wrong with it
    about = {key: said.of(own_marks, now) for key, own_marks in said.by_key(made).items() if history.is_id(key)}
    found = noted(history.stream(own.config_dirs, _alive(own)))
    return history_rows(found, now, columns, own.home, not own.no_color, about)


def _alive(own: Settings) -> set[str]:
    """The session ids that live processes have, as the registry says."""
    from cst.sources import processes, registry

    records = [record for config_dir in own.config_dirs for record in registry.read(config_dir)[0]]
    found = processes.read([record.pid for record in records], time.time())
    return {r.session_id for r in records if r.pid in found and r.start in ("", found[r.pid].start)}
