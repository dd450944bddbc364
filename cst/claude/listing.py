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
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(f"cannot read {folder}: {error.strerror}")
            continue
        try:
            folders += _listed(fd, folder, found, wrong)
        except OSError as error:
            wrong.append(f"cannot read {folder}: {error.strerror}")
        finally:
            os.close(fd)
    return found


def written_since(config_dir: str, since: float, wrong: list[str]) -> list[str]:
    """The transcripts of a folder of Claude Code's that were written to since then (epoch seconds)."""
    return [path for path, (_, mtime_ns, _) in states(config_dir, wrong).items() if mtime_ns >= since * 1e9]


def _listed(fd: int, folder: str, found: dict[str, list[int]], wrong: list[str]) -> list[str]:
    """Add the transcripts in a folder, each asked for by its name in there, which takes a third less than by its path;
    the folders in it. Raises OSError."""
    folders = []
    with os.scandir(fd) as entries:
        for entry in entries:
            name = entry.name
            if name.endswith(".jsonl"):
                try:
                    state = entry.stat()
                except FileNotFoundError:
                    continue
                except OSError as error:
                    wrong.append(f"cannot read {folder}/{name}: {error.strerror}")
                else:
                    found[f"{folder}/{name}"] = [state.st_size, state.st_mtime_ns, state.st_ino]
            elif entry.is_dir(follow_symlinks=False):
                folders.append(f"{folder}/{name}")
    return folders
