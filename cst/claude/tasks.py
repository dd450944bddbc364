"""The task lists that Claude Code keeps: `tasks/<session id>/<n>.json`."""

from __future__ import annotations

import os

from cst.jsonl import is_absent, parse, text_of
from cst.model import Tasks
from cst.system import files

_MOST = 200  # files; a longer list is counted up to here


def read(config_dir: str, session_id: str) -> Tasks | None:
    """How far a session's task list is; None where it has none. A task that is no JSON is left out. Raises OSError."""
    folder = f"{config_dir}/tasks/{session_id}"
    try:
        names = sorted((n for n in os.listdir(folder) if n.endswith(".json")), key=lambda n: (len(n), n))[:_MOST]
    except (OSError, ValueError) as error:
        if is_absent(error):
            return None
        raise
    done = total = 0
    current = ""
    for name in names:
        try:
            task = parse(files.read(f"{folder}/{name}"))
        except (FileNotFoundError, IsADirectoryError, ValueError):  # gone meanwhile, or just being written
            continue
        status = text_of(task.get("status"))
        if status == "deleted":
            continue
        total += 1
        done += status == "completed"
        if status == "in_progress" and not current:
            current = text_of(task.get("activeForm")) or text_of(task.get("subject"))
    return Tasks(done, total, current) if total else None
