"""ctrl-a, ctrl-s, alt-b, ctrl-r, alt-r: change which rows are listed, in which order and groups, how tall they are."""

from __future__ import annotations

from cst.fzf.backend import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.picker.context import Context, Target


def toggle_ended(context: Context, _: Target, __: object) -> Outcome:
    """Show or hide ended sessions."""
    return Outcome(context.listing.toggle_ended())


def sort(context: Context, _: Target, __: object) -> Outcome:
    """Sort again."""
    return Outcome(context.listing.sort())


def switch_hosts(context: Context, _: Target, __: object) -> Outcome:
    """Show the sessions of other hosts too, or not."""
    return Outcome(context.listing.switch_hosts())


def refresh(_: Context, __: Target, ___: object) -> Outcome:
    """Nothing: the list is refreshed after every operation."""
    return Outcome()


def regroup(context: Context, _: Target, __: object) -> Outcome:
    """Group the rows in the next way."""
    return Outcome(context.listing.regroup())


def toggle_tall(context: Context, _: Target, __: object) -> Outcome:
    """Switch between one and two lines for each session."""
    return Outcome(context.listing.toggle_tall())
