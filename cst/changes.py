"""What git says of a folder: the nouns of the preview's page and of the question before a kill."""

from __future__ import annotations

from cst.value import Value

NO_REPOSITORY = "not a git repository"


class Change(Value):
    """One file that differs from the last commit. The letters are those of `git status --short`."""

    path: str  # from the top of the working tree
    staged: str  # M, A, D, T, U, ?; " " = as in the last commit
    unstaged: str  # the same against what is staged
    added: int | None = None  # lines; None = not counted: not tracked, binary
    removed: int | None = None


class Changes(Value):
    """What git says of a folder. With `problem` nothing else is known."""

    branch: str = ""  # "" = none is checked out
    upstream: str = ""
    ahead: int | None = None  # commits; None = no upstream, or it is gone
    behind: int | None = None
    files: tuple[Change, ...] = ()
    more: bool = False  # there are more files than were taken
    problem: str = ""
