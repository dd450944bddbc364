"""`cst send`: send a prompt to a session that is at its prompt."""

from __future__ import annotations

import os
import sys

from cst import sessions
from cst.actions import send
from cst.model import CstError
from cst.output import print_lines, warn
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Send the text; - reads it from standard input, `--edit` opens the editor if the session takes a prompt now."""
    text = " ".join(args["text"])
    if args["edit"]:
        _, fleet = sessions.load_and_mark_seen(settings, ROWS)
        send.check(settings, sessions.resolve_to_report(fleet, args["session"], settings), args["queue"])
        text = edited(text)
    elif text == "-":
        text = read()
    if args["edit"] and not text.strip():
        raise CstError("the text is empty, so nothing was sent")
    if not text.strip():
        raise CstError("there is nothing to send; give a text, --edit, or - and a text on standard input")
    _, fleet = sessions.load_and_mark_seen(settings, ROWS)
    session = sessions.resolve_to_report(fleet, args["session"], settings)
    if session.cold:
        from cst.core.naming import display_name  # few prompts go to a cold session
        from cst.render.paint import cold_words

        warn(cold_words(display_name(session), session.cold))
    print_lines([send.send(settings, session, text, queue=args["queue"], allow_exit=args["allow-exit"])], settings)
    return 0


def read() -> str:
    """What stands on standard input, or is typed there."""
    if os.isatty(0):
        warn("type the text, then ctrl-d")
    return "" if sys.stdin is None else sys.stdin.buffer.read(send.LONGEST * 4 + 1).decode("utf-8", "replace")


def edited(text: str) -> str:
    """What the user writes in $VISUAL or $EDITOR, which may have arguments: it is their own shell text."""
    import tempfile

    from cst.system import files, spawn

    with tempfile.TemporaryDirectory(prefix="cst-prompt-") as folder:
        path = f"{folder}/prompt.md"
        try:
            files.replace(path, text.encode("utf-8", "replace"))
            code = spawn.attended("sh", ["-c", 'eval "${VISUAL:-${EDITOR:-vi}} \\"\\$1\\""', "sh", path])
            if code in (126, 127):  # so a shell says it
                raise CstError("the editor could not be run, so nothing was sent", "set EDITOR to another one")
            if code:  # of vi :cq, by which one changes one's mind
                raise CstError(f"the editor ended with {code}, so nothing was sent")
            return files.read(path).decode("utf-8", "replace")
        except OSError as error:
            raise CstError(f"cannot read what the editor wrote: {error.strerror}", "nothing was sent") from None
