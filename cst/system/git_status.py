"""What is not committed in a folder, asked from git. Nothing is written, and nothing of the repository is run.

A repository's own configuration can name programs, and who writes the files may write `.git/config` too. What status
and diff could run is switched off: the file system monitor, hooks, external diff and textconv, the fetch of missing
objects, what submodules would run, and every filter (`git lfs` too: it writes into the repository).
"""

from __future__ import annotations

import os
import time

from cst.changes import NO_REPOSITORY, Change, Changes
from cst.model import digits
from cst.system import git, spawn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.system.spawn import Finished, Started

SECONDS = 2.0  # for all of it; git is ended then
_LATE = "git took too long"
_MOST = 1 << 20  # bytes that are taken of an answer
_OFF = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=",
    "-c", "protocol.allow=never",
)  # fmt: skip
_FILTERS = ("config", "--null", "--name-only", "--get-regexp", r"^filter\.")
_STATUS = (
    "status", "--porcelain=v2", "--branch", "-z", "--untracked-files=normal", "--ignore-submodules=dirty",
    "--no-renames",
)  # fmt: skip
_COUNTS = (
    "diff-index", "--numstat", "-z", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-relative", "--no-color",
    "--ignore-submodules=dirty", "HEAD", "--",
)  # fmt: skip
_NO_FILTER = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))


def changes(folder: str, seconds: float = SECONDS) -> Changes:
    """The branch of a folder and the files that differ from its last commit, all of the repository's.

    Costs three starts of git. What cannot be told is in `problem`; nothing is raised.
    """
    deadline = time.monotonic() + seconds
    env = _environment()
    asked = spawn.finish(_git(folder, _FILTERS, env), seconds, _MOST)
    if wrong := _wrong(asked, fine=(0, 1)):  # 1: there is no filter
        return Changes(problem=wrong)
    if asked.long:
        return Changes(problem="its configuration names more filters than can be switched off")
    env |= _without(asked.output)
    both = _git(folder, _STATUS, env), _git(folder, _COUNTS, env)
    status, counts = (spawn.finish(one, max(0.0, deadline - time.monotonic()), _MOST) for one in both)
    if wrong := _wrong(status):
        return Changes(problem=wrong)
    counted = _counts(counts.output)  # of a repository without a commit there are none
    return _read(status, counted)


def several(folders: Sequence[str], seconds: float = SECONDS) -> dict[str, Changes]:
    """The same by folder, all within so many seconds; folders in one checkout have one value. A folder that is not
    known is left out."""
    deadline = time.monotonic() + seconds
    found: dict[str, Changes] = {}
    of_top: dict[str, Changes] = {}
    for folder in filter(None, folders):
        top = git.root(folder) or folder
        if top not in of_top:
            left = deadline - time.monotonic()
            of_top[top] = changes(folder, left) if left > 0 else Changes(problem=_LATE)
        found[folder] = of_top[top]
    return found


def _environment() -> dict[str, str]:
    """Ours without what would lead git elsewhere, with what keeps it from writing, asking and fetching."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "",
        "LC_ALL": "C",
    }  # fmt: skip


def _git(folder: str, words: Sequence[str], env: dict[str, str]) -> Started:
    return spawn.start("git", [*_OFF, "-C", folder, *words], env)


def _without(names: bytes) -> dict[str, str]:
    """Variables that leave every filter of these names without a program. A name may hold anything, "=" too."""
    drivers = {name.rpartition(".")[0] for name in os.fsdecode(names).split("\0") if name.count(".") > 1}
    pairs = [(f"{name}.{key}", value) for name in sorted(drivers) for key, value in _NO_FILTER]
    env = {"GIT_CONFIG_COUNT": str(len(pairs))}
    for number, (key, value) in enumerate(pairs):
        env |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return env


def _wrong(answer: Finished, fine: Sequence[int] = (0,)) -> str:
    """Why there is no answer; "" where there is one."""
    if answer.late:
        return _LATE
    if answer.code in fine or answer.long:
        return ""
    message = answer.errors.decode("utf-8", "replace").strip().removeprefix("fatal: ")
    if message.startswith(NO_REPOSITORY):
        return NO_REPOSITORY
    return message.partition("\n")[0] or f"git ended with {answer.code}"


def _counts(output: bytes) -> dict[bytes, tuple[int, int]]:
    """Lines that were added and removed, by path. Binary files are not counted."""
    found = {}
    for record in output.split(b"\0")[:-1]:
        added, _, rest = record.partition(b"\t")
        removed, _, path = rest.partition(b"\t")
        if added.isdigit() and removed.isdigit():
            found[path] = (int(added), int(removed))
    return found


def _read(status: Finished, counted: dict[bytes, tuple[int, int]]) -> Changes:
    """The records of `git status --porcelain=v2 -z`."""
    heads: dict[str, str] = {}
    files = []
    records = iter(status.output.split(b"\0")[:-1])  # behind the last NUL there is nothing, or half a record
    for record in records:
        kind, _, rest = record.partition(b" ")
        if kind == b"#":
            name, _, value = os.fsdecode(rest).partition(" ")
            heads[name] = value
        elif kind == b"?":
            files.append(Change(os.fsdecode(rest), "?", "?"))
        elif fields := rest.split(b" ", {b"1": 7, b"2": 8, b"u": 9}.get(kind, 0))[1:]:
            letters = os.fsdecode(rest[:2]).replace(".", " ")
            lines = counted.get(fields[-1], (None, None))
            files.append(Change(os.fsdecode(fields[-1]), letters[:1], letters[1:], *lines))
            if kind == b"2":
                next(records, None)  # the name before
    branch = heads.get("branch.head", "")
    ahead, _, behind = heads.get("branch.ab", "").partition(" ")
    return Changes(
        branch="" if branch == "(detached)" else branch,
        upstream=heads.get("branch.upstream", ""),
        ahead=_number(ahead),
        behind=_number(behind),
        files=tuple(files),
        more=status.long,
    )


def _number(word: str) -> int | None:
    return int(word[1:]) if digits(word[1:]) else None
