"""`cst web --act`: what is pressed on the page happens in the session, by the actions of the verbs."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from cst.demo import folder
from cst.demo.fleet import Demo
from tests.e2e.browsing import PATIENCE, REQUIRED, Page, listed
from tests.testing import until, web

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = REQUIRED


@pytest.fixture(scope="module")
def server(demo: Demo) -> Iterator[web.Server]:
    with web.started(demo.env, "--act", cst=[demo.cst]) as made:
        made.enter()
        yield made


@pytest.fixture
def page(driver: Chrome, server: web.Server) -> Page:
    return Page(driver, server).open()


def one(demo: Demo, name: str) -> dict[str, Any]:
    return next(session for session in listed(demo, "--all") if session["label"] == name)


def becomes(demo: Demo, name: str, **wanted: object) -> None:
    def check() -> bool:
        found = one(demo, name)
        assert {field: found[field] for field in wanted} == wanted
        return True

    until(check, PATIENCE)


def test_a_dialog_is_answered(page: Page, demo: Demo) -> None:
    """The options are those of the screen; what is pressed is what the session gets."""
    page.visit(one(demo, "release")["key"])
    page.reads("#dialog", "rm -rf build && make release", "1. Yes", "3. No")

    page.click("#dialog [data-reply='1']")

    page.reads(".told", "release: approved")
    becomes(demo, "release", state="done")
    page.reads("#badge", "done")
    page.until("!document.querySelector('#dialog').innerText")


def test_what_is_left_is_not_acted_on(page: Page, demo: Demo) -> None:
    """Bug shown: from a session to the list and straight on to the limits, its dialog stood beside these."""
    page.visit(one(demo, "Orders page: 401 queries")["key"])
    page.until("document.querySelector('#acts').checkVisibility()")

    page.js("(location.hash = '#/', location.hash = '#/limits')")

    page.reads("#title", "Limits and cost")
    assert not page.js("document.querySelector('#acts').checkVisibility()")
    assert not page.text("#head")


def test_a_question_takes_the_option_that_was_pressed(page: Page, demo: Demo) -> None:
    page.visit(one(demo, "rounding")["key"])
    page.reads("#dialog", "Which rounding should the invoices use?", "1. Half up", "2. Half to even")

    page.click("#dialog [data-reply='2']")

    page.reads(".told", "rounding: answered 2. Half to even")
    until(lambda: one(demo, "rounding")["state"] != "question", PATIENCE)


def test_a_dialog_that_is_another_one_now_is_not_answered(server: web.Server, demo: Demo) -> None:
    """The proof is that of `cst answer`: it was answered in its pane meanwhile, so nothing is sent."""
    session = one(demo, "Audit the checkout's dependencies")
    status, shown = server.post(f"{server.base}/dialog", {"key": session["key"]})
    assert (status, [option["reply"] for option in shown["options"]]) == (200, ["1", "2", "3"])
    pane = until(lambda: one(demo, session["label"])["tmux"], PATIENCE)["pane"]
    folder.tmux(demo.folder, "send-keys", "-t", pane, "3", env=demo.env)
    until(lambda: one(demo, session["label"])["state"] != "permission", PATIENCE)

    given = {"act": "answer", "key": session["key"], "dialog": shown["dialog"], "reply": "1"}
    status, said = server.post(f"{server.base}/act", given)

    assert status == 400
    assert said["error"].endswith("nothing was sent") or "no dialog" in said["error"], said


def test_an_answer_is_to_a_dialog_that_was_shown(server: web.Server, demo: Demo) -> None:
    """Without a look there is no answer, and none with the look of another session."""
    plan = one(demo, "言語ごとにフォルダを分ける")
    status, shown = server.post(f"{server.base}/dialog", {"key": plan["key"]})
    assert status == 200, shown
    other = one(demo, "reindex")["key"]

    for key, dialog in ((plan["key"], ""), (plan["key"], "x"), (other, shown["dialog"])):
        status, said = server.post(f"{server.base}/act", {"act": "answer", "key": key, "dialog": dialog, "reply": "yes"})
        assert (status, said["error"]) == (400, "that dialog was not shown here; look at it again")
    assert one(demo, plan["label"])["state"] == "plan"


def test_a_prompt_is_sent(page: Page, demo: Demo) -> None:
    name = "Orders page: 401 queries"
    page.visit(one(demo, name)["key"])
    page.until("document.querySelector('.send textarea')?.checkVisibility()")
    page.js("document.querySelector('.send textarea').focus()")
    page.press(*"and <b>now</b> the docs")

    page.click(".send button.primary")

    page.reads(".told", f"{name}: sent")
    until(lambda: one(demo, name)["last_prompt"] == "and <b>now</b> the docs", PATIENCE)
    page.until("document.querySelector('.send textarea').value === ''")
    page.reads("#page", "and <b>now</b> the docs")


def test_marks_are_made_and_removed(page: Page, demo: Demo) -> None:
    """Seen, snooze, pin, tag: on the page and for every other verb."""
    name = "用語集をそろえる"
    page.visit(one(demo, name)["key"])
    page.click("#pin")
    page.until("document.querySelector('#pin').innerText === 'Unpin'")
    assert one(demo, name)["pinned"]
    page.click("#pin")
    becomes(demo, name, pinned=False)
    page.js("document.querySelector(\"[aria-label='A tag to add']\").focus()")
    page.press(*"later", "ENTER")
    becomes(demo, name, tags=["later"])
    page.click("#tags button")
    becomes(demo, name, tags=[])
    choose = "(e => { e.value = arguments[0]; e.dispatchEvent(new Event('change')); })(document.querySelector('#acts select'))"
    page.js(choose, "7200")
    becomes(demo, name, snoozed=True, needs_you=False)
    page.until("document.querySelector('.row[aria-current]').dataset.group === 'zzz'")
    page.until("document.querySelector('#acts').getAttribute('aria-busy') === null")
    page.js(choose, "0")
    becomes(demo, name, snoozed=False, needs_you=True)
    page.until("document.querySelector('#acts').getAttribute('aria-busy') === null")
    page.js("[...document.querySelectorAll('#acts button')].find(b => b.innerText === 'Seen').click()")
    becomes(demo, name, needs_you=False, state="idle")


def test_a_jump_moves_the_client_that_shows_the_server_and_no_other(server: web.Server, demo: Demo) -> None:
    """Started outside tmux it moves none, whoever is attached, and says what to type; from a pane it moves its client."""
    session = one(demo, "reindex")
    given = {"act": "jump", "key": session["key"]}

    def shown() -> str:
        asked = ["tmux", "-S", demo.socket, "list-clients", "-F", "#{pane_id}"]
        return subprocess.run(asked, env=demo.env, capture_output=True, text=True, check=True).stdout.strip()

    master, slave = pty.openpty()
    argv = ["tmux", "-u", "-S", demo.socket, "attach-session", "-t", "=you:"]
    client = subprocess.Popen(argv, env=demo.env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    try:
        pane = until(shown, PATIENCE)
        status, said = server.post(f"{server.base}/act", given)
        wrong = f"no tmux client shows cst web, and it moves no other; `cst jump {session['key']}` in a terminal"
        assert (status, said["error"], shown()) == (400, wrong, pane)

        env = {**demo.env, "TMUX": f"{demo.socket},0,0", "TMUX_PANE": pane}
        with web.started(env, "--act", cst=[demo.cst]) as inside:
            inside.enter()
            status, said = inside.post(f"{inside.base}/act", given)
        assert status == 200, said
        assert said["said"].startswith("shown on /dev/pts/")
        assert shown() == session["tmux"]["pane"]
    finally:
        client.kill()
        client.wait(10)
        os.close(master)


def test_a_dialog_is_answered_by_keyboard_and_read_aloud(page: Page, demo: Demo) -> None:
    """Its options are buttons in a group of their own, the first thing behind the title; Tab and Enter do it."""
    key = one(demo, "言語ごとにフォルダを分ける")["key"]
    page.js("document.querySelector(`[data-key='${arguments[0]}']`).focus()", key)
    page.press("ENTER")
    page.until("document.activeElement.id === 'title'")
    page.reads("#dialog", "1. ")
    tree = page.tree()
    named = {(node["role"], node["name"]) for node in tree}
    assert {("group", "Its dialog"), ("toolbar", "Actions"), ("textbox", "A prompt for this session"), ("combobox", "Snooze")} <= named
    at = [node["role"] for node in tree if node["role"] in ("group", "toolbar", "tablist", "tabpanel")]
    assert at[-4:] == ["group", "toolbar", "tablist", "tabpanel"]

    page.press("TAB")

    assert page.focused() == page.text("#dialog button")
    reply = page.js("document.activeElement.dataset.reply")
    assert reply == "1"
    page.press("ENTER")
    page.reads(".told", "approved")
    page.until("document.querySelector(`[data-key='${arguments[0]}']`).dataset.state !== 'plan'", key)


@pytest.mark.parametrize("given", [
    {}, {"act": "kill"}, {"act": "resume"}, {"act": "new"}, {"act": "__class__"}, {"act": ["seen"]},
])  # fmt: skip
def test_there_is_no_other_deed(server: web.Server, demo: Demo, given: dict[str, Any]) -> None:
    """No kill, and nothing is started."""
    status, said = server.post(f"{server.base}/act", {"key": one(demo, "reindex")["key"], **given})

    assert (status, said["error"]) == (400, "there is no such action")


@pytest.mark.parametrize("given", [
    {"act": "seen", "key": "no.1"}, {"act": "seen"}, {"act": "snooze", "seconds": -1}, {"act": "snooze", "seconds": 1e300},
    {"act": "snooze", "seconds": "7"}, {"act": "snooze", "seconds": True}, {"act": "tag", "add": "a b"}, {"act": "tag"},
    {"act": "send", "text": " "}, {"act": "send", "text": 7},
])  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_a_line(server: web.Server, demo: Demo, given: dict[str, Any]) -> None:
    key = {"key": one(demo, "reindex")["key"]} if given["act"] != "seen" else {}

    status, said = server.post(f"{server.base}/act", {**key, **given})

    assert status == 400
    assert "\n" not in said["error"]
    assert "bug" not in said["error"]


def test_a_page_without_act_does_nothing(demo: Demo, driver: Chrome) -> None:
    """Neither shows what it may not do, nor does it where it is asked to."""
    key = one(demo, "reindex")["key"]
    with web.started(demo.env, cst=[demo.cst]) as server:
        server.enter()
        for path, given in (("act", {"act": "seen", "key": key}), ("dialog", {"key": key})):
            status, said = server.post(f"{server.base}/{path}", given)
            assert (status, said["error"]) == (403, "this page is read-only; cst web --act lets it act")
        page = Page(driver, server).open()
        page.visit(key)
        page.reads("#page", "You")
        assert page.js("document.querySelector('#acts').hidden")
