"""`cst web --act` beside the real client: it is in the list, its pages are read, and its dialog is answered from there."""
from __future__ import annotations

from tests.lab import cst
from tests.lab.lab import Lab
from tests.lab.retry import until
from tests.lab.scenarios import SCENARIOS
from tests.testing import web


def test_a_real_dialog_is_answered_from_the_page(lab: Lab) -> None:
    """What a browser asks for and sends, without the browser; tests/e2e/test_web_acts.py has that."""
    session, _ = SCENARIOS["permission"].drive(lab, "asks")
    shown = until(lambda: (one := cst.of(lab, session)) and one["state"] == "permission" and one, 20, lambda: str(cst.of(lab, session)))
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
