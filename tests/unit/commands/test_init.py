"""`cst init` as it is called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.testing import ROOT, cst

EXAMPLE = ROOT / "tmux.conf.example"


def test_the_example_is_what_init_prints() -> None:
    """`cst init tmux --command cst` prints tmux.conf.example, byte for byte, between two lines to find it by."""
    done = cst("init", "tmux", "--command", "cst")

    assert (0, f"\n# >>> cst >>>\n{EXAMPLE.read_text()}# <<< cst <<<\n", "") == (done.returncode, done.stdout, done.stderr)


def test_init_prints_the_path_of_this_cst() -> None:
    """Bound keys run where PATH may be another: the path is absolute."""
    done = cst("init", "tmux")

    assert done.stdout.count(f"{ROOT}/shell/cst ") == 6


def test_only_tmux_is_known() -> None:
    """Another word is a usage error."""
    done = cst("init", "screen")

    wanted = "cst: WHAT is tmux, bash, zsh, fish or starship, not 'screen'; see `cst init --help`\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", wanted)


def _appended(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`cst init tmux >> ~/.tmux.conf`."""
    argv = [sys.executable, str(ROOT / "shell/cst"), "init", "tmux", *words]
    with (home / ".tmux.conf").open("a") as out:
        return subprocess.run(
            argv, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip


def test_nothing_is_added_to_what_cannot_be_read(home: Path) -> None:
    """A file that is too long to be looked through may have the lines. Bug shown: they were added a second time."""
    with (home / ".tmux.conf").open("w") as conf:
        conf.truncate(2 << 20)
    done = _appended(home)

    assert (done.returncode, done.stderr) == (1, "cst: cannot read ~/.tmux.conf: it is too long, 2097152 bytes; add what `cst init tmux` prints if it is not there yet\n")
    assert (home / ".tmux.conf").stat().st_size == 2 << 20


def test_a_second_time_nothing_is_added(home: Path) -> None:
    """Where it is appended to a file that has it. Other lines of ours are no success. Elsewhere it is printed as ever.

    Bug shown: a second block, and not a word of it.
    """
    first = _appended(home)
    once = (home / ".tmux.conf").read_text()
    again, other, elsewhere = _appended(home), _appended(home, "--key", "next=C-a"), cst("init", "tmux")

    assert (first.returncode, first.stderr, once) == (0, "", elsewhere.stdout)
    assert (again.returncode, again.stderr) == (0, "cst: ~/.tmux.conf has these lines already; nothing was added\n")
    assert other.returncode == 1
    assert other.stderr == "cst: ~/.tmux.conf has other lines of cst already; take them out first: `cst init tmux --off`\n"
    assert (home / ".tmux.conf").read_text() == once
