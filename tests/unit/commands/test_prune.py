"""`cst prune` as it is called: the same is named, then removed."""

from __future__ import annotations

import json

from cst.settings import Settings
from tests.testing import ID, cst
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
