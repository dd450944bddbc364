"""What counts as lost, by what is left of a session."""

from __future__ import annotations

from typing import Any

import pytest

from cst.core import loss
from cst.core.loss import Trace
from cst.model import Mark, Transcript
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


_SEEN = Mark(NOW - 50, "seen", "41.1", by="jump")
_RESTORED = Mark(NOW - 90, "restored", "an-id", value="cut-off")


@pytest.mark.parametrize(
    ("last", "known", "asks", "stands"),
    [
        ("tool", {}, False, "cut-off"), ("result", {}, False, "cut-off"), ("text", {}, False, "cut-off"),
        ("tool", {"state": "working", "noted": NOW}, False, "cut-off"),
        ("tool", {"state": "idle", "noted": NOW - 61}, False, "cut-off"),  # it was prompted since
        ("tool", {"state": "idle", "noted": NOW}, False, ""),
        ("tool", {"began": NOW - 59}, False, ""),  # resumed since, and nothing done
        ("prompt", {}, False, "unanswered"),  # Esc leaves no more
        ("prompt", {"began": NOW - 59}, False, ""),  # resumed since, and nothing done
        ("prompt", {"busy": True}, False, "cut-off"),
        ("prompt", {"state": "working", "noted": NOW}, False, "cut-off"),
        ("prompt", {"state": "working", "noted": NOW - 61}, False, "unanswered"),
        ("prompt", {"state": "interrupted", "noted": NOW, "busy": True}, False, ""),
        ("finished", {"known": True}, False, "unseen"), ("error", {"known": True}, False, "unseen"),
        ("finished", {}, False, ""),  # whose marks tell, nobody knows
        ("finished", {"known": True, "state": "done", "noted": NOW}, False, "unseen"),
        ("finished", {"known": True, "state": "idle", "noted": NOW}, False, ""),
        ("finished", {"known": True, "marks": [_SEEN]}, False, ""),
        ("finished", {"known": True, "marks": [_SEEN._replace(t=NOW - 70)]}, False, "unseen"),
        ("finished", {"known": True, "marks": [_SEEN]}, True, "unseen"),  # a question: only your own hand
        ("error", {"known": True, "marks": [_SEEN]}, False, "unseen"),
        ("error", {"known": True, "marks": [_SEEN._replace(by="you")]}, True, ""),
        ("interrupted", {"known": True}, False, ""), ("", {"known": True}, False, ""),
        ("tool", {"marks": [_RESTORED]}, False, "cut-off"),  # before that turn
        ("finished", {"known": True, "marks": [_RESTORED._replace(t=NOW - 55)]}, False, "cut-off"),  # nothing done since
        ("finished", {"known": True, "marks": [_RESTORED._replace(t=NOW - 55), _SEEN]}, False, ""),
        ("finished", {"marks": [_RESTORED._replace(t=NOW - 55, value="paused")]}, False, ""),  # of another version of cst
    ],
)  # fmt: skip
def test_how_the_last_turn_stood(last: str, known: dict[str, Any], asks: bool, stands: str) -> None:
    """Its end was a minute ago. What somebody has seen, and what nobody can tell, needs nobody."""
    tail = Transcript("/t", last=last, last_at=NOW - 60)

    assert loss.stands(tail, loss.Last(**known), asks) == stands
