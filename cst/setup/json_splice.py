"""Puts hook entries into the text of a settings file, and takes them out, and changes no other character.

What goes in follows the style that the file has; what comes out leaves the text as it was before it went in. Where
that cannot be told from the text alone (was there an empty list?) the text from before says it.
"""

from __future__ import annotations

import functools
import json

from cst.model import CstError
from cst.setup.json_spans import ARRAY, OBJECT, Node, child, parse, place, plain
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

    Edit = tuple[int, int, str]  # start, end, what is to stand there

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
    groups: dict[str, list[object]] = {}
    for entry in wanted:
        group = {**({"matcher": entry.matcher} if entry.matcher else {}), "hooks": [entry.call]}
        groups.setdefault(entry.event, []).append(group)
    root = _root(text, name)
    style, hooks = _style(text, root), child(root, "hooks")
    if hooks is None:
        return _edited(text, [_appended(text, root, [("hooks", groups)], style)] if groups else [])
    events = [(child(hooks, event), event, some) for event, some in groups.items()]
    edits = [_appended(text, node, [("", group) for group in some], style) for node, _, some in events if node]
    new = [(event, some) for node, event, some in events if not node]
    return _edited(text, [*edits, *([_appended(text, hooks, new, style)] if new else [])])


def removed(text: str, name: str, ours: Callable[[str], bool], before: str | None = None) -> str:
    """The text without our hooks, nor what held only them. `before` is the text that they were put into: what stood
    there empty stays."""
    if blank(text):
        return text
    root = _root(text, name)
    found = {place for place, _ in _found(root, ours)}
    old = parse(before, name, "hooks") if before is not None and not blank(before) else None
    if found:
        text = _edited(text, _without(root, found, before or "", old))
    return before if before is not None and blank(before) and not parse(text, name, "").members else text


def member(text: str, name: str, key: str) -> Any:
    """The value of a key of the settings; None where there is none. CstError for a file that is no settings file."""
    if blank(text):
        return None
    found = child(_outermost(text, name, key), key)
    return plain(found) if found else None


def with_member(text: str, name: str, key: str, value: object, verbatim: str = "") -> str:
    """The text with this value of a key, in the place of another, else behind all that is there. With `verbatim` it is
    written so."""
    if blank(text):
        newline = "\r\n" if "\r\n" in text else "\n"
        text = text[: text.startswith(_BOM)] + "{}" + newline
    root = _outermost(text, name, key)
    style, found = _style(text, root), child(root, key)
    if found is None:
        return _edited(text, [_appended(text, root, [(key, value)], style)])
    made = verbatim or (_line(value, style) if style.unit is None else _lines(value, _indent(text, found.start), style))
    return _edited(text, [(found.start, found.end, made)])


def without_member(text: str, name: str, key: str, before: str = "") -> str:
    """The text without a key of the settings. `before` is the text that it was put into: an empty one is given back as
    it was."""
    root = _outermost(text, name, key)
    index = next((i for i, one in enumerate(root.members) if one.key == key), None)
    if index is None:
        return text
    old = None if blank(before) else parse(before, name, key)
    if len(root.members) == 1 and (old is None or not old.members):
        return before if old is None else _edited(text, [_emptied(root, before, old)])
    return _edited(text, _dropped(root, [index]))


def verbatim(text: str, name: str, key: str) -> str:
    """The value of a key of the settings as it is written; "" where there is none."""
    found = None if blank(text) else child(_outermost(text, name, key), key)
    return text[found.start : found.end] if found else ""


def blank(text: str) -> bool:
    """Whether there is nothing in a file: Claude Code takes that for no settings."""
    return not text.removeprefix(_BOM).strip(" \t\r\n")


@functools.lru_cache(2)  # a plan looks at the same text several times
def _root(text: str, name: str) -> Node:
    """The settings, checked where hooks go; CstError for another schema."""
    root = parse(text, name, "hooks")
    _is(root, OBJECT, text, f"{name}: the settings")
    hooks = child(root, "hooks")
    if hooks is None:
        return root
    _is(hooks, OBJECT, text, f'{name}: "hooks"')
    for event in hooks.members:
        _is(event.node, ARRAY, text, f"{name}: the hooks of {event.key[:40]!r}")
        for group in event.node.members:
            _is(group.node, OBJECT, text, f"{name}: a hook of {event.key[:40]!r}")
            calls = child(group.node, "hooks")
            if calls is None:
                _foreign(f'{name}: a hook of {event.key[:40]!r} has no "hooks"', text, group.node)
            _is(calls, ARRAY, text, f'{name}: "hooks" of a hook of {event.key[:40]!r}')
            for call in calls.members:
                _is(call.node, OBJECT, text, f"{name}: a call of {event.key[:40]!r}")
    return root


def _outermost(text: str, name: str, key: str) -> Node:
    """The settings, with the members of one key alone."""
    root = parse(text, name, key)
    _is(root, OBJECT, text, f"{name}: the settings")
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


def _without(root: Node, found: set[tuple[int, int, int]], before: str, old: Node | None) -> list[Edit]:
    """The edits that take these calls out. What that leaves empty goes too, unless it was empty in the text `before`,
    whose node is `old`."""
    hooks, old_hooks = child(root, "hooks"), child(old, "hooks") if old else None
    assert hooks
    edits, no_events = [], []
    for e, event in enumerate(hooks.members):
        no_groups = []
        for g, group in enumerate(event.node.members):
            calls = child(group.node, "hooks")
            no_calls = [c for c in range(len(calls.members) if calls else 0) if (e, g, c) in found]
            others = {member.key for member in group.node.members} - _GROUP_KEYS
            if calls and no_calls and len(no_calls) == len(calls.members) and not others:
                no_groups.append(g)
            elif calls:
                edits += _dropped(calls, no_calls)
        old_event = child(old_hooks, event.key) if old_hooks else None
        if not no_groups or len(no_groups) < len(event.node.members):
            edits += _dropped(event.node, no_groups)
        elif old_event and not old_event.members:
            edits.append(_emptied(event.node, before, old_event))
        else:
            no_events.append(e)
    if not no_events or len(no_events) < len(hooks.members):
        return edits + _dropped(hooks, no_events)
    if old_hooks and not old_hooks.members:
        return [_emptied(hooks, before, old_hooks)]
    if len(root.members) == 1 and old and not old.members:
        return [_emptied(root, before, old)]
    return _dropped(root, [i for i, member in enumerate(root.members) if member.node is hooks])


def _emptied(box: Node, before: str, old: Node) -> Edit:
    """Makes a list or object empty as it was before."""
    return box.start, box.end, before[old.start : old.end]


def _dropped(box: Node, indexes: Sequence[int]) -> list[Edit]:
    """Takes members out, each with the comma that it needed."""
    members = box.members
    if len(indexes) == len(members):
        return [(box.start + 1, box.end - 1, "")] if members else []
    first = next(i for i, index in enumerate([*indexes, -1]) if i != index)
    lead = [(members[0].start, members[first].start, "")] if first else []
    return lead + [(members[i - 1].node.end, members[i].node.end, "") for i in indexes if i > first]


def _edited(text: str, edits: Sequence[Edit]) -> str:
    """The text with its parts from start to end replaced; no two of them overlap."""
    made, at = [], 0
    for start, end, new in sorted(edits):
        made += [text[at:start], new]
        at = end
    return "".join([*made, text[at:]])


# ------------------------------------------------------------------------------------------------- style


def _style(text: str, root: Node) -> Style:
    """The file's own style, from its first members; two spaces for a file that shows none."""
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


def _appended(text: str, box: Node, new: Sequence[tuple[str, object]], style: Style) -> Edit:
    """Puts more members at the end of an object, or of a list (their keys are "" then)."""
    lead = text[box.start + 1 : box.members[0].start] if box.members else ""
    outer = _indent(text, box.start)
    inner = lead.rpartition("\n")[2] if box.members else outer + (style.unit or "")
    if ("\n" not in lead) if box.members else (style.unit is None):
        between, made = f",{style.gap}", [_named(key, _line(value, style), style) for key, value in new]
    else:
        between = f",{style.newline}{inner}"
        made = [_named(key, _lines(value, inner, style), style) for key, value in new]
    if box.members:
        at = box.members[-1].node.end
        return at, at, "".join(between + member for member in made)
    inside = between.join(made)
    if style.unit is not None:
        inside = f"{style.newline}{inner}{inside}{style.newline}{outer}"
    return box.start + 1, box.end - 1, inside


def _named(key: str, value: str, style: Style) -> str:
    return f"{json.dumps(key)}{style.colon}{value}" if key else value


def _line(value: object, style: Style) -> str:
    return json.dumps(value, ensure_ascii=False, separators=("," + style.gap, style.colon))


def _lines(value: object, indent: str, style: Style) -> str:
    unit = "  " if style.unit is None else style.unit  # None: a list over several lines in a file on one
    made = json.dumps(value, ensure_ascii=False, indent=unit, separators=(",", style.colon))
    return made.replace("\n", style.newline + indent)
