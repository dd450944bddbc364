"""The picker's keys, declared once: what binds them, shows them under `?` and checks a person's own is made from this.
Pure."""

from __future__ import annotations

from cst.model import CstError, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Key(Value):
    """One thing that a key does. `name` is what the config file calls it, `keys` are fzf's names, with commas."""

    name: str
    keys: str
    help: str
    short: str = ""  # in the line that always stands there; "" = only under `?`
    many: bool = False  # acts on all marked rows


KEYS = (
    Key("jump", "enter", "go to the session's pane; an ended session is resumed, after a question", "go"),
    Key("answer", "ctrl-y", "answer its dialog from here: y, a (always), n, or a number", "answer"),
    Key("kill", "ctrl-k,ctrl-x", "end the session, after a question", "kill", many=True),
    Key("send", "ctrl-t", "send it a prompt"),
    Key("mark", "tab", "mark the row and go on: kill, seen, snooze, pin and tag then act on all marked rows", "mark"),
    Key("page", "ctrl-p", "the next page of the preview: tools, screen, why, changes, conversation", "page"),
    Key("seen", "alt-v", "mark as seen: it needs you no more until it changes", many=True),
    Key("snooze", "alt-s", "let it wait: for 30m, 2h, 8h, or until it changes", many=True),
    Key("pin", "alt-p", "pin it to the top, or unpin it", many=True),
    Key("tag", "alt-g", "tag it: a word adds, -word removes", many=True),
    Key("rename", "alt-n", "give it a name of yours"),
    Key("copy", "alt-c", "copy its id, its path or the command that resumes it"),
    Key("open", "ctrl-o", "open its folder in your editor, a shell there, or its transcript"),
    Key("ended", "ctrl-a", "show ended sessions too (the last 7 days), or hide them"),
    Key("sort", "ctrl-s", "sort again: most urgent first"),
    Key("refresh", "ctrl-r", "look again at once"),
    Key("rows", "alt-r", "one line for each session, or two with the last prompt"),
    Key("preview", "ctrl-/", "hide or show the preview"),
    Key("down", "shift-down,ctrl-f", "scroll the preview down"),
    Key("up", "shift-up,ctrl-b", "scroll the preview up"),
    Key("keys", "?", "show the keys", "keys"),
)
# Bound with a meaning that cannot move.
_FIXED = {
    "esc": "close", "ctrl-c": "close", "ctrl-g": "close", "up": "the row above", "down": "the row below",
    "ctrl-n": "the row below", "ctrl-j": "the row below", "bspace": "delete", "btab": "mark, upwards",
}  # fmt: skip
_SAME = {"ctrl-m": "enter", "ctrl-i": "tab", "shift-tab": "btab", "ctrl-h": "bspace"}  # to a terminal
_NAMED = frozenset({
    "enter", "tab", "space", "home", "end", "page-up", "page-down", "insert", "delete", "left", "right",
    "shift-up", "shift-down", "shift-left", "shift-right", "alt-up", "alt-down", "alt-left", "alt-right", "alt-enter",
    "alt-space", "alt-bspace", "ctrl-space", "ctrl-delete", "shift-delete",
})  # fmt: skip


def bound(own: Mapping[str, str]) -> dict[str, str]:
    """The keys of each action, with a person's own in their places. CstError names a key that cannot be, an action
    that is unknown, and two actions on one key."""
    known = {key.name: key.keys for key in KEYS}
    for name, keys in own.items():
        if name not in known:
            raise CstError(f"the config file's [keys] has no action {name!r}; there are {', '.join(known)}")
        wrong = [key for key in keys.split(",") if not _possible(key)]
        if wrong:
            raise CstError(f"[keys] {name} cannot be {wrong[0]!r}; keys are called ctrl-k, alt-v, f5, shift-up, ?")
        known[name] = keys
    taken: dict[str, str] = dict(_FIXED)
    for name, keys in known.items():
        for key in (_SAME.get(some, some) for some in keys.split(",")):
            if key in taken:
                raise CstError(f"[keys] {key} is both {taken[key]} and {name}; give one of them another key")
            taken[key] = name
    return known


def _possible(key: str) -> bool:
    """Whether fzf knows a key of that name, and typing a query does not need it."""
    if key in _NAMED or key in _SAME:
        return True
    if key[:1] == "f" and key[1:] in map(str, range(1, 13)):
        return True
    for before in ("ctrl-alt-", "ctrl-", "alt-"):
        if key.startswith(before):
            rest = key[len(before) :]
            odd = {"alt-": "0123456789!\"#$%&'()*+-./:;<=>?@[\\]^_`{|}~", "ctrl-": "/\\]^_"}.get(before, "")
            return len(rest) == 1 and (("a" <= rest <= "z") or rest in odd)
    return len(key) == 1 and key in "?!@#$%^&*=;<>|~"


def hint(keys: Mapping[str, str]) -> list[tuple[str, str]]:
    """(key, word) for the line that always stands there."""
    return [(shown(keys[key.name]), key.short) for key in KEYS if key.short]


def shown(keys: str) -> str:
    """The first of an action's keys, as people write it."""
    return keys.partition(",")[0]


def explained(keys: Mapping[str, str]) -> list[tuple[str, str]]:
    """(keys, what they do) for `?`, in the order of the table, the fixed ones last."""
    found = [(keys[key.name].replace(",", " "), key.help) for key in KEYS]
    return [*found, ("esc", "leave a question or this page, else close the picker"), ("↑ ↓ ctrl-n ctrl-j", "move")]


def many(name: str) -> bool:
    """Whether an action acts on all marked rows."""
    return any(key.name == name and key.many for key in KEYS)


def letters(keys: Mapping[str, str]) -> list[str]:
    """The keys that are characters: while a text is typed they are letters of it."""
    return [key for some in keys.values() for key in some.split(",") if len(key) == 1]
