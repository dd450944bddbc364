"""The verbs that type in another session's pane: `answer` and `send`. Wiring, as in `acting`."""

from __future__ import annotations

import os
import sys

from cst import snapshot
from cst.look import columns, look, named, paint, print_lines
from cst.model import CstError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cst.dialogs import Dialog
    from cst.settings import Settings

    Given = dict[str, Any]


def do_answer(given: Given, own: Settings) -> int:
    """`cst answer`; without a reply it shows the dialog and, on a terminal, asks."""
    from cst.actions import answer
    from cst.view import dialog as view

    seen, sessions = look(own, snapshot.ROWS)
    session = named(sessions, given["session"], own)
    dialog = answer.seen(own, session)
    reply: str = given["reply"]
    if not reply:
        print_lines(view.lines(dialog, session, seen.now, columns(own), paint(own, "auto")), own)
        if not os.isatty(0) or not os.isatty(1):
            return 0
        reply = _asked(dialog)
        if not reply:
            print("cst: nothing was sent", file=sys.stderr)
            return 130
    print_lines([answer.answer(own, session, dialog, reply)], own)
    return 0


def _asked(dialog: Dialog) -> str:
    """What the person at the terminal says; "" for nothing."""
    print(f"y, a, n or 1-{len(dialog.options)}; Enter leaves it: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower()


def do_send(given: Given, own: Settings) -> int:
    """`cst send`; - reads standard input."""
    from cst.actions import send

    text = " ".join(given["text"])
    if given["edit"]:
        text = _edited(text)
    elif text == "-":
        if os.isatty(0):
            print("cst: type the text, then ctrl-d", file=sys.stderr)
        text = sys.stdin.buffer.read(send.LONGEST * 4 + 1).decode("utf-8", "replace")
    if not text.strip():
        raise CstError("there is nothing to send; give a text, --edit, or - and a text on standard input")
    _, sessions = look(own, snapshot.ROWS)
    print_lines([send.send(own, named(sessions, given["session"], own), text)], own)
    return 0


def _edited(text: str) -> str:
    """What the person wrote in $VISUAL or $EDITOR, which may have arguments: it is their own shell text."""
    import tempfile

    from cst.sources import programs

    with tempfile.NamedTemporaryFile("w+", prefix="cst-prompt-", suffix=".md", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        code = programs.attended("sh", ["-c", 'eval "${VISUAL:-${EDITOR:-vi}} \\"\\$1\\""', "sh", file.name])
        if code:
            raise CstError(f"the editor ended with {code}, so nothing was sent; set EDITOR if it is the wrong one")
        with open(file.name, encoding="utf-8", errors="replace") as written:
            return written.read()
