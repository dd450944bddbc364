"""A strict JSON reader that remembers where everything stands, so that an edit can leave all other bytes alone."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, JSONDecoder

from cst.model import CstError
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

OBJECT, ARRAY, SCALAR = "an object", "a list", "a single value"
_DEEPEST = 100
_LONGEST = 400  # digits of an int; of more than 4,300 Python makes none, and nobody needs the value
_BOM = "\ufeff"
_SPACE = re.compile(r"[ \t\n\r]*")


class Node(Value):
    """A value, from its first character to behind its last. `plain` is the value of a scalar."""

    kind: str
    start: int
    end: int
    members: tuple[Member, ...] = ()
    plain: object = None


class Member(Value):
    """One value in an object or a list. `start` is that of its key, in a list that of the value."""

    key: str
    start: int
    key_end: int
    node: Node


def parse(text: str, name: str, only: str | None = None) -> Node:
    """The one value in a text, which may begin with a byte order mark. CstError, with `name`, line and column, for
    anything that is not JSON, and for a key that stands twice in one object: readers differ on which of them counts.

    `only`: of the outermost object, the members of that key alone are wanted; the other nodes have none. That takes a
    tenth of the time.
    """
    reader = _Reader(text, name, only)
    node, end = reader.value(reader.skip(len(_BOM) if text.startswith(_BOM) else 0), 0)
    if reader.skip(end) != len(text):
        reader.wrong(reader.skip(end), "there is something behind its end")
    return node


def child(node: Node, key: str) -> Node | None:
    """The value of a key; None where there is none."""
    return next((member.node for member in node.members if member.key == key), None)


def plain(node: Node) -> Any:
    """The value as Python has it."""
    if node.kind == OBJECT:
        return {member.key: plain(member.node) for member in node.members}
    return [plain(member.node) for member in node.members] if node.kind == ARRAY else node.plain


def place(text: str, at: int) -> str:
    """Line and column of a position, for people."""
    before = text[:at].removeprefix(_BOM)
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _distinct(pairs: list[tuple[str, object]]) -> None:
    if len(pairs) != len({key for key, _ in pairs}):
        raise ValueError("a key stands there twice")


def _number(word: str) -> float:
    return int(word) if len(word) < _LONGEST else float(word)


def _refused(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


class _Reader:
    def __init__(self, text: str, name: str, only: str | None) -> None:
        self.text = text
        self.name = name
        self.only = only
        self.quick = JSONDecoder(object_pairs_hook=_distinct, parse_constant=_refused, parse_int=_number)

    def wrong(self, at: int, what: str) -> NoReturn:
        raise CstError(f"{self.name} is not JSON, {place(self.text, at)}: {what}", "fix that line")

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > _DEEPEST:
            self.wrong(at, f"it is nested more than {_DEEPEST} deep")
        first = self.text[at : at + 1]
        if first == "{" or first == "[":
            return self.box(at, depth, first)
        word, end = self.scalar(at)
        return Node(SCALAR, at, end, plain=word), end

    def scalar(self, at: int) -> tuple[object, int]:
        """A string, a number or a constant, and where it ends."""
        try:
            return self.quick.raw_decode(self.text, at)
        except ValueError as error:
            first = self.text[at : at + 1]
            if isinstance(error, JSONDecodeError) and first == '"':
                self.wrong(error.pos, "a string is broken here")
            self.wrong(at, "a value is missing" if first in ("", ",", "]", "}") else "this is no value")

    def box(self, at: int, depth: int, first: str) -> tuple[Node, int]:
        """An object or a list that begins here."""
        kind, last = (OBJECT, "}") if first == "{" else (ARRAY, "]")
        members: list[Member] = []
        keys: set[str] = set()
        end = self.skip(at + 1)
        while self.text[end : end + 1] != last or members:
            start, key = end, ""
            if kind == OBJECT:
                key, end = self.key(end, keys)
            begins = self.skip(end + 1) if kind == OBJECT else end
            passed = depth == 0 and kind == OBJECT and self.only is not None and key != self.only
            node, after = (self.passed(begins) if passed else None) or self.value(begins, depth + 1)
            members.append(Member(key, start, end, node))
            end = self.skip(after)
            sign = self.text[end : end + 1]
            if sign == last:
                break
            if sign != ",":
                self.wrong(end, f"a comma or {last} is missing")
            end = self.skip(end + 1)
        return Node(kind, at, end + 1, tuple(members)), end + 1

    def passed(self, at: int) -> tuple[Node, int] | None:
        """A value without its members; None where it has to be read to tell what is wrong with it."""
        try:
            value, end = self.quick.raw_decode(self.text, at)
        except (ValueError, RecursionError):
            return None
        kind = {"{": OBJECT, "[": ARRAY}.get(self.text[at], SCALAR)
        return Node(kind, at, end, plain=value if kind == SCALAR else None), end

    def key(self, at: int, keys: set[str]) -> tuple[str, int]:
        """A key and the position of its colon."""
        if self.text[at : at + 1] != '"':
            self.wrong(at, "a key in double quotes is missing")
        key, end = self.scalar(at)
        assert isinstance(key, str)
        if key in keys:
            self.wrong(at, f"the key {key[:40]!r} stands there twice")
        keys.add(key)
        end = self.skip(end)
        if self.text[end : end + 1] != ":":
            self.wrong(end, "a colon is missing")
        return key, end
