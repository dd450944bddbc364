"""What killed sessions left behind: their records stay, until a client sweeps them away."""

from __future__ import annotations

import os

from cst.claude import closing, transcript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cst.model import Process, Record

_LATELY, _LISTED = 3600.0, 7 * 86400.0  # seconds for which core/fleet has killed ones in the list, and among the ended
_MOST = 200  # records that are looked into, the newest
_LAG = 5.0  # seconds by which a resumed session may write its record after its transcript


def sorted_out(
    records: Sequence[Record], found: Mapping[int, Process], now: float, ended: bool
) -> tuple[list[Record], Sequence[Record]]:
    """The records without those that are not the last word on their session, and those whose transcripts nobody else
    reads: of the killed ones that are listed; none where the `ended` ones are read. `found` are the processes that run.
    Not the last word are all but the newest of one session, and one whose session was resumed since, and ended in
    order. One whose session lives in another process is not looked into."""
    alive = {one.session_id for one in records if one.elsewhere or _may_be_of(one, found.get(one.pid))}
    gone = [one for one in records if one.session_id not in {"", *alive} and not one.key_file]
    newest: dict[str, Record] = {}
    looked_into = sorted(gone, key=last_sign, reverse=True)[:_MOST]
    for record in looked_into:
        newest.setdefault(record.session_id, record)
    written = {record.key: _written(record) for record in newest.values()}
    last = [record for record in newest.values() if not _is_outlived(record, *written[record.key])]
    dropped = {record.key for record in looked_into} - {record.key for record in last}
    oldest = now - (_LISTED if ended else _LATELY)
    listed = [record for record in last if max(last_sign(record), written[record.key][1]) >= oldest]
    return [record for record in records if record.key not in dropped], () if ended else listed


def last_sign(record: Record) -> float:
    """When a process last said in its record that it lives."""
    return max(record.written_at, record.status_at)


def closed_later(record: Record, written: float) -> bool:
    """Whether a transcript that is closed, and was last `written` then, was closed by a later process than that of this
    record."""
    return written > last_sign(record) + _LAG


def _may_be_of(record: Record, process: Process | None) -> bool:
    """Whether this process wrote the record, as far as the starts of both are known."""
    return process is not None and (not (record.start and process.start) or record.start == process.start)


def _written(record: Record) -> tuple[str, float]:
    """Where the transcript of a session is, and when it was last written; "" and 0.0 where that cannot be told."""
    try:
        path = transcript.locate(record.config_dir, record.cwd, record.session_id)
        return path, os.stat(path).st_mtime if path else 0.0
    except OSError:
        return "", 0.0


def _is_outlived(record: Record, path: str, written: float) -> bool:
    try:
        return closed_later(record, written) and closing.ends_in_order(path) is True
    except OSError:
        return False
