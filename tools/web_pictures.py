"""Pictures of `cst web`, from the demo's fleet in a real Chromium: python tools/web_pictures.py FOLDER [WORD...]

At 360, 800 and 1,400 pixels, light and dark, to be looked at: the list, with ended sessions, with a long name, with
nothing that needs you and with no session at all; each page of a session and an ended one's; limits, cost and
budgets; the keys; a page without its key, and one whose server has ended. With words only those whose name has one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from cst.demo import fleet
from tests.testing import browser, until, web

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

CST = str(Path(sys.executable).parent / "cst")
SIZES = ((360, 780), (800, 1000), (1400, 900))
PAGES = ("conversation", "tools", "why", "changes", "screen")
LONG = "A name that somebody has dictated, with all its asides, and that goes on and on until no column holds it"
_LIVE = "return document.querySelector('#link')?.dataset.is === 'live' && document.querySelectorAll('.row').length > 9"
_KEY = "return [...document.querySelectorAll('.row')].find(row => row.innerText.includes(arguments[0])).dataset.key"


class Camera:
    """Takes pictures of one tab at all sizes, light and dark."""

    def __init__(self, tab: Chrome, folder: Path, words: Sequence[str]) -> None:
        self._tab, self._folder, self._words = tab, folder, words

    def take(self, name: str, where: str = "", code: str = "") -> None:
        """What stands at a hash, once a script has run."""
        if self._words and not any(word in name for word in self._words):
            return
        for width, height in SIZES:
            for dark in (False, True):
                browser.sized(self._tab, width, height)
                browser.scheme(self._tab, dark)
                if where:
                    self._tab.execute_script("location.hash = '#/'")
                    self._tab.execute_script("location.hash = arguments[0]", where)
                if code:
                    self._tab.execute_script(code)
                time.sleep(0.8)  # what is asked for has come, and is drawn
                self._tab.save_screenshot(str(self._folder / f"{name}-{width}-{'dark' if dark else 'light'}.png"))


def main(folder: Path, words: Sequence[str]) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with fleet.started(CST) as demo, browser.chromium() as tab:
        camera = Camera(tab, folder, words)
        with web.started(demo.env, "--act", cst=[demo.cst]) as server:
            _spend(demo)
            tab.get(server.url)
            until(lambda: tab.execute_script(_LIVE), 60)
            key = tab.execute_script(_KEY, "release (api)")
            camera.take("list", "#/")
            for page in PAGES:
                camera.take(page, f"#/s/{key}/{page}")
            camera.take("limits", "#/limits")
            camera.take("keys", "#/", "document.querySelector('#help').showModal()")
            tab.execute_script("document.querySelector('#help').close()")
            tab.execute_script("document.querySelector('#ended').click()")
            until(lambda: tab.execute_script("return document.querySelector('.row[data-state=ended]')"), 60)
            camera.take("ended", "#/", "document.querySelector('#left').scrollTop = 9999")
            ended = tab.execute_script("return document.querySelector('.row[data-state=ended]').dataset.key")
            camera.take("ended-page", f"#/s/{ended}/conversation")
            tab.execute_script("document.querySelector('#ended').click()")
            for words in (["rename", "integration", LONG], ["tag", key, "--add", "urgent,v2.4"], ["pin", "playground"]):
                _cst(demo, *words)
            time.sleep(3)
            camera.take("named", f"#/s/{tab.execute_script(_KEY, 'A name that')}/conversation")
            camera.take("marked", "#/")
            _cst(demo, "snooze", "--for", "2h", *(one["key"] for one in _listed(demo)))
            time.sleep(3)
            camera.take("clear", "#/", "document.querySelector('[data-filter=you]').click()")
            camera.take("all", "#/", "document.querySelector(\"[data-filter='']\").click()")
            os.kill(server.process.pid, signal.SIGTERM)
            server.process.wait(20)
            time.sleep(6)
            camera.take("lost")
        with tempfile.TemporaryDirectory() as home, web.started({"HOME": home, "PATH": os.environ["PATH"]}) as server:
            tab.get(f"http://{server.host}/")
            tab.execute_script("localStorage.clear()")
            tab.refresh()
            camera.take("key")
            tab.get(server.url)
            camera.take("empty", "#/")


def _spend(demo: fleet.Demo) -> None:
    """Limits that a status line was told of, and budgets."""
    now = time.time()
    told = {
        "session_id": _listed(demo)[0]["id"],
        "rate_limits": {
            "five_hour": {"used_percentage": 82, "resets_at": int(now + 5400)},
            "seven_day": {"used_percentage": 41, "resets_at": int(now + 3 * 86400)},
        },
    }
    _cst(demo, "statusline", given=json.dumps(told))
    for words in ("50 --per month", "1 --per day", "0.4 --per day --project api"):
        _cst(demo, "budget", "set", *words.split())


def _cst(demo: fleet.Demo, *words: str, given: str = "") -> str:
    """What a verb prints."""
    done = subprocess.run([demo.cst, *words], env=demo.env, input=given, check=True, capture_output=True, text=True)
    return done.stdout


def _listed(demo: fleet.Demo) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(_cst(demo, "ls", "--json"))["sessions"]
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
