"""Two parsers, one table: what the fast one accepts means the same to typer, and everything else is typer's."""

from __future__ import annotations

import shlex
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst import args, cli, dispatch, verbs
from cst.model import UsageError
from cst.verb import Argument, Option, Verb


def _spelled(option: Option) -> list[list[str]]:
    """The ways to write one option."""
    values = [*option.choices[:2]] or ["word", "-x"]
    if option.many:
        values = [",".join((option.choices or ("one", "two"))[:2]), (option.choices or ("word",))[-1]]
    names = ["--" + option.name, *(["-" + option.short] if option.short else [])]
    if not option.value:
        return [[name] for name in names]
    if option.bare:  # what begins with a dash is no value of it
        return [[names[0]], [names[0], "word"], [names[0], "-"], *([f"{names[0]}={value}"] for value in values)]
    return [[name, value] for name in names for value in values] + [[f"{names[0]}={value}"] for value in values]


def _words_for(argument: Argument) -> list[str]:
    return [argument.choices[-1]] if argument.choices else ["first", "second"] if argument.many else ["first"]


def calls(verb: Verb) -> list[list[str]]:
    """Command lines of a verb: each spelling alone, each pair of options, and all arguments among them."""
    plain = [word for argument in verb.arguments for word in _words_for(argument)]
    required = [word for argument in verb.arguments if argument.required for word in _words_for(argument)]
    found = [required, plain]
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
    monkeypatch.setattr(dispatch, "call", lambda _verb, parsed, _settings: taken.append(parsed) or 0)
    code = cli.run([verb.name, *words])
    return taken[0] if code == 0 and taken else None


@pytest.mark.parametrize("verb", verbs.every(), ids=lambda verb: verb.name)
def test_both_parsers_agree(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the fast parser accepts typer accepts too, with the same values."""
    fast = {tuple(words): args.parse(verb, words) for words in calls(verb)}
    accepted = {words: given for words, given in fast.items() if given is not None}
    slow = {words: _as_typer_reads(verb, list(words), monkeypatch) for words in accepted}

    assert len(calls(verb)) == len(accepted)
    assert accepted == slow


def test_number_of_calls() -> None:
    """The table yields command lines for every verb."""
    assert [verb.name for verb in verbs.every() if not calls(verb)] == []
    assert sum(len(calls(verb)) for verb in verbs.every()) > 150


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
    verb = verbs.find("ls")
    assert verb is not None
    slow = _as_typer_reads(verb, words, monkeypatch)

    assert None is args.parse(verb, words)
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
    verb = verbs.find(name)
    assert verb is not None

    assert None is args.parse(verb, words)


@pytest.mark.parametrize(
    ("line", "worktree", "folder"),
    [
        ("--worktree", "-", ""), ("--worktree -", "-", ""), ("--worktree login", "login", ""),
        ("--worktree=a/b ~/api", "a/b", "~/api"), ("~/api --worktree", "-", "~/api"), ("--worktree ~/api", "-", "~/api"),
        ("--worktree . --split", "-", "."), ("--worktree --split", "-", ""), ("--worktree -- .", "-", "."),
        ("~/api --worktree login", "login", "~/api"), ("-p --worktree", "", ""), ("-- . --worktree", "", "."),
    ],
)  # fmt: skip
def test_a_worktree_with_and_without_a_name(line: str, worktree: str, folder: str) -> None:
    """The word behind it is its name, unless it is an option or can only be a folder."""
    verb = verbs.find("new")
    assert verb is not None
    given = args.parse(verb, line.split())

    assert given is not None
    assert (given["worktree"], given["folder"]) == (worktree, folder)


@pytest.mark.parametrize("line", ["send '' hi", "seen ''", "kill api ''", "snooze --for 2h ''", "show ''", "jump -- ''"])
def test_an_empty_session(line: str) -> None:
    """A variable that is not set is not the session of this pane. Bug shown: the prompt went to the pane's own."""
    name, *words = shlex.split(line)
    verb = verbs.find(name)
    assert verb is not None

    with pytest.raises(UsageError, match="an empty word names no session"):
        args.parse(verb, words)


def test_defaults() -> None:
    """An option that is not given is False, "" or an empty list; an argument is "" or, where many, a list."""
    found = {}
    for name, words in (("ls", []), ("show", []), ("kill", ["a"])):
        verb = verbs.find(name)
        assert verb is not None
        found[name] = args.parse(verb, words) or {}

    assert [found["ls"][one] for one in ("json", "state", "sort")] == [False, [], ""]
    assert (found["show"]["session"], found["kill"]["yes"], found["kill"]["session"]) == ("", False, ["a"])


def test_a_word_that_is_no_choice(capsys: pytest.CaptureFixture[str]) -> None:
    """Where an argument has choices, another word is a usage error that names them."""
    code = cli.run(["copy", "api", "all"])

    assert (code, "WHAT is id, path or resume, not 'all'" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1800), ("2h", 7200), ("1d", 86400), ("1h30m", 5400), ("45s", 45), ("365d", 31536000), ("2w", 14 * 86400)])
def test_duration(text: str, seconds: float) -> None:
    """Times as people write them."""
    assert args.duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "00", "m", "0m", "-5m", "1.5h", "30m5", "367d", "9" * 5000 + "d", "٣m", "1 h", "1M"])
def test_no_duration(text: str) -> None:
    """Anything else is refused, by an error that says what would do."""
    with pytest.raises(UsageError, match=r"invalid duration .*; use 90s, 30m, 2h or 1d \(at most a year\)"):
        args.duration(text)


def test_a_duration_without_a_unit() -> None:
    """30 may be minutes for one verb and days for another: the person says which."""
    with pytest.raises(UsageError, match="invalid duration '30': it has no unit; write 30s, 30m, 30h or 30d"):
        args.duration("30")


@pytest.mark.parametrize(
    ("text", "said"), [("400", "write 400s, 400m or 400h$"), ("9000", "write 9000s or 9000m$"), ("31622400", "write 31622400s$"),
                       ("31622401", "use 90s, 30m, 2h or 1d")],
)  # fmt: skip
def test_no_unit_is_offered_that_makes_it_too_long(text: str, said: str) -> None:
    """Bug shown: 400d was offered, and refused."""
    with pytest.raises(UsageError, match=said):
        args.duration(text)


def test_a_duration_of_nothing() -> None:
    """Only where it is allowed: `prune --older-than 0d` keeps nothing."""
    assert args.duration("0d", zero=True) == 0
    with pytest.raises(UsageError, match="write 0s, 0m, 0h or 0d"):
        args.duration("0", zero=True)
    with pytest.raises(UsageError):
        args.duration("", zero=True)


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from("smhdw")), min_size=1, max_size=4))
def test_durations_add_up(drawn: list[tuple[int, str]]) -> None:
    """The seconds are the sum of the parts, wherever it is within a year."""
    text = "".join(f"{count}{unit}" for count, unit in drawn)
    expected = sum(count * {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[unit] for count, unit in drawn)
    try:
        found = args.duration(text)
    except UsageError:
        found = -1.0

    assert found == (expected if 0 < expected <= 366 * 86400 else -1.0)
