"""Which arguments of a client are given again: from a list, with the words that the client itself takes for values."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cst.claude import arguments


@pytest.mark.parametrize(
    ("line", "again", "withheld"),
    [
        ("", "", ""),
        ("--model|opus|fix it", "--model|opus", ""),
        ("fix it|--model|opus", "--model|opus", ""),
        ("--model=opus|--permission-mode=plan", "--model=opus|--permission-mode=plan", ""),
        ("--resume|11111111-2222-4333-8444-555555555555|--effort|high", "--effort|high", ""),
        ("-c|-n|api|--worktree|login|--model|opus", "--model|opus", ""),
        ("--add-dir|../lib|/b c|--verbose|fix it", "--add-dir|../lib|/b c|--verbose", ""),
        ("--mcp-config|a.json|b.json|--strict-mcp-config", "--mcp-config|a.json|b.json|--strict-mcp-config", ""),
        ("--model|opus|--|--add-dir|/etc", "--model|opus", ""),
        ("--disallowedTools|Bash(rm:*)|--restricted", "--disallowedTools|Bash(rm:*)|--restricted", ""),
        ("--append-system-prompt|-x", "--append-system-prompt|-x", ""),
        ("--allowedTools=Read|fix it", "--allowedTools=Read", ""),
        ("--add-dir=/a|fix it", "--add-dir=/a", ""),
        ("--add-dir=/a|fix it|--add-dir|/b|--verbose|fix that", "--add-dir=/a|--add-dir|/b|--verbose", ""),
        ("--resume|fix it|--model|opus", "--model|opus", ""),
        ("-nfix|-cnmodel|--model|opus", "--model|opus", ""),
        ("-cn|--model|fix it", "", ""),  # the session's name is `--model`
        ("--debug-file|--model|fix it", "", ""),
        ("-c|-p|--model|opus", "--model|opus", "-p"),
        ("--add-dir|--verbose|/a", "", "--add-dir"),
    ],
)
def test_what_is_given_again(line: str, again: str, withheld: str) -> None:
    """Options with their values; never a prompt, nor what was about that one start."""
    found = arguments.read(["claude", *line.split("|")] if line else ["claude"], "/x")

    assert ("|".join(found.again), "|".join(found.withheld)) == (again, withheld)


@pytest.mark.parametrize(
    ("line", "withheld"),
    [
        ("--dangerously-skip-permissions", "--dangerously-skip-permissions"),
        ("--allow-dangerously-skip-permissions|--model|opus", "--allow-dangerously-skip-permissions"),
        ("--permission-mode|bypassPermissions", "--permission-mode bypassPermissions"),
        ("--permission-mode=bypassPermissions", "--permission-mode bypassPermissions"),
        ("--permission-mode|somethingNew", "--permission-mode somethingNew"),
        ('--settings|{"env":{"TOKEN":"x"}}', "--settings"),
        ('--mcp-config|a.json| {"mcpServers":{}}', "--mcp-config"),
        ("--some-new-flag|value", "--some-new-flag"),
        ("--some-new-flag=value|--model|opus", "--some-new-flag"),
        ("--model", "--model"),
        ("--model|--dangerously-skip-permissions", "--model"),
        ("--allowedTools|--dangerously-skip-permissions", "--allowedTools"),
        ("--model=--dangerously-skip-permissions", "--model"),
        ("--model|a\0b", "--model"),
        ("--model|a\ud800b", "--model"),
        ("--add-dir|/a\ufffdb", "--add-dir"),
        ("--append-system-prompt|" + "x" * 2000, "--append-system-prompt"),
    ],
)
def test_what_is_not(line: str, withheld: str) -> None:
    """What switches the question for permission off, what may hold a password, what nobody here knows: its name alone."""
    found = arguments.read(["claude", *line.split("|")], "/x")

    assert found.withheld == (withheld,)
    assert set(found.again) <= {"--model", "opus"}


@pytest.mark.parametrize("program", [["/opt/claude"], ["node", "/x/claude-code/cli.js"], ["/v/2.1.332"], ["claude", "cli.js"]])
def test_however_it_is_run(program: list[str]) -> None:
    """By its path, its version, or by node; of a process that cannot be read nothing is known."""
    assert arguments.read([*program, "--model", "opus"], "").again == ("--model", "opus")
    assert arguments.read([""], "") == arguments.Arguments()


@pytest.mark.parametrize(
    ("line", "withheld"),
    [
        ("--new|--model|fix it", ("--new", "--model")),
        ("--new|--new2|--model|fix it", ("--new", "--new2", "--model")),
        ("--new|--add-dir|--model|fix it", ("--new", "--add-dir", "--model")),
        ("-x|--model|fix it", ("-x", "--model")),
        ("--new|--resume|--verbose|fix it", ("--new",)),
        ("--new|--verbose|--model|opus", ("--new", "--verbose")),
        ("--new|word|--model|opus", ("--new",)),
    ],
)
def test_behind_a_flag_that_nobody_knows(line: str, withheld: tuple[str, ...]) -> None:
    """What looks like an option may be its value; then what stands behind that is the prompt."""
    found = arguments.read(["claude", *line.split("|")], "/x")

    assert found.withheld == withheld
    assert set(found.again) <= {"--model", "opus", "--verbose"}
    assert "fix it" not in found.again


_VALUE = st.sampled_from(["opus", "/a b", "Bash(rm:*)", "-x", "a=b", "--", "-", "--verbose", "--model"])
_PLAIN = st.sampled_from(["opus", "/a b", "Bash(rm:*)", "a=b", "-"])  # what is no option
_NO_WORDS: st.SearchStrategy[list[str]] = st.just([])


def _units() -> st.SearchStrategy[tuple[list[str], bool]]:
    """An option with its values, and whether the client takes a plain word behind it for one more."""
    one = st.sampled_from(["--model", "--settings", "--permission-mode", "--effort", "--name", "-n", "-cn", "--debug-file", "--max-turns"])
    several = st.sampled_from(["--add-dir", "--allowedTools", "--allowed-tools", "--mcp-config", "--tools"])
    optional = st.sampled_from(["--resume", "-r", "--worktree", "-w", "--debug", "-d", "--from-pr"])
    flag = st.sampled_from(["--verbose", "-c", "--continue", "--dangerously-skip-permissions", "--ide", "--fork-session", "-p", "-cp"])
    return st.one_of(
        flag.map(lambda name: ([name], False)),
        st.tuples(one, _VALUE).map(lambda got: ([*got], False)),
        st.tuples(optional, _PLAIN).map(lambda got: ([*got], False)),
        optional.map(lambda name: ([name], True)),
        st.tuples(several, _VALUE, st.lists(_PLAIN, max_size=2)).map(lambda got: ([got[0], got[1], *got[2]], True)),
        st.tuples(st.one_of(several, one.filter(lambda name: name.startswith("--"))), _VALUE).map(
            lambda got: ([f"{got[0]}={got[1]}"], False)
        ),
        st.tuples(st.sampled_from(["-n", "-r", "-w"]), _PLAIN).map(lambda got: (["".join(got)], False)),
        # of one that nobody knows, with or without a value that may look like an option
        st.just((["--new"], False)),
        st.tuples(st.just("--new"), _VALUE).map(lambda got: ([*got], False)),
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(_units(), st.booleans()), max_size=6), st.booleans())
def test_a_prompt_never_comes_back(units: list[tuple[tuple[list[str], bool], bool]], behind: bool) -> None:
    """Wherever it stands, as the client's own parser has it: each option takes the values that it is given here, and
    the words in between and behind `--` are the prompt."""
    words = ["claude"]
    for (unit, takes_more), prompt in units:
        words += unit
        if prompt and not takes_more:
            words.append("the prompt")
    if behind:
        words += ["--", "the prompt", "--model", "the prompt", "--add-dir=the prompt"]

    found = arguments.read(words, "/x")

    assert not [word for word in (*found.again, *found.withheld) if "the prompt" in word]
    assert arguments.judge(found.again, "/x").again == found.again, "what was noted is judged again"


@pytest.mark.parametrize(
    ("text", "given_again"),
    [
        ("{}", True),
        ('{"model":"opus","permissions":{"allow":["Bash"],"defaultMode":"plan"}}', True),
        ('{"permissions":{"disableBypassPermissionsMode":"disable"},"skipDangerousModePermissionPrompt":false}', True),
        ('{"permissions":{"defaultMode":"bypassPermissions"}}', False),
        ('{"reviewer":{"prompt":"x","permissionMode":"bypassPermissions"}}', False),
        ('{"all":[{"deep":["bypassPermissions"]}]}', False),
        ('{"skipDangerousModePermissionPrompt":true}', False),
        ('{"bypassPermissionsModeAccepted":true}', False),
        ('{"a":"bypass\\u0050ermissions"}', False),
        ("", False), ("[]", False), ("{// a comment\n}", False), ("[" * 100_000, False), (None, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("option", ["--settings", "--agents"])
@pytest.mark.parametrize("named", ["my.json", "./my.json", "/my.json", "=my.json"])
def test_a_file_may_switch_the_question_off(tmp_path: Path, option: str, named: str, text: str | None, given_again: bool) -> None:
    """It is read, from the folder in which it is given again; what cannot be read as JSON is not given again."""
    if text is not None:
        (tmp_path / "my.json").write_text(text)
    value = f"{tmp_path}/my.json" if named.startswith("/") else named.removeprefix("=")
    words = [f"{option}={value}"] if named.startswith("=") else [option, value]

    found = arguments.read(["claude", *words], str(tmp_path))

    assert (found.again, found.withheld) == ((tuple(words), ()) if given_again else ((), (option,)))
    if not named.startswith("/"):
        assert arguments.read(["claude", *words], "").withheld == (option,), "nobody knows which file that is"
