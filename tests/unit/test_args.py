"""Two parsers, one table: what the fast one accepts means the same to typer, and everything else is typer's."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from cst import cli, dispatch, verbs
from cst.verbs import Option, Verb

_HOT = [verb for verb in verbs.VERBS if verb.hot]


def _spelled(option: Option) -> list[list[str]]:
    """The ways to write one option."""
    values = [*option.choices[:2]] or ["word", "-x"]
    if option.many:
        values = [",".join((option.choices or ("one", "two"))[:2]), (option.choices or ("word",))[-1]]
    names = ["--" + option.name, *(["-" + option.short] if option.short else [])]
    if not option.value:
        return [[name] for name in names]
    return [[name, value] for name in names for value in values] + [[f"{names[0]}={value}"] for value in values]


def calls(verb: Verb) -> list[list[str]]:
    """Command lines of a verb: each spelling alone, each pair of options, and all arguments among them."""
    plain = ["first", "second"] if any(a.many for a in verb.arguments) else ["first"] if verb.arguments else []
    plain += [argument.choices[-1] for argument in verb.arguments if argument.choices]
    needs = any(argument.required for argument in verb.arguments)
    found = [[*plain], [*plain, *plain[:0]]] if needs else [[], [*plain]]
    for option in verb.options:
        for spelling in _spelled(option):
            found += [[*plain, *spelling], [*spelling, *plain], [*spelling, "--", *plain]]
    for one, other in combinations(verb.options, 2):
        found.append([*_spelled(one)[0], *plain, *_spelled(other)[-1]])
    for option in verb.options:
        found.append([*plain, *_spelled(option)[0], *_spelled(option)[-1]])
    return [list(words) for words in dict.fromkeys(map(tuple, found))]


def _as_typer_reads(verb: Verb, words: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any] | None:
    """What the verb is given where typer parses the words; None for a usage error."""
    taken: list[dict[str, Any]] = []
    monkeypatch.setattr(dispatch, "call", lambda _verb, given, _own: taken.append(given) or 0)
    code = cli.run([verb.name, *words])
    return taken[0] if code == 0 and taken else None


@pytest.mark.parametrize("verb", _HOT, ids=lambda verb: verb.name)
def test_both_parsers_agree(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the fast parser accepts typer accepts too, with the same values."""
    fast = {tuple(words): dispatch.parse(verb, words) for words in calls(verb)}
    accepted = {words: given for words, given in fast.items() if given is not None}
    slow = {words: _as_typer_reads(verb, list(words), monkeypatch) for words in accepted}

    assert len(calls(verb)) == len(accepted)
    assert accepted == slow


def test_number_of_calls() -> None:
    """The table yields command lines for every hot verb."""
    assert [verb.name for verb in _HOT if not calls(verb)] == []
    assert sum(len(calls(verb)) for verb in _HOT) > 150


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-an"], {"all": True, "needs-you": True}),
        (["-an", "--state", "done,asked"], {"all": True, "needs-you": True, "state": ["done", "asked"]}),
        (["--state", "done", "--state", "asked", "-an"], {"state": ["done", "asked"]}),
    ],
)
def test_typer_understands_more(words: list[str], expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Flags that are run together are left to typer, and the rest of the line still means the same."""
    verb = verbs.verb("ls")
    assert verb is not None
    slow = _as_typer_reads(verb, words, monkeypatch)

    assert None is dispatch.parse(verb, words)
    assert slow is not None
    assert expected == {name: slow[name] for name in expected}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ls", ["--nope"]), ("ls", ["-x"]), ("ls", ["extra"]), ("ls", ["--json=1"]), ("ls", ["--state"]),
        ("ls", ["--state", "sleepy"]), ("ls", ["--state", "done,sleepy"]), ("ls", ["--color", "pink"]),
        ("ls", ["--sort="]), ("ls", ["-h"]), ("ls", ["--help"]), ("show", ["a", "b"]), ("jump", []), ("kill", []),
        ("kill", ["--yes"]), ("status", ["--format", "html"]), ("next", ["-c=x"]), ("copy", ["api", "all"]), ("snooze", ["--for"]),
    ],
)  # fmt: skip
def test_left_to_typer(name: str, words: list[str]) -> None:
    """What the fast parser does not understand, or what asks for help, it leaves to typer."""
    verb = verbs.verb(name)
    assert verb is not None

    assert None is dispatch.parse(verb, words)


def test_not_hot() -> None:
    """Other verbs, unknown ones and no verb at all are typer's."""
    env: dict[str, str] = {}

    assert [dispatch.run(words, env) for words in ([], ["hooks", "print"], ["nope"], ["--version"], ["-h"])] == [None] * 5


def test_defaults() -> None:
    """An option that is not given is False, "" or an empty list; an argument is "" or, where many, a list."""
    found = {name: dispatch.parse(verb, words) for name, words in (("ls", []), ("show", []), ("kill", ["a"]))
             if (verb := verbs.verb(name))}  # fmt: skip

    assert found == {
        "ls": {"json": False, "all": False, "state": [], "needs-you": False, "tag": [], "sort": "", "watch": False, "color": ""},
        "show": {"json": False, "color": "", "session": ""},
        "kill": {"yes": False, "force": False, "session": ["a"]},
    }


def test_every_hot_verb_is_wired() -> None:
    """Each hot verb has a function, and each other one has it in cli."""
    found = {verb.name: dispatch.function(verb) if verb.hot else getattr(cli, "_" + verb.name, None) for verb in verbs.VERBS}

    assert [name for name, function in found.items() if not callable(function)] == []


def test_a_word_that_is_no_choice(capsys: pytest.CaptureFixture[str]) -> None:
    """Where an argument has choices, another word is a usage error that names them."""
    code = cli.run(["copy", "api", "all"])

    assert (code, "WHAT is id, path, resume, not 'all'" in capsys.readouterr().err) == (2, True)
