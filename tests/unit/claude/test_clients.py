"""What a process called `claude` is, by its words."""

from __future__ import annotations

import pytest

from cst.claude import clients
from cst.claude.clients import COMMAND, PERHAPS, SESSION, TEAMMATE, VIEW
from tests.testing import ID


@pytest.mark.parametrize(("words", "what"), [
    ("claude", SESSION), ("/home/u/.local/bin/claude", SESSION), ("/bin/sh /home/u/bin/claude", SESSION),
    ("node /usr/lib/node_modules/@anthropic-ai/claude-code/cli.js", SESSION), ("claude cli.js --resume", SESSION),
    ("/home/u/.local/share/claude/versions/2.1.332 --model opus", SESSION), ("claude --model opus --permission-mode manual", SESSION),
    ("claude -p hello", SESSION), ("claude --resume", SESSION), ("claude -c", SESSION), (f"claude --session-id {ID}", SESSION),
    ("claude mcp serve", COMMAND), ("claude --debug mcp serve", COMMAND), ("claude --settings x.json mcp serve", COMMAND),
    ("claude agents", COMMAND), ("claude doctor", COMMAND), ("claude setup-token", COMMAND), ("claude update", COMMAND),
    ("claude daemon run --origin transient", COMMAND), ("claude bg-pty-host 7", COMMAND), ("claude bg-spare x", COMMAND),
    ("claude logs 2a3f", COMMAND), ("/bin/sh /home/u/bin/claude mcp serve", COMMAND),
    ("claude attach 2a3f05e6", VIEW), ("claude attach", COMMAND), ("claude frobnicate", PERHAPS), ("claude new-thing x", PERHAPS),
    ("claude --agent-id scout@s-1 --agent-name scout --team-name s-1 --parent-session-id x", TEAMMATE),
    ("claude --team-name s-1", TEAMMATE), ("claude --agent-id=scout@s-1", TEAMMATE),
])  # fmt: skip
def test_what_it_is(words: str, what: str) -> None:
    """A session, or one of the client's other commands, of which there are more with each version."""
    assert what == clients.read(words.split(" ")).what


def test_a_name_of_two_words() -> None:
    """Processes of the client's daemon have it. Bug shown: a background process that was starting was at a dialog."""
    assert clients.read(["claude bg-spare", "--bg-spare", "/tmp/cc-daemon-0/1/spare/b2.claim.sock"]).what == COMMAND
    assert clients.is_hosted(["claude bg-pty-host", "--bg-pty-host", "/tmp/b2.pty.sock", "200", "50", "--", "/x/claude"])
    assert clients.is_hosted(["/x/claude", "bg-pty-host", "7"])
    assert not clients.is_hosted(["/bin/bash", "--norc"])


@pytest.mark.parametrize("prompt", ["fix the build", "Hello", "why?", "über", "/review", "1", "what does mcp mean here"])
def test_a_prompt_is_no_command(prompt: str) -> None:
    """A prompt on the command line is one argument, seldom one lower-case word."""
    assert clients.read(["claude", prompt]).what == SESSION
    assert clients.read(["claude", "--model", "opus", prompt]).what == SESSION


def test_a_teammate_says_whose_it_is() -> None:
    """Its lead's session, its team, its name."""
    words = f"/x/claude --agent-id scout@session-4653 --agent-name scout --team-name session-4653 --parent-session-id {ID} --agent-type helper"
    found = clients.read(words.split())
    bare = clients.read(["claude", "--agent-id", "scout@session-4653"])

    assert (found.lead, found.team, found.name) == (ID, "session-4653", "scout")
    assert (bare.lead, bare.team, bare.name) == ("", "session-4653", "scout")


def test_a_view_says_what_it_shows() -> None:
    """The id or the name of a background session."""
    assert clients.read(["claude", "attach", "a day in the lab"]).shows == "a day in the lab"


@pytest.mark.parametrize(("words", "session_id"), [
    (f"claude --session-id {ID}", ID), (f"claude --resume {ID}", ID), (f"claude --resume={ID}", ID), (f"claude -r {ID}", ID),
    (f"claude --resume {ID} --fork-session", ""), ("claude --resume", ""), ("claude --resume my-name", ""), ("claude", ""),
])  # fmt: skip
def test_its_words_may_name_its_session(words: str, session_id: str) -> None:
    """A fork has an id of its own."""
    assert session_id == clients.read(words.split()).session_id


def test_a_headless_run_says_so() -> None:
    """`claude -p` asks nobody."""
    assert [clients.read(words.split()).printing for words in ("claude -p x", "claude --print", "claude x y")] == [True, True, False]


@pytest.mark.parametrize(("words", "name", "program", "mine"), [
    (["claude"], "claude", "", True), (["/x/bin/claude-work"], "claude-work", "/x/bin/claude-work", True),
    (["/x/bin2/2.1.329"], "2.1.329", "/x/bin2/2.1.329", True), (["x"], "x", "/home/u/.local/share/claude/versions/2.1.332", True),
    (["/bin/sh", "/home/u/bin/claude"], "sh", "/bin/dash", True), (["-bash"], "bash", "/bin/bash", False),
    (["/sbin/init"], "systemd", "/lib/systemd/systemd", False), (["vi", "claude.md"], "vi", "/usr/bin/vi", True), ([], "x", "", False),
])  # fmt: skip
def test_a_renamed_client_is_one(words: list[str], name: str, program: str, mine: bool) -> None:
    """Its file may be called after its version or its user's taste. That alone proves nothing: a key file has to be there
    as well."""
    assert mine == clients.is_client(words, name, program)
