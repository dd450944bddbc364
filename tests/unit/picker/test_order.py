"""Which row stands where while the picker is open."""

from __future__ import annotations

from cst.model import Session
from cst.picker.order import Order
from tests.testing import NOW


def session(key: str, state: str = "working", since: float = NOW - 60, **more: object) -> Session:
    """A session as the fleet gives it."""
    given = {"id": f"id-{key}", "pid": 1, "because": "", "rule": "", **more}
    return Session(key=key, state=state, since=since, **given)  # type: ignore[arg-type]


def shown(listed: list[tuple[Session, str]]) -> list[tuple[str, str]]:
    """Key and news of each row."""
    return [(one.key, news) for one, news in listed]


def test_rows_keep_their_places() -> None:
    """Another order of urgency moves nothing."""
    order = Order()
    order.arrange([session("a"), session("b"), session("c")], NOW)

    listed = order.arrange([session("c", "permission"), session("a"), session("b")], NOW)

    assert shown(listed) == [("a", ""), ("b", ""), ("c", "")]
    assert listed[2][0].state == "permission"


def test_a_new_session_comes_last_and_stays_new() -> None:
    """However urgent it is."""
    order = Order()
    order.arrange([session("a"), session("b")], NOW)
    order.arrange([session("n", "permission"), session("a"), session("b")], NOW)

    listed = order.arrange([session("n", "permission"), session("a"), session("b")], NOW)

    assert shown(listed) == [("a", ""), ("b", ""), ("n", "new")]


def test_who_is_gone_leaves_a_row_behind() -> None:
    """It is ended, needs nobody, is nowhere, and says since when."""
    order = Order()
    order.arrange([session("a"), session("b", "done", needs_you=True), session("c")], NOW)

    listed = order.arrange([session("a"), session("c")], NOW + 5)
    again = order.arrange([session("a"), session("c")], NOW + 9)

    gone = listed[1][0]
    assert shown(listed) == shown(again) == [("a", ""), ("b", "gone"), ("c", "")]
    assert (gone.state, gone.since, gone.needs_you, gone.pid) == ("ended", NOW + 5, False, None)
    assert again[1][0].since == NOW + 5


def test_a_killed_session_keeps_its_place_under_its_other_name() -> None:
    """What has ended is called by its session id."""
    order = Order()
    order.arrange([session("a"), session("b"), session("c")], NOW)

    listed = order.arrange([session("a"), session("c"), session("id-b", "ended", id="id-b", pid=None)], NOW)

    assert shown(listed) == [("a", ""), ("id-b", ""), ("c", "")]


def test_ended_sessions_that_are_switched_on_are_no_news() -> None:
    """They were there before."""
    order = Order()
    order.arrange([session("a")], NOW)

    listed = order.arrange([session("a"), session("old", "ended", pid=None)], NOW)

    assert shown(listed) == [("a", ""), ("old", "")]


def test_sorting_again() -> None:
    """The order of urgency, nothing new, nobody gone."""
    order = Order()
    order.arrange([session("a"), session("b")], NOW)
    order.arrange([session("n"), session("b")], NOW)
    order.again()

    listed = order.arrange([session("n"), session("b")], NOW)

    assert shown(listed) == [("n", ""), ("b", "")]


def test_what_is_put_out_of_sight_is_not_gone() -> None:
    """Its row goes, and comes last when it is shown again."""
    order = Order()
    order.arrange([session("a"), session("b"), session("c")], NOW)

    assert shown(order.arrange([session("b"), session("c")], NOW, {"a"})) == [("b", ""), ("c", "")]
    assert shown(order.arrange([session("a"), session("b"), session("c")], NOW)) == [("b", ""), ("c", ""), ("a", "new")]


def test_what_a_host_lists_no_more_is_not_called_ended() -> None:
    """It may be archived there. Bug shown: "ended, gone" of a session that works."""
    order = Order()
    order.arrange([session("a"), session("dev/1.2"), session("dev/3.4")], NOW)

    assert shown(order.arrange([session("a"), session("dev/3.4")], NOW)) == [("a", ""), ("dev/3.4", "")]
    assert shown(order.arrange([session("a"), session("dev/1.2"), session("dev/3.4")], NOW)) == [("a", ""), ("dev/3.4", ""), ("dev/1.2", "new")]


def test_a_host_that_comes_back_brings_nothing_new() -> None:
    """Its rows are those that were there. Bug shown: all of them were called new, after an outage and after alt-h."""
    order = Order()
    order.arrange([session("1.1"), session("dev/2.2")], NOW)
    order.drop(["dev"])
    assert shown(order.arrange([session("1.1")], NOW)) == [("1.1", "")]
    listed = order.arrange([session("1.1"), session("dev/2.2"), session("dev/3.3")], NOW)

    assert shown(listed) == [("1.1", ""), ("dev/2.2", ""), ("dev/3.3", "new")]
