"""The table of verbs: every public one has help that a person can use, and examples that work."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from cst import args, cli, dispatch, verbs
from cst.verb import Verb

PUBLIC = [verb for verb in verbs.every() if not verb.hidden]
EXAMPLES = [(verb, command) for verb in PUBLIC for command, _ in verb.examples]
_THIRD_PERSON = ("s", "ing")


def _words(command: str) -> list[str]:
    """The words of an example that are cst's own: a pipe or a redirection ends them; what stands around `$(…)` is not."""
    words = shlex.split(re.sub(r'.*"\$\((.*)\)".*', r"\1", command))
    return words[1 : next((i for i, word in enumerate(words) if word in ("|", ">", ">>", "&&")), len(words))]


def test_names() -> None:
    """No verb has the name of another, and each is one lower-case word."""
    names = [verb.name for verb in verbs.every()]

    assert sorted(set(names)) == sorted(names)
    assert [name for name in names if not (name.isalpha() and name.islower())] == []


def test_help_is_imperative() -> None:
    """The help of every verb begins with a command, and has no full stop at the end."""
    firsts = {verb.name: verb.help.split()[0] for verb in PUBLIC}

    assert {name: word for name, word in firsts.items() if not word[0].isupper() or word.endswith(_THIRD_PERSON)} == {}
    assert [verb.name for verb in PUBLIC if verb.help.splitlines()[0].endswith(".")] == []


def test_help_is_short() -> None:
    """The first line of help fits beside the verb on a terminal of 80 columns without a break: 66 at most."""
    assert {verb.name: len(verb.help.splitlines()[0]) for verb in PUBLIC if len(verb.help.splitlines()[0]) > 66} == {}


def test_options_are_spelled_once() -> None:
    """Within a verb no two options share a name or a letter, and each says what it does."""
    spelled = {verb.name: [n for o in verb.options for n in (o.name, o.short) if n] for verb in verbs.every()}

    assert {name: names for name, names in spelled.items() if len(set(names)) != len(names)} == {}
    assert [(v.name, o.name) for v in verbs.every() for o in v.options if not o.help or o.help.endswith(".")] == []
    assert [(v.name, a.name) for v in verbs.every() for a in v.arguments if not a.help] == []


def test_every_public_verb_has_examples() -> None:
    """Every public verb shows how it is called, and each example says what it is for."""
    assert [verb.name for verb in PUBLIC if not verb.examples] == []
    assert [command for verb in PUBLIC for command, about in verb.examples if not about] == []


@pytest.mark.parametrize(("verb", "command"), EXAMPLES, ids=[command for _, command in EXAMPLES])
def test_examples_parse(verb: Verb, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example is a call of its own verb that both parsers accept, with the same values."""
    taken: list[Any] = []
    monkeypatch.setattr(dispatch, "call", lambda _verb, parsed, _settings: taken.append(parsed) or 0)
    words = _words(command)

    assert verb.name == words[0]
    assert cli.run(words) == 0
    assert taken == [args.parse(verb, words[1:])]


@pytest.mark.parametrize("verb", PUBLIC, ids=lambda verb: verb.name)
def test_help(verb: Verb, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of a verb shows its help, its options and its examples, and exits 0."""
    code = cli.run([verb.name, "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    wanted = [verb.help, *("--" + o.name for o in verb.options), *(" ".join(c.split()) for c, _ in verb.examples)]

    assert code == 0
    assert [words for words in wanted if words not in shown] == []


def test_find() -> None:
    """A verb is found by its name; no other word finds one."""
    assert [*verbs.every(), None, None] == [verbs.find(name) for name in [*(v.name for v in verbs.every()), "", "nope"]]
