"""What a script in a prompt is played as; no client is needed for this."""
from __future__ import annotations

from collections import Counter

import pytest

from tests.lab.mock_script import ApiError, Json, Turn, answer, newest_prompt, next_turn, turns


@pytest.mark.parametrize(("script", "expected"), [
    ("no directive", []),
    ("[[say:a]] and [[bash:ls]]", [[("say", "a")], [("bash", "ls")]]),
    ("[[bash:a]]+[[bash:b]] + [[ask]]", [[("bash", "a"), ("bash", "b"), ("ask", "")]]),
    ("[[bash:[[ -f x ]] && ls]]", [[("bash", "[[ -f x ]] && ls")]]),
    ("[[agent:[[bash:a]] [[say:b]]]] [[say:c]]", [[("agent", "[[bash:a]] [[say:b]]")], [("say", "c")]]),
    ("]] [[say:a]] [[unfinished", [[("say", "a")]]),
])
def test_a_script_is_cut_into_turns(script: str, expected: list[Turn]) -> None:
    """Brackets nest, a plus sign joins, and what is unfinished does not count."""
    assert expected == turns(script)


def test_the_newest_prompt_is_the_script_and_says_how_far_it_is() -> None:
    """Tool results, reminders and the client's own system turns are no prompts."""
    messages: list[Json] = [
        {"role": "user", "content": "[[say:old]]"},
        {"role": "assistant", "content": "old"},
        {"role": "user", "content": [{"type": "text", "text": "<system-reminder>x</system-reminder>"},
                                     {"type": "text", "text": "[[bash:ls]] [[say:new]]"}]},
        {"role": "system", "content": "You are somewhere"},
        {"role": "assistant", "content": [{"type": "tool_use"}]},
        {"role": "user", "content": [{"type": "tool_result", "content": "x"}]},
    ]

    assert newest_prompt(messages) == ("[[bash:ls]] [[say:new]]", 1)
    assert next_turn(turns(newest_prompt(messages)[0]), 1, Counter()) == [("say", "new")]


def test_an_error_comes_so_many_times_and_takes_no_turn() -> None:
    script, failed = turns("[[say:a]] [[error:529*2]] [[say:b]]"), Counter[int]()

    assert next_turn(script, 0, failed) == [("say", "a")]
    for _ in range(2):
        with pytest.raises(ApiError) as error:
            next_turn(script, 1, failed)
        assert error.value.status == 529
    assert next_turn(script, 1, failed) == [("say", "b")]
    assert next_turn(script, 2, failed) == [("say", "All done.")]


def test_every_directive_makes_a_block_of_its_kind() -> None:
    """The arguments arrive in the tool call that the client knows."""
    script = ('[[write:a.txt|one|two]]+[[edit:a.txt|one|1]]+[[read:a.txt]]+[[bg:sleep 9]]+[[ask:multi]]'
              '+[[todo:Count]]+[[plan]]+[[planfile:# P]]+[[tool:Glob|{"pattern": "*"}]]+[[think]]'
              '+[[sleep:3]]+[[hang:4]]+[[usage:5]]+[[nonsense]]')
    reply = answer({"tools": [{"name": "TaskCreate"}], "messages": [
        {"role": "user", "content": f"<system-reminder>/h/plans/p.md</system-reminder>{script}"}]}, {})
    calls = [(block["name"], block["input"]) for block in reply.blocks if block["type"] == "tool_use"]

    assert [name for name, _ in calls] == ["Write", "Edit", "Read", "Bash", "AskUserQuestion", "TaskCreate", "ExitPlanMode", "Write",
            "Glob"]
    assert calls[0][1] == {"file_path": "a.txt", "content": "one|two"}
    assert calls[1][1] == {"file_path": "a.txt", "old_string": "one", "new_string": "1"}
    assert calls[3][1]["run_in_background"]
    assert len(calls[4][1]["questions"]) == 2
    assert calls[7][1]["file_path"] == "/h/plans/p.md"
    assert (reply.silence, reply.pause, reply.prompt_tokens) == (4.0, 1.5, 5)
    assert reply.blocks[-1]["text"] == "The lab knows no directive 'nonsense'."
