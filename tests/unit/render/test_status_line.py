"""What `next` says when it goes nowhere; tests/unit/render/golden.py has the rest."""

from __future__ import annotations

from cst.model import Place, Session
from cst.render import status_line

NOW = 1_795_200_000.0
MINE = Session("1.1", "", 1, "permission", NOW - 60, "", "", True, place=Place("/tmp/a", "one", "0", "%0", "one:0.0", "=$0:@0.%0"))
OTHER = MINE._replace(key="2.2", place=Place("/tmp/b", "in", "0", "%0", "in:0.0", "=$0:@0.%0"))
BARE = MINE._replace(key="3.3", place=None)


def said(here: Session | None, *elsewhere: Session) -> str:
    """The message of a world of these sessions."""
    return status_line.nothing([*([here] if here else []), *elsewhere], here, elsewhere, NOW)


def test_the_only_one_is_the_only_one() -> None:
    """Nothing else needs anybody."""
    assert said(MINE) == "the only one: permission 1m"
    assert said(None) == "all clear"


def test_another_server_is_told() -> None:
    """A tmux inside a tmux has a server of its own: this client cannot go there.

    Bugs shown: "the only one" while another waited there; "outside tmux" of one that is in a tmux.
    """
    assert said(MINE, OTHER) == "the only one here: permission 1m · 1 on another tmux server needs you: cst ls -n"
    assert said(None, OTHER, OTHER) == "2 on another tmux server need you: cst ls -n"


def test_what_is_in_no_tmux_is_told() -> None:
    """Beside the one that is here, too."""
    assert said(MINE, BARE) == "the only one here: permission 1m · 1 outside tmux needs you: cst ls -n"
    assert said(None, BARE) == "1 outside tmux needs you: cst ls -n"
    assert said(None, BARE, OTHER) == "2 on another tmux server or outside tmux need you: cst ls -n"
    assert said(None, BARE._replace(hidden=True)) == "1 in no known pane needs you: cst ls -n"


def test_whom_a_jump_moves_stands_before_why_it_is_made() -> None:
    """What is too long for tmux's line is cut at its end."""
    assert status_line.arrival(MINE._replace(name="api"), [MINE], NOW, None, "also moves /dev/pts/3") == "also moves /dev/pts/3 · permission 1m · api"


def test_a_silent_host_is_told() -> None:
    """In the words of `status`. Bug shown: `all clear`, while nobody knew of that host."""
    assert status_line.nothing([], None, [], NOW, ["dev"]) == "all clear otherwise · dev: no answer"
    assert status_line.nothing([BARE], None, [BARE], NOW, ["dev"]) == "1 outside tmux needs you: cst ls -n · dev: no answer"


def test_a_pin_hides_no_urgency() -> None:
    """What comes first in the list is not what the line speaks of, but the most urgent one. Bug shown: a pinned session
    that was done made a permission green."""
    pinned = Session("1.1", "a", 1, "done", NOW - 60, "", "done", needs_you=True, pinned=True)
    asking = Session("2.2", "b", 2, "permission", NOW - 180, "", "permission", needs_you=True)

    assert status_line.line([pinned, asking], NOW, "plain") == "2 need you · permission 3m"
    first = status_line.numbers([pinned, asking], NOW)["first"]
    assert first == {"key": "2.2", "state": "permission", "since": NOW - 180}


def test_a_narrow_screen_has_a_short_line() -> None:
    """How many, and for how long; what is wrong is counted. Bug shown: at 80 columns it left no room for the windows."""
    busy = MINE._replace(key="4.4", state="working", needs_you=False)

    def short(*sessions: Session, problems: int = 0, silent: tuple[str, ...] = ()) -> str:
        return status_line.line(sessions, NOW, "plain", problems, ("5h 82%",), silent, short=True)

    assert short(MINE, OTHER, busy) == "2 need you · 1m"
    assert short(MINE) == "1 needs you · 1m"
    assert short(busy) == "all clear"
    assert short() == ""
    assert short(MINE, problems=1, silent=("dev",)) == "1 needs you · 1m · 2 problems"
    assert short(busy, silent=("dev",)) == "all clear otherwise · 1 problem"
