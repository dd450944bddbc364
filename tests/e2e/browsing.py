"""What a user sees and does on the page of `cst web`, in a real Chromium."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cst.demo import fleet
from tests.testing import browser, until
from tests.testing.web import Server

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

PATIENCE = 20
REQUIRED = pytest.mark.skipif(bool(browser.MISSING), reason=browser.MISSING or "-")


class Page:
    """One tab on one server."""

    def __init__(self, driver: Chrome, server: Server) -> None:
        self.driver, self.server = driver, server

    def open(self) -> Page:
        """The page, from the address that was printed, once it is live."""
        self.driver.get("about:blank")
        self.driver.get(self.server.url)
        self.until("document.querySelector('#link')?.dataset.is === 'live'")
        return self

    def js(self, code: str, *given: object) -> Any:
        """What an expression is now."""
        return self.driver.execute_script(f"return ({code})", *given)

    def until(self, code: str, *given: object) -> Any:
        """What an expression is once it is true."""
        return until(lambda: self.js(code, *given), PATIENCE)

    def rows(self) -> list[dict[str, str]]:
        """The list as it is shown, from the top."""
        found: list[dict[str, str]] = self.js(
            "[...document.querySelectorAll('#list .row')].map(row => ({key: row.dataset.key, state: row.dataset.state,"
            " name: row.querySelector('.name').textContent, text: row.innerText, needs: String('needs' in row.dataset)}))"
        )
        return found

    def row(self, word: str) -> dict[str, str]:
        """The row with this word in it."""
        return next(row for row in self.rows() if word in row["text"])

    def text(self, selector: str) -> str:
        """The text that is seen of an element, "" where there is none."""
        return str(self.js("document.querySelector(arguments[0])?.innerText ?? ''", selector))

    def reads(self, selector: str, *words: str) -> str:
        """The text of an element, once it has these words."""

        def check() -> str:
            text = self.text(selector)
            assert all(word in text for word in words), text
            return text or " "

        return until(check, PATIENCE)

    def press(self, *keys: str) -> None:
        """Keys, one after the other, wherever the focus is: letters, or names as in selenium's Keys."""
        from selenium.webdriver import ActionChains, Keys

        for key in keys:
            named = getattr(Keys, key, key) if len(key) > 1 else key
            ActionChains(self.driver).send_keys(named).perform()

    def click(self, selector: str) -> None:
        """Click an element with the pointer, once it is there and nothing is in front of it."""
        from selenium.common.exceptions import ElementNotInteractableException, StaleElementReferenceException
        from selenium.webdriver.common.by import By

        def clicked() -> bool:
            try:
                for element in self.driver.find_elements(By.CSS_SELECTOR, selector)[:1]:
                    element.click()
                    return True
            except (ElementNotInteractableException, StaleElementReferenceException):  # it is drawn, or drawn anew
                pass
            return False

        until(clicked, PATIENCE)

    def focused(self) -> str:
        """What the focus is on: what an assistive program calls it."""
        name = (
            "(e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText.trim() || e.dataset.key"
            " || (e.matches('a, button') && e.innerText.trim()) || e.id)(document.activeElement)"
        )
        return str(self.js(name))

    def tree(self) -> list[dict[str, Any]]:
        """What assistive programs get, in reading order: role, name, properties."""
        nodes = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        by_id = {node["nodeId"]: node for node in nodes}
        found: list[dict[str, Any]] = []

        def walk(node: dict[str, Any]) -> None:
            if not node["ignored"]:
                more = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
                found.append({"role": node["role"]["value"], "name": node.get("name", {}).get("value", ""), **more})
            for child in node.get("childIds", []):
                if child in by_id:
                    walk(by_id[child])

        walk(next(node for node in nodes if "parentId" not in node))
        return found

    def visit(self, key: str, page: str = "conversation") -> None:
        """Open a session's page."""
        self.js("location.hash = arguments[0]", f"#/s/{key}/{page}")

    def complaints(self) -> list[str]:
        """What the console says that is an error: scripts that failed, what the policy blocked."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]


def memory(server: Server) -> int:
    """kB that the server holds."""
    return int(Path(f"/proc/{server.process.pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def listed(demo: fleet.Demo, *words: str) -> list[dict[str, Any]]:
    """The sessions of `cst ls --json`, in its order."""
    done = subprocess.run([demo.cst, "ls", "--json", *words], env=demo.env, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)["sessions"]
    return found
