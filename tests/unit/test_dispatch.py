"""From words to a verb: which are run, which are left to typer, and what an error finds on its way out."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from cst import dispatch, verbs
from cst.commands import seen
from cst.model import CstError
from cst.verb import Verb


@pytest.mark.parametrize("words", [[], ["nope"], ["--version"], ["-h"], ["ls", "--nope"], ["ls", "--help"], ["kill"]], ids=" ".join)
def test_left_to_typer(words: list[str]) -> None:
    """No verb, an unknown one, words that do not fit and questions for help."""
    assert dispatch.run(words, {}) is None


@pytest.mark.parametrize("verb", verbs.every(), ids=lambda verb: verb.name)
def test_every_verb_has_a_function(verb: Verb) -> None:
    """In the module of its name."""
    assert callable(import_module(f"cst.commands.{verb.name}").run)


def test_a_verb_that_needs_no_config_goes_on_without(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init` runs beside a config file that cannot be read; others say what is wrong with it."""
    (home / "config.toml").write_text("nonsense = 1\n")
    env = {"HOME": str(home), "CST_CONFIG": str(home / "config.toml")}
    ran: list[str] = []
    monkeypatch.setattr(dispatch, "call", lambda verb, _args, _settings: ran.append(verb.name) or 0)

    assert dispatch.run(["init", "tmux"], env) == 0
    with pytest.raises(CstError, match="unknown key 'nonsense'"):
        dispatch.run(["ls"], env)
    assert ran == ["init"]


def test_a_failure_is_told_to_the_verb(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the error leaves: `status --format tmux` prints a segment that says so."""
    told: list[object] = []

    def fail(*_: object) -> int:
        raise CstError("no")

    monkeypatch.setattr(seen, "run", fail)
    monkeypatch.setattr(seen, "on_failure", told.append, raising=False)
    with pytest.raises(CstError, match=r"^no$"):
        dispatch.run(["seen", "api"], {"HOME": str(home)})

    assert told == [{"client": "", "session": ["api"]}]
