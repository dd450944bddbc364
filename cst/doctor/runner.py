"""`cst doctor`: what is given to the checks, the checks in their order, and what becomes of one that fails."""

from __future__ import annotations

from cst.doctor import claude, files, hooks, hosts, statusline, tools
from cst.doctor.context import Context
from cst.doctor.finding import Finding
from cst.model import CstError
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CHECKS", "Context", "examine"]


class Check(Value):
    """A check: the name of its source, shown where it fails, and the function."""

    name: str
    function: Callable[[Context], Iterator[Finding]]


CHECKS = (
    Check("cst", tools.program),
    Check("config", files.config),
    Check("locale", tools.locale),
    Check("sources", claude.problems),
    Check("sessions", claude.versions),
    Check("registry", claude.registry_files),
    Check("transcripts", claude.transcripts),
    Check("retention", claude.retention),
    Check("orphans", claude.orphaned),
    Check("lost", claude.missing),
    Check("hooks", hooks.installed),
    Check("firing", hooks.firing),
    Check("status line", statusline.statusline),
    Check("logs", files.logs),
    Check("private", files.private),
    Check("disk", files.disk),
    Check("tmux", tools.tmux_program),
    Check("servers", tools.servers),
    Check("surroundings", tools.surroundings),
    Check("keys", tools.keys),
    Check("segment", tools.segment),
    Check("hosts", hosts.answering),
    Check("fzf", tools.fzf),
)


def examine(context: Context) -> list[Finding]:
    """What every check found. One that fails is unknown, and ends no other."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check.function(context)
        except (OSError, ValueError, CstError) as error:
            found.append(Finding(check.name, "unknown", f"could not be checked: {error}"))
    return found
