"""The branch of a folder, read from .git/HEAD; no process, and nothing in the repository is run."""

from __future__ import annotations

import os


def branch(folder: str) -> str:
    """The branch checked out in `folder`, `@` and 7 digits for a detached HEAD, "" outside git.

    A `.git` file (worktree, submodule) is followed. Costs a few stat(2) and one read.
    """
    head = _checked_out(folder)[1]
    ref = head.removeprefix("ref: ").removeprefix("refs/heads/")
    return ref if ref != head else "@" + head[:7] if head else ""


def root(folder: str) -> str:
    """The top of the checkout that `folder` is in, "" outside git."""
    return _checked_out(folder)[0]


def _checked_out(folder: str) -> tuple[str, str]:
    """The nearest folder above with a `.git`, and the line in its HEAD."""
    while folder.startswith("/"):
        dot_git = folder.rstrip("/") + "/.git"
        head = _first_line(dot_git + "/HEAD") or _first_line(_followed(dot_git, folder) + "/HEAD")
        if head:
            return folder, head
        if folder == "/":
            break
        folder = os.path.dirname(folder.rstrip("/"))
    return "", ""


def _followed(dot_git: str, folder: str) -> str:
    target = _first_line(dot_git).removeprefix("gitdir: ")
    return os.path.join(folder, target) if target else dot_git


def _first_line(path: str) -> str:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return ""
    try:
        return os.read(fd, 4096).split(b"\n", 1)[0].decode("utf-8", "replace")
    except OSError:  # a folder
        return ""
    finally:
        os.close(fd)
