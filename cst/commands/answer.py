"""`cst answer`: answer a session's dialog from here, if it still is that one."""

from __future__ import annotations

import os
import sys

from cst import sessions
from cst.actions import answer
from cst.core import replies
from cst.model import CstError
from cst.output import painter, print_json, print_lines, prompt, terminal_columns, warn
from cst.render import dialog as view
from cst.snapshot import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.core.dialogs import Dialog
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Give the reply; without one, show the dialog and, on a terminal, ask for it."""
    snapshot, fleet = sessions.load_and_mark_seen(settings, ROWS)
    session = sessions.resolve_to_report(fleet, args["session"], settings)
    dialog = answer.seen(settings, session)
    if args["token"] and args["token"] != replies.token(dialog):
        raise CstError("the dialog is another one by now, so nothing was sent", "look at it again")
    if args["json"]:
        from cst.render import schema

        return print_json(schema.dialog(session, dialog, snapshot.now))
    reply, text = args["reply"], " ".join(args["text"])
    asks = os.isatty(0) and os.isatty(1)
    if not reply or (asks and not _is_reply(dialog, reply, text)):
        columns, paint = terminal_columns(settings), painter(settings, "auto")
        print_lines(view.lines(dialog, session, snapshot.now, columns, paint), settings)
        if why := replies.refusal(dialog):
            warn(why)
            return 1 if asks else 0
        if not asks:
            return 0
        reply, text = _ask(dialog)
        while reply and not _is_reply(dialog, reply, text):
            reply, text = _ask(dialog)
        if not reply:
            warn("nothing was sent")
            return 130
    print_lines([answer.answer(settings, session, dialog, reply, text=text)], settings)
    return 0


def _is_reply(dialog: Dialog, reply: str, text: str) -> bool:
    """Whether the dialog takes it; says why not."""
    try:
        replies.choice(dialog, reply, text)
    except CstError as error:
        if replies.refusal(dialog):
            raise
        warn(str(error))
        return False
    return True


def _ask(dialog: Dialog) -> tuple[str, str]:
    """What the user types, and the text after it; "" for nothing."""
    numbers = [option.number for option in dialog.options]
    texts = [str(option.number) for option in replies.takes_text(dialog)]
    more = f", {texts[0]} and a text" if texts else ""
    prompt(f"y, a, n or {numbers[0]}-{numbers[-1]}{more}; Enter leaves it: ")
    reply, _, text = sys.stdin.readline().strip().partition(" ")
    return reply.lower(), text.strip()
