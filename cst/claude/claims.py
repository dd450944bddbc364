"""Which transcript of a folder is whose, where several processes run there and no record tells.

A process writes a transcript that began after it started, unless it resumed an older one. So the earliest transcript is
of the earliest process, and so on by exclusion: what two processes may have written is nobody's.
"""

from __future__ import annotations

from cst.claude.transcript import LEAN, folder_of, written_since
from cst.jsonl import Backwards, epoch, first_lines, parse
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LAG = 1.0  # seconds that the clock of the kernel and that of a transcript may differ
_CLEARED = b"<command-name>/clear</command-name>"


class Claimant(Value):
    """A process that may have written a transcript of its folder."""

    pid: int
    started_at: float  # epoch seconds
    resumes: bool  # it was told to go on with an older one


class _Candidate(Value):
    session_id: str
    born: float  # epoch seconds; 0.0: nothing tells


def assign(
    config_dir: str, cwd: str, claimants: Sequence[Claimant], known: set[str]
) -> tuple[dict[int, str], set[int]]:
    """The session id of each process of which it can be told, by pid; and the processes that may have written one of
    the others. `known` are the sessions of others. Costs a look at both ends of each transcript that was written since
    the earliest of them started."""
    earliest = min(claimant.started_at for claimant in claimants)
    folder = f"{config_dir}/projects/{folder_of(cwd)}"
    found, certain = [], True
    for session_id in sorted(set(written_since(config_dir, cwd, earliest)) - known):
        path = f"{folder}/{session_id}.jsonl"
        begin = first_lines(path, LEAN)
        certain = certain and not any(_CLEARED in line for line in begin[:12])
        if not _is_closed(path):
            found.append(_Candidate(session_id, _born(begin)))
    decided: dict[int, str] = {}
    if len(claimants) == 1 and len(found) == 1:
        decided = {claimants[0].pid: found[0].session_id}
    elif certain:  # else an earlier process may have a later transcript, after /clear
        decided = _by_exclusion(claimants, found)
    left = [candidate for candidate in found if candidate.session_id not in decided.values()]
    may = {one.pid for one in claimants if one.pid not in decided and any(_may_be(one, c) for c in left)}
    return decided, may


def _may_be(claimant: Claimant, candidate: _Candidate) -> bool:
    return claimant.resumes or candidate.born >= claimant.started_at - _LAG


def _by_exclusion(claimants: Sequence[Claimant], found: Sequence[_Candidate]) -> dict[int, str]:
    decided: dict[int, str] = {}
    while True:
        single = []
        for candidate in found:
            pids = [one.pid for one in claimants if one.pid not in decided and _may_be(one, candidate)]
            if len(pids) == 1 and candidate.session_id not in decided.values():
                single.append((pids[0], candidate.session_id))
        sure = [(pid, session_id) for pid, session_id in single if [one for one, _ in single].count(pid) == 1]
        if not sure:
            return decided
        decided |= dict(sure)


def _born(begin: Sequence[bytes]) -> float:
    for line in begin:
        try:
            born = epoch(parse(line).get("timestamp"))
        except ValueError:
            continue
        if born:
            return born
    return 0.0


def _is_closed(path: str) -> bool:
    """Whether the client has written the account that it writes when it leaves a session in order, and nothing said
    since."""
    for line in Backwards(path, limit=LEAN):
        if line.startswith(b'{"type":"cost-state"'):
            return True
        if b'"type":"user"' in line or b'"type":"assistant"' in line:
            return False
    return False
