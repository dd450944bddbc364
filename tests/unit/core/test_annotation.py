"""What marks say of a session: of each kind the newest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core import annotation, fleet
from cst.model import Ended, Mark, Process, Record, Session, Snapshot, Transcript

NOW = 1_795_200_000.0
ID = "a8f6c966-1e95-4a70-afb9-329925a921c6"


def _tag(word: str, on: bool = True, key: str = ID) -> Mark:
    return Mark(NOW - 5, "tag" if on else "untag", key, value=word)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())))
def test_the_newest_word_on_a_tag_counts(drawn: list[tuple[str, bool]]) -> None:
    """A session has the tags that were added after they were last removed."""
    found = annotation.of([_tag(word, on) for word, on in drawn], NOW)
    last = dict(drawn)

    assert found.tags == tuple(sorted(word for word, on in last.items() if on))


@given(st.text())
def test_any_value_of_a_snooze(value: str) -> None:
    """Whatever stands in the log, a snooze is for a time to come, until the change, or none."""
    found = annotation.of([Mark(NOW - 5, "snooze", ID, value=value)], NOW, NOW - 10)

    assert found.snoozed == (found.snoozed_until > NOW or value == annotation.UNTIL_CHANGES)


def test_what_words_say_of_tags() -> None:
    """A # or a + before a name is no part of it, whether it is added or removed."""
    assert annotation.tag_words("a,+b #c +#d -e -+f -#g -+#h") == (["a", "b", "c", "d"], ["e", "f", "g", "h"])


def test_no_marks() -> None:
    """Nobody said anything."""
    assert annotation.of([], NOW) == annotation.Annotation()


def _session(*marks: Mark, start: str = "100", session_id: str = ID) -> Session:
    records = [Record(41, start, session_id, started_at=NOW - 3600, status="idle", status_at=NOW - 60)]
    [session] = fleet.sessions(Snapshot(now=NOW, records=records, processes={41: Process(41, start)}, marks=marks))
    return session


def test_what_was_said_survives_clear_and_resume() -> None:
    """Marks under the key hold in the same process under another id, those under the id in another process."""
    marks = [Mark(NOW - 9, kind, key, value=value) for kind, value in (("pin", "on"), ("tag", "x"), ("name", "mine"))
             for key in ("41.100", ID)]  # fmt: skip
    cleared, resumed = _session(*marks, session_id="another"), _session(*marks, start="777")
    found = [(s.pinned, s.tags, s.name) for s in (cleared, resumed, _session(*marks, start="777", session_id="another"))]

    assert found == [(True, ("x",), "mine"), (True, ("x",), "mine"), (False, (), "")]


def test_marks_without_a_key_are_about_no_session() -> None:
    """A session whose id is not known takes no mark that names none.

    Bug shown: `looked` and `back` have no key, which was the id of such a session.
    """
    assert not _session(Mark(NOW - 5, "pin", "", value="on"), session_id="").pinned


def test_an_ended_session_keeps_what_was_said() -> None:
    """Name, tags and pin are under the session id, and outlive the process."""
    marks = [Mark(NOW - 9, "name", ID, value="mine"), _tag("x"), Mark(NOW - 9, "pin", ID, value="on")]
    [session] = fleet.sessions(Snapshot(now=NOW, marks=marks, ended=[Ended(ID, Transcript("/t", mtime=NOW - 60), "/c")]))

    assert (session.name, session.tags, session.pinned, session.state) == ("mine", ("x",), True, "ended")


def test_by_key() -> None:
    """The marks of a log by what they are about; those about none are left out."""
    marks = [_tag("x"), Mark(NOW, "looked", value="1.1"), _tag("y", key="1.1"), _tag("z")]

    assert {ID: [marks[0], marks[3]], "1.1": [marks[2]]} == annotation.by_key(marks)


@pytest.mark.parametrize(
    ("left", "words"),
    [(7200, "2h"), (7199, "2h"), (5400, "1h 30m"), (5350, "1h 29m"), (1799, "30m"), (59, "59s"), (86399, "1d"), (172_700, "2d")],
)
def test_what_is_left_of_a_snooze(left: float, words: str) -> None:
    """To the nearest minute. Bugs shown: `snoozed for 2h`, and the row said 1h at once; of 1h30m it was 1h, or 2h."""
    assert annotation.snooze_left(1000.0 + left, 1000.0) == words


@pytest.mark.parametrize(("by", "asks", "since", "snoozed"), [
    (annotation.UNTIL_ASKED, True, NOW - 2, False),
    (annotation.UNTIL_ASKED, True, NOW - 20, True),  # it was open when it was snoozed
    (annotation.UNTIL_ASKED, False, NOW - 2, True),
    ("", True, NOW - 2, True),
])  # fmt: skip
def test_a_snooze_that_a_dialog_ends(by: str, asks: bool, since: float, snoozed: bool) -> None:
    """If it was made so: a dialog that opens later ends it, and any other state does not."""
    mark = Mark(NOW - 5, "snooze", ID, by=by, value=str(NOW + 3600))

    assert annotation.of([mark], NOW, since, asks).snoozed is snoozed


def test_an_archived_session_needs_nobody() -> None:
    """Whatever it asks, until it is brought back; that and its note outlive the process."""
    on, off = Mark(NOW - 9, "archive", ID, value="on"), Mark(NOW - 8, "archive", ID, value="off")
    note = Mark(NOW - 9, "note", ID, value="PR #1")
    record = Record(41, "100", ID, started_at=NOW - 3600, status="waiting", waiting_for="permission prompt", status_at=NOW - 60)
    look = Snapshot(now=NOW, records=[record], processes={41: Process(41, "100")})
    found = [fleet.sessions(look._replace(marks=marks))[0] for marks in ([on, note], [on, off])]

    assert [(one.archived, one.needs_you, one.note) for one in found] == [(True, False, "PR #1"), (False, True, "")]
