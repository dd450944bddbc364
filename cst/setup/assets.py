"""The files that travel with the package, and the path of this program."""

from __future__ import annotations

import os
import sys

from cst.model import CstError
from cst.system import files

_HERE = os.path.dirname(os.path.abspath(__file__))


def shipped(installed: str, checkout: str) -> str:
    """The text of a file that travels in the package, or beside it in a checkout."""
    return read_file(shipped_path(installed, checkout))


def shipped_path(installed: str, checkout: str) -> str:
    """Where such a file is; CstError for a broken installation."""
    for path in (f"{_HERE}/../shell/{installed}", f"{_HERE}/../../{checkout}"):
        if os.path.exists(path):
            return os.path.normpath(path)
    raise CstError(f"{installed} is missing from this installation", "install cst again")


def read_file(path: str) -> str:
    """The text of a file of ours."""
    return files.read(path).decode()


def program() -> str:
    """The absolute path of the cst program that runs; CstError where there is none."""
    for path in (os.path.abspath(sys.argv[0]), os.path.join(os.path.dirname(sys.executable), "cst")):
        if os.path.basename(path) == "cst" and os.access(path, os.X_OK):
            return path
    raise CstError("cannot find the cst program", "install it, for example with `pipx install claude-session-toolkit`")
