"""`cst prune` as it is called: the same is named, then removed."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from cst.model import Mark
from cst.settings import Settings
from cst.store import marks, payloads
from tests.testing import ID, OTHER_ID, Live, cst
from tests.unit.commands.running import one_session
from tests.unit.store.logs import log


def test_a_dry_run_and_the_real_one(own: Settings) -> None:
    """The same log is named, then removed; afterwards there is nothing to prune."""
    path = log(own, ID, 10, 2**22 - 3)  # a pid that nobody has
    dry = cst("prune", "--dry-run", "--older-than", "7d")
    assert (dry.returncode, dry.stderr, path.exists()) == (0, "", True)
    assert f"~/.local/state/cst/events/v1/{ID}.jsonl\n" in dry.stdout
    assert "would be freed" in dry.stdout
    done = cst("prune", "--older-than", "7d")
    assert (done.returncode, done.stdout.startswith("removed 1 event log: "), path.exists()) == (0, True, False)
    assert cst("prune").stdout == "nothing to prune\n"
    assert json.loads(cst("doctor", "--json").stdout)["schema"] == 1


def test_sessions_that_still_show_the_status_line(own: Settings, claude: Path, live: Live, home: Path) -> None:
    """Are counted before anything is removed: not one that has ended, nor one whose process told nothing.

    Bug shown: after `prune --all` files of cst's were there again, and nothing had said that they would be.
    """
    one_session(claude, live, home)
    one_session(claude, live, home, session_id=OTHER_ID)
    kept = [Path(payloads.path(own, name)) for name in (ID, OTHER_ID, "77777777-1111-4222-8333-444444444444")]
    kept[0].parent.mkdir(parents=True)
    for path in kept:
        path.write_text("{}")
    os.utime(kept[1], (time.time() - 3600, time.time() - 3600))  # of an earlier process of the session
    one = cst("prune", "--all", "--dry-run").stdout.splitlines()[-1]
    os.utime(kept[1])
    two = cst("prune", "--all", "--dry-run").stdout.splitlines()[-1]

    said = "still running; one that keeps the line until it ends may write here again"
    assert one == f"`cst statusline` was shown in 1 session {said}"
    assert two == f"`cst statusline` was shown in 2 sessions {said}"


def test_many_files_are_one_line(own: Settings) -> None:
    """Of one folder, with their sum; `--list` has each, and so has a folder with few. Bug shown: hundreds of lines above the
    question."""
    for number in range(4):
        log(own, f"{number}{ID[1:]}", 40, 2**22 - 3)
    marks.append(own.marks_file, [Mark(1.0, "looked")])
    whole, dry = cst("prune", "--all", "--dry-run"), cst("prune", "--dry-run")
    each, dry_each = cst("prune", "--all", "--dry-run", "--list"), cst("prune", "--dry-run", "--list")
    folder = "~/.local/state/cst/events/v1/"

    assert [line.partition("  ~")[2] or line.split()[-1] for line in whole.stdout.splitlines()] == [f"{folder[1:]}: 4 files", "/.local/state/cst/marks/v1.jsonl"]
    assert [line.partition("  ~")[2] or line.split()[-1] for line in dry.stdout.splitlines()] == [f"{folder[1:]}: 4 files", "freed"]
    assert [done.stdout.count(f"{folder}{n}{ID[1:]}.jsonl\n") for done in (each, dry_each) for n in range(4)] == [1] * 8
