"""The fzf interface, without a terminal: what it is told, and that no session text is among it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from iterfzf import BUNDLED_EXECUTABLE

from cst.model import CstError
from cst.picker import confirm, fzf

HOSTILE = ")+execute(touch pwned)+accept( $(touch pwned) `touch pwned` {1}"


def _options(**more: object) -> list[str]:
    given = {"ended": False, "plain": False, "problems": (), **more}
    return fzf._options(fzf.shape(), **given)  # type: ignore[arg-type]


def test_the_bundled_fzf_takes_every_option() -> None:
    """The bundled fzf accepts all options and bindings, in every combination that cst makes."""
    codes = {}
    for more in ({}, {"ended": True}, {"plain": True}, {"problems": ("tmux hangs", "and more")}):
        words = [str(BUNDLED_EXECUTABLE), *_options(**more), "--filter=alpha"]
        env = {"PATH": os.environ["PATH"]}
        done = subprocess.run(words, input="-\thead\n1.2\talpha\n3.4\tbeta\n", text=True, capture_output=True, env=env,
                              timeout=60, check=False)  # fmt: skip
        codes[str(more)] = (done.returncode, done.stdout.partition("\t")[0], done.stderr)

    assert len(codes) == 4
    assert {(0, "1.2", "")} == set(codes.values())


def test_bindings_call_back_with_a_key_only() -> None:
    """The only field that a binding passes on is the first column, the key."""
    text = " ".join(_options())

    assert {"{1}"} == {text[i : i + 3] for i in range(len(text)) if text[i] == "{" and text[i + 1] in "0123456789q+nf"}


def test_problems_are_shown() -> None:
    """What could not be read is told in the footer; without problems there is none."""
    quiet, loud = _options(), _options(problems=("tmux hangs",))

    assert [word for word in quiet if word.startswith("--footer")] == []
    assert len([word for word in loud if word.startswith("--footer") and "tmux hangs" in word]) == 1


@pytest.mark.parametrize("columns", [40, 80, 129, 130, 200])
def test_shape(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The preview is beside the list from 130 columns on, else below it, and the rows fit their part."""
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, 40)))
    shape = fzf.shape()

    assert shape.preview.startswith("right," if columns >= 130 else "down,")
    assert 0 < shape.list_columns < columns


def test_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question before a kill goes through a file: nothing of a session is in the actions that fzf runs."""
    monkeypatch.setenv("CST_RUN", str(tmp_path))
    actions = confirm.ask("41.100", [f"End {HOSTILE}?", "  done for 3m"])
    harmless = confirm.ask("42.200", ["End api?", ""])

    assert actions == harmless
    assert (tmp_path / "target").read_text() == "42.200"
    assert "End api?" in (tmp_path / "question").read_text()


def test_ask_outside_the_picker(monkeypatch: pytest.MonkeyPatch) -> None:
    """`cst ask` on its own says where it works."""
    monkeypatch.delenv("CST_RUN", raising=False)
    with pytest.raises(CstError, match="only inside `cst pick`"):
        confirm.ask("41.100", ["End api?"])
