"""Load the fleet, and find out which sessions a word means."""

from __future__ import annotations

import os
import time

from cst import snapshot as world
from cst.core import fleet, lookup
from cst.model import CstError, Mark, Session
from cst.store import marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.core.budgets import Standings
    from cst.core.quota import Window
    from cst.model import Snapshot
    from cst.settings import Settings
    from cst.snapshot import Depth
    from cst.store.losses import Found, World

_RENEWED = 600.0  # seconds after which it is worth finding out again how budgets stand
_held: object = None  # a look that the end of the process takes away: a verb that ends would take it apart first
_TOLD = 5  # sessions that are asked: who had an answer last knows the limits best


def load(settings: Settings, depth: Depth, ended: bool = False) -> tuple[Snapshot, list[Session]]:
    """A snapshot of the world, or of the recording that is replayed, and its sessions, most urgent first.

    `depth` is one of snapshot's STATUS, ROWS, HISTORY; `ended` looks for sessions that have ended too."""
    global _held
    if settings.replay:
        from cst.store import recording

        snapshot = recording.frame(settings.replay, settings.replay_at)
    else:
        snapshot = world.take(settings, time.time(), depth, ended=ended, every_mark=False)
    _held = look = snapshot, fleet.sessions(snapshot)
    return look


def load_and_mark_seen(settings: Settings, depth: Depth, ended: bool = False) -> tuple[Snapshot, list[Session]]:
    """As `load`; a finished session that the user has on the screen is marked as seen, and returned so."""
    snapshot, sessions = load(settings, depth, ended)
    if not settings.replay and mark_seen_on_screen(settings, sessions, snapshot.now):
        snapshot = world.with_marks_read_again(snapshot, settings)
        sessions = fleet.sessions(snapshot)
    return snapshot, sessions


def mark_seen_on_screen(settings: Settings, sessions: Sequence[Session], now: float) -> bool:
    """Mark the finished sessions that are on the screen of a client used since, and those that were brought back in
    mid-turn; whether there were any.

    A log that cannot be written is not worth failing a status line for: they stay `done`.
    """
    watched = [s for s in sessions if s.watched and (s.state == "done" or (s.state == "interrupted" and s.needs_you))]
    if not watched:
        return False
    try:
        marks.append(settings.marks_file, [Mark(now, "seen", session.key, by="look") for session in watched])
    except OSError:
        return False
    return True


def usage_limits(settings: Settings, now: float) -> list[Window]:
    """The usage limits, from the sessions that were told something last; [] where no status line was."""
    if settings.replay or not os.path.isdir(settings.state_dir + "/statusline/v1"):
        return []
    from cst.core import quota  # most people have no such status line
    from cst.store import payloads

    return quota.windows(payloads.newest(settings, _TOLD), now)


def budgets(settings: Settings) -> Standings | None:
    """How the budgets stood when a bill was made last; None where there are none. No bill is made for this."""
    if settings.replay or not os.path.exists(settings.state_dir + "/costs/budgets.json"):
        return None
    from cst.store import budgets as kept  # most people have none

    return kept.standings(settings)


def full_budgets(settings: Settings, now: float, renew: Callable[[float], None]) -> list[str]:
    """What is to be said of budgets that are nearly spent; [] where none is. `renew` is called where there are budgets
    and the last bill is too old, with how many seconds it may be: it starts another one, for the next time."""
    standings = budgets(settings)
    if not standings:
        return []
    if standings.all and now - standings.at >= _RENEWED:
        renew(_RENEWED)
    from cst.core.budgets import worth_a_word

    return worth_a_word(standings, now)


def lost_count(
    settings: Settings, snapshot: Snapshot, sessions: Sequence[Session], patience: float = 0.0
) -> tuple[int, Sequence[tuple[str, str]]]:
    """How many sessions were lost and can be restored, as far as is known, and what could not be read: more may be. As
    was found out in the last minutes, else it is found out now; `patience`: seconds between two searches, at least."""
    from cst.store import losses

    world = losses.look(settings, snapshot, sessions)
    if world is None:
        return 0, ()
    found = losses.read(settings, world, patience) or search_lost(settings, snapshot, sessions, world)
    return found.count(world), found.problems


def search_lost(settings: Settings, snapshot: Snapshot, sessions: Sequence[Session], world: World) -> Found:
    """Find out which sessions were lost, and keep it."""
    from cst import lost
    from cst.store import losses

    missed = lost.find(settings, snapshot, sessions)
    ids = frozenset(lost.restorable(settings, missed))
    found = losses.Found(world.at, world.about, world.persons, ids, missed.problems)
    losses.write(settings, found)
    return found


def resolve(sessions: Sequence[Session], word: str, settings: Settings, whole: bool = False) -> Session:
    """The session that a word names, or that of the pane we are in. CstError where there is none, or several. With
    `whole` the beginning of a name is not enough."""
    if word:
        return lookup.find(sessions, word, settings.socket, whole)
    return lookup.here(sessions, settings.socket, settings.tmux_pane)


def resolve_to_report(sessions: Sequence[Session], word: str, settings: Settings) -> Session:
    """The session that a whole name means, or that of the pane we are in, called as reports call it: with its place
    where another live one has its name. CstError as for `resolve`."""
    from cst.core.naming import told_apart

    session = resolve(sessions, word, settings, whole=True)
    return told_apart([session], [one for one in sessions if one.pid is not None])[0]


def resolve_any(word: str, settings: Settings, depth: Depth) -> tuple[Snapshot, Session]:
    """The session that is named, or that is here: a live one, else one that has ended."""
    snapshot, sessions = load_and_mark_seen(settings, depth)
    if settings.replay or not word:
        return snapshot, resolve(sessions, word, settings)
    try:
        return snapshot, resolve(sessions, word, settings, whole=True)
    except lookup.NobodyError:
        snapshot, sessions = load_and_mark_seen(settings, depth, ended=True)
        return snapshot, _best(sessions, word, settings)


def resolve_many(words: Sequence[str], settings: Settings) -> tuple[Snapshot, list[Session], list[Session]]:
    """The sessions that are named, each once: among the live ones, else among those that have ended; and those among
    which they were looked for."""
    snapshot, sessions = load_and_mark_seen(settings, world.ROWS)
    try:
        found = [resolve(sessions, word, settings, whole=True) for word in words]
    except lookup.NobodyError:
        if not settings.replay:
            snapshot, sessions = load_and_mark_seen(settings, world.ROWS, ended=True)
        found = [_best(sessions, word, settings) for word in words]
    return snapshot, list({session.key: session for session in found}.values()), sessions


def _best(sessions: Sequence[Session], word: str, settings: Settings) -> Session:
    """The session that a word means best: by its whole name a live one, then one that has ended; by its beginning a
    live one."""
    live = [session for session in sessions if session.pid is not None]
    for among, whole in ((live, True), (sessions, True), (live, False)):
        try:
            return resolve(among, word, settings, whole)
        except lookup.NobodyError:
            continue
    return resolve(sessions, word, settings)


def with_history(word: str, settings: Settings) -> tuple[Snapshot, Session]:
    """The session that is named, or that is here, and a snapshot that has its tool history and no other's."""
    snapshot, session = resolve_any(word, settings, world.ROWS)
    if not settings.replay:
        snapshot = world.with_history(snapshot, settings, session.id)
    return snapshot, next((s for s in fleet.sessions(snapshot) if s.key == session.key), session)


def live_ids(settings: Settings) -> set[str]:
    """The ids of the sessions that live processes have, as far as the registries can be read."""
    from cst.claude import registry
    from cst.system import processes

    records = [record for config_dir in settings.config_dirs for record in registry.read(config_dir)[0]]
    return {record.session_id for record in processes.living(records)}


def certain_live_ids(settings: Settings) -> set[str]:
    """The ids of the sessions that live. CstError where a registry cannot be read: then nobody can tell."""
    from cst.claude import registry
    from cst.system import processes

    found = set()
    for config_dir in settings.config_dirs:
        records, wrong = registry.read(config_dir)
        if wrong:
            raise CstError(f"cannot tell which sessions live: {wrong[0]}", "fix that, then prune")
        found |= {record.session_id for record in processes.living(records) if record.session_id}
    return found
