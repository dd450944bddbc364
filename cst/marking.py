"""The hot verbs by which a person says something of sessions. Wiring; imports stand inside, as in `look`."""

from __future__ import annotations

from cst import snapshot
from cst.actions import mark
from cst.look import look, named, say, several
from cst.model import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from cst.model import Session
    from cst.settings import Settings

    Given = dict[str, Any]
    Act = Callable[[list[Session], float], str]


def do_seen(given: Given, own: Settings) -> int:
    """`cst seen`."""
    return _do(given, own, given["session"], lambda found, now: mark.seen(own, found, now))


def do_pin(given: Given, own: Settings) -> int:
    """`cst pin`."""
    return _do(given, own, given["session"], lambda found, now: mark.pin(own, found, now, not given["off"]))


def do_snooze(given: Given, own: Settings) -> int:
    """`cst snooze`."""
    if sum((bool(given["for"]), given["until-changes"], given["off"])) > 1:
        raise UsageError("--for, --until-changes and --off exclude each other; pass one of them")
    seconds = None if given["until-changes"] else mark.duration(given["for"] or "30m")

    def act(found: list[Session], now: float) -> str:
        return mark.wake(own, found, now) if given["off"] else mark.snooze(own, found, now, seconds)

    return _do(given, own, given["session"], act)


def do_tag(given: Given, own: Settings) -> int:
    """`cst tag`; without a tag to add or remove it says which there are."""
    add, remove = given["add"], given["remove"]
    if add or remove:
        return _do(given, own, given["session"], lambda found, now: mark.tag(own, found, now, add, remove))
    return _do(given, own, given["session"], lambda found, _: mark.tags(found))


def do_rename(given: Given, own: Settings) -> int:
    """`cst rename`: [SESSION] NAME, or [SESSION] --off."""
    words, off = given["word"], given["off"]
    if len(words) > 2 - off or not (words or off):
        raise UsageError("rename takes a session and a name, or --off instead; quote a name of several words")
    name = "" if off else words[-1]
    return _do(given, own, words[:1] if off else words[:-1], lambda found, now: mark.rename(own, found[0], now, name))


def _do(given: Given, own: Settings, words: Sequence[str], act: Act) -> int:
    """Do it to the sessions that the words name, or to that of this pane, and say so where the person looks."""
    from cst.actions import jump

    if words:
        seen, found = several(words, own)
    else:
        seen, sessions = look(own, snapshot.STATUS)
        found = [named(sessions, "", own)]
    message = act(found, seen.now)
    client = jump.client_of(seen, own, given["client"])
    say(own, client.name if client else "", message)
    return 0
