"""The dialogs of docs/conformance.md: which instant of which play shows each, and those that no play can raise."""
from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A dialog that a play raises at an instant."""

    name: str
    play: str
    instant: str


class Missing(NamedTuple):
    """A dialog that no play raises: what the registry says of it ("" = not known), and why none does."""

    name: str
    says: str
    why: str


KINDS = (
    Kind("a command", "permission-approved", "permission"),
    Kind("a file to be written", "escape-at-the-dialog", "permission to edit"),
    Kind("a notebook to be edited", "permission-of-other-tools", "NotebookEdit"),
    Kind("a page to be fetched", "permission-of-other-tools", "WebFetch"),
    Kind("a tool of an MCP server", "permission-of-other-tools", "mcp__lab__plain"),
    Kind("the second of parallel tools", "parallel-tools", "the second is asked"),
    Kind("of a subagent", "subagent-permission", "a subagent asks, the main turn has stopped"),
    Kind("of a teammate in a pane, at its lead", "teammate-in-a-pane", "the lead asks for its teammate"),
    Kind("of a teammate in the lead's process", "teammate-in-process", "the teammate asks"),
    Kind("in the background, in no pane", "background-job", "claude --bg asks, in no pane"),
    Kind("in the background, shown by `claude attach`", "background-job", "claude attach shows it"),
    Kind("moved to the background, opened in its pane", "moved-to-the-background", "opened in the pane, it asks"),
    Kind("in another pid namespace", "another-pid-namespace", "permission"),
    Kind("its registry record was swept", "record-swept", "it asks"),
    Kind("auto mode cannot check: approve it, without numbers", "auto-mode-cannot-check",
         "a permission without numbers, No first"),
    Kind("auto mode cannot check: stay or leave", "auto-mode-cannot-check", "the client asks what to do"),
    Kind("a question", "question", "question"),
    Kind("several questions", "several-questions", "two questions"),
    Kind("several questions, before the last answer", "several-questions", "before the last answer"),
    Kind("a question that counts down to an answer of its own", "question-that-answers-itself", "counts down"),
    Kind("a form of an MCP server", "elicitation-form", "an MCP server asks"),
    Kind("a page that an MCP server wants to open", "elicitation-page", "an MCP server asks"),
    Kind("a plan", "plan-approved", "plan proposed"),
    Kind("trust in a folder", "trust-dialog", "the trust dialog"),
    Kind("consent to bypass permissions", "consent-to-bypass", "Bypass Permissions mode"),
    Kind("another API key", "another-api-key", "Do you want to use this API key?"),
    Kind("an MCP server of the project", "server-of-the-project", "New MCP server found"),
)

_ACCOUNT, _CLOUD = "needs an account", "needs a cloud session"
_OFF, _SCREEN, _HOW = "is switched off in these sessions", "needs a desktop", "no way to raise it was found"
MISSING = (
    Missing("a network request outside of the sandbox", "sandbox request", "needs bubblewrap and socat"),
    Missing("a worker asks", "worker request", "no worker of this client has a record that says so"),
    Missing("a goal that Claude proposes", "goal proposal", _OFF),
    Missing("the third action in a row that auto mode blocks", "permission prompt", "needs the server's own check"),
    Missing("auto mode's billing notice", "dialog open", _ACCOUNT),
    Missing("auto mode as the default, and its set-up", "dialog open", _ACCOUNT),
    Missing("managed settings to review", "dialog open", "needs an organisation's settings"),
    Missing("session paused: usage credits, or another model", "dialog open", _ACCOUNT),
    Missing("session paused: retry on the fallback model", "dialog open", "needs a refusal of the real model"),
    Missing("ultraplan in the cloud", "dialog open", _CLOUD),
    Missing("a question before a cloud session starts", "input needed", _CLOUD),
    Missing("a session sent to a project: which, and what", "dialog open", _CLOUD),
    Missing("files that a cloud session may not have", "dialog open", _CLOUD),
    Missing("iTerm2 for teammates", "input needed", "needs iTerm2"),
    Missing("computer use, and its first use", "dialog open", _SCREEN),
    Missing("the browser, and its set-up", "", _SCREEN),
    Missing("a message of another session", "", _HOW),
    Missing("a review artifact", "", _HOW),
    Missing("a workflow", "", _HOW),
    Missing("a live preview to share", "", _HOW),
    Missing("memory of the account to change", "", _ACCOUNT),
    Missing("a secret, a confirmation, a connection for a plugin", "", _HOW),
    Missing("Slack", "", _ACCOUNT),
    Missing("another model at the start, more or less effort", "", _HOW),
)
