"""The arguments that a client was started with: which of them are given again to one that resumes its session. Pure.

From a list of what may be: a prompt on the command line would be asked once more, and a flag that nobody here knows may
do anything. What switches the question for permission off is never given again, whatever else is.
"""

from __future__ import annotations

from cst.claude import clients
from cst.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 2000  # bytes of all that is given again

_FLAGS = {
    "--ax-screen-reader", "--bare", "--brief", "--chrome", "--disable-slash-commands", "--ide", "--no-chrome",
    "--restricted", "--safe-mode", "--strict-mcp-config", "--verbose",
}  # fmt: skip
_WITH_ONE = {
    "--agent", "--agents", "--append-system-prompt", "--append-system-prompt-file", "--autocompact", "--effort",
    "--fallback-model", "--model", "--permission-mode", "--plugin-dir", "--setting-sources", "--settings",
    "--system-prompt", "--system-prompt-file",
}  # fmt: skip
_WITH_SEVERAL = {
    "--add-dir", "--allowed-tools", "--allowedTools", "--betas", "--disallowed-tools", "--disallowedTools",
    "--mcp-config", "--tools",
}  # fmt: skip
_FILE_OR_JSON = {"--agents", "--mcp-config", "--settings"}  # JSON may hold passwords: nothing to be written down
_MODES = {"acceptEdits", "auto", "default", "dontAsk", "manual", "plan"}  # not bypassPermissions, nor an unknown one
# About that one start: which session it was, where it began, what was logged.
_OF_THE_START = {
    "--continue", "--debug", "--debug-file", "--fork-session", "--from-pr", "--name", "--resume", "--session-id",
    "--teleport", "--tmux", "--worktree", "-c", "-d", "-n", "-r", "-w",
}  # fmt: skip


class Arguments(Value):
    """Those that are given again, as words, and the names of those that are not and would change what it does."""

    again: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


def read(words: Sequence[str]) -> Arguments:
    """What of a process's words is given again: options with their values; never a word that belongs to none."""
    again: list[str] = []
    withheld: list[str] = []
    for name, values, joined in _options(clients.own_words(words)):
        if name in _OF_THE_START:
            continue
        given = [f"{name}={values[0]}"] if joined else [name, *values]
        if _may_be_given(name, values):
            again += given
        else:
            bypasses = name == "--permission-mode" and values
            withheld.append(f"{name} {values[0]}" if bypasses else name)
    if sum(len(word.encode("utf-8", "replace")) + 1 for word in again) > LONGEST:
        names = [word.partition("=")[0] for word in again if word.startswith("--")]
        return Arguments((), tuple(dict.fromkeys([*names, *withheld])))
    return Arguments(tuple(again), tuple(dict.fromkeys(withheld)))


def _options(words: Sequence[str]) -> list[tuple[str, list[str], bool]]:
    """Each option with its values, and whether that is joined to it by `=`; as the client itself takes words for
    values. Behind `--` there are none."""
    found: list[tuple[str, list[str], bool]] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            break
        if not word.startswith("-"):
            continue
        name, equals, value = word.partition("=")
        values = [value] if equals else []
        if not equals and name in _WITH_ONE and rest:
            values = [rest.pop(0)]
        while name in _WITH_SEVERAL and rest and not rest[0].startswith("-"):
            values.append(rest.pop(0))
        found.append((name, values, bool(equals) and len(values) == 1))
    return found


def _may_be_given(name: str, values: Sequence[str]) -> bool:
    if name in _FLAGS:
        return not values
    if name not in _WITH_ONE | _WITH_SEVERAL or not values or any("\ufffd" in value for value in values):
        return False  # \ufffd: bytes that are no text, so it would be another file
    if name == "--permission-mode":
        return values[0] in _MODES
    return name not in _FILE_OR_JSON or not any(value.lstrip().startswith(("{", "[")) for value in values)
