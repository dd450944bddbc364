"""The bars that can be had as programs, with the lines of docs/tmux.md: what they show is what cst says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.testing import ROOT, Live, registry_entry, started, write_registry


@pytest.mark.skipif(not shutil.which("i3blocks"), reason="i3blocks is not installed")
def test_i3blocks_shows_the_segment(claude: Path, live: Live, tmp_path: Path) -> None:
    """The real i3blocks takes the documented block and gives the bar full text, short text and colour."""
    documented = (ROOT / "docs/tmux.md").read_text().partition("```ini\n")[2].partition("```")[0]
    (tmp_path / "config").write_text(documented)
    program = tmp_path / "cst"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} {ROOT}/shell/cst "$@"\n')
    program.chmod(0o755)
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), status="waiting", waitingFor="permission prompt", tmux=None))
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen(["i3blocks", "-c", str(tmp_path / "config")], env=env, stdout=subprocess.PIPE, text=True) as bar:
        assert bar.stdout
        drawn = [bar.stdout.readline() for _ in range(5)]  # header, [, a bar before cst has answered, two with its answer
        block = json.loads(drawn[-1].strip().strip(","))[-1]
        bar.terminate()

    assert block["full_text"].startswith("1 needs you · permission")
    assert (block["short_text"], block["color"][0]) == ("1 needs you", "#")
