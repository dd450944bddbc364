"""What a made-up session is told as: steps with times, the dialog that may end them, and the role they make up.

Times are seconds from the actor's start, so the past is negative; in what follows a key they count from that key.
"""

from __future__ import annotations

from typing import Any, NamedTuple

SECOND, MINUTE, HOUR = 1.0, 60.0, 3600.0


class Prompt(NamedTuple):
    """A person typed this; or, `machine`, the client itself did when an agent came back."""

    at: float
    text: str
    machine: bool = False


class Words(NamedTuple):
    """Claude's text; `last` ends the turn. `agent` is the description of the subagent that says it."""

    at: float
    text: str
    last: bool = False
    agent: str = ""


class Tool(NamedTuple):
    """A tool call. It stays open until a Result of the same agent."""

    at: float
    name: str
    given: dict[str, Any]
    agent: str = ""


class Result(NamedTuple):
    """What the open tool of that agent brought back."""

    at: float
    text: str
    agent: str = ""
    failed: bool = False


class Failure(NamedTuple):
    """The turn ends in an API error."""

    at: float
    text: str


class Stopped(NamedTuple):
    """A person pressed Esc, or said No."""

    at: float


Step = Prompt | Words | Tool | Result | Failure | Stopped


class Dialog(NamedTuple):
    """A box with numbered options. Those without an entry in `answers` say No, as Esc does."""

    title: str
    about: str
    ask: str
    options: tuple[str, ...]
    answers: tuple[tuple[Step, ...], ...]
    field: bool = False  # whether two more follow, as in a question of the client's: a text field, and one to talk

    def answered(self, text: str) -> tuple[Step, ...]:
        """What happens when the text is given in the field."""
        return (
            Result(0, f"User has answered your questions: \"{self.ask}\"=\"{text}\""),
            *ran(3, "Edit", {"file_path": "src/invoice/total.py"}, 1, "Updated with 5 additions and 9 removals"),
            Words(10, f"In your words, then: {text}. Invoice 2207 adds up.", True),
        )


class Role(NamedTuple):
    """One session of the fleet, and the state that cst has to give it."""

    who: str  # unique; names it in tests and on the actor's command line
    state: str
    room: str  # the tmux session
    window: str
    project: str  # the folder under ~/code
    branch: str
    story: tuple[Step, ...] = ()
    dialog: Dialog | None = None
    status: str = "idle"
    waiting_for: str = ""
    since: float = -2 * MINUTE  # of the status
    name: str = ""  # given with /rename
    title: str = ""  # given by Claude
    tokens: int = 21_000
    cost: float = 0.03
    tasks: tuple[tuple[str, str], ...] = ()  # (status, subject)
    split: bool = False  # in a second pane of the window before
    sequel: tuple[Step, ...] = ()  # what happens by itself while somebody watches; times from the actor's start


def ran(
    at: float, name: str, given: dict[str, Any], took: float, text: str, agent: str = "", failed: bool = False
) -> tuple[Step, Step]:
    """A tool call and its result, `took` seconds later."""
    return Tool(at, name, given, agent), Result(at + took, text, agent, failed)


def bash(command: str, description: str = "") -> dict[str, Any]:
    """The input of a Bash call."""
    return {"command": command, "description": description or "Run a command"}


def headline(tool: str, given: dict[str, Any]) -> str:
    """A tool call as the client shows it: `Bash(make test)`."""
    if tool == "AskUserQuestion":
        return "Asking a question"
    if tool == "ExitPlanMode":
        return "Ready to code?"
    names = ("command", "file_path", "pattern", "url", "description")
    about = next((str(given[name]) for name in names if name in given), "")
    return f"{tool}({about})"
