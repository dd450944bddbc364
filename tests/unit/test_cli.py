"""Help and usage errors, through typer."""

from __future__ import annotations

import pytest

from cst import __version__, cli, settings, verbs
from cst.__main__ import main


def test_help_lists_the_public_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    """`cst --help`, `cst -h` and `cst` alone list every public verb and no hidden one."""
    shown = []
    for words in (["--help"], ["-h"], []):
        assert main(words) == 0
        shown.append(capsys.readouterr().out)
    listed = [line.split()[0] for line in shown[0].splitlines() if line.startswith("  ") and line.strip()]

    assert shown[0] == shown[1] == shown[2]
    assert [v.name for v in verbs.VERBS if not v.hidden] == [name for name in listed if verbs.find(name)]


def test_help_lists_the_environment(capsys: pytest.CaptureFixture[str]) -> None:
    """`cst --help` names every environment variable that the settings read."""
    main(["--help"])
    shown = capsys.readouterr().out

    assert [name for name, _ in settings.ENVIRONMENT if name not in shown] == []


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints one line."""
    code = main(["--version"])

    assert (0, f"cst {__version__}\n") == (code, capsys.readouterr().out)


@pytest.mark.parametrize(
    "words",
    [
        ["nope"], ["--nope"], ["ls", "--nope"], ["ls", "extra"], ["ls", "--state", "sleepy"], ["ls", "--state"],
        ["ls", "--color", "pink"], ["status", "--format", "html"], ["show", "a", "b"], ["jump"], ["kill"], ["hooks"],
        ["kill", "--nope", "x"], ["preview"], ["init"], ["ls", "--json=1"], ["status", "--form", "tmux"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A call that does not fit exits 2, with one line on stderr that names the help, and nothing on stdout."""
    code = main(words)
    out, err = capsys.readouterr()
    asked = f"`cst {words[0]} --help`" if verbs.find(words[0]) else "`cst --help`"

    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("cst: ")
    assert asked in err


def test_words_that_a_verb_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    """`hooks` and `init` name what they know, and exit 2."""
    codes = [main(["hooks", "nope"]), main(["init", "nope"])]
    lines = capsys.readouterr().err.splitlines()

    assert codes == [2, 2]
    assert lines == [
        "cst: Invalid value: WHAT is install, uninstall, status, print, not 'nope'; see `cst hooks --help`",
        "cst: Invalid value: WHAT is tmux, bash, zsh, fish, starship, not 'nope'; see `cst init --help`",
    ]


def test_a_verb_behind_typer_is_the_same_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """A verb whose words typer had to parse does what it does without."""
    fast, slow = main(["ls", "--all", "--needs-you"]), cli.run(["ls", "-an"])
    first, second = capsys.readouterr().out.split("No Claude Code session is live.")[1:]

    assert (fast, slow) == (0, 0)
    assert first == second
