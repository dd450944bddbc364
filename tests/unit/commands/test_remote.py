"""Verbs about sessions of a host: which words go there, and what is asked here before. The host is a program that notes
its words, one line a call, and what it reads."""

from __future__ import annotations

import json
import os
import pty
import select
import sys
from pathlib import Path
from typing import Any

import pytest

from cst import verbs
from cst.commands import _remote
from cst.settings import load
from tests.testing import ID, ROOT, cst
from tests.testing.hosts import configure

_HOST = """
import json, os, sys
words, here = sys.argv[2:], {folder!r}
open(here + "/calls", "a").write(json.dumps(words) + chr(10))
if words[0] == "show":
    print(open(here + "/show").read())
if words[-1] == "-":
    open(here + "/read", "w").write(sys.stdin.read())
"""


@pytest.fixture
def folder(tmp_path: Path, home: Path) -> Path:
    """Where the host `dev` notes what it is asked."""
    made = tmp_path / "dev"
    made.mkdir()
    (made / "host.py").write_text(_HOST.format(folder=str(made)))
    configure(home, dev=f"{sys.executable} {made}/host.py")
    return made


def calls(folder: Path) -> list[list[str]]:
    path = folder / "calls"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def typed(words: list[str], expected: bytes, keys: bytes) -> tuple[int, str]:
    """cst on a terminal: the keys are typed once it has printed what is `expected`; its exit code, and all it printed."""
    pid, terminal = pty.fork()
    if not pid:
        os.execve(sys.executable, [sys.executable, f"{ROOT}/shell/cst", *words], {**os.environ, "PYTHONPATH": str(ROOT)})
    shown = b""
    while True:
        if not select.select([terminal], [], [], 60)[0]:
            os.kill(pid, 9)
        try:
            data = os.read(terminal, 4096)
        except OSError:  # EIO: whoever had the terminal is gone
            break
        if not data:
            break
        shown += data
        if keys and expected in shown:
            os.write(terminal, keys)
            keys = b""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def test_only_what_names_a_session_goes_there(folder: Path) -> None:
    """In every verb; a text, a file or a folder that has a host's name before a slash is none. Bug shown: `cst grep
    dev/foo` looked for foo on dev."""
    settings = load(os.environ)
    for verb in verbs.every():
        args: dict[str, Any] = {option.name: "" if option.value else False for option in verb.options}
        args |= {one.name: ["dev/foo"] if one.many else "dev/foo" for one in verb.arguments if not one.names_session}
        args |= {one.name: [] if one.many else "" for one in verb.arguments if one.names_session}
        assert _remote.run(verb, args, settings) == (0, args), verb.name
    assert calls(folder) == []
    assert cst("grep", "dev/foo").returncode == 1
    assert cst("rename", "dev/foo").stderr.startswith("cst: not inside tmux")
    assert calls(folder) == []


def test_what_names_a_session_is_completed_with_sessions() -> None:
    """Such an argument cannot be forgotten."""
    every = [(verb.name, one) for verb in verbs.every() for one in verb.arguments]

    assert [name for name, one in every if one.complete == "session" and not one.names_session] == []


@pytest.mark.parametrize(
    ("words", "there"),
    [
        (["dev/api", "parser"], ["--", "api", "parser"]), (["dev/api", ""], ["--", "api", ""]),
        (["dev/api", "--off"], ["--off", "--", "api"]), (["dev/api", "gpu/x"], ["--", "api", "gpu/x"]),
    ],
)  # fmt: skip
def test_rename(folder: Path, words: list[str], there: list[str]) -> None:
    """The first word names the session, the second is a text, empty or not."""
    assert cst("rename", *words).returncode == 0
    assert calls(folder) == [["rename", *there]]


@pytest.mark.parametrize(("keys", "code"), [(b"y\n", 0), (b"n\n", 1)])
def test_a_kill_asks_about_a_key(folder: Path, keys: bytes, code: int) -> None:
    """And kills that key alone: while a person thinks, a name may come to mean another session."""
    (folder / "show").write_text('{"key": "4711.22", "label": "api"}')
    assert typed(["kill", "dev/api"], b"[y/N]", keys)[0] == code

    killed = [["kill", "--yes", "--", "4711.22"]] if code == 0 else []
    assert calls(folder) == [["show", "--json", "--", "api"], ["kill", "--dry-run", "--", "4711.22"], *killed]


@pytest.mark.parametrize("answer", ["{}", '{"key": 7}', '{"key": "-rf"}', json.dumps({"key": ID})])
def test_a_kill_of_what_has_no_live_key(folder: Path, answer: str) -> None:
    """Nothing is killed, nothing is asked."""
    (folder / "show").write_text(answer)
    code, shown = typed(["kill", "dev/api"], b"[y/N]", b"y\n")

    assert (code, "dev: no live session is called 'api'" in shown) == (1, True)
    assert calls(folder) == [["show", "--json", "--", "api"]]


@pytest.mark.parametrize("words", [["open", "dev/api", "-d"], ["resume", f"dev/{ID}", "-d"]])
def test_no_background_outside_tmux(folder: Path, words: list[str]) -> None:
    """As for a session here. Bug shown: this terminal became the connection."""
    code, shown = typed(words, b"", b"")

    assert code == 1
    assert "cst: outside tmux there is no window for it to be in; leave out --detach" in shown


@pytest.mark.parametrize("words", [["jump", "dev/nosuch"], ["open", "dev/nosuch"], ["resume", "dev/nosuch"]])
def test_what_is_unknown_there_opens_nothing(folder: Path, words: list[str]) -> None:
    """What cst there says is the error. Bug shown: a window opened, in which it was said."""
    (folder / "host.py").write_text(_HOST.format(folder=str(folder)) + "sys.stderr.write(\"cst: no session is called 'nosuch'; did you mean 'nosy'?\\n\"); sys.exit(1)\n")
    (folder / "show").write_text("")
    code, shown = typed(words, b"", b"")

    assert (code, shown.strip()) == (1, "cst: dev: no session is called 'nosuch'; did you mean 'nosy'?")
    assert calls(folder) == [["show", "--json", "--", "nosuch"]]


@pytest.mark.parametrize(
    ("words", "asked"), [(["jump", "dev/api"], True), (["resume", f"dev/{ID}"], False), (["resume", "dev/0123"], False)]
)
def test_what_may_be_known_there_is_gone_to(folder: Path, words: list[str], asked: bool) -> None:
    """A host that does not answer may ask for a password on a terminal; `resume` knows ids that `show` does not."""
    (folder / "host.py").write_text(_HOST.format(folder=str(folder)).replace('print(open(here + "/show").read())', "sys.exit(255)"))
    assert typed(words, b"", b"")[0] == 0

    word = words[1].removeprefix("dev/")
    assert calls(folder) == [*([["show", "--json", "--", word]] if asked else []), [words[0], "--", word]]


def test_a_text_is_typed(folder: Path) -> None:
    """It goes there. Bug shown: the host's program was to read our terminal from another process group, read nothing,
    and all was well."""
    code, _ = typed(["send", "dev/api", "-"], b"ctrl-d", b"two words\n\x04")

    assert (code, (folder / "read").read_text()) == (0, "two words\n")
    assert calls(folder) == [["send", "--", "api", "-"]]
