"""What TAB offers, asked of the real shells, and what it inserts: one word each, and nothing that runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from cst.verbs import every
from tests.e2e.shell.typed import Typed, typed
from tests.testing import ROOT, said, write_transcript
from tests.testing import typed as typed_in

VERB_NAMES = [verb.name for verb in every() if not verb.hidden]
NAMES = {
    "api": "permission · web", "my project": "done · shop", "$(touch pwned)": "idle · evil", "`touch pwned`": "idle · evil",
    "it's": "idle · evil", 'say "hi"': "idle · evil", "a:b": "working · time", "x;touch pwned": "idle · evil",
    "größe": "idle · maß", "*": "idle · glob", "~root": "idle · tilde", "4711": "unknown · bare", "back\\slash": "idle · x",
}  # fmt: skip
ECHO = {"bash": "cst() { printf '<%s>' \"$@\"; echo; }", "zsh": "cst() { printf '<%s>' \"$@\"; echo }",
        "fish": "function cst; printf '<%s>' $argv; echo; end"}  # fmt: skip


@pytest.fixture(autouse=True)
def shelf(home: Path) -> Path:
    """The folder that completions read, with names that mean harm."""
    path = home / ".local/state/cst"
    path.mkdir(parents=True)
    (path / "names").write_text("".join(f"{name}\t{about}\n" for name, about in NAMES.items()))
    (path / "tags").write_text("release\nurgent\n")
    return path


def needs(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")


def bash(*words: str, breaks: str = " \t\n\"'><=;|&(:") -> list[str]:
    """What bash's function replies for the words of a line, in the pieces that bash would make of them; it has to
    succeed in silence."""
    needs("bash")
    pieces: list[str] = []
    for word in words:
        part = ""
        for char in word:
            if char in "=:" and word[:1] not in ("'", '"'):
                pieces += [part, char] if part else [char]
                part = ""
            else:
                part += char
        if part or not word:
            pieces.append(part)
    script = (
        f"source {ROOT}/completions/cst.bash\nCOMP_WORDBREAKS=$1; COMP_LINE=$2; COMP_POINT=${{#COMP_LINE}}; shift 2\n"
        'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); __cst_complete; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-e", "-o", "pipefail", "-c", script, "bash", breaks, " ".join(words), *pieces],
        env=dict(os.environ), capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return [line for line in done.stdout.splitlines() if line]


def fish(line: str) -> dict[str, str]:
    """What fish offers for a line, with the descriptions; it has to be silent on stderr."""
    needs("fish")
    script = f"source {ROOT}/completions/cst.fish; complete -C $argv[1]"
    done = subprocess.run(["fish", "--no-config", "-c", script, line], env=dict(os.environ), capture_output=True, text=True,
                          timeout=20, check=False)  # fmt: skip
    assert done.stderr == ""
    return {word: about for word, _, about in (row.partition("\t") for row in done.stdout.splitlines())}


OFFERS = [
    ("hooks ", ["install", "uninstall", "status", "print"]), ("init ", ["tmux", "bash", "zsh", "fish", "starship"]),
    ("answer api ", ["yes", "always", "no"]), ("open api ", ["folder", "shell", "transcript"]),
    ("open --client x api ", ["folder", "shell", "transcript"]),
    ("ls --sort ", ["urgency", "since", "activity", "name", "project", "context", "tokens", "cost"]),
    ("ls --tag ", ["release", "urgent"]), ("ls --tag r", ["release"]), ("ls --color n", ["never"]),
    ("kill api my", {"bash": ["my\\ project"], "fish": ["my project"]}), ("show api ", []), ("next ", []),
    ("show ap", ["api"]), ("resume ap", []), ("tag --add release ap", ["api"]), ("wait ap", ["api"]), ("wait --until needs", ["needs-you"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), OFFERS)
def test_bash_offers(line: str, expected: list[str] | dict[str, list[str]]) -> None:
    """Second words, the values of options, and sessions where a session belongs; counted past options' values."""
    wanted = expected["bash"] if isinstance(expected, dict) else expected

    assert wanted == bash("cst", *line.split(" "))


@pytest.mark.parametrize(("line", "expected"), OFFERS)
def test_fish_offers(line: str, expected: list[str] | dict[str, list[str]]) -> None:
    """The same of fish."""
    wanted = expected["fish"] if isinstance(expected, dict) else expected

    assert sorted(wanted) == sorted(fish(f"cst {line}"))


def test_verbs() -> None:
    """The first word is a verb; fish says what each does."""
    found = fish("cst ")

    assert bash("cst", "")[: len(VERB_NAMES)] == VERB_NAMES
    assert set(VERB_NAMES) == set(found)
    assert "most needs you" in found["next"]


def test_sessions_with_their_states() -> None:
    """fish offers every session as it is called, with its state and project."""
    assert fish("cst show ") == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_bash_offers_is_one_word(name: str, tmp_path: Path) -> None:
    """Whatever a session is called: read by a shell again, the offer is that name, and nothing ran."""
    offers = bash("cst", "show", "")
    offer = offers[list(NAMES).index(name)]
    done = subprocess.run(["bash", "-c", f"printf %s {offer}"], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout == name
    assert list(tmp_path.glob("pwned")) == []


def test_a_colon_in_a_name() -> None:
    """bash replaces what stands behind the colon, where a colon divides words; elsewhere the whole word."""
    assert bash("cst", "show", "a:") == ["b"]
    assert bash("cst", "show", "a:", breaks=" ") == ["a:b"]
    assert bash("cst", "ls", "--sort=n") == ["name"]


@pytest.mark.parametrize(("begun", "offer"), [("'my", "my project"), ('"my', "my project"), ("'$", "$(touch pwned)"), ('"$', None), ("'it", None), ('"`', None)])
def test_within_quotes(begun: str, offer: str | None) -> None:
    """A name is offered within quotes as it is, and not at all where the shell would read it otherwise."""
    assert bash("cst", "show", begun) == ([offer] if offer else [])


@pytest.fixture
def ended(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sessions that have ended; `cst` is a program on PATH, as a person has it."""
    for number, cwd in enumerate(("/srv/api", "/srv/web", "/srv/it's")):
        session_id = f"{number + 1}a{number}b0000-0000-4000-8000-000000000000"
        lines = [{**line, "cwd": cwd} for line in (typed_in("go"), said("done"))]
        path = write_transcript(home / ".claude", lines, cwd=cwd, session_id=session_id)
        os.utime(path, (time.time() - 3600 * (number + 1),) * 2)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/cst"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} {ROOT}/shell/cst "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")


IDS = {"1a0b0000": "api · 1h", "2a1b0000": "web · 2h", "3a2b0000": "it's · 3h"}


@pytest.mark.usefixtures("ended")
def test_ended_sessions() -> None:
    """Newest first; nobody knows an id, so what it is stands beside it, in bash too where it is only shown.

    Bug shown: `cst resume` offered nothing.
    """
    assert bash("cst", "resume", "") == [f"{word}  {about}" for word, about in IDS.items()]
    assert bash("cst", "resume", "2a") == ["2a1b0000"]
    assert bash("cst", "resume", "zz") == []
    assert list(fish("cst resume ").items()) == list(IDS.items())


@pytest.mark.usefixtures("ended")
def test_bash_puts_only_the_id_there(tmp_path: Path) -> None:
    """What a session is stands in the list alone, which two TABs show."""
    needs("bash")
    context, start = on_terminal("bash", tmp_path)
    with context as terminal:
        for command in [*start, "echo rea''dy"]:
            terminal.type(command + "\n")
        place = terminal.sees("ready")
        terminal.type("cst resume \t\t")
        place = terminal.sees("it's · 3h", place)
        terminal.type("2a\t")
        terminal.sees("2a1b0000 ", place)
        terminal.type("\n")
        terminal.sees("<resume><2a1b0000>", place)


@pytest.mark.usefixtures("ended")
def test_zsh_offers_ended_sessions(tmp_path: Path) -> None:
    """With what they are, newest first."""
    needs("zsh")
    context, start = on_terminal("zsh", tmp_path)
    with context as terminal:
        for command in [*start, "echo rea''dy"]:
            terminal.type(command + "\n")
        place = terminal.sees("ready")
        terminal.type("cst resume \t")
        place = terminal.sees("api · 1h", place)
        terminal.sees("it's · 3h", place)


def test_only_who_waits_is_answered(shelf: Path) -> None:
    """A session that works shows no dialog; one of which nothing is known may. zsh puts the only one there at once."""
    assert bash("cst", "answer", "") == ["api", "4711"]
    assert sorted(fish("cst answer ")) == ["4711", "api"]
    (shelf / "names").write_text("done one\tdone · shop\napi\tpermission\nweb\tworking · permission\n")
    assert bash("cst", "answer", "") == ["api"]
    assert list(fish("cst answer ")) == ["api"]


def test_without_files(shelf: Path) -> None:
    """Before cst ever ran there is nothing to offer, and nothing to complain of."""
    for name in ("names", "tags"):
        (shelf / name).unlink()

    assert [bash("cst", "show", ""), fish("cst show "), bash("cst", "ls", "--tag", "")] == [[], {}, []]


# ------------------------------------------------------------------------------------ at a real terminal


def on_terminal(shell: str, tmp_path: Path) -> tuple[AbstractContextManager[Typed], list[str]]:
    """A fresh interactive shell, and the lines that teach it the completions as a person installs them; cst itself only
    echoes."""
    env = {**os.environ, "TERM": "xterm", "LANG": "C.UTF-8"}
    if shell == "bash":
        start = [f"source {ROOT}/completions/cst.bash"]
        argv = ["bash", "--norc", "--noprofile", "-i"]
    elif shell == "zsh":
        (tmp_path / "functions").mkdir()
        shutil.copy(ROOT / "completions/_cst", tmp_path / "functions/_cst")
        start = [f"fpath=({tmp_path}/functions $fpath)", f"autoload -Uz compinit; compinit -u -d {tmp_path}/dump"]
        argv = ["zsh", "--no-rcs", "-i"]
    else:
        start = [f"source {ROOT}/completions/cst.fish"]
        argv = ["fish", "--no-config", "-i"]
    return typed(argv, env, tmp_path, (40, 200)), [*start, ECHO[shell]]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("show ap\t", "<show><api>"), ("show my\t", "<show><my project>"), ("show \\$\t", "<show><$(touch pwned)>"),
        ("sho\tgr\t", "<show><größe>"), ("answer a\t", "<answer><api>"), ("answer api al\t", "<answer><api><always>"),
        *(pytest.param(*case, marks=pytest.mark.long) for case in (
            ("show '$\t", "<show><$(touch pwned)>"), ("show it\t", "<show><it's>"), ("show say\t", '<show><say "hi">'),
            ("show 'my\t", "<show><my project>"), ("show a:\t", "<show><a:b>"), ("show x\t", "<show><x;touch pwned>"),
            ("hooks uni\t", "<hooks><uninstall>"), ("show \\*\t", "<show><*>"), ("show ba\t", "<show><back\\slash>"),
        )),
    ],
)  # fmt: skip
def test_tab_at_a_terminal(shell: str, keys: str, words: str, tmp_path: Path) -> None:
    """The first TAB of a fresh shell puts the whole name there as one word, and no name runs anything."""
    needs(shell)
    context, start = on_terminal(shell, tmp_path)
    with context as terminal:
        for command in start:
            terminal.type(command + "\n")
        terminal.type("echo rea''dy\n")
        place = terminal.sees("ready")
        terminal.type(f"cst {keys}")
        terminal.sees(" ", place)
        terminal.type("\n")
        terminal.sees(words, place)

    assert list(tmp_path.glob("pwned")) == []


def test_zsh_shows_states(tmp_path: Path) -> None:
    """The list that zsh shows has each session's state and project beside it."""
    needs("zsh")
    context, start = on_terminal("zsh", tmp_path)
    with context as terminal:
        for command in [*start, "echo rea''dy"]:
            terminal.type(command + "\n")
        place = terminal.sees("ready")
        terminal.type("cst show \t")
        terminal.sees("permission · web", place)
        terminal.sees("unknown · bare", place)
        terminal.type("\x15cst ls --tag \t")
        terminal.sees("urgent", place)


def test_fish_shows_the_help_as_it_is() -> None:
    """With its apostrophes, colons and brackets."""
    verbs = fish("cst ")
    options = fish("cst prune --") | fish("cst snooze --")

    assert {name: verbs[name] for name in VERB_NAMES} == {verb.name: verb.help for verb in every() if not verb.hidden}
    assert options["--older-than"] == next(o.help for v in every() for o in v.options if o.name == "older-than")


def test_zsh_shows_the_help_as_it_is(tmp_path: Path) -> None:
    """Bug shown: "Answer a sessions dialog", and commas for colons."""
    needs("zsh")
    context, start = on_terminal("zsh", tmp_path)
    with context as terminal:
        for command in [*start, "echo rea''dy"]:
            terminal.type(command + "\n")
        place = terminal.sees("ready")
        terminal.type("cst \t")
        terminal.sees("a session's dialog", place)
        terminal.type("\x15cst prune --\t")
        terminal.sees("with --all: ", place)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_init_brings_the_completions(shell: str, tmp_path: Path) -> None:
    """`cst init` is enough: no file has to be put anywhere."""
    needs(shell)
    from cst.setup import shell_init

    (tmp_path / "init").write_text(shell_init.integration(shell))
    context, _ = on_terminal(shell, tmp_path)
    before = [f"autoload -Uz compinit; compinit -u -d {tmp_path}/dump"] if shell == "zsh" else []
    with context as terminal:
        for command in [*before, f"source {tmp_path}/init", ECHO[shell], "echo rea''dy"]:
            terminal.type(command + "\n")
        place = terminal.sees("ready")
        terminal.type("cst show my\t\n")
        terminal.sees("<show><my project>", place)
