"""What counts as lost, by what is left of a session."""

from __future__ import annotations

from typing import Any

import pytest

from cst.core import loss
from cst.core.loss import Trace
from tests.testing import NOW

SERVER = "/tmp/tmux-0/default,42"


def _how(*traces: Trace, **servers: float) -> list[str]:
    """The verdict on each; "" for none."""
    found = loss.judge(traces, {SERVER: servers["seen"]} if servers else {})
    return [found[trace.id].how if trace.id in found else "" for trace in traces]


def _trace(name: str = "a", **more: Any) -> Trace:
    return Trace(**{"id": name, "seen": NOW, "hooked": True, "closed": False, "server": SERVER, **more})


@pytest.mark.parametrize(
    ("left", "how"),
    [
        ({"left": True}, "lost"),
        ({"left": True, "hooked": False, "closed": None}, "lost"),
        ({}, "lost"),  # the hooks told of no end
        ({"hooked": False}, "lost"),  # nor did the transcript
        ({"hooked": False, "closed": None}, "unknown"),
        ({"reason": "prompt_input_exit"}, ""),
        ({"reason": "prompt_input_exit", "closed": True}, ""),
        ({"reason": "clear"}, ""),
        ({"reason": "other", "server_lives": True}, ""),  # its pane was closed
        ({"reason": "other"}, "unknown"),  # alone: with its server, or just before
        ({"closed": True, "hooked": False}, "unknown"),
        ({"reason": "other", "server": ""}, ""),
        ({"reason": "other", "server": "", "before_boot": True}, "unknown"),
        ({"pid": 7, "left": True}, "running"),
        ({"parked": NOW - 9, "reason": "other", "server_lives": True}, "parked"),
        ({"parked": NOW - 9, "pid": 7}, "running"),
        ({"left": True, "dismissed": NOW + 60}, "dismissed"),
        ({"left": True, "dismissed": NOW - 60}, "lost"),  # it has lived since
        ({"parked": NOW + 9, "dismissed": NOW}, "parked"),  # parked again
        ({"left": True, "ended": NOW - 1}, ""),  # by `cst kill --force`
        ({"pid": 7, "ended": NOW}, "running"),
    ],
)
def test_one_alone(left: dict[str, Any], how: str) -> None:
    """A killed one is lost, one that a person ended is not; what two things may have done is unknown."""
    assert _how(_trace(**left)) == [how]


def test_those_that_end_with_their_server() -> None:
    """Several at once are proof of what ended them."""
    ended = {"reason": "other", "closed": True}

    assert _how(_trace("a", **ended), _trace("b", **ended, seen=NOW + 3)) == ["lost", "lost"]
    assert _how(_trace("a", **ended), _trace("b", **ended, seen=NOW + 300)) == ["", "unknown"]
    assert _how(_trace("a", **ended), _trace("b", **ended, server="/elsewhere,7")) == ["unknown", "unknown"]


def test_a_server_that_was_seen_later() -> None:
    """Then the window was closed, whatever ended the server."""
    assert _how(_trace(reason="other"), seen=NOW + 60) == [""]
    assert _how(_trace(reason="other"), seen=NOW + 5) == ["unknown"]
