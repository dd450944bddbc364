"""What the checks of `cst doctor` share: everything that is read once, before any of them runs."""

from __future__ import annotations

from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cst.core.hosts import Report
    from cst.model import CstError, Record, Session, Snapshot
    from cst.settings import Settings
    from cst.setup.hook_status import Status


class Context(Value):
    """`env` is the environment of this run; `prunes` is the bytes that pruning would free, without those of marks that
    take long to read, None: unknown."""

    settings: Settings
    env: Mapping[str, str]
    now: float
    cwd: str
    program: str  # this cst, by its absolute path; "" = not found
    version: str
    config_error: CstError | None  # why the config file cannot be used
    snapshot: Snapshot
    sessions: Sequence[Session]
    hooks: Status
    prunes: int | None
    hosts: Sequence[Report] = ()  # what each configured host answered a moment ago

    @property
    def live(self) -> list[Record]:
        """The records of live processes that have registered."""
        known = self.snapshot.processes
        return [
            r for r in self.snapshot.records
            if r.session_id and r.pid in known and r.start in ("", known[r.pid].start)
        ]  # fmt: skip
