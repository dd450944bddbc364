"""Transcripts from their end: one small file for each behaviour (tests/data/transcripts)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.claude import conversation, transcript
from cst.jsonl import parse
from cst.model import Transcript
from tests.testing import (
    DATA,
    ID,
    NOW,
    OTHER_ID,
    called,
    ended_turn,
    jsonl,
    resulted,
    said,
    stamp,
    typed,
    write_transcript,
)

LINES = DATA / "transcripts"


def read(name: str, **more: Any) -> Transcript:
    return transcript.read(str(LINES / f"{name}.jsonl"), **more)


def ends(found: Transcript) -> tuple[str, float, str, str]:
    """The four things that most rules ask: what was last, how long ago, the prompt, the words."""
    return found.last, round(NOW - found.last_at, 1), found.last_prompt, found.last_words


def tools(found: Transcript) -> list[tuple[str, str, str, float | None]]:
    return [(use.name, use.detail, use.outcome, use.seconds) for use in found.tools]


def test_an_open_permission_ends_in_a_tool_call() -> None:
    """While the dialog is up, the newest line is a tool call without a result."""
    found = read("permission-open")

    assert ends(found) == ("tool", 25, "clean the build", "I will remove it.")
    assert tools(found) == [("Bash", "rm -rf build", "open", None)]
    assert found.tools == tuple(found.open_tools())
    assert (found.prompt_at, found.cwd, found.branch, found.version) == (NOW - 30, "/home/u/proj/alpha", "main", "2.1.329")


def test_of_parallel_tools_one_may_be_open() -> None:
    """A result belongs to its own call: the other call is still open."""
    found = read("parallel-tools")

    assert ends(found) == ("result", 24, "look at both", "")
    assert tools(found) == [("Read", "/etc/hostname", "ok", 1.0), ("Bash", "sleep 5", "open", None)]


@pytest.mark.parametrize("path", sorted(DATA.rglob("transcripts/*.jsonl")), ids=lambda path: path.stem)
def test_the_tools_of_older_answers_tell_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is passed over changes nothing: the same is known where every line is parsed, at the end and at any cut."""
    lines = path.read_bytes().splitlines(keepends=True)
    for count in range(len(lines), 0, -1 - len(lines) // 20):
        (tmp_path / "cut.jsonl").write_bytes(b"".join(lines[:count]))
        with monkeypatch.context() as patched:
            patched.setattr(transcript, "_TOOL", b"\0")  # in no line
            whole = transcript.read(str(tmp_path / "cut.jsonl"))
        found = transcript.read(str(tmp_path / "cut.jsonl"))

        assert (found.open_tools(), found.tools[-1:]) == (whole.open_tools(), whole.tools[-1:])
        assert found._replace(tools=()) == whole._replace(tools=())


def test_the_account_is_told_only_where_it_is_true(tmp_path: Path) -> None:
    """Claude Code writes it when it leaves a session: nothing said since, no parent's in it, no price that is guessed."""
    begun, account = snapshot_at(NOW - 31), {"type": "cost-state", "totalCostUSD": 0.25}
    turn = [typed("go", NOW - 30), said("done", NOW - 20), ended_turn(NOW - 19)]
    told = {
        "ended": [begun, *turn, account, {"type": "last-prompt", "lastPrompt": "go"}, account],
        "resumed and ended again": [begun, *turn, account, typed("more", NOW - 9), {**account, "totalCostUSD": 0.5}],
        "resumed and went on": [begun, *turn, account, typed("more", NOW - 9)],
        "a model without a price": [begun, *turn, {**account, "hasUnknownModelCost": True}],
        "a fork": [begun, snapshot_at(NOW - 5), *turn, typed("more", NOW - 4), account],
        "a fork without snapshots, perhaps": [*turn, account],
        "headless": [{"type": "queue-operation", "timestamp": stamp(NOW - 31)}, *turn, account],
        "killed": [begun, *turn],
    }  # fmt: skip
    found = {}
    for name, lines in told.items():
        (tmp_path / name).write_bytes(jsonl(lines))
        found[name] = transcript.read(str(tmp_path / name)).cost

    assert found == {
        "ended": 0.25, "resumed and ended again": 0.5, "resumed and went on": None, "a model without a price": None, "a fork": None,
        "a fork without snapshots, perhaps": None, "headless": 0.25, "killed": None,
    }  # fmt: skip


def snapshot_at(at: float) -> dict[str, object]:
    """The line that tells when a file was begun."""
    return {"type": "file-history-snapshot", "snapshot": {"trackedFileBackups": {}, "timestamp": stamp(at)}}


def test_usage_counts_once() -> None:
    """Every block of an answer repeats its usage: the newest one is the context, not their sum."""
    found = read("parallel-tools")

    assert (found.tokens, found.model) == (7 + 1405 + 12641 + 47, "claude-opus-5-5")


def test_a_denied_tool_ends_in_an_interruption() -> None:
    """No at a dialog leaves a refused result and the mark of an interruption."""
    found = read("denied")

    assert ends(found) == ("interrupted", 19.9, "clean the build", "")
    assert tools(found) == [("Bash", "rm -rf build", "denied", 5.0)]


def test_an_interruption_in_mid_stream_is_told() -> None:
    """Esc while text streams leaves the text so far and the mark."""
    found = read("interrupted-mid-stream")

    assert ends(found) == ("interrupted", 21.9, "tell me a story", "Once upon a")


@pytest.mark.parametrize("answered_since", [False, True])
def test_an_interrupted_turn_with_its_duration(tmp_path: Path, answered_since: bool) -> None:
    """2.1.282 writes how long a turn took behind an interruption, too. Bug shown: No at a dialog was shown as done."""
    path = tmp_path / "t.jsonl"
    stop = typed("[Request interrupted by user for tool use]", NOW - 20)
    later = [typed("go on", NOW - 10), said("Well.", NOW - 9), ended_turn(NOW - 8)] if answered_since else []
    turn = [typed("clean", NOW - 30), called("Bash", {"command": "rm"}), stop, ended_turn(NOW - 19)]
    path.write_bytes(jsonl([*turn, *later]))
    found = transcript.read(str(path))

    assert ends(found) == (("finished", 8, "go on", "Well.") if answered_since else ("interrupted", 20, "clean", ""))


def test_a_failed_turn_with_its_duration(tmp_path: Path) -> None:
    """As an interrupted one. Bug shown: without hooks an API error of 2.1.282 was shown as done."""
    path = tmp_path / "t.jsonl"
    error = said("API Error: 400", NOW - 20, isApiErrorMessage=True)
    path.write_bytes(jsonl([typed("clean", NOW - 30), error, ended_turn(NOW - 19)]))
    found = transcript.read(str(path))

    assert ends(found)[:2] == ("error", 20)
    assert found.error == "API Error: 400"


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
def test_a_failed_first_turn_in_another_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    """The error before the prompt, and its duration, too (2.1.282)."""
    path = tmp_path / "t.jsonl"
    error = said("API Error: 400", NOW - 20, isApiErrorMessage=True, parentUuid="x")
    turn = [typed("clean", NOW - 30, parentUuid=None), error, ended_turn(NOW - 19, parentUuid="y")]
    path.write_bytes(jsonl([turn[i] for i in order]))

    assert ends(transcript.read(str(path)))[:2] == ("error", 20)


def test_a_compaction_is_no_prompt(tmp_path: Path) -> None:
    """2.1.282 writes the command as it was typed. Bug shown: after /compact a finished session was interrupted."""
    path = tmp_path / "t.jsonl"
    command = typed("/compact", NOW - 10)
    del command["origin"]
    boundary = {"type": "system", "subtype": "compact_boundary", "timestamp": stamp(NOW - 7)}
    path.write_bytes(jsonl([typed("clean", NOW - 30), said("Clean.", NOW - 20), ended_turn(NOW - 19), command, boundary]))

    assert ends(transcript.read(str(path))) == ("finished", 19, "clean", "Clean.")


@pytest.mark.parametrize("rewound", [False, True])
def test_a_first_prompt_behind_its_answer(tmp_path: Path, rewound: bool) -> None:
    """2.1.282 may write the first lines of a conversation in another order; what is older than that prompt is of a branch
    that was left. Bug shown: a finished session was interrupted, and a permission named no tool."""
    path = tmp_path / "t.jsonl"
    first = typed("Which way?", NOW - 30, parentUuid=None)
    moment = NOW - 40 if rewound else NOW - 25
    path.write_bytes(jsonl([called("Bash", {"command": "ls"}, moment, parentUuid="x"), first]))
    found = transcript.read(str(path))

    assert ends(found)[:3] == (("prompt", 30, "Which way?") if rewound else ("tool", 25, "Which way?"))
    assert [use.outcome for use in found.tools] == ([] if rewound else ["open"])


def test_an_api_error_is_told_with_its_words() -> None:
    """A turn that ended in an error says so; a synthetic message has no model and no usage."""
    found = read("api-error")

    assert ends(found) == ("error", 20, "hello", "")
    assert (found.error, found.model, found.tokens) == ("API Error: 529 overloaded", "", None)


def test_a_finished_turn_is_told() -> None:
    """The end of a turn, the answer, the cost."""
    found = read("finished")

    assert ends(found) == ("finished", 19, "add 1 and 1", "It is 2.")
    assert (found.tools, found.cost, found.skipped) == ((), 0.0308, 0)


def test_a_prompt_made_by_a_machine_is_not_the_persons() -> None:
    """A task notification begins a turn, but the last prompt is what the person typed."""
    found = read("machine-prompt")

    assert ends(found) == ("finished", 19, "start an agent", "All done.")
    assert found.prompt_at == NOW - 30


@pytest.mark.parametrize("name", ["local-commands", "compact-summary"])
def test_what_the_client_does_itself_is_no_turn(name: str) -> None:
    """/model, `!ls` and /compact leave lines after the turn; the turn is as finished as before."""
    found = read(name)

    assert ends(found) == ("finished", 49, "add 1 and 1", "It is 2.")
    assert found.prompt_at == NOW - 60


def test_a_cleared_session_has_no_turn() -> None:
    """After /clear the new transcript holds only what the client did itself."""
    found = read("cleared")

    assert (found.last, found.last_prompt, found.last_words, found.prompt_at, found.tokens) == ("", "", "", 0.0, None)


def test_a_command_of_the_users_own_in_a_client_that_tells_no_origin(tmp_path: Path) -> None:
    """2.1.110: what begins with its message is a prompt, what begins with its name the client runs itself.

    Bug shown: the turn of a custom command was not one, and the conversation did not have it.
    """
    custom = "<command-message>labcmd</command-message>\n<command-name>/labcmd</command-name>\n<command-args>hello you</command-args>"
    builtin = "<command-name>/cost</command-name>\n            <command-message>cost</command-message>\n            <command-args></command-args>"
    lines = [typed("one", NOW - 40), said("1", NOW - 39), typed(custom, NOW - 30), typed(builtin, NOW - 10)]
    for line in lines:
        line.pop("origin", None)
    path = write_transcript(tmp_path, lines)
    found = transcript.read(str(path))

    assert (found.last, round(NOW - found.prompt_at), found.last_prompt) == ("prompt", 30, "/labcmd hello you")
    assert [turn.text for turn in conversation.read(str(path))] == ["one", "1", "/labcmd hello you"]


def test_a_command_of_the_users_own_is_a_prompt() -> None:
    """A custom command has a human origin and begins a turn."""
    found = read("custom-command")

    assert (found.last, found.prompt_at) == ("prompt", NOW - 30)


def test_thinking_decides_nothing() -> None:
    """An answer that has only thought so far leaves the prompt the newest fact."""
    found = read("thinking-only")

    assert ends(found) == ("prompt", 30, "think hard", "")


def test_bytes_that_are_no_text_are_replaced_or_skipped() -> None:
    """A line with a wrong byte is used, a line that is no JSON is counted."""
    found = read("not-utf8")

    assert ends(found) == ("finished", 19, "add 1 and 1", "caf\ufffd au lait")
    assert found.skipped == 1


def test_a_line_cut_in_its_middle_is_skipped() -> None:
    """The line that is being written is counted; the one before it counts."""
    found = read("cut-mid-line")

    assert ends(found) == ("finished", 20, "add 1 and 1", "It is 2.")
    assert found.skipped == 1


def test_escape_codes_are_handed_on_as_they_are() -> None:
    """Making text harmless is view.text's business, once; nothing is lost before that."""
    found = read("escape-codes")

    assert (found.last_prompt, found.last_words) == ("\x1b[31mred\x1b[0m prompt", "\x1b]0;owned\x07done \u202eevil")
    assert found.title == "\x1b[2Jtitle"


def test_a_persons_title_beats_the_machines() -> None:
    """custom-title wins over a later ai-title."""
    assert read("titles").title == "my name"


# ------------------------------------------------------------------------------------------- how far it reads


def put(tmp_path: Path, lines: list[Any]) -> str:
    path = tmp_path / "t.jsonl"
    path.write_bytes(jsonl(lines))
    return str(path)


@pytest.mark.parametrize("kind", ["api-request-shape", "api-request", "file-history-snapshot", "progress", "queue-operation"])
def test_metadata_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Lines of 80 KB that hold nothing for us are told by how they begin, and passed over."""
    filler = {"type": kind, "sessionId": ID, "text": "x" * 80_000}
    attachment = {"parentUuid": ID, "isSidechain": False, "attachment": {"type": "skill_listing"}, "type": "attachment",
                  "text": "x" * 80_000}  # fmt: skip
    path = put(tmp_path, [typed("hi"), said("ho"), ended_turn(), filler, attachment])
    sizes: list[int] = []
    def counted(data: bytes) -> dict[str, Any]:
        sizes.append(len(data))
        return parse(data)

    monkeypatch.setattr("cst.claude.transcript.parse", counted)
    found = transcript.read(path)

    assert (found.last, len(sizes)) == ("finished", 3)
    assert max(sizes) < 2000


def test_all_that_was_read_is_used(tmp_path: Path) -> None:
    """The prompt of a long turn stands 200 KB from the end: within the limit, in the last block that is read."""
    history = [said("x" * 1000) for _ in range(200)]
    lines = [typed("new", NOW - 90), *[said("y" * 1000, NOW - 50, None) for _ in range(120)], {"type": "mode"}]
    found = transcript.read(put(tmp_path, [*history, *lines]))

    assert (found.last_prompt, found.prompt_at) == ("new", NOW - 90)


def test_without_the_turn_the_newest_answer_is_enough(tmp_path: Path) -> None:
    """Both calls of the newest answer are known, older ones are not read, and a title from the beginning is."""
    old = [called("Bash", {"command": "x" * 200}, NOW - 50, f"o{i}", message={"id": "old"}) for i in range(400)]
    new = [called(name, {"file_path": path}, NOW - 9, name, message={"id": "new"}) for name, path in (("Edit", "/a"), ("Read", "/b"))]
    path = put(tmp_path, [{"type": "ai-title", "aiTitle": "Older"}, {"type": "ai-title", "aiTitle": "Title"}, typed("go"), *old, *new])
    found = transcript.read(path, turn=False)

    assert [tool.detail for tool in found.open_tools()] == ["/a", "/b"]
    assert (found.title, found.last, found.read <= 16 * 1024) == ("Title", "tool", True)


def test_reading_stops_at_the_newest_prompt(tmp_path: Path) -> None:
    """What lies before the newest prompt is not read: a long history costs nothing."""
    history = [line for i in range(4000) for line in (typed(f"old {i}"), said("x" * 200), ended_turn())]
    found = transcript.read(put(tmp_path, [*history, typed("new", NOW - 9), said("yes", NOW - 8), ended_turn(NOW - 7)]))

    assert (found.last_prompt, found.last_words, found.read) == ("new", "yes", 16 * 1024)
    assert found.size > 2_000_000


def test_a_limit_is_kept(tmp_path: Path) -> None:
    """A prompt that lies further back than the limit is unknown, and no more was read.

    Bug shown: of 256 KB, 672 KB were read (jsonl.Backwards).
    """
    found = transcript.read(put(tmp_path, [typed("far away"), *[said("x" * 2000)] * 1000]))

    assert (found.last_prompt, found.prompt_at) == ("", 0.0)
    assert found.read == transcript.LEAN


def test_a_context_is_as_full_as_it_was_left_by_compaction(tmp_path: Path) -> None:
    """Until the next answer the client's own number counts; where it gives none, the context is unknown, not full.

    Bug shown: after /compact the row said what the context held before.
    """
    def tokens(metadata: object, *then: Any) -> tuple[int | None, str]:
        boundary = {"type": "system", "subtype": "compact_boundary", "compactMetadata": metadata, "timestamp": "2026-11-20T14:31:04.323Z"}
        summary = {**typed("what was done", NOW - 20), "isCompactSummary": True}
        found = transcript.read(put(tmp_path, [typed("go", NOW - 90), said("x", NOW - 80), ended_turn(NOW - 79), boundary, summary, *then]))
        return found.tokens, found.last_prompt

    full = transcript.read(put(tmp_path, [typed("go"), said("x")])).tokens
    assert tokens({"preTokens": 14240, "postTokens": 2900}) == (2900, "go")
    assert [tokens(other) for other in ({"preTokens": 14240}, None, {"postTokens": "x"})] == [(None, "go")] * 3
    assert tokens({"postTokens": 2900}, typed("on", NOW - 9), said("y", NOW - 8)) == (full, "on")


IMAGE = [{"type": "text", "text": "look"}, {"type": "image", "source": {"type": "base64", "data": "A" * 1_500_000}}]


@pytest.mark.parametrize("turn", [True, False])
@pytest.mark.parametrize("behind", [[], [{"type": "last-prompt", "lastPrompt": "look"}, {"type": "mode"}]])
def test_a_newest_line_over_the_limit_is_read_whole(tmp_path: Path, turn: bool, behind: list[Any]) -> None:
    """A file of 300 KB to be written, a plan below a long text, a pasted picture: it says what happens, and why.

    Bug shown: `ls` called it unknown while `why`, which reads more, said interrupted; a permission named no tool.
    """
    def read(*lines: Any) -> Transcript:
        return transcript.read(put(tmp_path, [typed("go", NOW - 90), said("x" * 400_000, NOW - 80), *lines, *behind]), turn=turn)

    write = read(called("Write", {"file_path": "/api/fixture.json", "content": "x" * 300_000}, NOW - 5, "t1"))
    plan = called("ExitPlanMode", {"plan": "# Move it"}, NOW - 5, "t2")
    plan["message"]["content"].insert(0, {"type": "text", "text": "y" * 280_000})
    picture = read({**typed("", NOW - 5), "message": {"role": "user", "content": IMAGE}})

    assert [(tool.name, tool.detail) for tool in write.open_tools()] == [("Write", "/api/fixture.json")]
    assert [tool.name for tool in read(plan).open_tools()] == ["ExitPlanMode"]
    assert (picture.last, picture.prompt_at, picture.last_prompt) == ("prompt", NOW - 5, "look")
    assert write.read < 400_000


def test_the_cost_of_a_giant_is_the_same(tmp_path: Path) -> None:
    """Of a transcript of 1 GB no more is read than of a small one."""
    path = put(tmp_path, [])
    os.truncate(path, 1 << 30)
    with open(path, "ab") as file:
        file.write(b"\n" + jsonl([typed("hi"), said("ho"), ended_turn()]))
    found = transcript.read(path)

    assert (found.last, found.last_prompt) == ("finished", "hi")
    assert found.read <= transcript.LEAN


def test_a_tool_history_goes_back_beyond_the_prompt(tmp_path: Path) -> None:
    """With `tools` the calls of earlier turns are found too; one without a result there has failed."""
    lines = [typed("one"), called("Bash", {"command": "a"}, NOW - 90, "t1"), typed("two"),
             called("Bash", {"command": "b"}, NOW - 60, "t2"), resulted("ok", NOW - 58, "t2"),
             typed("three"), called("Bash", {"command": "c"}, NOW - 30, "t3")]  # fmt: skip
    path = put(tmp_path, lines)

    assert tools(transcript.read(path)) == [("Bash", "c", "open", None)]
    assert [use.outcome for use in transcript.read(path, tools=40).tools] == ["failed", "ok", "open"]
    assert [use.detail for use in transcript.read(path, tools=2).tools] == ["b", "c"]


def test_long_texts_are_cut(tmp_path: Path) -> None:
    """Of any text 4000 characters are kept: the beginning of a prompt, the end of an answer."""
    found = transcript.read(put(tmp_path, [typed("p" * 9000 + "!"), said("a" * 9000 + "!"), ended_turn()]))

    assert (found.last_prompt, found.last_words) == ("p" * 4000, "a" * 3999 + "!")


# ------------------------------------------------------------------------------------------------- any bytes

_NASTY = st.sampled_from([None, True, 7, 1e300, "x", [], [None], {}, {"a": 1}, "<command-name>", "[Request interrupted by user",
                          "tool_use", "tool_result", "text", "<synthetic>", "2026-11-20T14:31:infZ"])  # fmt: skip
_BLOCK = st.dictionaries(st.sampled_from(["type", "text", "id", "name", "input", "tool_use_id", "is_error"]), _NASTY)
_MESSAGE = _NASTY | st.fixed_dictionaries(
    {}, optional={"content": _NASTY | st.lists(_BLOCK | _NASTY), "usage": _NASTY, "model": _NASTY, "stop_reason": _NASTY}
)
_LINE = st.fixed_dictionaries(
    {"type": st.sampled_from(["user", "assistant", "system", "last-prompt", "cost-state", "ai-title", "custom-title"])},
    optional={
        "message": _MESSAGE, "timestamp": _NASTY, "isMeta": _NASTY, "isApiErrorMessage": _NASTY, "subtype": _NASTY | st.just("turn_duration"),
        "pendingBackgroundAgentCount": _NASTY, "totalCostUSD": _NASTY, "lastPrompt": _NASTY, "aiTitle": _NASTY, "cwd": _NASTY,
        "customTitle": _NASTY, "gitBranch": _NASTY, "origin": _NASTY, "toolDenialKind": _NASTY,
    },
)  # fmt: skip


@given(st.lists(_LINE | st.binary(max_size=60), max_size=8))
def test_any_lines_are_read(tmp_path: Path, lines: list[Any]) -> None:
    """Whatever the lines hold, they are read, every field has its type, and what cannot be used is counted."""
    found = transcript.read(put(tmp_path, lines), tools=40)
    plain = Transcript("")
    wrong = [f for f in Transcript._fields if not isinstance(getattr(found, f), (type(getattr(plain, f)), int, float))]

    assert wrong == []
    assert found.last in ("", "prompt", "tool", "result", "text", "finished", "error", "interrupted")


# ----------------------------------------------------------------------------------------------------- locate


@pytest.mark.parametrize("cwd", ["/home/u/proj/My Proj_é.v2/sub-dir", "/", "/home/u/proj/alpha", "/home/u/a\nb"])
def test_a_transcript_is_found_by_its_folder(claude: Path, cwd: str) -> None:
    """The folder's name is the cwd with all but ASCII letters and digits as dashes."""
    path = write_transcript(claude, [], cwd=cwd)
    write_transcript(claude, [], OTHER_ID, cwd)

    assert str(path) == transcript.locate(str(claude), cwd, ID)


def test_the_dashes_are_those_of_the_client(claude: Path) -> None:
    """The example that was recorded: each character is one dash, an accented letter too."""
    path = claude / "projects" / "-home-u-proj-My-Proj---v2-sub-dir" / f"{ID}.jsonl"
    path.parent.mkdir(parents=True)
    path.touch()

    assert str(path) == transcript.locate(str(claude), "/home/u/proj/My Proj_é.v2/sub-dir", ID)


def test_a_transcript_is_found_in_another_folder(claude: Path) -> None:
    """A session that changed its folder keeps its transcript where it began."""
    path = write_transcript(claude, [], cwd="/elsewhere")

    assert str(path) == transcript.locate(str(claude), "/home/u/proj/alpha", ID)


@pytest.mark.parametrize("session_id", [ID, "", "a\0b", "\ud800", "x" * 5000])
def test_no_transcript_is_no_path(claude: Path, session_id: str) -> None:
    """A session that was never prompted has none, whatever its id looks like."""
    assert transcript.locate(str(claude), "/home/u", session_id) == ""


@pytest.mark.parametrize("cwd", ["/home/u", "/elsewhere"])
def test_a_folder_that_may_hold_it_is_an_error(claude: Path, cwd: str) -> None:
    """One that cannot be looked into, whether the session has its folder or another one; not where it is found beside it.

    Bug shown: it was as if the session had never been prompted, and `done` was `idle`.
    """
    closed = claude / "projects" / "-home-u"
    closed.parent.mkdir(parents=True)
    closed.symlink_to(closed.name)
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        transcript.locate(str(claude), cwd, ID)
    path = write_transcript(claude, [], cwd="/moved")

    assert transcript.locate(str(claude), cwd, ID) == str(path)


# --------------------------------------------------------------------------------------------- who made a prompt

MADE = [
    {"content": "Another Claude session sent a message:\n<teammate-message teammate_id=\"smith\">\n{}\n</teammate-message>"},
    {"content": "Background agent \"look\" was stopped.", "origin": {"kind": "task-notification"}, "promptSource": "system"},
    {"content": "whatever it says", "origin": {"kind": "auto-continuation"}},
    {"content": "whatever it says", "promptSource": "system"},
]


@pytest.mark.parametrize("line", MADE)
def test_a_prompt_that_a_machine_made_is_not_the_persons(tmp_path: Path, line: dict[str, Any]) -> None:
    """It begins a turn all the same. Bug shown: the words of a teammate stood in the list as the user's prompt."""
    made = {"type": "user", "timestamp": typed("x")["timestamp"], **{k: v for k, v in line.items() if k != "content"},
            "message": {"role": "user", "content": line["content"]}}  # fmt: skip
    (tmp_path / "x.jsonl").write_bytes(jsonl([typed("my own", NOW - 90), said("started", NOW - 80), made]))
    found = transcript.read(str(tmp_path / "x.jsonl"))

    assert (found.last, found.last_prompt) == ("prompt", "my own")


@pytest.mark.parametrize("order", ["<command-message>fix</command-message>\n<command-name>/fix</command-name>",
                                   "<command-name>/fix</command-name>\n<command-message>fix</command-message>"])  # fmt: skip
def test_a_command_is_shown_as_it_was_typed(tmp_path: Path, order: str) -> None:
    """Whichever of its wrappers comes first."""
    (tmp_path / "x.jsonl").write_bytes(jsonl([typed(f"{order}\n<command-args>all of it</command-args>")]))

    assert transcript.read(str(tmp_path / "x.jsonl")).last_prompt == "/fix all of it"


def test_a_limit_in_numbers_and_its_own_continuing(tmp_path: Path) -> None:
    """The client writes when the limit ends, and then that it goes on by itself, or no more."""
    limit = said("You've hit your limit", NOW - 20, isApiErrorMessage=True, quotaLimits={"status": "rejected", "resetsAt": 1795744044})
    system = {"type": "system", "subtype": "informational", "timestamp": typed("x")["timestamp"]}
    armed = {**system, "content": "Usage limit reached · set to continue automatically at 8:48pm"}
    cancelled = {**system, "content": "Automatic continue cancelled · you switched models"}

    def told(*lines: dict[str, Any]) -> tuple[str, float, bool]:
        (tmp_path / "x.jsonl").write_bytes(jsonl([typed("go", NOW - 90), *lines]))
        found = transcript.read(str(tmp_path / "x.jsonl"))
        return found.last, found.resets_at, found.resumes

    assert [told(limit), told(limit, armed), told(limit, armed, cancelled), told(limit, armed, typed("on", NOW))] == [
        ("error", 1795744044.0, False), ("error", 1795744044.0, True), ("error", 1795744044.0, False), ("prompt", 0.0, False),
    ]  # fmt: skip


def test_who_drove_it_and_where_it_went_on(tmp_path: Path) -> None:
    """Each line says by what the session was driven; the last one, under which id the conversation went on."""
    moved = {"type": "continued-in", "sessionId": ID, "continuedInSessionId": OTHER_ID}
    (tmp_path / "x.jsonl").write_bytes(jsonl([{**typed("x"), "entrypoint": "sdk-py", "sessionKind": "bg"}, moved]))
    found = transcript.read(str(tmp_path / "x.jsonl"))

    assert (found.entrypoint, found.session_kind, found.continued) == ("sdk-py", "bg", OTHER_ID)


@pytest.mark.parametrize("line", [b"x", b"[]", b"\xff\xfe"])
def test_lines_that_are_no_objects_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """They are counted, not parsed: a file may hold millions of them."""
    monkeypatch.setattr(transcript, "parse", lambda _: pytest.fail("parsed"))
    path = tmp_path / "t.jsonl"
    path.write_bytes((line + b"\n") * 20_000)

    assert transcript.read(str(path), transcript.DEEP, 40).skipped == 20_000


@pytest.mark.parametrize(("written", "seconds"), [
    ({"ephemeral_5m_input_tokens": 9, "ephemeral_1h_input_tokens": 0}, 300),
    ({"ephemeral_5m_input_tokens": 9, "ephemeral_1h_input_tokens": 9}, 3600),
    ({"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}, None), ("x", None), (None, None),
])  # fmt: skip
def test_until_when_the_prompt_cache_holds(tmp_path: Path, written: object, seconds: float | None) -> None:
    """So long after the newest answer; not known where that wrote nothing, or after /compact."""
    usage = {"input_tokens": 1, "output_tokens": 1, "cache_creation": written}
    lines = [typed("go", NOW - 90), said("x", NOW - 80, message={"usage": usage}), ended_turn(NOW - 79)]
    found = transcript.read(put(tmp_path, lines))
    boundary = {"type": "system", "subtype": "compact_boundary", "compactMetadata": {"postTokens": 9}}
    compacted = transcript.read(put(tmp_path, [*lines, boundary]))

    assert (found.asked_at, found.cached_until) == (NOW - 80, NOW - 80 + seconds if seconds else 0.0)
    assert (compacted.asked_at, compacted.cached_until) == (0.0, 0.0)


def test_the_newest_pull_request(tmp_path: Path) -> None:
    """The client links one to its session, and says so again at times."""
    links = [{"type": "pr-link", "prNumber": n, "prUrl": f"https://x/{n}", "prRepository": "o/r"} for n in (11, 12)]
    found = transcript.read(put(tmp_path, [typed("go"), links[0], said("x"), ended_turn(), links[1]]))
    odd = transcript.read(put(tmp_path, [typed("go"), said("x"), {"type": "pr-link", "prNumber": "x", "prUrl": 3}]))

    assert ((found.pr, found.pr_url), (odd.pr, odd.pr_url)) == ((12, "https://x/12"), (None, ""))
