"""What tmux is told of its panes and windows: only what changed, and nothing where no session is."""

from __future__ import annotations

from cst.model import Pane, Place, Session
from cst.render import tmux_options

S = "/tmp/s"


def pane(number: int, window: int = 1, *, socket: str = S, session: str = "$1", told: tuple[str, ...] = ("", "", "")) -> Pane:
    return Pane(socket, f"%{number}", 1, "", session, f"@{window}", "0", "0", True, True, "claude", "main", told)


def session(number: int, state: str = "done", socket: str = S) -> Session:
    place = Place(socket, "main", "0", f"%{number}", f"main:0.{number}", f"=$1:@1.%{number}")
    return Session(f"4{number}.100", "id", 4, state, 0.0, "", "", place=place)


def told(commands: list[list[str]]) -> dict[tuple[str, str], str]:
    """(target, option) -> value; "" for one that is taken away. Each has to be a `set-option -q … -t`."""
    assert all(words[:2] == ["set-option", "-q"] and words[3] == "-t" for words in commands)
    return {(words[4], words[5]): (words[6:] or [""])[0] for words in commands}


def test_a_session_is_told_to_its_pane_and_window() -> None:
    """State, badge and key of the pane; state and badge of the window."""
    found = told(tmux_options.changes([session(1)], [pane(1)], S))

    assert found == {
        ("%1", "@cst_pane_state"): "done", ("%1", "@cst_pane_badge"): "#[fg=colour114,bg=colour235]✓#[default]", ("%1", "@cst_pane_key"): "41.100",
        ("@1", "@cst_window_state"): "done", ("@1", "@cst_window_badge"): "#[fg=colour114,bg=colour235]✓#[default]",
    }  # fmt: skip


def test_what_tmux_knows_is_not_told_again() -> None:
    """Nothing is sent where key and states are the same; a new session in the same state changes the pane alone."""
    same = pane(1, told=("41.100", "done", "done"))
    other = pane(1, told=("99.100", "done", "done"))

    assert tmux_options.changes([session(1)], [same], S) == []
    assert {target for target, _ in told(tmux_options.changes([session(1)], [other], S))} == {"%1"}


def test_the_most_urgent_session_of_a_window_counts() -> None:
    """The sessions come most urgent first; the window takes the first of its panes."""
    found = told(tmux_options.changes([session(2, "permission"), session(1, "working")], [pane(1), pane(2)], S))

    assert (found["%1", "@cst_pane_state"], found["@1", "@cst_window_state"]) == ("working", "permission")


def test_a_session_that_left_leaves_nothing() -> None:
    """All five options go where no session is any more, and where it has ended."""
    old = pane(1, told=("41.100", "done", "done"))
    gone = told(tmux_options.changes([], [old], S))

    assert len(gone) == 5
    assert set(gone.values()) == {""}
    assert gone == told(tmux_options.changes([session(1, "ended")], [old], S))


def test_a_linked_window_is_told_once() -> None:
    """A window in two tmux sessions lists its panes twice."""
    found = tmux_options.changes([session(1)], [pane(1), pane(1, session="$2")], S)

    assert len(found) == 5


def test_other_servers_are_left_alone() -> None:
    """Pane %1 of another server is another pane."""
    assert tmux_options.changes([session(1, socket="/tmp/other")], [pane(1), pane(1, socket="/tmp/other")], S) == []


def test_panes_of_an_old_recording_say_nothing() -> None:
    """A pane without these fields counts as one without options."""
    assert tmux_options.changes([], [pane(1, told=())], S) == []
