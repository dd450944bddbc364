"""What killed sessions left behind: their records stay, until a client sweeps them away."""

from __future__ import annotations

import os

from cst.claude import closing, transcript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from cst.model import Record

_LATELY, _LISTED = 3600.0, 7 * 86400.0  # seconds for which killed ones are in the list, and among the ended
_MOST = 200  # records that are looked into, the newest
_LAG = 5.0  # seconds by which a resumed session may write its record after its transcript


def sorted_out(
    records: Sequence[Record], found: Container[int], now: float, ended: bool
) -> tuple[list[Record], Sequence[Record]]:
    """The records without those that are not the last word on their session, and those whose transcripts nobody else
    reads: of the killed ones that are listed; none where the `ended` ones are read. `found` are the pids that run. Not
    the last word are all but the newest of one session, and one whose session was resumed since, and ended in order."""
    oldest = now - (_LISTED if ended else _LATELY)
    gone = [one for one in records if one.session_id and not (one.elsewhere or one.key_file or one.pid in found)]
    left = sorted((one for one in gone if last_sign(one) >= oldest), key=last_sign, reverse=True)
    newest: dict[str, Record] = {}
    for record in left[:_MOST]:
        newest.setdefault(record.session_id, record)
    last = [record for record in newest.values() if not _is_outlived(record)]
    dropped = {record.key for record in left[:_MOST]} - {record.key for record in last}
    return [record for record in records if record.key not in dropped], () if ended else last


def last_sign(record: Record) -> float:
    """When a process last said in its record that it lives."""
    return max(record.written_at, record.status_at)


def closed_later(record: Record, written: float) -> bool:
    """Whether a transcript that is closed, and was last `written` then, was closed by a later process than that of this
    record."""
    return written > last_sign(record) + _LAG


def _is_outlived(record: Record) -> bool:
    try:
        path = transcript.locate(record.config_dir, record.cwd, record.session_id)
        later = bool(path) and closed_later(record, os.stat(path).st_mtime)
        return later and closing.ends_in_order(path) is True
    except OSError:
        return False
