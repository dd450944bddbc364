"""A real Chromium for tests and pictures, headless, driven by selenium: Debian's, with its own driver."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

PROGRAMS = [shutil.which("chromium") or shutil.which("chromium-browser"), shutil.which("chromedriver")]
MISSING = "" if all(PROGRAMS) or os.environ.get("CST_REQUIRE_BROWSER") else "chromium and its driver are not installed"


@contextmanager
def chromium(width: int = 1400, height: int = 900, dark: bool = False) -> Iterator[Chrome]:
    """One browser with a profile of its own, closed with the `with`."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(PROGRAMS[0])
    profile = tempfile.mkdtemp(prefix="cst-browser-", dir="/tmp")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                 "--disable-background-networking", "--disable-component-update", "--no-first-run",
                 "--host-resolver-rules=MAP rebound.test 127.0.0.1",
                 f"--user-data-dir={profile}", f"--window-size={width},{height}"):  # fmt: skip
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # what it keeps of its own goes into the profile, not into the home of who runs the tests
    env = {**os.environ, "HOME": profile, "XDG_CONFIG_HOME": profile, "XDG_CACHE_HOME": profile}
    driver = Chrome(options, Service(str(PROGRAMS[1]), env=env))
    try:
        driver.set_page_load_timeout(60)
        driver.set_script_timeout(60)
        sized(driver, width, height)
        scheme(driver, dark)
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)


def sized(driver: Chrome, width: int, height: int) -> None:
    """Make the page so many CSS pixels wide and high, as on a device of that size."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def scheme(driver: Chrome, dark: bool) -> None:
    """Light or dark, as the user's system asks for."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    features = [scheme, {"name": "prefers-reduced-motion", "value": "reduce"}]  # what is seen is what will be
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
