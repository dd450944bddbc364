"""The words of a command line, parsed from the table of verbs without typer; the one grammar of durations."""

from __future__ import annotations

from cst.model import UsageError, digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cst.verb import Verb

    Args = dict[str, Any]  # by name, as in the table: a flag is a bool, `many` a list, all else a str

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_LONGEST = 366 * 86400.0  # seconds


def parse(verb: Verb, words: Sequence[str]) -> Args | None:
    """The options and arguments of a verb by name; None where a word does not fit, or asks for help. UsageError where a
    word is empty that has to say something."""
    options = {name: o for o in verb.options for name in ("--" + o.name, "-" + o.short) if name != "-"}
    args: Args = {o.name: [] if o.many else "" if o.value else False for o in verb.options}
    plain: list[str] = []
    rest = iter(with_values(verb, words))
    for word in rest:
        if word == "--":
            plain += rest
        elif word.startswith("-") and word != "-":
            name, equals, value = word.partition("=")
            option = options.get(name)
            if option is None and verb.passes_options and word not in ("-h", "--help"):
                plain.append(word)
                continue
            if option is None or (equals and not option.value):
                return None
            if not option.value:
                args[option.name] = True
                continue
            value = value if equals else next(rest, "")
            values = value.split(",") if option.many else [value]
            odd = equals and not name.startswith("--")
            if odd or not value or (option.choices and not set(values) <= set(option.choices)):
                return None
            args[option.name] = args[option.name] + values if option.many else value
        else:
            plain.append(word)
    return _with_arguments(verb, plain, args)


def with_values(verb: Verb, words: Sequence[str]) -> Sequence[str]:
    """The words, with its value behind `=` for each option that may stand without one. The next word is that, unless it
    is an option, or has to be a folder."""
    bare = {"--" + option.name: option.bare for option in verb.options if option.bare}
    if not bare:
        return words
    takes = {name for o in verb.options if o.value and not o.bare for name in ("--" + o.name, "-" + o.short)}
    found: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*found, word, *rest]
        if word in bare:
            value = rest.pop(0) if rest and not _is_no_value(rest[0]) else bare[word]
            found.append(f"{word}={value}")
            continue
        found.append(word)
        if word in takes and rest:
            found.append(rest.pop(0))
    return found


def _is_no_value(word: str) -> bool:
    return not word or (word[0] == "-" and word != "-") or "/" in word or word in (".", "..", "~")


def _with_arguments(verb: Verb, plain: list[str], args: Args) -> Args | None:
    for argument in verb.arguments:
        taken = plain if argument.many else plain[:1]
        if (argument.required and not taken) or (argument.choices and not set(taken) <= {"", *argument.choices}):
            return None
        if argument.names_session and "" in taken:  # of a variable that is not set: never the session of this pane
            raise UsageError("an empty word names no session; `cst ls` lists them")
        if not argument.many and taken == [""]:
            raise UsageError(f"{argument.name.upper()} is empty", "give one")
        args[argument.name] = taken if argument.many else "".join(taken)
        plain = plain[len(taken) :]
    return None if plain else args


def number(text: str, otherwise: int) -> int:
    """The whole number that an option gives, or another."""
    return int(text) if digits(text) else otherwise


def seconds(args: Args, name: str) -> float | None:
    """The number of seconds that the option `--name` gives; None where it is not given. UsageError for no number."""
    if not args[name]:
        return None
    try:
        value = float(args[name])
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise UsageError(f"--{name} takes a number of seconds, not {_quoted(args[name])}")
    return value


def duration(text: str, zero: bool = False) -> float:
    """The seconds of 90s, 30m, 2h, 1d, 2w or 1h30m, over 0 (with `zero`: or 0) and at most a year; UsageError for
    anything else."""
    total, number = 0.0, ""
    for char in text:
        if digits(char):
            number += char
        elif char in _UNITS and 0 < len(number) < 10:
            total, number = total + int(number) * _UNITS[char], ""
        else:
            number = "x"
            break
    if digits(text) and len(text) < 10 and (zero or int(text)):
        fitting = [text + unit for unit in "smhd" if int(text) * _UNITS[unit] <= _LONGEST]
        if fitting:
            *some, last = fitting
            write = f"{', '.join(some)} or {last}" if some else last
            raise UsageError(f"invalid duration {text!r}: it has no unit; write {write}")
    if number or not text or not (total > 0 or zero) or total > _LONGEST:
        raise UsageError(f"invalid duration {_quoted(text)}; use 90s, 30m, 2h or 1d (at most a year)")
    return total


def _quoted(text: str) -> str:
    from cst.text import clean

    return repr(clean(text, 20))
