"""What tmux is told of its panes and windows, as options that its formats may show (docs/tmux.md)."""

from __future__ import annotations

from cst.render.paint import looks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.model import Pane, Session


def changes(sessions: Sequence[Session], panes: Sequence[Pane], socket: str) -> list[list[str]]:
    """The `set-option` commands that bring the panes and windows of one server up to date; none where they are.

    `sessions` come most urgent first: the first of a pane, and of a window, is the one that counts.
    """
    here = [pane for pane in panes if pane.socket == socket]
    windows_of = {pane.id: pane.window_id for pane in here}
    of_pane: dict[str, Session] = {}
    of_window: dict[str, str] = {}
    for session in sessions:
        if session.place and session.place.socket == socket and session.state != "ended":
            of_pane.setdefault(session.place.pane, session)
            of_window.setdefault(windows_of.get(session.place.pane, ""), session.state)
    commands: list[list[str]] = []
    done = set()
    for pane in here:
        if pane.id not in done:  # a window that is linked lists its panes again
            done.add(pane.id)
            commands += _pane(pane, of_pane.get(pane.id))
        if pane.window_id not in done:
            done.add(pane.window_id)
            commands += _window(pane, of_window.get(pane.window_id, ""))
    return commands


def _pane(pane: Pane, session: Session | None) -> list[list[str]]:
    key, state = (session.key, session.state) if session else ("", "")
    if (pane.badges[:2] or ("", "")) == (key, state):
        return []
    return [*_state("-p", pane.id, "pane", state), _option("-p", pane.id, "@cst_pane_key", key)]


def _window(pane: Pane, state: str) -> list[list[str]]:
    return [] if (pane.badges[2:] or ("",)) == (state,) else _state("-w", pane.window_id, "window", state)


def _state(flag: str, target: str, what: str, state: str) -> list[list[str]]:
    glyph, _, style = looks(state)
    badge = f"#[{style}]{glyph}#[default]" if state else ""
    return [_option(flag, target, f"@cst_{what}_state", state), _option(flag, target, f"@cst_{what}_badge", badge)]


def _option(flag: str, target: str, name: str, value: str) -> list[str]:
    """Sets an option, or takes it away where there is no value."""
    words = ["set-option", "-q", flag if value else flag + "u", "-t", target, name]
    return [*words, value] if value else words
