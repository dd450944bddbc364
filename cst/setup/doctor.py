"""`cst doctor`: what is given to the checks, the checks in their order, and what becomes of one that fails."""

from __future__ import annotations

from cst.finding import Finding
from cst.model import CstError, Value
from cst.setup import check_claude, check_files, check_hooks, check_tools
from cst.setup.world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CHECKS", "World", "examine"]


class Check(Value):
    """A check: the name of its source, shown where it fails, and the function."""

    name: str
    function: Callable[[World], Iterator[Finding]]


CHECKS = (
    Check("cst", check_tools.program),
    Check("config", check_files.config),
    Check("locale", check_tools.locale),
    Check("sources", check_claude.problems),
    Check("sessions", check_claude.versions),
    Check("registry", check_claude.registry_files),
    Check("transcripts", check_claude.transcripts),
    Check("retention", check_claude.retention),
    Check("orphans", check_claude.orphaned),
    Check("hooks", check_hooks.installed),
    Check("firing", check_hooks.firing),
    Check("logs", check_files.logs),
    Check("private", check_files.private),
    Check("disk", check_files.disk),
    Check("tmux", check_tools.tmux_program),
    Check("servers", check_tools.servers),
    Check("keys", check_tools.keys),
    Check("fzf", check_tools.fzf),
)


def examine(world: World) -> list[Finding]:
    """What every check found. One that fails is unknown, and ends no other."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check.function(world)
        except (OSError, ValueError, CstError) as error:
            found.append(Finding(check.name, "unknown", f"could not be checked: {error}"))
    return found
