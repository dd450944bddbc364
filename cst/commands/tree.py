"""`cst tree`: asks git what is not committed in a folder, and keeps the answer for the next status line."""

from __future__ import annotations

import time

from cst.model import CstError, UsageError, is_session_id
from cst.payload import GitState
from cst.store import payloads
from cst.system import git_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Exit 1 where git has no answer: then the last one stays."""
    if not is_session_id(args["session"]):
        raise UsageError("this is for `cst statusline` alone")
    changes = git_status.changes(args["folder"])
    if changes.problem:
        return 1
    found = (len(changes.files), changes.more, changes.ahead, changes.behind)
    try:
        payloads.keep_git(settings, args["session"], GitState(time.time(), args["folder"], *found))
    except OSError as error:
        where = payloads.folder(settings)
        raise CstError(f"cannot write in {where}: {error.strerror}", "fix its permissions") from None
    return 0
