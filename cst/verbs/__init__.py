"""Every verb and its options, declared once. What a verb does stands in `commands/<name>.py`."""

from __future__ import annotations

from cst.verbs import look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cst.verb import Verb

# The verbs as `cst --help` groups them.
GROUPS = (
    ("Go", ("pick", "next", "back", "jump", "web")),
    ("Look", ("ls", "status", "show", "why", "limits", "cost", "budget", "report", "grep")),
    ("Act", ("answer", "send", "open", "copy", "new", "resume", "park", "restore", "kill")),
    ("Remember", ("seen", "pin", "snooze", "archive", "tag", "rename")),
    ("In scripts", ("wait", "events", "record", "replay")),
    ("Set up", ("init", "hooks", "statusline", "doctor", "prune", "demo")),
)


def every() -> tuple[Verb, ...]:
    """All verbs."""
    return tuple(verb for table in _tables() for verb in table)


def find(name: str) -> Verb | None:
    """The verb of that name; None where there is none."""
    return next((verb for table in _tables() for verb in table if verb.name == name), None)


def _tables() -> Iterator[tuple[Verb, ...]]:
    """One after the other, each imported when it is asked for: on a key press the first has the verb."""
    yield look.VERBS
    from cst.verbs import act

    yield act.VERBS
    from cst.verbs import setup

    yield setup.VERBS
