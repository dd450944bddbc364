"""What a command line of ssh leads to. Pure.

Two command lines lead to the same place if destination and all that says how to get there are the same. What is run
there, terminals, forwardings and the like make no difference.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_TAKE = "BbcDEeFIiJLlmOopPQRSWw"  # options with a value, of ssh(1)
_LEAD = "FJlpS"  # of these, those that change where it leads, or over which connection
_SETTINGS = ("hostname", "hostkeyalias", "port", "proxycommand", "proxyjump", "user")  # the same as `-o`
_NO_TERMINAL = "NWfGnOQsV"  # nobody types into what is behind a command line with one of these
# And the same as `-o`.
_NOBODY_TYPES = {
    "sessiontype": ("none", "subsystem"), "stdinnull": ("yes", "true"), "forkafterauthentication": ("yes", "true"),
}  # fmt: skip


def options(words: Sequence[str]) -> tuple[str, list[tuple[str, str]], Sequence[str]]:
    """The destination of a command line (`words` after the program; "" where it has none), its options with their
    values, and the command. As ssh does, options are read behind the destination too."""
    found: list[tuple[str, str]] = []
    place, destination = 0, ""
    while place < len(words):
        word = words[place]
        place += 1
        if word[:1] != "-" or word in ("-", "--"):
            if destination or word in ("-", "--"):
                place -= word != "--"
                break
            destination = word
            continue
        for at, letter in enumerate(word[1:], 2):
            if letter not in _TAKE:
                found.append((letter, ""))
                continue
            value, place = (word[at:], place) if word[at:] else (" ".join(words[place : place + 1]), place + 1)
            found.append((letter, value))
            break
    return destination, found, words[place:]


def _setting(value: str) -> tuple[str, str]:
    """The name and the value of an `-o`: `Port=22`, `port 22`."""
    name, _, rest = value.replace("=", " ", 1).strip().partition(" ")
    return name.casefold(), rest.strip()


def way(words: Sequence[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Where a command line leads, to be compared: the destination, and how to get there."""
    destination, given, _ = options(words)
    leads = []
    for letter, value in given:
        if letter in _LEAD:
            leads.append((letter, value))
        elif letter == "o" and _setting(value)[0] in _SETTINGS:
            leads.append(_setting(value))
    return destination, tuple(sorted(leads))


def has_terminal(words: Sequence[str]) -> bool:
    """Whether somebody may sit at a shell, or tmux, behind it: ssh makes a terminal for a shell, for a command only
    where it is told to. Of -t and -T the last counts, of several `-o` the first."""
    _, given, command = options(words)
    asked = run = ""
    for letter, value in given:
        name, said = _setting(value) if letter == "o" else ("", "")
        said = said.strip('"')
        if letter in _NO_TERMINAL or said.casefold() in _NOBODY_TYPES.get(name, ()):
            return False
        if letter in "tT":
            asked = "yes" if letter == "t" else "no"
        elif name == "requesttty":
            asked = asked or said.casefold()
        elif name == "remotecommand":
            run = run or said
    if asked in ("yes", "true", "force"):
        return True
    return not command and run.casefold() in ("", "none") and asked not in ("no", "false")


def leading(words: Sequence[str]) -> list[str]:
    """The words of a command line that lead there, and no more: for a question to the shared connection of it."""
    destination, given, _ = options(words)
    kept = [word for letter, value in given if letter in (*_LEAD, "o") for word in (f"-{letter}", value)]
    return [*kept, destination] if destination else []
