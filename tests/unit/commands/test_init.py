"""`cst init` as it is called."""

from __future__ import annotations

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
