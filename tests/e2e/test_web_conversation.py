"""`cst web`: long conversations, in a real Chromium: page after page back to the beginning, and what is said meanwhile."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.browsing import PATIENCE, REQUIRED, Page, memory
from tests.testing import (
    Live,
    jsonl,
    registry_entry,
    said,
    started,
    typed,
    until,
    web,
    write_registry,
    write_transcript,
)

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = REQUIRED

TURNS = "[...document.querySelectorAll('#page .turn')].map(turn => turn.querySelector('.text, .md').textContent)"


def turns(first: int, end: int) -> list[dict[str, Any]]:
    """Prompts and answers that say which they are."""
    now = time.time() - 3600
    make = [lambda n: typed(f"turn {n}", now + n / 10), lambda n: said(f"turn {n}", now + n / 10)]
    return [{**make[n % 2](n), "uuid": str(uuid.UUID(int=n + 1))} for n in range(first, end)]


@pytest.fixture
def server() -> Iterator[web.Server]:
    with web.started(os.environ) as made:
        yield made


def session(claude: Path, live: Live, count: int) -> Path:
    """A live session that has said so much; its transcript."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=None, status="idle"))
    return write_transcript(claude, turns(0, count))


def opened(driver: Chrome, server: web.Server) -> Page:
    page = Page(driver, server).open()
    page.visit(page.until("document.querySelector('#list .row')?.dataset.key"))
    page.until("document.querySelectorAll('#page .turn').length > 1")
    return page


def test_a_conversation_goes_back_to_its_beginning(claude: Path, live: Live, driver: Chrome, server: web.Server) -> None:
    """2,000 turns: 120 at first, the newest in sight; each press has those before, none twice and none left out, and what
    was read stays where it was; what is said meanwhile comes below. Neither side holds more for it."""
    transcript = session(claude, live, 2000)
    page = opened(driver, server)
    assert page.js(TURNS) == [f"turn {n}" for n in range(1880, 2000)]
    page.until("document.querySelector('#page .turn:last-child').getBoundingClientRect().bottom <= innerHeight")
    before = memory(server)

    page.js("document.querySelector('#page').scrollTop = 0")
    place = "[...document.querySelectorAll('.turn')].find(turn => turn.textContent.includes('turn 1880')).getBoundingClientRect().top"
    stood = page.js(place)
    page.click("#earlier")
    page.until("document.querySelectorAll('#page .turn').length === 240")
    assert abs(page.js(place) - stood) < 60, "less than the button that was above it"
    with transcript.open("ab") as file:
        file.write(jsonl(turns(2000, 2002)))
    page.until("document.querySelectorAll('#page .turn').length === 242")
    while page.js("!document.querySelector('#earlier').hidden"):
        count = page.js("document.querySelectorAll('#page .turn').length")
        page.click("#earlier")
        page.until("document.querySelectorAll('#page .turn').length > arguments[0]", count)
        page.until("!document.querySelector('#earlier').disabled")

    assert page.js(TURNS) == [f"turn {n}" for n in range(2002)]
    assert page.text(".before") == "the beginning"
    assert memory(server) - before < 8_000, "kB"
    assert page.complaints() == []


def test_a_long_image_hides_nothing(claude: Path, live: Live, driver: Chrome, server: web.Server) -> None:
    """More than is read at once: the button is there, and only the real beginning is called so. What cannot be found any
    more is said, and the button stays."""
    image = {**typed("turn 8", time.time() - 9), "uuid": str(uuid.UUID(int=9)), "image": "x" * (9 << 20)}
    transcript = session(claude, live, 8)
    with transcript.open("ab") as file:
        file.write(jsonl([image, *turns(9, 11)]))
    page = opened(driver, server)
    assert page.js(TURNS) == ["turn 9", "turn 10"]
    assert page.text(".before") == "Earlier"

    gone = "window.fetch = (url, ...more) => real(url.replace(/before=.+/, 'before=gone'), ...more)"
    page.js(f"(window.real = window.fetch, {gone}, true)")
    page.click("#earlier")
    page.until("document.querySelector('.before').innerText.includes('is not in the last 256 MB of the transcript')")
    page.js("(window.fetch = window.real, true)")
    page.until("!document.querySelector('#earlier').disabled")
    page.click("#earlier")

    page.until("document.querySelectorAll('#page .turn').length === 11")
    assert page.js(TURNS) == [f"turn {n}" for n in range(11)]
    assert page.text(".before") == "the beginning"


@pytest.mark.long
def test_a_page_holds_so_many_turns_and_says_so(claude: Path, live: Live, driver: Chrome, server: web.Server) -> None:
    session(claude, live, 3400)
    page = opened(driver, server)

    def back() -> bool:
        page.js("document.querySelector('#earlier:not([hidden], [disabled])')?.click()")
        return bool(page.js("document.querySelector('#earlier').hidden"))

    until(back, 3 * PATIENCE)

    assert "turns are shown, and no more fit; the transcript has the rest" in page.text(".before")
    shown = page.js(TURNS)
    assert 2700 < len(shown) <= 3000
    assert shown == [f"turn {n}" for n in range(3400 - len(shown), 3400)]


def test_a_page_of_turns_is_small_wherever_it_begins(claude: Path, live: Live, server: web.Server) -> None:
    """One whose id is nonsense is said not to be there."""
    session(claude, live, 500)
    server.enter()
    key = server.get("/list")[1]["rows"][0]["key"]
    newest = server.get(f"/page/conversation?key={key}")[1]
    assert (len(newest["turns"]), newest["more"]) == (120, True)

    first = newest["turns"][0]["id"].replace("#", "%23")
    earlier = server.get(f"/page/conversation?key={key}&before={first}")[1]

    assert [turn["text"] for turn in earlier["turns"]] == [f"turn {n}" for n in range(260, 380)]
    for nonsense in ("x", "%22%7D", "%00", f"{uuid.UUID(int=1)}%239", "a" * 300):
        status, answer = server.get(f"/page/conversation?key={key}&before={nonsense}")
        assert status == 400
        assert "the oldest turn that is shown is not in the last 256 MB" in answer["error"]
