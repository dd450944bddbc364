"""Pictures of `cst web`, from the demo's fleet in a real Chromium: python tools/web_pictures.py FOLDER

At 360, 800 and 1,400 pixels, light and dark: the list, and each page of a session; to be looked at.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cst.demo import fleet
from tests.testing import browser, web

CST = str(Path(sys.executable).parent / "cst")
SIZES = ((360, 780), (800, 1000), (1400, 900))
PAGES = ("conversation", "tools", "why", "changes", "screen")
_LIVE = "return document.querySelector('#link')?.dataset.is === 'live' && document.querySelectorAll('.row').length > 9"
_KEY = "return [...document.querySelectorAll('.row')].find(row => row.innerText.includes(arguments[0])).dataset.key"


def main(folder: Path) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        fleet.started(CST) as demo,
        web.started(demo.env, "--act", cst=[demo.cst]) as server,
        browser.chromium() as tab,
    ):
        tab.get(server.url)
        while not tab.execute_script(_LIVE):
            time.sleep(0.1)
        key = tab.execute_script(_KEY, "release (api)")
        for width, height in SIZES:
            for dark in (False, True):
                browser.sized(tab, width, height)
                browser.scheme(tab, dark)
                hashes = {"list": "#/", **{page: f"#/s/{key}/{page}" for page in PAGES}, "limits": "#/limits"}
                for name, where in hashes.items():
                    tab.execute_script("location.hash = arguments[0]", where)
                    time.sleep(1.5)  # what is asked for has come, and is drawn
                    tab.save_screenshot(str(folder / f"{name}-{width}-{'dark' if dark else 'light'}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
