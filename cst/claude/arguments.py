"""The arguments that a client was started with: which of them are given again to one that resumes its session. Reads
the files that they name for settings and agents, which may say more than their names.

From a list of what may be: a prompt on the command line would be asked once more, and a flag that nobody here knows may
do anything. An option, or a file that it names, that switches the question for permission off is not given again; tools
that are allowed by name are.
"""

from __future__ import annotations

import os

from cst.claude import clients
from cst.jsonl import parse
from cst.system import files
from cst.value import Value

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
_READ = {"--agents", "--settings"}  # these set a mode, also that of the session
_BYPASS = "bypassPermissions"
_ACCEPTED = ("bypassPermissionsModeAccepted", "skipDangerousModePermissionPrompt")  # settings
_MODES = {"acceptEdits", "auto", "default", "dontAsk", "manual", "plan"}  # not _BYPASS, nor an unknown one
# About that one start: which session it was, where it began, what was logged.
_OF_THE_START = {
    "--continue", "--debug", "--debug-file", "--fork-session", "--from-pr", "--name", "--resume", "--session-id",
    "--teleport", "--tmux", "--worktree", "-c", "-d", "-n", "-r", "-w",
}  # fmt: skip
_VALUE_IN_IT = ("-d", "-n", "-r", "-w")  # -napi
_NO_VALUE = _FLAGS | {
    "--allow-dangerously-skip-permissions", "--dangerously-skip-permissions", "--print", "-p",
}  # fmt: skip


class Arguments(Value):
    """Those that are given again, as words, and the names of those that are not and would change what it does."""

    again: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


class _Option(Value):
    """One option as the client takes it."""

    name: str
    values: tuple[str, ...] = ()
    joined: bool = False  # by `=`
    certain: bool = True  # not perhaps the value of one before it


def read(words: Sequence[str], folder: str) -> Arguments:
    """What of a process's words is given again in this folder; never a word that belongs to no option."""
    return judge(clients.own_words(words), folder)


def judge(words: Sequence[str], folder: str) -> Arguments:
    """The same of the words behind the program's name; also of what was given again before."""
    again: list[str] = []
    withheld: list[str] = []
    for option in _options(words):
        name, values = option.name, option.values
        if name in _OF_THE_START:
            continue
        if option.certain and _may_be_given(name, values, folder):
            again += [f"{name}={values[0]}"] if option.joined else [name, *values]
        else:
            bypasses = name == "--permission-mode" and values
            withheld.append(f"{name} {values[0]}" if bypasses else name)
    if sum(len(word.encode("utf-8", "replace")) + 1 for word in again) > LONGEST:
        names = [word.partition("=")[0] for word in again if word.startswith("--")]
        return Arguments((), tuple(dict.fromkeys([*names, *withheld])))
    return Arguments(tuple(again), tuple(dict.fromkeys(withheld)))


def _options(words: Sequence[str]) -> list[_Option]:
    """Each option, with the words that the client itself takes for its values. By `=` it takes one, else one that needs
    a value the next word, whatever that is, and one for several more up to the next option. Behind `--` there are none.

    Behind an option that nobody here knows the next word may be its value, even where that looks like an option; and
    what that one would take, a prompt.
    """
    found: list[_Option] = []
    rest = list(words)
    certain = True
    while rest:
        word = rest.pop(0)
        if not _is_option(word):
            certain = True
            continue
        if word == "--":
            break
        name, equals, value = word.partition("=")
        values = [value] if equals else []
        if word[1] != "-" and len(word) > 2:  # several in one word, or one with its value
            name, values = word[:2], []
            equals = word[2:] if name in _VALUE_IN_IT else ""
            if name in _OF_THE_START | _NO_VALUE and not equals:
                rest.insert(0, "-" + word[2:])
        takes = name in _WITH_ONE | _WITH_SEVERAL or name in clients.WITH_VALUE
        if certain and takes and not equals:
            values = [rest.pop(0)] if rest else []
            while name in _WITH_SEVERAL and rest and not _is_option(rest[0]):
                values.append(rest.pop(0))
        found.append(_Option(name, tuple(values), bool(equals), certain))
        known = takes or name in _OF_THE_START | _NO_VALUE
        certain = bool(equals) or (known and (certain or not takes))
    return found


def _is_option(word: str) -> bool:
    return len(word) > 1 and word.startswith("-")


def _may_be_given(name: str, values: Sequence[str], folder: str) -> bool:
    if name in _FLAGS:
        return not values
    if name not in _WITH_ONE | _WITH_SEVERAL or not values:
        return False
    if any(value.startswith("--") or not _is_text(value) for value in values):
        return False
    if name == "--permission-mode":
        return values[0] in _MODES
    if name in _FILE_OR_JSON and any(value.lstrip().startswith(("{", "[")) for value in values):
        return False
    return name not in _READ or not _may_bypass(os.path.join(folder, values[0]))


def _is_text(value: str) -> bool:
    """Whether it is what the bytes were, and can be given to a program."""
    return not any(char in "\0\ufffd" or "\ud800" <= char <= "\udfff" for char in value)


def _may_bypass(path: str) -> bool:
    """Whether a file of settings or agents sets the mode without questions, or accepts it beforehand; also where nobody
    can tell, since it cannot be read as JSON."""
    if not os.path.isabs(path):
        return True
    try:
        left: list[object] = [parse(files.read(path))]
    except (OSError, ValueError):
        return True
    while left:
        value = left.pop()
        if value == _BYPASS:
            return True
        if isinstance(value, dict):
            if any(value.get(name) for name in _ACCEPTED):
                return True
            left += value.values()
        elif isinstance(value, list):
            left += value
    return False
