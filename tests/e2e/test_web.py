"""`cst web`: what a user sees, in a real Chromium, beside the demo's fleet. Attacks: test_web_attacks.py."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
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

    page.press("j")
    assert page.focused() == first
    page.press("ARROW_DOWN")
    assert page.focused() == second
    page.press("k", "ENTER")
    page.until("location.hash.includes(encodeURIComponent(arguments[0]))", first)
    page.until("document.activeElement.id === 'title'")
    page.press("3")
    page.reads("#page", "the rules, in order")
    page.press("TAB", "TAB")
    page.until("document.activeElement.closest('#tabs, #page') !== null")
    page.press("ESCAPE")
    page.until("document.querySelector('#right').hidden")
    assert page.focused() == first, "back where it was"
    page.press("n")
    assert page.focused() == second
    page.press("?")
    page.until("document.querySelector('#help').open")
    assert page.focused() == "Close"
    page.press("ENTER")
    page.until("!document.querySelector('#help').open")
    assert page.focused() == second, "back where it was"
    page.press("l")
    page.reads("#page", "Limits", "Cost of today")
    page.press("ESCAPE", "/", *"release", "ENTER")
    assert page.focused() == first, "the first that was found"
    page.press("/", "ESCAPE", "ESCAPE")
    assert len(page.rows()) > 5


def test_tab_goes_through_everything_in_the_order_in_which_it_stands(page: Page, demo: Demo) -> None:
    keys = [row["key"] for row in page.rows()]
    head = ["cst", "Limits and cost", "Keys", "Search sessions", "All", "Needs you", "Working", "Quiet", "Ended"]

    def walked(count: int) -> list[str]:
        found = []
        for _ in range(count):
            page.press("TAB")
            found.append(page.focused())
        return found

    page.js("document.body.focus()")
    assert walked(len(head) + 2) == [*head, *keys[:2]]
    page.press("SPACE")
    page.press("ENTER")
    page.until("document.activeElement.id === 'title'")
    assert walked(2) == ["Conversation", "page"]
    page.js("document.querySelector('#tab-conversation').focus()")
    page.press("ARROW_RIGHT")
    page.until("document.activeElement.id === 'tab-tools'")
    page.press("ARROW_LEFT", "ARROW_LEFT")
    page.until("document.activeElement.id === 'tab-screen'")


def test_a_screen_reader_finds_its_way(page: Page, demo: Demo) -> None:
    """The tree that assistive programs get: landmarks, a list of links, tabs that say which is chosen; names for all."""
    page.visit(key_of(demo, "release"))
    page.reads("#page", "Cut the 2.4.0 release.")
    tree = page.tree()
    roles: dict[str, list[str]] = {}
    for node in tree:
        roles.setdefault(node["role"], []).append(node["name"])

    assert {"banner", "main", "search", "list", "tablist", "tabpanel", "status", "searchbox", "region"} <= roles.keys()
    assert "Sessions" in roles["main"]
    assert roles["searchbox"] == ["Search sessions"]
    assert roles["heading"][0] == "cst"
    assert "release (api)" in roles["heading"]
    rows = [name for name in roles["link"] if "rm -rf build" in name]
    assert len(rows) == 1
    assert all(word in rows[0] for word in ("permission", "release (api)", "release/2.4.0"))
    assert roles["tab"] == ["Conversation", "Tools", "Why", "Changes", "Screen"]
    assert roles["tabpanel"] == ["Conversation"]
    assert [node["name"] for node in tree if node["role"] == "tab" and node.get("selected")] == ["Conversation"]
    assert [node["name"] for node in tree if node["role"] == "button" and node.get("pressed") == "true"] == ["All"]
    order = [node["role"] for node in tree if node["role"] in ("banner", "search", "main", "region", "tablist", "tabpanel")]
    assert order == ["banner", "search", "main", "region", "tablist", "tabpanel"], "read as it stands"
    named = ("button", "link", "textbox", "searchbox", "checkbox", "tab", "combobox", "list", "region")
    assert [node for node in tree if node["role"] in named and not node["name"]] == []

    page.js("location.hash = '#/limits'")
    page.reads("#page", "Budgets")
    regions = [node["name"] for node in page.tree() if node["role"] == "region"]
    assert regions[0] == "Limits and cost"
    assert set(regions[1:]) >= {"Plan", "Limits", "Cost of today, by session", "Budgets"}

    page.press("?")
    page.until("document.querySelector('#help').open")
    tree = page.tree()
    [dialog] = [node for node in tree if node["role"] == "dialog"]
    assert (dialog["name"], dialog["modal"]) == ("Keys", True)
    assert [node["name"] for node in tree if node.get("focused") and node["role"] == "button"] == ["Close"]
    page.press("ESCAPE")


def test_what_pays_for_it_limits_cost_and_budgets(page: Page, demo: Demo) -> None:
    """As `cst limits`, `cost` and `budget` say it, with a bar for each."""
    told = {"five_hour": {"used_percentage": 82, "resets_at": int(time.time() + 5400)}}
    given = json.dumps({"session_id": next(one["id"] for one in listed(demo) if one["id"]), "rate_limits": told})
    subprocess.run([demo.cst, "statusline"], input=given, env=demo.env, text=True, capture_output=True, check=True)
    subprocess.run([demo.cst, "budget", "set", "0.01", "--per", "month"], env=demo.env, capture_output=True, check=True)
    limits = subprocess.run([demo.cst, "limits"], env=demo.env, text=True, capture_output=True, check=True).stdout

    page.js("location.hash = '#/limits'")

    plan = next(line for line in limits.splitlines() if line.startswith("plan "))
    text = page.reads("#page", "Plan", plan, "82%", "Cost of today, by session", "total", "of $0.01")
    assert plan.startswith("plan subscription")
    assert "5h" in text
    widths = page.js("[...document.querySelectorAll('#page .meter i')].map(e => e.offsetWidth / e.parentElement.offsetWidth)")
    assert abs(widths[0] - 0.82) < 0.02
    assert max(widths) <= 1
    assert not page.js("document.querySelector('#tabs').checkVisibility()")


def test_nothing_at_all(driver: Chrome) -> None:
    """No session lives: the page says so, and what to do."""
    with web.started(os.environ) as server:
        page = Page(driver, server).open()

        page.reads("#none", "No Claude Code session is live.")
        assert page.rows() == []
        page.click("[data-filter=you]")
        page.reads("#none", "No Claude Code session is live.")


def test_all_clear(page: Page, demo: Demo) -> None:
    """Sessions are there and none needs you: with that filter the page says so. A search that finds nothing is another thing."""
    page.js("document.querySelector('#search').focus()")
    page.press(*"no such session")
    page.reads("#none", "No session matches.", "other sessions are there")
    page.press("ESCAPE")
    page.until("!document.querySelector('#none').checkVisibility()")
    waiting = [one["key"] for one in listed(demo) if one["needs_you"]]
    subprocess.run([demo.cst, "snooze", *waiting], env=demo.env, capture_output=True, check=True)
    try:
        page.click("[data-filter=you]")
        page.reads("#none", "All clear: no session needs you.")
    finally:
        subprocess.run([demo.cst, "snooze", "--off", *waiting], env=demo.env, capture_output=True, check=True)
    page.until("document.querySelectorAll('#list .row').length > 3")


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
    page.js("location.hash = '#wrong'")
    page.reads("#gate", "not the key")
    assert page.js("document.querySelector('.card').getBoundingClientRect().right") <= width - 8
    page.driver.get_log("browser")  # type: ignore[no-untyped-call]  # the refusal stands there


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
