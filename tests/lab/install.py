"""The pinned Claude Code client, installed once per machine and shared by all runs."""
from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from cst.doctor.claude import TESTED
from tests.lab.retry import LabError

VERSION = TESTED  # the one pin: `cst doctor` calls any later client newer than was tested
EARLIER = "2.1.282"  # with everything that states are made of
# What the oldest lack: docs/conformance.md has what cst makes of each.
NO_STATUS, NO_REGISTRY = "2.1.110", "2.1.50"
VERSIONS = (VERSION, EARLIER, NO_STATUS, NO_REGISTRY)
PACKAGE = "@anthropic-ai/claude-code"


def cache_folder() -> Path:
    """Where installed clients live: $CST_LAB_CACHE, else .cache/lab of this checkout."""
    named = os.environ.get("CST_LAB_CACHE")
    return Path(named).resolve() if named else Path(__file__).resolve().parents[2] / ".cache" / "lab"


def installed_client(version: str = VERSION) -> Path | None:
    """The client's executable if this version is in the cache.

    It is the native program of the platform package: npm runs no install scripts here, so the
    `claude` of the main package stays a stub. Older ones are a program for node.
    """
    packages = cache_folder() / version / "node_modules" / PACKAGE
    found = sorted(packages.parent.glob(f"{packages.name}-*/claude"))
    if not found and (packages / "cli.js").exists():
        found = [packages.parent.parent / ".bin" / "claude"]
    return found[0] if found else None


def missing_tools() -> list[str]:
    """The programs the lab needs and this machine lacks; npm counts only if there is still work for it."""
    wanted = ["tmux"] if installed_client() else ["npm", "tmux"]
    return [program for program in wanted if not shutil.which(program)]


def install_client(version: str = VERSION) -> Path:
    """The client's executable, fetched with npm if the cache lacks it.

    Two runs may do this at once: each installs beside the final folder and the first to finish wins.
    """
    if client := installed_client(version):
        return client
    npm = shutil.which("npm")
    if not npm:
        raise LabError("lab needs npm")
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    (cache / ".gitignore").write_text("*\n")
    with tempfile.TemporaryDirectory(prefix=f"{version}-", dir=cache) as folder:
        _npm_install(npm, Path(folder), version)
        try:
            os.rename(Path(folder), cache / version)
        except OSError:  # another run was faster
            pass
        else:
            os.mkdir(folder)  # TemporaryDirectory wants to find it when it tidies up
    client = installed_client(version)
    if not client:
        raise LabError(f"npm installed {PACKAGE}@{version} without a program for this platform")
    return client


def _npm_install(npm: str, folder: Path, version: str) -> None:
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder),
               f"{PACKAGE}@{version}"]
    done = subprocess.run(command, capture_output=True, text=True, errors="backslashreplace")
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise LabError(f"npm install of {PACKAGE}@{version} failed: {said[0]}")
