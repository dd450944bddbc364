"""The branch of a folder, read from the files of its repository; no process, and nothing in the repository is run.

The rules by which git finds a repository are git's own (`setup_git_directory`): the nearest folder that holds one,
within the file system; a `.git` file that leads nowhere ends the search, a `.git` folder that is none does not. Only
who owns the files is not asked: git refuses a stranger's repository for what its configuration could run, and nothing
of it is run here.
"""

from __future__ import annotations

import os
import stat

from cst.system import files
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEX = frozenset("0123456789abcdef")


class Checkout(Value):
    """What is checked out in a folder; all of it "" outside git."""

    root: str = ""  # the top of the working tree, or the bare repository
    repository: str = ""  # the folder that its main working tree is in, or the bare repository: a worktree's own is
    # `root`, a submodule's both
    head: str = ""  # the reference in HEAD, or the commit; "" where that cannot be told

    @property
    def branch(self) -> str:
        """The branch, `@` and 7 digits for a detached HEAD, "" outside git."""
        head = self.head
        return head.removeprefix("refs/heads/") if head.startswith("refs/") else "@" + head[:7] if head else ""


class Checkouts(Value):
    """What is checked out in some folders."""

    branches: Mapping[str, str]  # of each folder
    linked: Mapping[str, str]  # of those in linked worktrees, the folder of the repository
    shared: Mapping[str, str]  # of those in a checkout that several programs are in, its top


def root(folder: str) -> str:
    """The top of the checkout that `folder` is in, "" outside git."""
    return checkout(folder).root


def checkout(folder: str) -> Checkout:
    """The checkout that a folder is in, as git finds it from there.

    A `.git` file (worktree, submodule) is followed. Costs a few stat(2) for each folder above, and one read.
    """
    try:
        here = os.path.realpath(folder) if folder.startswith("/") else ""
        device = os.stat(here).st_dev
        while os.stat(here).st_dev == device:
            found = _held_by(here)
            if found is not None:
                return found
            if here == "/":
                break
            here = os.path.dirname(here)
    except (OSError, ValueError):  # a folder that is gone, or that cannot be
        pass
    return Checkout()


def checkouts(folders: Iterable[str], busy: Iterable[str], had: Mapping[str, str]) -> Checkouts:
    """What is checked out in these folders. `busy` has the folder of each program that runs. A folder that `had` no
    branch before is not looked at again: finding none costs most."""
    found = {folder: Checkout() if had.get(folder) == "" else checkout(folder) for folder in folders}
    once: set[str] = set()
    several: set[str] = set()
    for folder in busy:
        top = found[folder].root
        (several if top in once else once).add(top)
    return Checkouts(
        branches={folder: one.branch for folder, one in found.items()},
        linked={folder: one.repository for folder, one in found.items() if one.repository != one.root},
        shared={folder: one.root for folder, one in found.items() if one.root in several and one.root},
    )


def _held_by(folder: str) -> Checkout | None:
    """The checkout whose top is this folder; None: there is none, look above."""
    dot_git = folder.rstrip("/") + "/.git"
    try:
        kind = stat.S_IFMT(os.stat(dot_git).st_mode)
    except OSError:
        kind = 0
    if kind == stat.S_IFREG:
        git_dir = _followed(dot_git, folder)
        return _opened(git_dir, folder) or Checkout()
    return (_opened(dot_git, folder) if kind else None) or _opened(folder, folder)


def _followed(dot_git: str, folder: str) -> str:
    """Where a `.git` file leads; "" where that is no path."""
    line = _content(dot_git)
    target = line.removeprefix("gitdir: ").rstrip("\r\n")
    return os.path.join(folder, target) if target and target != line else ""


def _opened(git_dir: str, folder: str) -> Checkout | None:
    """The checkout that a repository's folder describes; None where it is no repository to git either."""
    head = _head(git_dir)
    if not head:
        return None
    common = _content(git_dir + "/commondir").rstrip("\r\n")
    shared = os.path.normpath(os.path.join(git_dir, common)) if common else git_dir
    if not (os.access(shared + "/objects", os.X_OK) and os.access(shared + "/refs", os.X_OK)):
        return None
    if head == "refs/heads/.invalid":
        from cst.system import reftable  # few have one

        head = reftable.head(git_dir)
    hidden = os.path.basename(shared).startswith(".")  # .git, or .bare beside its worktrees
    main = folder if not common else os.path.dirname(shared) if hidden else shared
    return Checkout(folder, main, os.fsencode(head).decode("utf-8", "replace"))


def _head(git_dir: str) -> str:
    """The reference or the commit in HEAD; "" where it is neither. An old repository may have a link in its place."""
    path = git_dir + "/HEAD"
    try:
        target = os.readlink(path)
    except OSError:
        line = _content(path)
        if line.startswith("ref:"):
            return _reference(line[4:].strip())
        commit = "" if line[:1].isspace() else line[:128].partition(" ")[0].split("\n")[0].rstrip().lower()
        return commit if len(commit) in (40, 64) and _HEX.issuperset(commit) else ""
    return _reference(target)


def _reference(name: str) -> str:
    """The name of a reference; "" where git would not have one of that name."""
    odd = any(char in " ~^:?*[\\\x7f" or char < " " for char in name) or ".." in name or "@{" in name or "//" in name
    return name if name.startswith("refs/") and not odd and not name.endswith(("/", ".", ".lock")) else ""


def _content(path: str) -> str:
    """The beginning of a file; "" where it cannot be read."""
    try:
        fd, _ = files.open_regular(path)
    except OSError:
        return ""
    try:
        return os.fsdecode(os.read(fd, 8192))
    except OSError:
        return ""
    finally:
        os.close(fd)
