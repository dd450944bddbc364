"""How fzf is started: what it is told, and that no session text is among it."""

from __future__ import annotations

import subprocess

import pytest
from iterfzf import BUNDLED_EXECUTABLE

from cst.model import CstError
from cst.picker import fzf, keys
from cst.picker.run import Run


def drawn(**more: object) -> fzf.Look:
    """As shipped."""
    return fzf.Look(**{"theme": "16", "ascii": False, "keys": keys.bound({}), **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", ["dark", "light", "16", "none"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_bundled_fzf_takes_every_option(room: Run, theme: str, ascii_only: bool) -> None:
    """The real fzf accepts all options and bindings, in every theme."""
    look = drawn(theme=theme, ascii=ascii_only)
    options = [*fzf._options(look, fzf.shape(160, 45), room, "header"), *fzf._binds(look)]
    words = [option for option in options if not option.startswith("--listen")]

    done = subprocess.run(
        [str(BUNDLED_EXECUTABLE), "--filter=api", *words], input="-\thead\n1.2\tapi\n", capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def test_an_option_that_fzf_does_not_know_is_seen() -> None:
    """The test above can fail."""
    done = subprocess.run([str(BUNDLED_EXECUTABLE), "--filter=x", "--bind=nokey:abort"], input="x\n", capture_output=True,
                          text=True, check=False)  # fmt: skip

    assert done.returncode == 2


@pytest.mark.parametrize(("columns", "lines"), [(30, 10), (80, 24), (129, 40), (130, 40), (160, 45), (250, 60)])
def test_the_list_and_the_preview_fit(columns: int, lines: int) -> None:
    """Wide screens have the preview beside the list, others below it, small ones none; the rows fit their part."""
    shape = fzf.shape(columns, lines)

    side = columns >= 130
    assert shape.preview.startswith("right," if side else "down,")
    assert shape.preview.endswith("hidden") == (not side and lines < 16)
    assert 0 < shape.list_columns < (columns - columns * 44 // 100 if side else columns)


def test_without_a_terminal_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """And names the verb that needs none."""
    monkeypatch.setattr(fzf, "_has_terminal", lambda: False)

    with pytest.raises(CstError, match="cst ls"):
        fzf.run(None, drawn(), 1.0, fzf.shape(80, 24))  # type: ignore[arg-type]
