"""`cst back`: jump back to where you were before this walk with `cst next` began."""

from __future__ import annotations

import time

from cst.actions import jump
from cst.model import CstError
from cst.output import print_lines
from cst.snapshot import STATUS, take

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Switch the client back. CstError where there is no client, or nowhere to go back to."""
    snapshot = take(settings, time.time(), STATUS)
    client = jump.client_of(snapshot, settings, args["client"])
    if client is None:
        raise CstError("no tmux client to bring back; pass one with --client, `tmux list-clients` lists them")
    print_lines([jump.back(snapshot, settings, client, snapshot.now)], settings)
    return 0
