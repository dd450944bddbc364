"""The line of `cst status` in the words of other bars. docs/tmux.md has what each of them is told."""

from __future__ import annotations

from cst.core.naming import in_row
from cst.jsonl import one_line
from cst.render import status_line
from cst.render.activity import what
from cst.text import age, clean, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.model import Session

    Form = Callable[[Sequence[Session], float, int, int], list[str]]  # sessions, now, problems, lost

_MOST = 15  # sessions in a tooltip or a menu
_RED, _YELLOW, _BLUE, _GRAY = "#e05561", "#d6a84b", "#61afef", "#7f848e"
_COLORS = {"working": _BLUE, "clear": _GRAY, "none": _GRAY, "unknown": _YELLOW, "problem": _YELLOW}


def waybar(sessions: Sequence[Session], now: float, problems: int, lost: int) -> list[str]:
    """One JSON object for a custom module with `"return-type": "json"`; its text is Pango markup."""
    text = status_line.line(sessions, now, "plain", problems, lost=lost)
    tooltip = "\n".join(_markup(line) for line in _lines(sessions, now))
    return [one_line({"text": _markup(text), "tooltip": tooltip, "class": kind(sessions, problems + lost)})]


def i3blocks(sessions: Sequence[Session], now: float, problems: int, lost: int) -> list[str]:
    """Three lines: full text, short text, colour; nothing where there is nothing to say."""
    text = status_line.line(sessions, now, "plain", problems, lost=lost)
    return [text, text.partition(" · ")[0], _color(kind(sessions, problems + lost))] if text else []


def swiftbar(sessions: Sequence[Session], now: float, problems: int, lost: int) -> list[str]:
    """The title, then a menu with a line for each session; a `|` would begin parameters."""
    title = status_line.line(sessions, now, "plain", problems, lost=lost) or "no session"
    menu = [f"{_menu(line)} | trim=true" for line in _lines(sessions, now)]
    return [f"{_menu(title)} | color={_color(kind(sessions, problems + lost))}", "---", *menu]


FORMS: dict[str, Form] = {"waybar": waybar, "i3blocks": i3blocks, "swiftbar": swiftbar}


def kind(sessions: Sequence[Session], problems: int) -> str:
    """One word to style by: the state of the first that needs you, else problem, unknown, working, clear or none."""
    live = [session for session in sessions if session.state != "ended"]
    first = next((session for session in live if session.needs_you), None)
    if first:
        return first.state
    states = {session.state for session in live}
    if problems or "unknown" in states:
        return "problem" if problems else "unknown"
    return "working" if states & {"working", "compacting", "background"} else "clear" if states else "none"


def _color(word: str) -> str:
    return _COLORS.get(word, _RED)


def _lines(sessions: Sequence[Session], now: float) -> list[str]:
    """`permission 12m  api: Bash: rm -rf build` for each live session."""
    live = [session for session in sessions if session.state != "ended"]
    lines = []
    for session in live[:_MOST]:
        head = f"{session.state} {age(now - session.since)}" if session.since > 0 else session.state
        about = cut(what(session, now), 60)
        lines.append(f"{head}  {clean(in_row(session), 40)}{': ' if about else ''}{about}")
    return [*lines, f"and {len(live) - _MOST} more"] if len(live) > _MOST else lines


def _markup(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _menu(text: str) -> str:
    return text.replace("|", "¦")
