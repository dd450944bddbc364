"""The rows of the picker in groups: by state, project, host or tag. A group stands where its first row stood. Pure."""

from __future__ import annotations

from cst.model import host_of, project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Session

    Listed = tuple[Session, str]

BY = ("", "state", "project", "host", "tag")  # "" is none


def after(by: str, sessions: Sequence[Session]) -> str:
    """The next way to group these sessions. Hosts and tags are passed over where no session has one."""
    for way in (*BY[BY.index(by) + 1 :], ""):
        if not way or way in ("state", "project") or any(_told(session, way) for session in sessions):
            return way
    return ""


def grouped(listed: Sequence[Listed], by: str) -> tuple[list[Listed], dict[str, str]]:
    """The rows, those of a group together, and what stands above the first of each: by its key, `tests · 3`."""
    groups: dict[str, list[Listed]] = {}
    for session, news in listed:
        groups.setdefault(name_of(session, by), []).append((session, news))
    rows = [row for rows in groups.values() for row in rows]
    return rows, {rows[0][0].key: f"{name} · {len(rows)}" for name, rows in groups.items()}


def name_of(session: Session, by: str) -> str:
    """The group of a session: of several tags the first."""
    return _told(session, by) or {"host": "this machine", "tag": "no tag"}.get(by, "no folder")


def _told(session: Session, by: str) -> str:
    if by == "state":
        return session.state
    if by == "project":
        return project(session.repository or session.cwd)
    if by == "host":
        return host_of(session.key)
    return session.tags[0] if session.tags else ""
