"""Has a bill made in the background, for those who only say what the last one said."""

from __future__ import annotations

from cst.store import budgets
from cst.system import spawn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings

SOON = 60.0  # seconds between two bills, for a line that shows what was spent today


def again(settings: Settings, now: float, every: float, program: str) -> None:
    """Start one where the last is older than that, and nobody else has started one meanwhile."""
    if budgets.claim(settings, now, every):
        spawn.detached(program, ["cost", "--check"])
