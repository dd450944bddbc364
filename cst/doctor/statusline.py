"""Check of the status line: whether Claude Code runs ours, and what it has told."""

from __future__ import annotations

from cst.doctor.context import Context
from cst.doctor.finding import Finding
from cst.setup import policy, statusline_install
from cst.store import payloads
from cst.text import age

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_OLD, _LATELY = 2 * 86400.0, 86400.0  # seconds


def statusline(context: Context) -> Iterator[Finding]:
    """Ours, another tool's or none; what forbids it; how old the newest that it told is; whether it was slow lately."""
    line = statusline_install.installed(context.settings)
    if line is None:
        yield Finding("status line", "unknown", "the user's settings cannot be read")
        return
    if not line:
        what = "not installed: limits, the size of the context and the cost of live sessions are not known"
        yield Finding("status line", "note", what, "`cst statusline install` shows them, and keeps them for cst")
        return
    if not statusline_install.is_ours({"command": line}):
        what = "is another tool's: what it is told, cst does not learn"
        yield Finding("status line", "note", what, "`cst statusline install --keep-only` wraps it and shows it alone")
        return
    forbidden = policy.forbidden(context.settings, context.cwd)
    if forbidden and forbidden.key == "disableAllHooks":
        what = f"{forbidden.key} in {forbidden.path} keeps it from running"
        yield Finding("status line", "wrong", what, "remove it there")
        return
    yield from _told(context)


def _told(context: Context) -> Iterator[Finding]:
    kept, wrong = payloads.read_all(context.settings)
    for problem in wrong:
        yield Finding("status line", "wrong", problem, "remove that file")
    newest = max((one.at for one in kept), default=0.0)
    live = [one for one in context.sessions if one.pid is not None]
    if not live:
        yield Finding("status line", "ok", "installed")
    elif not newest:
        what = "installed; no session has told anything yet: it runs with their next message, in trusted folders"
        yield Finding("status line", "unknown", what)
    elif context.now - newest > _OLD:
        what = f"installed, but no session has told anything for {age(context.now - newest)}"
        yield Finding("status line", "note", what, "is the folder trusted? `claude --debug` says why it does not run")
    else:
        yield Finding("status line", "ok", f"installed; the newest was told {age(context.now - newest)} ago")
    yield from _slow(context)


def _slow(context: Context) -> Iterator[Finding]:
    at, took = payloads.newest_slow(context.settings)
    if at and context.now - at <= _LATELY:
        what = f"took {took:.1f} s {age(context.now - at)} ago: until it is there, sessions show the line before"
        yield Finding("status line", "note", what, "fewer parts, or a faster command in `--wrap`")
