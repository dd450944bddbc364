"""Which session changed between two looks: each change once, by the key, and an end only when it is one."""

from __future__ import annotations

from cst.core.transitions import Known
from cst.model import Place
from cst.render import transition
from cst.render.paint import Paint
from tests.unit.render.test_shell_exports import NOW, session


def seen(known: Known, *looks: tuple[float, list[object]]) -> list[tuple[str, str, float]]:
    """(from, to, when) of the changes of looks, seconds after NOW."""
    return [
        (c.before, c.session.state, c.at - NOW) for after, sessions in looks for c in known.look(sessions, NOW + after)  # type: ignore[arg-type]
    ]  # fmt: skip


def test_the_first_look_is_all_new() -> None:
    """Each session comes from nothing, since when it is so; the oldest first."""
    found = seen(Known(), (0, [session(1, "done"), session(2, "working", since=NOW - 99)]))

    assert found == [("", "working", -99), ("", "done", -60)]


def test_a_change() -> None:
    """Another state is a change; another because, or time, is none."""
    found = seen(
        Known(), (0, [session(1, "working")]), (1, [session(1, "working", because="y", since=NOW)]),
        (2, [session(1, "permission", since=NOW + 1.5)]),
    )  # fmt: skip

    assert found[1:] == [("working", "permission", 1.5)]


def test_a_time_that_cannot_be() -> None:
    """A change that is said to be older than the look before, or in the future, happened between the looks."""
    found = seen(Known(), (0, [session(1, "working")]), (2, [session(1, "done")]), (4, [session(1, "idle", since=NOW + 99)]))

    assert [at for _, _, at in found[1:]] == [0, 4]


def test_clear_is_no_end() -> None:
    """A process with another session id is the session that it was."""
    found = seen(Known(), (0, [session(1, "idle")]), (1, [session(1, "idle", id="other")]), (2, [session(1, "working", id="other")]))

    assert [(before, after) for before, after, _ in found[1:]] == [("idle", "working")]


def test_one_look_without_it_is_no_end() -> None:
    """A record that could not be read once comes back: nothing happened."""
    found = seen(Known(), (0, [session(1, "working")]), (1, []), (2, [session(1, "working")]), (3, []), (4, [session(1, "working")]))

    assert len(found) == 1


def test_two_looks_without_it_are_an_end() -> None:
    """A session that is gone for good has ended, once."""
    found = seen(Known(), (0, [session(1, "working")]), (1, []), (2, []), (3, []), (4, []))

    assert found[1:] == [("working", "ended", 2)]


def test_a_killed_one_has_ended_at_once() -> None:
    """Where the session is listed as ended under its id, that is its end, and no second session."""
    over = session(1, "ended", key="id-1", pid=None, since=NOW + 0.5, because="killed")
    found = seen(Known(), (0, [session(1, "working")]), (1, [over]), (2, [over]), (3, []), (4, []))

    assert found[1:] == [("working", "ended", 0.5)]


def test_the_line_is_clean() -> None:
    """Whatever a session is called or says: one line without escapes, that fits where a width is given."""
    known = Known()
    nasty = session(1, "done", name="a\x1b[31m\nb\u202e", because="x\x07\n" * 200)
    change = known.look([nasty], NOW)[0]
    wide, narrow = transition.line(change, 0, 0, Paint(False)), transition.line(change, 0, 80, Paint(False))

    assert wide.startswith("14:59:00  ")
    assert [wide.isprintable(), narrow.isprintable(), len(narrow) <= 80] == [True] * 3


def test_sessions_of_one_name_are_told_apart() -> None:
    """By their place, or the beginning of their id; one whose name is its own has the name alone."""
    place = Place("/tmp/s", "p1", "0", "%1", "p1:0.0", "")
    fleet = [session(1, "done", name="alpha", place=place), session(2, "done", name="alpha"),
             session(3, "done", name="a-long-name-of-its-own")]  # fmt: skip
    lines = [transition.line(change, 0, 0, Paint(False)) for change in Known().look(fleet, NOW)]

    assert [line[10:30].strip() for line in lines] == ["alpha @ p1:0.0", "alpha @ id-2", "a-long-name-of-its-…"]


def test_json_keys() -> None:
    """The keys of docs/json.md, in order; what is not known is null."""
    found = transition.as_json(Known().look([session(1, "done", id="")], NOW)[0])

    assert list(found) == ["schema", "at", "key", "id", "label", "project", "from", "to", "needs_you", "rule", "because"]
    assert (found["id"], found["from"], found["to"]) == (None, None, "done")
