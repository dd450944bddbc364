"""Which transcripts there are, subagents' too, and their states."""

from __future__ import annotations

import os


def states(config_dir: str, wrong: list[str]) -> dict[str, list[int]]:
    """Size, mtime (nanoseconds) and inode of the transcripts below `projects` of a folder of Claude Code's, by their
    paths. What cannot be looked at is added to `wrong`, in words; what is gone meanwhile, or never was, is not."""
    found: dict[str, list[int]] = {}
    folders = [config_dir + "/projects"]
    while folders:
        folder = folders.pop()
        try:
            names, inner = _listed(folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(f"cannot read {folder}: {error.strerror}")
            continue
        folders += [f"{folder}/{name}" for name in inner]
        for name in names:
            path = f"{folder}/{name}"
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
    return [path for path, (_, mtime_ns, _) in states(config_dir, wrong).items() if mtime_ns >= since * 1e9]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The names of the transcripts in a folder, and those of the folders in it. Raises OSError."""
    names, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".jsonl"):
                names.append(entry.name)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
    return names, folders
