"""The keys of a picker: which may be used, which clash, and how they are listed. Pure.

The toolkit handles the keys named here itself; every other one is an action of the list behind it.
"""

from __future__ import annotations

from cst.model import CstError
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MARK, PAGE, HELP, PREVIEW, DOWN, UP = "mark", "page", "keys", "preview", "down", "up"  # names of the toolkit's own keys
_OWN = frozenset({MARK, PAGE, HELP, PREVIEW, DOWN, UP})


class KeysError(CstError):
    """A key that cannot be bound; `name`: the action of the user's that it is for. `also`: the others, each such."""

    also: Sequence[KeysError]

    def __init__(self, name: str, what: str, remedy: str = "", also: Sequence[KeysError] = ()) -> None:
        super().__init__(what, remedy, also=also)
        self.name = name


class Key(Value):
    """One key: what the config file calls it, what it does, and what it acts on."""

    name: str
    keys: str  # fzf's names, with commas
    help: str  # a sentence without a full stop
    short: str = ""  # one word for the header; "" = listed under `?` only
    many: bool = False  # acts on all marked rows, otherwise on the highlighted one
    listing: bool = False  # acts on the list and needs no row
    enter: bool = False  # the action of Enter and of a double click: done at once, in the loop's thread
    slow: bool = False  # its question takes time to make
    text: bool = False  # its question is a line of text

    def is_own(self) -> bool:
        """Whether the toolkit does it."""
        return self.name in _OWN


# Bound to something that cannot be moved.
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


def bound(table: Sequence[Key], settings: Mapping[str, str]) -> list[Key]:
    """The table with the user's keys, `name: keys`, in the place of its own. KeysError names a key that cannot be
    bound, an action that does not exist, and two actions on one key."""
    names = [key.name for key in table]
    wrong = []
    for name, keys in settings.items():
        if name not in names:
            wrong.append(KeysError(name, f"[keys] has no action {name!r}", f"there are {', '.join(names)}"))
        elif odd := [key for key in keys.split(",") if not is_possible(key)]:
            what = f"[keys] {name} cannot be {odd[0]!r}"
            wrong.append(KeysError(name, what, "keys are called ctrl-k, alt-v, f5, shift-up, ?"))
    made = [key._replace(keys=settings.get(key.name, key.keys)) for key in table]
    taken: dict[str, str] = dict(_FIXED)
    for one in made:
        for key in (_SAME.get(some, some) for some in one.keys.split(",") if is_possible(some)):
            if key in taken:
                mine = one.name if one.name in settings else taken[key]
                what = f"[keys] {key} is both {taken[key]} and {one.name}"
                wrong.append(KeysError(mine, what, "give one of them another key"))
            taken.setdefault(key, one.name)
    if wrong:
        raise KeysError(wrong[0].name, wrong[0].what, wrong[0].remedy, wrong[1:])
    return made


def is_possible(key: str) -> bool:
    """Whether fzf knows a key of that name, and no query needs it."""
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


def called(keys: Sequence[Key], name: str) -> str:
    """What messages call the key of that action, as the user has it: the first one; `Enter` for Enter."""
    key = next((key.keys for key in keys if key.name == name), "").partition(",")[0]
    return "Enter" if key in ("enter", "ctrl-m") else key


def hint(keys: Sequence[Key]) -> list[tuple[str, str]]:
    """(key, word) for each key that the header names."""
    return [(key.keys.partition(",")[0], key.short) for key in keys if key.short]


def explained(keys: Sequence[Key]) -> list[tuple[str, str]]:
    """(keys, what they do) for the page of keys, in the order of the table; those that cannot be moved are last."""
    listed = [(key.keys.replace(",", " "), key.help) for key in keys]
    esc = ("esc", "Leave the question or this page, otherwise close the picker")
    empties = any("ctrl-u" in key.keys.split(",") for key in keys)
    clear = [] if empties else [("ctrl-u", "Empty the search")]  # fzf's own, unless the user has it for something else
    return [*listed, esc, *clear, ("↑ ↓ page-up page-down", "Move; ctrl-n, ctrl-j: down")]


def letters(keys: Sequence[Key]) -> list[str]:
    """The keys that are characters: while a text is typed they are part of it."""
    return [key for one in keys for key in one.keys.split(",") if len(key) == 1]
