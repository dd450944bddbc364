"""How fzf is started: what it is told, and that no session text is among it."""

from __future__ import annotations

import os
import subprocess

import pytest
from iterfzf import BUNDLED_EXECUTABLE

from cst.fzf import bindings, keymap, launch, terminal
from cst.fzf.layout import layout
from cst.fzf.run_dir import RunDir
from cst.model import CstError
from cst.picker.operations import KEYS


def drawn(**more: object) -> launch.Look:
    """As shipped."""
    return launch.Look(**{"theme": "16", "ascii": False, "keys": keymap.bound(KEYS, {}), **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", ["dark", "light", "16", "none"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_bundled_fzf_takes_every_option(run_dir: RunDir, theme: str, ascii_only: bool) -> None:
    """The real fzf accepts all options and bindings, in every theme."""
    look = drawn(theme=theme, ascii=ascii_only)
    options = [*launch.options(look, layout(160, 45), run_dir, "header"), *bindings.options(look.keys)]
    words = [option for option in options if not option.startswith("--listen")]

    done = subprocess.run(
        [str(BUNDLED_EXECUTABLE), "--filter=api", *words], input="-\thead\x001.2\tapi\x00", capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_the_fzf_of_iterfzf() -> None:
    """The same file that the package itself would run."""
    assert launch.bundled() == str(BUNDLED_EXECUTABLE)


def test_an_option_that_fzf_does_not_know_is_seen() -> None:
    """The test above can fail."""
    done = subprocess.run([str(BUNDLED_EXECUTABLE), "--filter=x", "--bind=nokey:abort"], input="x\n", capture_output=True,
                          text=True, check=False)  # fmt: skip

    assert done.returncode == 2


def test_without_a_terminal_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """And names the verb that needs none."""
    monkeypatch.setattr(terminal, "is_there", lambda: False)

    with pytest.raises(CstError, match="cst ls"):
        launch.run(None, None, drawn(), layout(80, 24), 1.0, "/bin/true", ())  # type: ignore[arg-type]


@pytest.mark.parametrize("before", [None, "", "--bind='x:abort' --prompt=\"it's\""])
def test_the_environment_is_given_back(run_dir: RunDir, monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    """To whatever comes after fzf, and, by a file that a shell reads, to what fzf starts for a person."""
    monkeypatch.delenv("CST_RUN", raising=False)
    if before is None:
        monkeypatch.delenv("FZF_DEFAULT_OPTS", raising=False)
    else:
        monkeypatch.setenv("FZF_DEFAULT_OPTS", before)

    with launch._environment(run_dir, "/bin/cst", ""):
        inside = [os.environ["FZF_DEFAULT_OPTS"], os.environ["CST_RUN"]]
        script = '. "$CST_RUN/environment"; printf "%s %s" "${FZF_DEFAULT_OPTS-unset}" "${CST_RUN-unset}"'
        told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout

    assert inside == ["", run_dir.folder]
    assert told == f"{'unset' if before is None else before} unset"
    assert (os.environ.get("FZF_DEFAULT_OPTS"), "CST_RUN" in os.environ) == (before, False)
