"""What a transcript says of the waiting for a person, read from its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cst.claude import asked
from tests.testing import ID, called, ended_turn, jsonl, resulted, said, stamp, typed

T = 1_795_000_000.0


def use(at: float, call: str = "t1") -> dict[str, Any]:
    return called("Bash", {"command": "make"}, T + at, call)


def result(at: float, call: str = "t1", **more: Any) -> dict[str, Any]:
    return resulted("ok", T + at, call, **more)


def read(tmp_path: Path, *lines: dict[str, Any], since: float = 0.0, name: str = f"{ID}.jsonl") -> asked.Exchange:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jsonl(lines))
    return asked.read(str(path), T + since)


def test_a_turn_with_a_call(tmp_path: Path) -> None:
    """When it was prompted, called, answered and over."""
    found = read(tmp_path, typed("go", T), use(5), result(9), said("Done.", T + 12))

    assert [(call.name, call.detail, call.started, call.seconds) for call in found.calls] == [("Bash", "make", T + 5, 4.0)]
    assert (found.prompts, found.typed, found.endings) == ([T], [T], [(T + 12, "Done.", False)])


def test_a_line_without_a_time_is_of_no_moment(tmp_path: Path) -> None:
    """Nobody waited since 1970."""
    line = typed("count")
    del line["timestamp"]
    told = read(tmp_path, line)

    assert (told.prompts, told.typed, told.cwd) == ([], [], line["cwd"])


def test_what_a_person_allowed_is_counted(tmp_path: Path) -> None:
    """The client says who decided; its own rules are nobody."""
    allowed: dict[str, Any] = {"permissionDecision": {"decision": "accept", "source": "user_temporary"}}
    ruled: dict[str, Any] = {"permissionDecision": {"decision": "accept", "source": "config"}}

    question = called("AskUserQuestion", {}, T + 5, "t3")  # its answer is no permission
    lines = (use(1), result(2, **allowed), use(3, call="t2"), result(4, "t2", **ruled), question, result(6, "t3", **allowed))

    assert read(tmp_path, *lines).approved == 1


def test_a_refusal(tmp_path: Path) -> None:
    """Its result is one."""
    found = read(tmp_path, use(1), result(2, toolDenialKind="user-rejected", toolDenialBeforeRun=True))

    assert found.calls[0].outcome == "denied"


@pytest.mark.parametrize("tail", [
    [use(5)],  # a tool is open
    [use(5), result(6)],
    [said("Well,", T + 5, stop=None)],
])  # fmt: skip
def test_a_turn_that_goes_on_has_no_end(tmp_path: Path, tail: list[dict[str, Any]]) -> None:
    """Neither an answer with a call nor one that is being written is an end."""
    assert read(tmp_path, typed("go", T), *tail).endings == []


def test_a_failed_turn(tmp_path: Path) -> None:
    """An error of the API ends it."""
    failed = {**said("API Error: 400", T + 3), "isApiErrorMessage": True}

    assert read(tmp_path, typed("go", T), failed).endings == [(T + 3, "API Error: 400", True)]


def test_each_turn_ends_once(tmp_path: Path) -> None:
    """By its last answer; the line that says how long it took dates it."""
    took = {"type": "system", "subtype": "turn_duration", "durationMs": 5, "timestamp": stamp(T + 6)}
    found = read(tmp_path, typed("go", T), said("First.", T + 4), said("Last.", T + 5), took, typed("on", T + 60),
                 said("Second.", T + 70))  # fmt: skip

    assert found.endings == [(T + 6, "Last.", False), (T + 70, "Second.", False)]
    assert found.prompts == [T, T + 60]


def test_only_what_came_since_then(tmp_path: Path) -> None:
    """But for the call of a result that came since."""
    found = read(
        tmp_path, typed("old", T - 100), use(-90, call="t0"), result(-80, "t0"), use(-50), result(10), said("Done.", T + 11),
    )  # fmt: skip

    assert [call.id for call in found.calls] == ["t1"]
    assert found.prompts == []


def test_a_subagent_counts_for_its_session(tmp_path: Path) -> None:
    """Its calls do; its prompt is no person's and its end no turn's."""
    lines = [{**line, "sessionId": ID, "isSidechain": True} for line in (typed("look", T), use(1), result(2), said("Seen.", T + 3))]
    found = read(tmp_path, *lines, name=f"{ID}/subagents/agent-1.jsonl")

    assert (found.session_id, len(found.calls), found.prompts, found.endings) == (ID, 1, [], [])


def test_lines_of_any_other_kind_do_no_harm(tmp_path: Path) -> None:
    """Whatever types their values have."""
    odd: list[dict[str, Any]] = [{"type": "user", "message": 7}, {"type": "assistant", "message": {"content": [3, {"type": "tool_use", "id": [], "input": 5}]}},
           {"type": "system"}, {"type": ["x"]}]  # fmt: skip

    assert read(tmp_path, *odd, typed("go", T)).typed == [T]


def over(at: float, worked: float, version: str = "2.1.332") -> dict[str, Any]:
    return {**ended_turn(T + at, durationMs=round(worked * 1000)), "version": version}


@pytest.mark.parametrize(
    ("lines", "turns"),
    [
        ([typed("go", T), use(1), result(40), said("Done.", T + 41), over(42, 5.5)], [(0, 42, 5.5)]),
        ([typed("a", T), said("A.", T + 1), over(2, 2), typed("b", T + 9), said("B.", T + 12), over(13, 4)], [(0, 2, 2), (9, 13, 4)]),
        ([typed("go", T), typed("more", T + 5), said("Done.", T + 9), over(10, 9)], []),  # one turn or two
        ([typed("go", T), said("Done.", T + 9), over(10, 9, "2.1.110")], []),  # nobody has measured what it means there
        ([typed("go", T), said("Done.", T + 9)], []),
        ([typed("a", T), typed("[Request interrupted by user]", T + 1), typed("b", T + 2), said("B.", T + 9), over(10, 8)], [(2, 10, 8)]),
    ],
)
def test_turns(tmp_path: Path, lines: list[dict[str, Any]], turns: list[tuple[float, float, float]]) -> None:
    """When each began and ended, and what it took without dialogs."""
    assert [(begin - T, end - T, worked) for begin, end, worked in read(tmp_path, *lines).turns] == turns


def test_a_turn_of_which_the_begin_was_not_read(tmp_path: Path) -> None:
    """Is none."""
    lines = [typed("go", T - 9), use(-8), typed("go", T - 5), use(1), result(2), said("Done.", T + 9), over(10, 9)]

    assert read(tmp_path, *lines, since=0.5).turns == []
