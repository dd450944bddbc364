"""A text typed into a session's pane, as one paste through a file of ours that is gone afterwards."""

from __future__ import annotations

import os
import time

from cst.actions import pane
from cst.model import CstError
from cst.system import trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.actions.pane import View
    from cst.model import Session
    from cst.settings import Settings


def paste(settings: Settings, session: Session, view: View, text: str) -> None:
    """Paste the text if the pane is still as it was. NotSent where tmux refuses; CstError where no file can be
    written."""
    path = _written(settings, text)
    try:
        pane.paste(settings, session, view, path)
    finally:
        os.unlink(path)


def _written(settings: Settings, text: str) -> str:
    """A private file with the text, for tmux to read."""
    path = f"{settings.state_dir}/send-{os.getpid()}-{time.monotonic_ns()}"
    try:
        trust.make_private(settings.state_dir)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(fd, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise CstError(f"cannot write {path}: {error.strerror}", "fix its permissions") from None
    return path
