"""The front door: run the verb, answer help and usage errors; every ending has its exit code."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # Python has it already; `signal` costs an `enum`
import gc
import os
import sys

from cst.model import CstError, UncertainError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

OK, NOTHING, USAGE, BUG, UNCERTAIN, CANCELLED = 0, 1, 2, 3, 4, 130
_UNWRITTEN = (5, 9, 28)  # EIO, EBADF, ENOSPC: of a write to what has no name, which is standard output


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 nothing to do or a named problem, 2 usage, 3 a bug, 4 nobody knows
    whether it was done, 130 cancelled."""
    gc.set_threshold(100_000)  # most verbs end before there is garbage: looking for it costs 0.1 x the start of Python
    if _signal.getsignal(_signal.SIGCHLD) == _signal.SIG_IGN:  # of whoever started us: no exit code would come to us
        _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        _flush()
    except CstError as error:
        _complain(str(error), words, list(map(str, error.also)))
        return USAGE if isinstance(error, UsageError) else UNCERTAIN if isinstance(error, UncertainError) else NOTHING
    except KeyboardInterrupt:
        _end_line()
        return CANCELLED
    except BrokenPipeError:  # the reader had enough: success
        from cst.output import drop

        drop()
        return OK
    except Exception as error:  # the last line of defence: a report instead of a stack trace
        if isinstance(error, OSError) and error.filename is None and error.errno in _UNWRITTEN:
            _complain(f"cannot write the output: {error.strerror}", words)
            return NOTHING
        _report(words, error)
        return BUG
    return code


def _end_line() -> None:
    """Let what comes next begin at the left: the terminal has written `^C` there."""
    try:
        if os.isatty(2):
            os.write(2, b"\n")
    except OSError:
        pass


def leave(code: int) -> NoReturn:
    """End the process at once where nobody asked to be called at its end, and no thread runs: what Python takes apart
    before it ends costs 0.3 x its start."""
    if not {"atexit", "threading"} & sys.modules.keys():
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            os._exit(code)
        except (OSError, ValueError):
            pass  # Python says at its end what it always says of an output that takes nothing more
    sys.exit(code)


def _run(words: list[str]) -> int:
    from cst import dispatch

    code = dispatch.run(words, os.environ)
    if code is None:
        from cst import cli

        code = cli.run(words)
    return code


def _flush() -> None:
    """Write out what is still held back. CstError where standard output takes nothing."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        from cst.output import unwritten

        raise unwritten(error) from None


def _complain(message: str, words: list[str], also: Sequence[str] = ()) -> None:
    """One line on stderr, and one for each thing that is `also` wrong; from a tmux key binding, where nobody reads
    that, and from a popup, which closes over it, the first on the message line too, and the popup stays until a key is
    pressed. The table of verbs says which verb tmux and fzf call again and again: their errors must not flash on
    somebody's screen.
    """
    from cst import verbs
    from cst.output import hold, warn
    from cst.settings import popup
    from cst.text import clean

    for line in (message, *also):
        warn(line)
    if also:
        message += f" (and {len(also)} more)"
    verb = verbs.find(words[0] if words else "pick")
    named = words[words.index("--client") + 1 :][:1] if "--client" in words else []
    program, socket, client = popup(os.environ, *named)
    where = verb.errors_in_tmux if verb else "unseen"
    if socket and where != "never" and (where == "always" or not os.isatty(2)):
        from cst.system import tmux

        if where == "always":
            hold()  # first, for tmux shows no message over a popup
        tmux.say(program, socket, client, f"cst: {clean(message)}")


def _report(words: list[str], error: Exception) -> None:
    """Write what a maintainer needs into a file of the user's and say where it is."""
    from cst import bug_report
    from cst.output import warn

    text = bug_report.text(words[0] if words else "", error)
    try:
        path = bug_report.kept(text)
    except OSError as failed:
        where = f"its report cannot be written ({failed.strerror}) and follows"
        _complain(f"a bug: {type(error).__name__}; please report it, {where}", words)
        for line in text.splitlines():
            warn(line)
        return
    _complain(f"a bug: {type(error).__name__}; please report it, the report is in {path}", words)


if __name__ == "__main__":
    # with -m, the folder that one stands in
    if not sys.flags.safe_path and not __file__.startswith(sys.path[0] + "/cst/"):
        del sys.path[0]
    leave(main())
