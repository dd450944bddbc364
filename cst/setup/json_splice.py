"""Puts hook entries into the text of a settings file, and takes them out, and changes no other character.

What goes in follows the style that the file has; what comes out leaves the text as it was before it went in. Where
that cannot be told from the text alone (was there an empty list?) the text from before says it.
"""

from __future__ import annotations

import json

from cst.model import CstError, Value
from cst.setup.json_spans import ARRAY, OBJECT, Node, child, parse, place, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

_BOM = "\ufeff"
_GROUP_KEYS = {"matcher", "hooks"}


class Entry(Value):
    """One hook: for which event, for which tools ("" = all), and what Claude Code is told about it."""

    event: str
    matcher: str
    call: dict[str, Any]


class Style(Value):
    """How a file is laid out. `unit` is what one level is indented by, None = all on one line."""

    unit: str | None
    newline: str
    colon: str
    gap: str  # behind the comma of a list on one line


def entries(text: str, name: str, ours: Callable[[str], bool]) -> list[Entry]:
    """Our hooks in a settings file, as they stand; `ours` tells them by their command. CstError for a file that is no
    settings file."""
    return [entry for _, entry in _found(_root(text, name), ours)] if not blank(text) else []


def inserted(text: str, name: str, wanted: Sequence[Entry]) -> str:
    """The text with these hooks behind all that is there."""
    if blank(text):
        newline = "\r\n" if "\r\n" in text else "\n"
        text = text[: text.startswith(_BOM)] + "{}" + newline
    style = _style(text, name)
    for entry in wanted:
        group = {**({"matcher": entry.matcher} if entry.matcher else {}), "hooks": [entry.call]}
        root = _root(text, name)
        hooks = child(root, "hooks")
        event = child(hooks, entry.event) if hooks else None
        if hooks is None:
            text = _appended(text, root, "hooks", {entry.event: [group]}, style)
        elif event is None:
            text = _appended(text, hooks, entry.event, [group], style)
        else:
            text = _appended(text, event, "", group, style)
    return text


def removed(text: str, name: str, ours: Callable[[str], bool], before: str | None = None) -> str:
    """The text without our hooks, nor what held only them. `before` is the text that they were put into: what stood
    there empty stays."""
    if blank(text):
        return text
    root = _root(text, name)
    while found := _found(root, ours):
        text = _without(text, root, found[-1][0], before, name)
        root = _root(text, name)
    return before if before is not None and blank(before) and not root.members else text


def blank(text: str) -> bool:
    """Whether there is nothing in a file: Claude Code takes that for no settings."""
    return not text.removeprefix(_BOM).strip(" \t\r\n")


def _root(text: str, name: str) -> Node:
    """The settings, checked where hooks go; CstError for another schema."""
    root = parse(text, name)
    _is(root, OBJECT, text, f"{name}: the settings")
    hooks = child(root, "hooks")
    if hooks is None:
        return root
    _is(hooks, OBJECT, text, f"{name}: \"hooks\"")
    for event in hooks.members:
        _is(event.node, ARRAY, text, f"{name}: the hooks of {event.key[:40]!r}")
        for group in event.node.members:
            _is(group.node, OBJECT, text, f"{name}: a hook of {event.key[:40]!r}")
            calls = child(group.node, "hooks")
            if calls is None:
                _foreign(f"{name}: a hook of {event.key[:40]!r} has no \"hooks\"", text, group.node)
            _is(calls, ARRAY, text, f"{name}: \"hooks\" of a hook of {event.key[:40]!r}")
            for call in calls.members:
                _is(call.node, OBJECT, text, f"{name}: a call of {event.key[:40]!r}")
    return root


def _is(node: Node, kind: str, text: str, what: str) -> None:
    if node.kind != kind:
        _foreign(f"{what} must be {kind}, and is {node.kind}", text, node)


def _foreign(what: str, text: str, node: Node) -> NoReturn:
    raise CstError(f"{what} ({place(text, node.start)})", "this is not how Claude Code writes settings, fix it by hand")


def _found(root: Node, ours: Callable[[str], bool]) -> list[tuple[tuple[int, int, int], Entry]]:
    """Our hooks, each with its place: the number of its event, of the group there, of the call in it."""
    hooks = child(root, "hooks")
    found = []
    for e, event in enumerate(hooks.members if hooks else ()):
        for g, group in enumerate(event.node.members):
            calls = child(group.node, "hooks")
            matcher = child(group.node, "matcher")
            for c, call in enumerate(calls.members if calls else ()):
                command = child(call.node, "command")
                if command and isinstance(command.plain, str) and ours(command.plain):
                    tools = matcher.plain if matcher and isinstance(matcher.plain, str) else ""
                    found.append(((e, g, c), Entry(event.key, tools, plain(call.node))))
    return found


def _without(text: str, root: Node, where: tuple[int, int, int], before: str | None, name: str) -> str:
    """The text without one call; what it leaves empty goes too, unless it was empty before."""
    e, g, c = where
    hooks = child(root, "hooks")
    assert hooks
    event = hooks.members[e]
    group = event.node.members[g].node
    calls = child(group, "hooks")
    assert calls
    if len(calls.members) > 1 or {member.key for member in group.members} - _GROUP_KEYS:
        return _dropped(text, calls, c)
    if len(event.node.members) > 1:
        return _dropped(text, event.node, g)
    old = parse(before, name) if before is not None and not blank(before) else None
    old_hooks = child(old, "hooks") if old else None
    old_event = child(old_hooks, event.key) if old_hooks else None
    if old_event and not old_event.members:
        return _emptied(text, event.node, before, old_event)
    if len(hooks.members) > 1:
        return _dropped(text, hooks, e)
    if old_hooks and not old_hooks.members:
        return _emptied(text, hooks, before, old_hooks)
    index = next(i for i, member in enumerate(root.members) if member.node == hooks)
    if len(root.members) == 1 and old and not old.members:
        return _emptied(text, root, before, old)
    return _dropped(text, root, index)


def _emptied(text: str, box: Node, before: str | None, old: Node) -> str:
    """The text with an empty list or object as it was before."""
    return text[: box.start] + (before or "")[old.start : old.end] + text[box.end :]


def _dropped(text: str, box: Node, index: int) -> str:
    """The text without one member, and without the comma that it needed."""
    members = box.members
    if index:
        start, end = members[index - 1].node.end, members[index].node.end
    elif len(members) > 1:
        start, end = members[0].start, members[1].start
    else:
        start, end = box.start + 1, box.end - 1
    return text[:start] + text[end:]


# ------------------------------------------------------------------------------------------------- style


def _style(text: str, name: str) -> Style:
    """The file's own style, from its first members; two spaces for a file that shows none."""
    root = parse(text, name)
    newline = "\r\n" if "\r\n" in text else "\n"
    if not root.members:
        return Style("  ", newline, ": ", " ")
    first = root.members[0]
    lead = text[root.start + 1 : first.start]
    spaced = text[first.key_end + 1 : first.node.start] != ""
    unit = lead.rpartition("\n")[2].removeprefix(_indent(text, root.start)) if "\n" in lead else None
    gap = " " if spaced else ""
    if unit is None and len(root.members) > 1:
        gap = text[first.node.end : root.members[1].start].partition(",")[2]
    return Style(unit, newline, ": " if spaced else ":", " " if gap else "")


def _indent(text: str, at: int) -> str:
    """The white space that the line of a position begins with."""
    line = text[text.rfind("\n", 0, at) + 1 : at].removeprefix(_BOM)
    return line[: len(line) - len(line.lstrip(" \t"))]


def _appended(text: str, box: Node, key: str, value: object, style: Style) -> str:
    """The text with one more member at the end of an object, or of a list (`key` is "" then)."""
    named = f"{json.dumps(key)}{style.colon}" if key else ""
    if box.members:
        lead = text[box.start + 1 : box.members[0].start]
        at = box.members[-1].node.end
        if "\n" in lead:
            indent = lead.rpartition("\n")[2]
            return text[:at] + f",{style.newline}{indent}{named}{_lines(value, indent, style)}" + text[at:]
        return text[:at] + f",{style.gap}{named}{_line(value, style)}" + text[at:]
    if style.unit is None:
        return text[: box.start + 1] + named + _line(value, style) + text[box.end - 1 :]
    outer = _indent(text, box.start)
    inner = outer + style.unit
    made = f"{style.newline}{inner}{named}{_lines(value, inner, style)}{style.newline}{outer}"
    return text[: box.start + 1] + made + text[box.end - 1 :]


def _line(value: object, style: Style) -> str:
    return json.dumps(value, ensure_ascii=False, separators=("," + style.gap, style.colon))


def _lines(value: object, indent: str, style: Style) -> str:
    unit = "  " if style.unit is None else style.unit  # None: a list over several lines in a file on one
    made = json.dumps(value, ensure_ascii=False, indent=unit, separators=(",", style.colon))
    return made.replace("\n", style.newline + indent)
