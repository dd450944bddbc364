"""`cst web --act` beside the real client: it is in the list, its pages are read, and its dialog is answered from there."""
from __future__ import annotations

from tests.e2e.browsing import REQUIRED, Page
from tests.lab import cst
from tests.lab.lab import Lab
from tests.lab.retry import until
from tests.lab.scenarios import SCENARIOS
from tests.testing import browser, web


def test_a_real_dialog_is_answered_by_what_a_page_sends(lab: Lab) -> None:
    """What a browser asks for and sends, without the browser."""
    session, _ = SCENARIOS["permission"].drive(lab, "asks")
    shown = until(lambda: (one := cst.of(lab, session)) and one["state"] == "permission" and one["wants"] and one, 20, lambda: str(cst.of(lab, session)))
    with web.started(lab.env, "--act", cst=[cst.PROGRAM]) as server:
        server.enter()
        rows = server.get("/list")[1]["rows"]
        assert [(row["key"], row["state"], row["needs"]) for row in rows] == [(shown["key"], "permission", True)]
        for page in ("conversation", "tools", "why", "changes", "screen"):
            status, said = server.get(f"/page/{page}?key={shown['key']}")
            assert status == 200, (page, said)
            assert said.get("turns") or said.get("lines"), page
        status, dialog = server.post(f"{server.base}/dialog", {"key": shown["key"]})
        assert (status, dialog["options"][0]["means"]) == (200, "yes"), dialog

        given = {"act": "answer", "key": shown["key"], "dialog": dialog["dialog"], "reply": "yes"}
        status, said = server.post(f"{server.base}/act", given)

        assert status == 200, said
        assert "approved" in said["said"]
        until(lambda: cst.of(lab, session)["state"] != "permission", 20, lambda: str(cst.of(lab, session)))


@REQUIRED
def test_a_real_dialog_is_answered_in_a_browser(lab: Lab) -> None:
    """Its options stand on the page in a real Chromium; one is clicked, and the real client goes on with its tool."""
    session, _ = SCENARIOS["permission"].drive(lab, "asks-again")
    shown = until(lambda: (one := cst.of(lab, session)) and one["state"] == "permission" and one["wants"] and one, 20, lambda: str(cst.of(lab, session)))
    with web.started(lab.env, "--act", cst=[cst.PROGRAM]) as server, browser.chromium() as driver:
        page = Page(driver, server).open()
        page.until("document.querySelector(`[data-key='${arguments[0]}']`)?.dataset.state === 'permission'", shown["key"])
        page.press("n", "ENTER")
        page.until("location.hash.includes(arguments[0])", shown["key"])
        page.reads("#dialog", shown["wants"]["detail"][:20], "1. Yes")

        page.click("#dialog [data-reply='1']")

        page.reads(".told", "approved")
        page.until("document.querySelector(`[data-key='${arguments[0]}']`)?.dataset.state !== 'permission'", shown["key"])
        until(lambda: cst.of(lab, session)["state"] == "done", 20, lambda: str(cst.of(lab, session)))
        page.until("document.querySelector('#badge').innerText.includes('done')")
        page.until("!document.querySelector('#dialog').innerText")
        assert page.complaints() == []
