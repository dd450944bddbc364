"""`cst web`: what a user sees, in a real Chromium, beside the demo's fleet. Attacks: test_web_attacks.py."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from cst.demo import folder
from cst.demo.fleet import Demo
from tests.e2e.browsing import PATIENCE, REQUIRED, Page, listed
from tests.testing import browser, until, web

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = REQUIRED


@pytest.fixture(scope="module")
def server(demo: Demo) -> Iterator[web.Server]:
    with web.started(demo.env, cst=[demo.cst]) as made:
        yield made


@pytest.fixture
def page(driver: Chrome, server: web.Server) -> Iterator[Page]:
    """The page, fresh; whatever a test does, no script of it fails and nothing of it is against its own policy."""
    made = Page(driver, server).open()
    yield made
    assert made.complaints() == []


def key_of(demo: Demo, name: str) -> str:
    return next(str(s["key"]) for s in listed(demo) if s["label"] == name)


def test_the_list_is_that_of_ls(page: Page, demo: Demo) -> None:
    """The same sessions in the same order, with their states and names."""

    def check() -> bool:
        wanted = listed(demo)
        shown = page.rows()
        assert [(row["key"], row["state"]) for row in shown] == [(one["key"], one["state"]) for one in wanted]
        assert [row["needs"] for row in shown] == [str(one["needs_you"]).lower() for one in wanted]
        return all(one["label"][:8] in row["text"] or one["project"] in row["text"]
                   for row, one in zip(shown, wanted, strict=True))  # fmt: skip

    until(check, PATIENCE)
    assert "Bash: rm -rf build && make release" in page.row("release (api)")["text"]
    assert "need you" in page.text("#summary")
    assert page.driver.title.startswith("(")


def test_it_is_live(page: Page, demo: Demo) -> None:
    """What happens in a pane is on the page without a reload."""
    key = key_of(demo, "Audit the checkout's dependencies")
    pane = until(lambda: next(s["tmux"] for s in listed(demo) if s["key"] == key)["pane"], PATIENCE)
    page.until("document.querySelector(`[data-key='${arguments[0]}']`).dataset.state === 'permission'", key)

    folder.tmux(demo.folder, "send-keys", "-t", pane, "1", env=demo.env)

    page.until("document.querySelector(`[data-key='${arguments[0]}']`).dataset.state !== 'permission'", key)
    page.until("document.querySelector(`[data-key='${arguments[0]}']`).dataset.state === 'done'", key)


def test_filters_and_search_narrow_the_list(page: Page) -> None:
    every = len(page.rows())

    page.click("[data-filter=you]")
    assert all(row["needs"] == "true" for row in page.rows())
    assert 0 < len(page.rows()) < every
    page.click("[data-filter='']")
    page.press("/", *"RELEASE rm")
    assert [row["text"].split("\n")[1] for row in page.rows()] == ["release (api)"]
    assert page.text("#count") == f"1 of {every} sessions"
    page.press("ESCAPE")
    assert len(page.rows()) == every


def test_ended_sessions_are_shown_when_asked_for(page: Page, demo: Demo) -> None:
    ended = [one["key"] for one in listed(demo, "--all") if one["state"] == "ended"]
    assert not any(row["state"] == "ended" for row in page.rows())

    page.click("#ended")

    page.until("document.querySelectorAll('.row[data-state=ended]').length === arguments[0]", len(ended))
    assert [row["key"] for row in page.rows()][-len(ended) :] == ended, "they come last"
    page.visit(ended[0])
    page.reads("#page", "You", "Claude")
    page.click("#ended")
    page.until("!document.querySelector('.row[data-state=ended]')")


def test_the_pages_of_a_session(page: Page, demo: Demo) -> None:
    """Each says what the picker's page of that name says."""
    page.visit(key_of(demo, "release"))

    assert "release (api)" in page.reads("#title", "release")
    page.reads("#badge", "permission")
    page.reads("#head", "~/code/api", "release/2.4.0")
    page.reads("#page", "Cut the 2.4.0 release.", "All green.", "git log --oneline")
    for name, words in {
        "tools": ("wants", "rm -rf build && make release", "make test"),
        "why": ("registry", "waiting", "the rules, in order"),
        "changes": ("",),
        "screen": ("Do you want to proceed?", "1. Yes"),
    }.items():
        page.click(f"#tab-{name}")
        page.reads("#page", *words)
        assert page.js("document.querySelector('[aria-selected=true]').id") == f"tab-{name}"


def test_the_keyboard_does_it_all(page: Page) -> None:
    """From the list to a session, through its pages and back, without a mouse."""
    first, second = (row["key"] for row in page.rows()[:2])
    focused = "document.activeElement.dataset.key"

    page.press("j")
    assert page.js(focused) == first
    page.press("ARROW_DOWN")
    assert page.js(focused) == second
    page.press("k", "ENTER")
    page.until("location.hash.includes(encodeURIComponent(arguments[0]))", first)
    page.until("document.activeElement.id === 'title'")
    page.press("3")
    page.reads("#page", "the rules, in order")
    page.press("TAB", "TAB")
    page.until("document.activeElement.closest('#tabs, #page') !== null")
    page.press("ESCAPE")
    page.until("document.querySelector('#right').hidden")
    assert page.js(focused) == first, "back where it was"
    page.press("n")
    assert page.js(focused) == second
    page.press("?")
    page.until("document.querySelector('#help').open")
    page.press("ESCAPE")
    page.until("!document.querySelector('#help').open")
    page.press("l")
    page.reads("#page", "Limits", "Cost of today")


def test_a_screen_reader_finds_its_way(page: Page, demo: Demo) -> None:
    """The tree that assistive programs get: landmarks, a list of links, tabs that say which is chosen."""
    page.visit(key_of(demo, "release"))
    page.reads("#page", "Cut the 2.4.0 release.")
    nodes = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    tree = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
    roles: dict[str, list[str]] = {}
    for role, name in tree:
        roles.setdefault(role, []).append(name)

    assert {"banner", "main", "search", "list", "tablist", "tabpanel", "status", "searchbox", "region"} <= roles.keys()
    assert "Sessions" in roles["main"]
    assert roles["searchbox"] == ["Search sessions"]
    assert "release (api)" in roles["heading"]
    rows = [name for name in roles["link"] if "rm -rf build" in name]
    assert len(rows) == 1
    assert all(word in rows[0] for word in ("permission", "release (api)", "release/2.4.0"))
    assert roles["tab"] == ["Conversation", "Tools", "Why", "Changes", "Screen"]
    assert roles["tabpanel"] == ["Conversation"]
    chosen = [node for node in nodes if node.get("role", {}).get("value") == "tab"
              and any(p["name"] == "selected" and p["value"].get("value") for p in node.get("properties", []))]  # fmt: skip
    assert [node["name"]["value"] for node in chosen] == ["Conversation"]
    unnamed = [role for role, name in tree if role in ("button", "link", "textbox", "searchbox", "checkbox", "tab") and not name]
    assert unnamed == []


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_it_fits(page: Page, demo: Demo, width: int) -> None:
    """Nothing is wider than the screen, and what is pressed is large enough for a finger."""
    browser.sized(page.driver, width, 800)
    for where in ("#/", f"#/s/{key_of(demo, 'release')}/conversation", f"#/s/{key_of(demo, 'release')}/why", "#/limits"):
        page.js("location.hash = arguments[0]", where)
        page.until("document.querySelector('#right').hidden || document.querySelector('#page').innerText.length > 20")
        assert page.js("document.scrollingElement.scrollWidth") <= width, where
        over = page.js(
            "[...document.querySelectorAll('header, #left, #right, .row, #title, #head, #page > *')]"
            ".filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className || e.id)"
        )
        assert over == [], where
    small = page.js(
        "[...document.querySelectorAll('button, .button, .row')].filter(e => e.checkVisibility())"
        ".filter(e => e.getBoundingClientRect().height < 30).map(e => e.innerText)"
    )
    assert small == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read(page: Page, dark: bool) -> None:
    """Each text against what is behind it, in both schemes: a contrast of 4.5 at least (WCAG AA)."""
    browser.scheme(page.driver, dark)
    poor = page.js("""(() => {
      const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
      const rgb = (colour, under) => { paint.fillStyle = under; paint.fillRect(0, 0, 1, 1); paint.fillStyle = colour;
        paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3); };
      const light = (c) => c.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      const behind = (e) => { const all = []; for (; e; e = e.parentElement) all.unshift(getComputedStyle(e).backgroundColor);
        return all.reduce((under, colour) => `rgb(${rgb(colour, under).join(" ")})`, "white"); };
      const found = [];
      for (const e of document.querySelectorAll("#app *")) {
        if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
        const ground = behind(e), two = [light(rgb(getComputedStyle(e).color, ground)), light(rgb(ground, "white"))].sort();
        const ratio = (Math.max(...two) + .05) / (Math.min(...two) + .05);
        if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${e.className || e.id || e.tagName}: ${e.textContent.slice(0, 30)}`);
      }
      return found;
    })()""")

    assert poor == []


def test_the_key_leaves_no_trace(page: Page, server: web.Server) -> None:
    """Not in the address nor in the history, not where scripts see it, in no request; a reload needs it no more."""
    page.driver.get(server.url)
    page.until("document.querySelector('#link').dataset.is === 'live'")
    assert server.token not in page.driver.current_url
    assert page.js("document.cookie") == ""
    held = page.js("JSON.stringify({...localStorage, ...sessionStorage})")
    assert server.token not in held
    fetched: list[str] = page.js("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert fetched
    assert all(url.startswith(f"http://{server.host}/") and server.token not in url for url in fetched), fetched
    cookies: list[dict[str, Any]] = page.driver.execute_cdp_cmd("Network.getAllCookies", {})["cookies"]
    ours = [one for one in cookies if one["name"] == "cst"]
    assert all((one["httpOnly"], one["sameSite"], one["session"]) == (True, "Strict", True) for one in ours)
    assert ours[-1]["path"] != "/", "browsers keep cookies by host, not by port"

    page.driver.refresh()

    page.until("document.querySelectorAll('#list .row').length > 5")
    assert server.said.count(server.token) == 1, "said once, to the user"


def test_without_the_key_there_is_nothing(driver: Chrome, server: web.Server) -> None:
    """A page that was not given it shows no word of a session, and takes the key."""
    page = Page(driver, server)
    driver.get(f"http://{server.host}/icon.svg")
    page.js("localStorage.clear()")
    driver.get(f"http://{server.host}/")

    page.reads("#gate", "Open the address that cst web printed")
    assert page.rows() == []
    page.press(*server.token, "ENTER")
    page.until("document.querySelectorAll('#list .row').length > 5")
    driver.get(f"http://{server.host}/#wrong-wrong-wrong")  # without a reload: the same document
    page.reads("#gate", "not the key")


def test_a_page_whose_server_has_ended_says_so(driver: Chrome, demo: Demo) -> None:
    """What it shows is not live any more, and does not look so; with another start it is of an earlier one."""
    with web.started(demo.env, cst=[demo.cst]) as server:
        page = Page(driver, server).open()
        os.kill(server.process.pid, signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 128 + signal.SIGTERM
        page.until("document.querySelector('#link').dataset.is === 'lost'")
        assert page.text("#link") == "not connected"
