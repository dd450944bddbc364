"""Which transcripts there are, subagents' too, and their states. What a folder had is asked for once: a folder to which
nothing was added, and from which nothing was taken, has its times as they were."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    # The state of a folder: mtime and ctime (nanoseconds), inode; nothing where it may change unseen. The names of its
    # transcripts, and of the folders in it.
    Listed = tuple[list[int], list[str], list[str]]

_SETTLED = 3.0  # seconds: two changes of a folder within one tick of its clock look like one, and some tick slowly


def listed(config_dir: str, known: Mapping[str, Listed], wrong: list[str]) -> dict[str, Listed]:
    """The folders below `projects` of a folder of Claude Code's, by their paths; `known` is what they had before. What
    cannot be looked at is added to `wrong`, in words; what is gone meanwhile, or never was, is not."""
    found: dict[str, Listed] = {}
    folders = [config_dir + "/projects"]
    while folders:
        folder = folders.pop()
        try:
            one = _listed(folder, known.get(folder))
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(f"cannot read {folder}: {error.strerror}")
            continue
        found[folder] = one
        folders += [f"{folder}/{name}" for name in one[2]]
    return found


def states(folders: Mapping[str, Listed], wrong: list[str]) -> dict[str, list[int]]:
    """Size, mtime (nanoseconds) and inode of the transcripts in these folders, by their paths."""
    found = {}
    for path in _paths(folders):
        try:
            state = os.stat(path)
            found[path] = [state.st_size, state.st_mtime_ns, state.st_ino]
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(f"cannot read {path}: {error.strerror}")
    return found


def written_since(config_dir: str, since: float, wrong: list[str]) -> list[str]:
    """The transcripts of a folder of Claude Code's that were written to since then (epoch seconds)."""
    found = states(listed(config_dir, {}, wrong), wrong)
    return [path for path, (_, mtime_ns, _) in found.items() if mtime_ns >= since * 1e9]


def _paths(folders: Mapping[str, Listed]) -> Iterator[str]:
    for folder, (_, names, _) in folders.items():
        yield from [f"{folder}/{name}" for name in names]


def _listed(folder: str, known: Listed | None) -> Listed:
    """What a folder has. Its state is asked for before: what is added meanwhile makes another. Raises OSError."""
    status = os.stat(folder)
    state = [status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
    if known and known[0] == state:
        return known
    if max(status.st_mtime, status.st_ctime) > time.time() - _SETTLED:
        state = []
    names, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".jsonl"):
                names.append(entry.name)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
    return state, names, folders
