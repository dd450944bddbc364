"""The workers of a session: subagents, and teammates with a transcript of their own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cst.claude import agents
from cst.model import Subagent
from tests.testing import DATA, ID, NOW, OTHER_ID, called, jsonl, resulted, said, typed, write_transcript

LINES = DATA / "transcripts"
CWD = "/home/u/proj/alpha"


def test_subagents_have_transcripts_of_their_own() -> None:
    """One that runs says with which tool; one whose transcript ends in an answer is over."""
    found = {agent.id: agent for agent in agents.read_subagents(str(LINES / "subagents.jsonl"))}
    a1, b2 = found["a1"], found["b2"]

    assert {"a1", "b2"} == set(found)
    assert (a1.kind, a1.description, a1.running) == ("general-purpose", "look around", True)
    assert a1.tool
    assert (a1.tool.name, a1.tool.detail, a1.tool.outcome) == ("Bash", "touch sub.txt", "open")
    assert Subagent("b2", "", "", False) == b2


def test_the_subagent_that_wrote_last_comes_first(tmp_path: Path) -> None:
    """Their order is that of their last writing; one that cannot be read is left out."""
    path = shutil.copytree(LINES / "subagents", tmp_path / "x")
    os.utime(path / "subagents" / "agent-a1.jsonl", (1, 1))
    (path / "subagents" / "agent-c3.jsonl").mkdir()

    assert [agent.id for agent in agents.read_subagents(str(tmp_path / "x.jsonl"))] == ["b2", "a1"]


@pytest.mark.parametrize(("more", "running"), [
    ([], True), ([{"toolUseResult": {"status": "async_launched", "agentId": "a7"}}], True),
    ([{"toolUseResult": {"status": "completed", "agentId": "a8"}}], True),
    ([{"toolUseResult": {"status": "completed", "agentId": "a7"}}], False),
    ([typed("<task-notification><task-id>a7</task-id><status>failed</status></task-notification>")], False),
])  # fmt: skip
def test_an_agent_of_an_old_client_is_over_once_it_is_back(claude: Path, more: list[dict[str, object]], running: bool) -> None:
    """2.1.50 does not say which answer is the last one. Bug shown: its agents ran for ever."""
    lines = [typed("go"), called("Task", {"description": "look"}), *({"type": "user", **line} for line in more)]
    path = write_transcript(claude, lines)
    folder = path.with_suffix("") / "subagents"
    folder.mkdir(parents=True)
    own = [typed("look"), called("Bash", {"command": "ls"}), resulted("a"), said("found it", stop=None)]
    (folder / "agent-a7.jsonl").write_bytes(jsonl(own))

    assert [(agent.id, agent.running) for agent in agents.read_subagents(str(path))] == [("a7", running)]


def test_no_subagents_are_none() -> None:
    """A session that started none has no folder."""
    assert agents.read_subagents(str(LINES / "finished.jsonl")) == ()


def _of_team(line: dict[str, object], name: str) -> dict[str, object]:
    return {**line, "agentName": name, "teamName": "session-1"}


def test_a_teammate_is_found_by_its_lines(claude: Path) -> None:
    """Each line of its transcript names the team and the member."""
    for session_id, name in ((ID, "scout"), (OTHER_ID, "smith")):
        write_transcript(claude, [{"type": "mode"}, _of_team(typed("<teammate-message teammate_id=\"team-lead\">"), name)], session_id)
    found = [agents.of_teammate(str(claude), CWD, NOW - 900, team, name) for team, name in
             (("session-1", "scout"), ("session-1", "smith"), ("session-2", "scout"), ("session-1", "nobody"))]  # fmt: skip

    assert [Path(path).stem if path else "" for path in found] == [ID, OTHER_ID, "", ""]


def test_a_teammate_is_a_worker_of_its_lead(claude: Path) -> None:
    """With the tool that waits, and whether it works or is at rest."""
    asks = write_transcript(claude, [typed("x"), called("Bash", {"command": "touch scouted"})])
    asking = agents.read_teammate(str(asks), "scout")
    rests = write_transcript(claude, [typed("x"), called("Bash", {"command": "ls"}), resulted("a"), said("found it")], OTHER_ID)
    resting = agents.read_teammate(str(rests), "smith")

    assert asking.tool
    assert (asking.id, asking.kind, asking.description, asking.running) == (ID, "teammate", "scout", True)
    assert (asking.tool.name, asking.tool.detail, asking.tool.outcome) == ("Bash", "touch scouted", "open")
    assert (resting.description, resting.running) == ("smith", False)
