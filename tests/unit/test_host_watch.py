"""Hosts in an open picker: what is being asked ends with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cst.host_watch import HostWatch
from cst.settings import load
from cst.system import hosts as prefixes
from tests.testing import until
from tests.testing.hosts import configure


def test_what_is_asked_ends_with_the_picker(home: Path, tmp_path: Path) -> None:
    """A list and a page. Bug shown: ssh outlived the picker, for as long as the host was silent."""
    script = tmp_path / "host.py"
    script.write_text(f"import os, sys, time\nopen({str(tmp_path)!r} + f'/{{sys.argv[2]}}', 'w').write(f'{{os.getpid()}} ')\ntime.sleep(1000)\n")
    configure(home, dev=f"{sys.executable} {script}")
    settings = load(os.environ)
    watch = HostWatch(settings, prefixes.chosen(settings.hosts))
    watch.start()
    watch.page("dev/4711.2", "now", 80, 20)
    asked = [tmp_path / "ls", tmp_path / "preview"]
    until(lambda: all(path.exists() and path.read_text().endswith(" ") for path in asked))
    pids = [path.read_text().strip() for path in asked]
    watch.stop()

    until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids), 3)
