"""Help and usage errors, through typer."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cst import __version__, cli, verbs
from cst.__main__ import main
from tests.testing import ROOT, Live, registry_entry, started, write_registry


def test_help_lists_the_public_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    """`cst --help`, `cst -h` and, where there is no terminal, `cst` alone list every public verb and no hidden one."""
    shown = []
    for words in (["--help"], ["-h"], []):
        assert main(words) == 0
        shown.append(capsys.readouterr().out)
    listed = [line.split()[0] for line in shown[0].splitlines() if line.startswith("  ") and line.strip()]

    assert shown[0] == shown[1] == shown[2]
    assert sorted(v.name for v in verbs.every() if not v.hidden) == sorted(name for name in listed if verbs.find(name))


def test_the_verbs_are_in_groups(capsys: pytest.CaptureFixture[str]) -> None:
    """Each under the heading of its group. Bug shown: 28 verbs stood in one flat list."""
    main(["--help"])
    shown = capsys.readouterr().out
    headings = [shown.index(f"\n{title}:\n") for title, _ in verbs.GROUPS]

    assert headings == sorted(headings)
    assert sorted(name for _, names in verbs.GROUPS for name in names) == sorted(v.name for v in verbs.every() if not v.hidden)


@pytest.mark.parametrize(
    ("verb", "usage", "code"),
    [
        ("seen", "cst seen [OPTIONS] [SESSION]...", "1 a named problem"), ("kill", "cst kill [OPTIONS] SESSION...", "you kept it"),
        ("next", "cst next [OPTIONS]", "1 no session needs you"), ("answer", "cst answer [OPTIONS] SESSION [REPLY] [TEXT]...", "130 cancelled"),
    ],
)  # fmt: skip
def test_help_of_a_verb(verb: str, usage: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """How many sessions it takes, how one is named, and what its exit codes say.

    Bug shown: `{SESSION}` where several are allowed, no word of places, no exit codes.
    """
    main([verb, "--help"])
    shown = capsys.readouterr().out

    assert f"Usage: {usage}\n" in shown
    assert code in " ".join(shown.split())
    assert max(map(len, shown.partition("Exit codes:")[2].splitlines())) < 80
    assert ("work:2.1" in shown) == ("SESSION" in usage)


def at_a_terminal(*words: str, term: str) -> tuple[int, str]:
    """Exit code and output of cst on a terminal of its own."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "shell" / "cst"), *words], stdin=slave, stdout=slave, stderr=slave,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": term},
    )  # fmt: skip
    os.close(slave)
    code, said = process.wait(60), b""
    with contextlib.suppress(OSError):
        while piece := os.read(master, 65536):
            said += piece
    os.close(master)
    return code, said.decode()


def test_without_a_verb_a_terminal_gets_the_picker(claude: Path) -> None:
    """It says here that there is nothing to pick, as `cst ls` does; of a terminal that cannot show a picker, that it
    cannot. Bug shown: `cst ls` said where it had looked, and what to do, the picker did not."""
    code, said = at_a_terminal(term="xterm")
    listed = at_a_terminal("ls", term="xterm")[1]
    dumb, shown = at_a_terminal(term="dumb")

    assert (code, said) == (1, listed)
    assert "Start one with `claude`" in said
    assert (dumb, "(TERM=dumb), so it cannot show the picker; use `cst ls`" in shown) == (1, True)


def test_a_dumb_terminal(claude: Path, live: Live) -> None:
    """No picker, with the reason; no colour. Bug shown: it drew all the same."""
    write_registry(claude, registry_entry(pid := live.start("claude"), procStart=started(pid)))
    code, said = at_a_terminal("pick", term="dumb")
    _, listed = at_a_terminal("ls", term="dumb")

    assert (code, "TERM=dumb" in said, "use `cst ls`" in said) == (1, True, True)
    assert ("\x1b" in listed, "alpha" in listed) == (False, True)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints one line."""
    code = main(["--version"])

    assert (0, f"cst {__version__}\n") == (code, capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["help"], ["--help"]), (["help", "ls"], ["ls", "--help"]), (["help", "help"], ["--help"]),
        (["help", "--help"], ["--help"]), (["version"], ["--version"]),
    ],
)  # fmt: skip
def test_help_and_version_as_verbs(words: list[str], option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """As git and cargo have them."""
    codes = main(words), main(option)
    out, err = capsys.readouterr()

    assert (codes, err) == ((0, 0), "")
    assert out == 2 * out[: len(out) // 2]


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
        "cst: WHAT is install, uninstall, status or print, not 'nope'; see `cst hooks --help`",
        "cst: WHAT is tmux, bash, zsh, fish or starship, not 'nope'; see `cst init --help`",
    ]


@pytest.mark.parametrize(("words", "said"), [
    (["ls", "extra"], "unexpected: extra; see `cst ls --help`"),
    (["ls", "--watc"], "no such option: --watc; did you mean --state or --watch? See `cst ls --help`"),
    (["jump"], "missing argument 'SESSION'; see `cst jump --help`"),
    (["ls", "error"], "unexpected: error; did you mean --state error? See `cst ls --help`"),
    (["ls", "needs-you"], "unexpected: needs-you; did you mean --needs-you? See `cst ls --help`"),
    (["help", "lss"], "no such command 'lss'; did you mean 'ls'? See `cst --help`"),
    (["ls", "--state=odd"], "--state takes permission"), (["lss"], "no such command 'lss'; did you mean 'ls'? See `cst --help`"),
])  # fmt: skip
def test_wrong_words_are_told_as_all_else(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In lower case and in our own words, with what may have been meant.

    Bug shown: `Got unexpected extra argument(s) (extra)`, `Invalid value: …`, `(Possible options: …)`.
    """
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"cst: {said}")


def test_a_verb_behind_typer_is_the_same_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """A verb whose words typer had to parse does what it does without."""
    fast, slow = main(["ls", "--all", "--needs-you"]), cli.run(["ls", "-an"])
    first, second = capsys.readouterr().out.split("No Claude Code session is live")[1:]

    assert (fast, slow) == (0, 0)
    assert first == second


def test_a_slip_of_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence after the other. Bug shown: `Did you mean 'ls'?; see`."""
    main(["lst"])

    assert "'lst'; did you mean 'ls'? See `cst --help`" in capsys.readouterr().err


def test_nothing_is_live_and_nothing_has_ended(claude: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bug shown: `cst ls --all` said to try `cst ls --all`."""
    main(["ls", "--all"])
    shown = capsys.readouterr().out

    assert shown.startswith("No Claude Code session is live, and none ended in the last 7 days.")
    assert "ls --all" not in shown


@pytest.mark.parametrize("words", [["ls"], ["ls", "--all"], ["next"]], ids=" ".join)
def test_nothing_is_found_where_not_all_can_be_read(claude: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A registry that is a link to itself: whether a session is live nobody knows.

    Bug shown: `No Claude Code session is live`, below the word that the registry cannot be read.
    """
    (claude / "sessions").symlink_to("sessions")
    main(words)
    out, err = capsys.readouterr()

    assert "o Claude Code session was found" in out
    assert "none ended" not in out
    assert "cannot read" in err or "1 problem" in out
