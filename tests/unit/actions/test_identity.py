"""What a process runs is looked at without waiting for it."""

from __future__ import annotations

import os
from pathlib import Path

from cst.actions import identity


def test_a_program_that_is_no_file(tmp_path: Path) -> None:
    """A pipe in the place of a script would hold up a kill for ever; an empty file, a folder and none are no client."""
    os.mkfifo(tmp_path / "pipe.js")
    (tmp_path / "empty.js").touch()
    (tmp_path / "client.js").write_bytes(b'"@anthropic-ai/claude-code" ... CLAUDE_CODE_ENTRYPOINT')

    assert not any(identity._is_client(str(tmp_path / name)) for name in ("pipe.js", "empty.js", ".", "gone.js"))
    assert identity._is_client(str(tmp_path / "client.js"))
