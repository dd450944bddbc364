"""What an open fzf is asked and told: the real one, and things that are no fzf."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cst.fzf.remote import Remote, State
from cst.fzf.run_dir import RunDir
from tests.testing import until
from tests.unit.fzf.conftest import Fzf


def test_what_the_person_sees(shown: Callable[..., Fzf]) -> None:
    """The key under the cursor, the query, and which rows are marked."""
    picker = shown()
    assert picker.remote.state() == State("1.2", "", ())

    picker.types("an")
    until(lambda: picker.key() == "3.4")  # a key that comes before the search is done is about the row of before
    picker.types("\t")

    until(lambda: picker.remote.state() == State("3.4", "an", ("3.4",)))


def test_as_many_marks_as_were_asked_for(shown: Callable[..., Fzf]) -> None:
    """fzf tells of no more rows than it is asked for, the marked ones among them. Bug shown: of several it told one, and
    no question about several was ever asked."""
    picker = shown()
    picker.remote.post("change-multi", "select-all")

    found = until(lambda: (state := picker.remote.state(9)) and state.marked)

    assert found == ("1.2", "3.4", "5.6")


def test_where_nothing_matches(shown: Callable[..., Fzf]) -> None:
    """No row, so no key; the query is told as it was typed."""
    picker = shown()

    picker.types("zzz")

    until(lambda: picker.remote.state() == State("", "zzz", ()))


def test_actions_run_in_their_order(shown: Callable[..., Fzf]) -> None:
    """fzf took them, and they happened."""
    picker = shown()

    assert picker.remote.post("down", "down", "change-multi", "toggle")

    until(lambda: picker.remote.state() == State("5.6", "", ("5.6",)))


def test_an_action_that_fzf_does_not_know(shown: Callable[..., Fzf]) -> None:
    """It was not taken, and fzf goes on."""
    picker = shown()

    assert not picker.remote.post("dance")
    assert picker.key() == "1.2"


def test_an_fzf_that_is_gone(shown: Callable[..., Fzf], run_dir: RunDir) -> None:
    """Nothing raises: not where the socket is left behind, not where there is none."""
    picker = shown()
    picker.process.kill()
    picker.process.wait(10)

    assert (picker.remote.post("abort"), picker.remote.state()) == (False, None)
    none = Remote(run_dir.path("nothing.sock"))
    assert (none.post("abort"), none.state()) == (False, None)


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Callable[[bytes], Remote]]:
    """Listens like fzf, and says what it is told to."""
    lines: list[socket.socket] = []

    def listen(said: bytes) -> Remote:
        path = str(tmp_path / f"s{len(lines)}")
        line = socket.socket(socket.AF_UNIX)
        line.bind(path)
        line.listen()
        lines.append(line)

        def answer() -> None:
            with line.accept()[0] as caller:
                caller.recv(65536)
                caller.sendall(said)

        threading.Thread(target=answer, daemon=True).start()
        return Remote(path)

    yield listen
    for line in lines:
        line.close()


OK = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 503 Service Unavailable\r\n\r\n{}", OK, OK + b"{", OK + b"[1, 2]", OK + b"\xff", b"200"],
)  # fmt: skip
def test_what_is_no_answer(odd: Callable[[bytes], Remote], said: bytes) -> None:
    """None, as if nobody were there."""
    assert odd(said).state() is None


@pytest.mark.parametrize("said", [b'{"current": null}', b'{"current": 7, "query": [], "selected": null}', b"{}"])
def test_what_fzf_may_leave_out(odd: Callable[[bytes], Remote], said: bytes) -> None:
    """No row and no query are no error."""
    assert odd(OK + said).state() == State("", "", ())


def test_it_is_not_waited_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An fzf that is stopped takes the call and says nothing."""
    monkeypatch.setattr("cst.fzf.remote._PATIENCE", 0.1)
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(tmp_path / "s"))
        line.listen()

        assert Remote(str(tmp_path / "s")).state() is None
