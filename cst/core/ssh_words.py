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
_NO_TERMINAL = "NTWfGOQV"  # no shell is behind a command line with one of these


def options(words: Sequence[str]) -> tuple[str, list[tuple[str, str]]]:
    """The destination of a command line (`words` after the program; "" where it has none), and its options with their
    values. As ssh does, options are read behind the destination too."""
    found: list[tuple[str, str]] = []
    place, destination = 0, ""
    while place < len(words):
        word = words[place]
        place += 1
        if word[:1] != "-" or word in ("-", "--"):
            if destination or word in ("-", "--"):
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
    return destination, found


def way(words: Sequence[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Where a command line leads, to be compared: the destination, and how to get there."""
    destination, given = options(words)
    leads = []
    for letter, value in given:
        name, _, rest = value.replace("=", " ", 1).strip().partition(" ")
        if letter in _LEAD:
            leads.append((letter, value))
        elif letter == "o" and name.casefold() in _SETTINGS:
            leads.append((name.casefold(), rest.strip()))
    return destination, tuple(sorted(leads))


def has_terminal(words: Sequence[str]) -> bool:
    """Whether somebody may sit at a shell, or tmux, behind it."""
    return not any(letter in _NO_TERMINAL for letter, _ in options(words)[1])


def leading(words: Sequence[str]) -> list[str]:
    """The words of a command line that lead there, and no more: for a question to the shared connection of it."""
    destination, given = options(words)
    kept = [word for letter, value in given if letter in (*_LEAD, "o") for word in (f"-{letter}", value)]
    return [*kept, destination] if destination else []
