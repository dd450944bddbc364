"""What a process runs is looked at without waiting for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cst.actions import identity
from cst.model import Session


def test_a_program_that_is_no_file(tmp_path: Path) -> None:
    """A pipe in the place of a script would hold up a kill for ever; an empty file, a folder and none are no client."""
    os.mkfifo(tmp_path / "pipe.js")
    (tmp_path / "empty.js").touch()
    (tmp_path / "client.js").write_bytes(b'"@anthropic-ai/claude-code" ... CLAUDE_CODE_ENTRYPOINT')

    assert not any(identity._is_client(str(tmp_path / name)) for name in ("pipe.js", "empty.js", ".", "gone.js"))
    assert identity._is_client(str(tmp_path / "client.js"))


@pytest.mark.parametrize(("key", "name"), [("4711.221346", "api (pid 4711)"), ("1f0c2a3b-1e95-4a70-afb9-329925a921c6", "api (id 1f0c2a3b)")])
def test_name(key: str, name: str) -> None:
    """Bug shown: of one that has ended, `cst send` said "(pid 1f0c2a3b-1e95-4a70-afb9-329925a921c6)"."""
    assert identity.name(Session(key, "", None, "ended", 0.0, "", "", name="api")) == name
