"""Reads TOML: the plain part that most config files keep to by itself, all else with Python's own reader. Pure.

That one takes 0.7 x the start of Python to load, in every verb of everybody who has a config file.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_DIGITS = frozenset("0123456789")


class _NotPlainError(Exception):
    """Something that is not plain TOML, or none."""


def loads(text: str) -> dict[str, Any]:
    """What a text of TOML says. ValueError for one that is none."""
    try:
        plain = read(text)
        if plain is not None:
            return plain
        import tomllib

        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def read(text: str) -> dict[str, Any] | None:
    """Tables of one level, each key on a line of its own with a string without escapes, a number, true or false, or a
    list or a table of those on the same line. None for anything else."""
    found: dict[str, Any] = {}
    table = found
    try:
        for given in text.replace("\r\n", "\n").split("\n"):
            line = given.strip(" \t")
            if not line or (line[0] == "#" and line.isprintable()):
                continue
            if line[0] == "[":
                name, rest = _key(line[1:].lstrip(" \t"))
                if name in found or rest[:1] != "]":
                    return None
                _end(rest[1:])
                table = found[name] = {}
                continue
            _end(_put(table, line))
    except _NotPlainError:
        return None
    return found


def _put(table: dict[str, Any], text: str) -> str:
    """Read `key = value` into a table; what follows it."""
    key, rest = _key(text)
    if rest[:1] != "=" or key in table:
        raise _NotPlainError
    table[key], rest = _value(rest[1:].lstrip(" \t"))
    return rest


def _end(text: str) -> None:
    """After a value there is a comment at most."""
    rest = text.strip(" \t")
    if rest and not (rest[0] == "#" and rest.isprintable()):
        raise _NotPlainError


def _key(text: str) -> tuple[str, str]:
    if text[:1] in ('"', "'"):
        key, rest = _string(text)
        return key, rest.lstrip(" \t")
    length = next((place for place, char in enumerate(text) if char not in _BARE), len(text))
    if not length:
        raise _NotPlainError
    return text[:length], text[length:].lstrip(" \t")


def _value(text: str) -> tuple[Any, str]:
    first = text[:1]
    if first in ('"', "'"):
        return _string(text)
    if first == "[":
        return _list(text[1:].lstrip(" \t"))
    if first == "{":
        return _table(text[1:].lstrip(" \t"))
    length = next((place for place, char in enumerate(text) if char in " \t,]}#"), len(text))
    return _plain(text[:length]), text[length:]


def _string(text: str) -> tuple[str, str]:
    inside, quote, rest = text[1:].partition(text[0])
    escapes = text[0] == '"' and "\\" in inside
    longer = not inside and rest[:1] == quote  # a text of several lines
    if not quote or escapes or longer or not inside.isprintable():
        raise _NotPlainError
    return inside, rest


def _plain(word: str) -> object:
    if word in ("true", "false"):
        return word == "true"
    whole, point, part = word.removeprefix("-").partition(".")
    if not whole or not _DIGITS.issuperset(whole + part) or (point and not part) or (whole[0] == "0" and whole != "0"):
        raise _NotPlainError
    return float(word) if point else int(word)


def _list(text: str) -> tuple[list[Any], str]:
    found: list[Any] = []
    while text[:1] != "]":
        value, text = _value(text)
        found.append(value)
        text = text.lstrip(" \t")
        if text[:1] == ",":
            text = text[1:].lstrip(" \t")
        elif text[:1] != "]":
            raise _NotPlainError
    return found, text[1:]


def _table(text: str) -> tuple[dict[str, Any], str]:
    found: dict[str, Any] = {}
    if text[:1] == "}":
        return found, text[1:]
    while True:
        text = _put(found, text).lstrip(" \t")
        if text[:1] == "}":
            return found, text[1:]
        if text[:1] != ",":
            raise _NotPlainError
        text = text[1:].lstrip(" \t")
