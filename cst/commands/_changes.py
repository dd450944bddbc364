"""What the verbs that change a settings file have in common: show the change, ask, make it, say where the backup is."""

from __future__ import annotations

from cst.output import confirm, print_lines, warn
from cst.setup import settings_plan
from cst.text import clean, home_path, verbatim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cst.args import Args
    from cst.settings import Settings
    from cst.setup.settings_plan import Plan

DONE, NOTHING, REFUSED = "done", "nothing", "refused"


def change(
    plan: Plan, settings: Settings, args: Args, what: str, apply: Callable[[], str], note: str = "", scope: str = ""
) -> str:  # fmt: skip
    """Show a plan, ask, and `apply` it, which returns the path of a backup or "". DONE; NOTHING where it is so already,
    or only shown; REFUSED by the user. `what` is what goes in or out, `note` what is to be known of the change; `scope`
    what it is for."""
    path = home_path(plan.path, settings.home)
    if plan.already:
        print_lines([clean(f"already installed in {path}" if plan.installs else f"no {what} of cst in {path}")])
        return NOTHING
    print_lines([verbatim(line) for line in plan.diff()])
    print_lines([clean(_summary(plan, settings, what, scope))])
    if note:
        warn(note)
    if args["dry-run"]:
        warn("nothing was changed (--dry-run)")
        return NOTHING
    if not args["yes"] and not confirm("Make this change?", f"{plan.kind} asks before it changes a file"):
        warn("nothing was changed")
        return REFUSED
    backup = apply()
    did = "installed in" if plan.installs else "removed" if plan.after is None else "removed from"
    print_lines([clean(f"{did} {path}" + (f"; as it was: {home_path(backup, settings.home)}" if backup else ""))])
    return DONE


def _summary(plan: Plan, settings: Settings, what: str, scope: str) -> str:
    """The change in one line."""
    path = home_path(plan.path, settings.home)
    if plan.after is None:
        return f"removes {path}, in which there is nothing else"
    line = f"puts the {what} of cst{scope} into {path}" if plan.installs else f"takes the {what} of cst out of {path}"
    return line + "; a backup is kept" * settings_plan.backs_up(settings, plan)
