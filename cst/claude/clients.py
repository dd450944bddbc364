"""What a process called `claude` is, by the words that it was started with: a session, a teammate of one, a view of a
background session, or another command of the client's. Pure.

Not every `claude` is a session, and those that are none keep no registry record: servers, lists, check-ups. The family
grows with each version, so a single lower-case word in the place of a command that is not known may be one too.
"""

from __future__ import annotations

from cst.model import is_session_id
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SESSION, TEAMMATE, VIEW, COMMAND, PERHAPS = "session", "teammate", "view", "command", "perhaps a command"

_COMMANDS = {
    "agents", "attach", "auth", "auto-mode", "bg-pty-host", "bg-spare", "config", "daemon", "doctor", "gateway",
    "import", "install", "kill", "logs", "mcp", "migrate-installer", "plugin", "plugins", "project", "purge",
    "remote-control", "respawn", "rm", "self-update", "server", "setup-token", "ssh", "stop", "supervisor", "update",
    "upgrade",
}  # fmt: skip
# Options that take the next word. Those that take several are not told apart from a prompt behind them by the client.
WITH_VALUE = {
    "--add-dir", "--agent", "--agent-color", "--agent-id", "--agent-name", "--agent-type", "--agents",
    "--allowed-tools", "--allowedTools", "--append-system-prompt", "--append-system-prompt-file", "--autocompact",
    "--betas", "--debug-file", "--disallowed-tools", "--disallowedTools", "--effort", "--environment",
    "--fallback-model", "--file", "--input-format", "--json-schema", "--max-budget-usd", "--max-turns",
    "--mcp-config", "--model", "--name", "-n", "--output-format", "--parent-session-id", "--permission-mode",
    "--permission-prompt-tool", "--permission-prompts", "--plugin-dir", "--plugin-url", "--prompt-file",
    "--remote-control-session-name-prefix", "--session-id", "--setting-sources", "--settings", "--system-prompt",
    "--system-prompt-file", "--system-prompt-snapshot", "--team-name", "--teammate-mode", "--tools",
}  # fmt: skip
_TEAM = ("--agent-id", "--team-name", "--parent-session-id")
_LONGEST = 30  # characters of a word that may be a command


class Client(Value):
    """One process of the client's, as its words tell it."""

    what: str
    shows: str = ""  # of a view: the id or the name of the background session
    lead: str = ""  # of a teammate: the session id of its lead
    team: str = ""
    name: str = ""  # of a teammate, within its team
    session_id: str = ""  # that the words give it; "" = they give none
    printing: bool = False  # claude -p
    resumes: bool = False  # it was told to go on with an older session


def read(words: Sequence[str]) -> Client:
    """What these words start. Words before the program's own name, of an interpreter, are passed over."""
    words = own_words(words)
    options, positional = _parsed(words)
    printing = "-p" in words or "--print" in words
    session_id = options.get("--session-id", "") or ("" if "--fork-session" in words else _resumed(words))
    if any(name in options for name in _TEAM):
        name = options.get("--agent-name") or options.get("--agent-id", "").partition("@")[0]
        team = options.get("--team-name") or options.get("--agent-id", "").partition("@")[2]
        lead = options.get("--parent-session-id", "")
        return Client(TEAMMATE, lead=lead, team=team, name=name, session_id=session_id)
    first = positional[0] if positional else ""
    if first == "attach" and len(positional) > 1:
        return Client(VIEW, shows=positional[1])
    if first in _COMMANDS:
        return Client(COMMAND)
    plain = first.replace("-", "")
    is_word = plain.isascii() and plain.isalpha() and plain.islower() and first == first.strip("-")
    if is_word and not printing and len(positional) <= 2 and len(first) <= _LONGEST:
        return Client(PERHAPS)
    return Client(SESSION, session_id=session_id, printing=printing, resumes=_resumes(words))


def is_client(words: Sequence[str], name: str, program: str) -> bool:
    """Whether a process may be the client's: by its name, the file that it runs (both `claude`, `claude-work`, or the
    number of a version), or the script of an interpreter. Only together with another sign of the client's."""
    files = [name, _base(program), *(_base(word) for word in words[:2] if not word.startswith("-"))]
    return any("claude" in file or is_version(file) for file in files) or "/claude" in program


def is_version(text: str) -> bool:
    """Whether a file is named after a version: 2.1.332."""
    parts = text.split(".")
    return len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts)


def is_hosted(parent: Sequence[str]) -> bool:
    """Whether a process with such a parent is a background session: no person sits at its terminal."""
    return "bg-pty-host" in own_words(parent)[:1]


def own_words(words: Sequence[str]) -> Sequence[str]:
    """The words behind the program's name. Processes of the client's daemon call themselves `claude bg-spare`: in one
    word, with a blank."""
    if words and words[0].startswith("claude "):
        words = [*words[0].split(), *words[1:]]
    for i, word in enumerate(words[:3]):
        base = _base(word)
        if "claude" in base or base == "cli.js" or is_version(base):
            if i + 1 < len(words) and base == "claude" and _base(words[i + 1]) == "cli.js":
                continue
            return words[i + 1 :]
    return words[1:]


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _parsed(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The options that take a value, with it, and the words that belong to none."""
    options: dict[str, str] = {}
    positional = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            positional.append(word)
            continue
        name, equals, value = word.partition("=")
        if name in WITH_VALUE:
            options[name] = value if equals else next(rest, "")
    return options, positional


def _resumes(words: Sequence[str]) -> bool:
    return any(
        word.partition("=")[0] in ("--resume", "-r", "--continue", "-c", "--from-pr", "--teleport") for word in words
    )


def _resumed(words: Sequence[str]) -> str:
    """The session id behind --resume, which may have none."""
    for word, following in zip(words, (*words[1:], ""), strict=False):
        name, _, value = word.partition("=")
        if name in ("--resume", "-r"):
            found = value or following
            return found if is_session_id(found) else ""
    return ""
