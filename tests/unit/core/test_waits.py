"""How long a session waited: when it began and ended, as hooks and transcripts tell, and what they leave open."""

from __future__ import annotations

import pytest

from cst.core.waits import Ending, Trace, Wait, typed, waits
from cst.model import Event, ToolUse

T = 1_795_000_000.0
BASH = {"tool_name": "Bash", "tool_input": {"command": "rm -rf build"}}


def hook(at: float, name: str, **payload: object) -> Event:
    return Event(T + at, name, 7, payload=payload)


def call(begun: float, ended: float | None, name: str = "Bash", detail: str = "rm -rf build", outcome: str = "ok") -> ToolUse:
    return ToolUse("t", name, detail, T + begun, None if ended is None else ended - begun, outcome)


def told(*, events: tuple[Event, ...] = (), calls: tuple[ToolUse, ...] = (), **more: object) -> list[tuple[object, ...]]:
    """State, begin, end and exactness of each wait, in seconds since T; no end: None."""
    found = waits(Trace("s", events=events, calls=calls, **more))  # type: ignore[arg-type]
    return [(w.state, w.since - T, (w.until and w.until - T) or None, w.exact) for w in found]


@pytest.mark.parametrize(("use", "exact"), [
    (call(0, 40), False),  # it may have run for a while
    (call(0, 40, outcome="denied"), True),
    (call(0, 40, outcome="interrupted"), False),
])  # fmt: skip
def test_a_permission_lasts_until_the_call_has_its_result(use: ToolUse, exact: bool) -> None:
    """A hook told when it was asked for; the result of the call is the first trace of an answer."""
    assert told(events=(hook(0.3, "PermissionRequest", **BASH),), calls=(use,)) == [
        ("permission", pytest.approx(0.3, abs=1e-3), pytest.approx(40, abs=1e-3), exact)
    ]


def test_an_edit_is_done_when_it_is_approved() -> None:
    """So its wait is exact."""
    event = hook(0, "PermissionRequest", tool_name="Edit", tool_input={"file_path": "/a"})

    assert told(events=(event,), calls=(call(0, 9, "Edit", "/a"),)) == [("permission", 0.0, 9.0, True)]


def test_without_the_transcript_the_next_event_bounds_it() -> None:
    """And where there is none, nothing says when it ended."""
    event = hook(0, "PermissionRequest", **BASH)

    assert told(events=(event, hook(50, "Stop", background_tasks=[1]))) == [("permission", 0.0, 50.0, False)]
    assert told(events=(event,)) == [("permission", 0.0, None, False)]


def test_another_call_of_the_same_tool_is_not_what_was_asked() -> None:
    """One that ended before, began later or is about something else."""
    event = hook(100, "PermissionRequest", **BASH)
    calls = (call(0, 50), call(120, 130), call(99, 140, detail="ls"))

    assert told(events=(event,), calls=calls) == [("permission", 100.0, None, False)]


def test_two_dialogs_of_one_session_stand_one_after_the_other() -> None:
    """Both hooks fire at once, the second dialog is shown when the first is answered: no second counts twice."""
    other = {"tool_name": "Bash", "tool_input": {"command": "make"}}
    events = (hook(0, "PermissionRequest", **BASH), hook(0, "PermissionRequest", **other))
    calls = (call(0, 30), call(0, 50, detail="make"))

    assert told(events=events, calls=calls) == [("permission", 0.0, 30.0, False), ("permission", 30.0, 50.0, False)]


@pytest.mark.parametrize(("tool", "state"), [("AskUserQuestion", "question"), ("ExitPlanMode", "plan")])
def test_questions_and_plans_are_exact_without_hooks(tool: str, state: str) -> None:
    """The hooks of the same dialog add nothing."""
    calls = (call(0, 12, tool, "Which?"),)
    events = (hook(0.2, "PreToolUse", tool_name=tool), hook(0.2, "PermissionRequest", tool_name=tool))

    assert told(calls=calls) == told(calls=calls, events=events) == [(state, 0.0, 12.0, True)]


def test_a_question_whose_transcript_is_gone() -> None:
    """The hook told of it, and the next one bounds it."""
    events = (hook(0, "PreToolUse", tool_name="AskUserQuestion"), hook(20, "SessionEnd"))

    assert told(events=events) == [("question", 0.0, 20.0, False)]


def test_what_an_mcp_server_asks() -> None:
    """Both its begin and its end are told."""
    events = (hook(0, "Elicitation", message="Who?"), hook(7, "ElicitationResult", action="accept"))

    assert told(events=events) == [("question", 0.0, 7.0, True)]


@pytest.mark.parametrize(("ending", "state"), [
    (Ending(T, "All counted."), "done"),
    (Ending(T, "Shall I go on?"), "asked"),
    (Ending(T, "API Error", True), "error"),
])  # fmt: skip
def test_the_end_of_a_turn_waits_for_the_next_prompt(ending: Ending, state: str) -> None:
    """As the transcript tells."""
    assert told(endings=(ending,), prompts=(T - 5, T + 60)) == [(state, 0.0, 60.0, True)]


def test_what_is_finished_ends_when_it_is_seen() -> None:
    """A look is enough for it; a question in plain text stays until the user says so."""
    seen = ((T + 10, False), (T + 30, True))

    assert told(endings=(Ending(T, "Done."),), seen=seen) == [("done", 0.0, 10.0, True)]
    assert told(endings=(Ending(T, "Which one?"),), seen=seen) == [("asked", 0.0, 30.0, True)]


def test_a_turn_counts_once_where_hook_and_transcript_tell_of_it() -> None:
    """And not at all where something still runs in the background."""
    prompt = hook(60, "UserPromptSubmit", prompt="go on")
    stop = hook(0.4, "Stop", last_assistant_message="Done.")

    assert told(events=(stop, prompt), endings=(Ending(T, "Done."),)) == [("done", 0.0, 60.0, True)]
    assert told(events=(hook(0.4, "Stop", background_tasks=[{}]), prompt), endings=(Ending(T, "Done."),)) == []


def test_an_end_before_the_begin_is_no_negative_wait() -> None:
    """A clock was set back."""
    assert Wait("s", "plan", "", T, T - 5).seconds == 0.0


def test_a_prompt_of_a_machine_is_no_sign_of_the_user() -> None:
    """Only what was typed counts as being at the keyboard."""
    machine = hook(5, "UserPromptSubmit", prompt="<task-notification>x</task-notification>")

    assert typed([hook(0, "UserPromptSubmit", prompt="hi"), machine]) == [T]


def test_one_permission_in_a_turn_is_exact() -> None:
    """What the turn took beyond its work is what it waited for you; the command ran on behind that."""
    event = hook(1, "PermissionRequest", **BASH)

    assert told(events=(event,), calls=(call(0.5, 60),), turns=((T, T + 61, 23.0),)) == [("permission", 1.0, 39.0, True)]


@pytest.mark.parametrize(
    ("events", "calls", "worked", "expected"),
    [
        # two commands: only their sum is known, and neither was longer
        ((hook(1, "PermissionRequest", **BASH), hook(40, "PermissionRequest", tool_name="Bash", tool_input={"command": "make"})),
         (call(0.5, 39), call(39, 60, detail="make")), 46.0, [("permission", 1.0, 16.0, False), ("permission", 40.0, 55.0, False)]),
        # a question is known, so what is left is the permission's
        ((hook(1, "PermissionRequest", **BASH),), (call(0.5, 30), call(31, 41, "AskUserQuestion", "Which?")), 36.0,
         [("permission", 1.0, 16.0, True), ("question", 31.0, 41.0, True)]),
        # a question that stood behind it counts with the time of both
        ((hook(1, "PermissionRequest", **BASH),), (call(0.5, 30), call(2, 41, "AskUserQuestion", "Which?")), 21.0,
         [("permission", 1.0, 30.0, False), ("question", 30.0, 41.0, True)]),
        # a subagent's dialog may be in that sum or not
        ((hook(1, "PermissionRequest", agent_id="a", **BASH),), (call(0.5, 60),), 23.0, [("permission", 1.0, 60.0, False)]),
        # it worked for longer than it was: that cannot be
        ((hook(1, "PermissionRequest", **BASH),), (call(0.5, 60),), 70.0, [("permission", 1.0, 60.0, False)]),
    ],
)
def test_several_dialogs_in_a_turn(
    events: tuple[Event, ...], calls: tuple[ToolUse, ...], worked: float, expected: list[tuple[object, ...]]
) -> None:
    """Only what is sure is said."""
    found = told(events=events, calls=calls, turns=((T, T + 61, worked),))

    assert [(state, pytest.approx(since), pytest.approx(until), exact) for state, since, until, exact in found] == expected
