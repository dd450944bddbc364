"""`cst resume`: an ended session goes on, outside tmux and from a key binding."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    TmuxServer,
    cst,
    ended_turn,
    jsonl,
    said,
    typed,
    until,
    write_transcript,
)
from tests.unit.actions.fake import FakePane
from tests.unit.commands.running import one_session, typed_outside


def test_resume_in_place(home: Path, ended: Path, tmux_server: TmuxServer) -> None:
    """Outside tmux cst becomes claude, in the session's folder."""
    typed_outside(tmux_server, "resume", ID)
    until((home / "told").exists, 30)

    assert (home / "told").read_text() == f"{ended}\n--resume {ID}\n"


def test_resume_from_a_key_binding(home: Path, ended: Path, tmux_server: TmuxServer) -> None:
    """From all history by the beginning of the id: in a window of the client that pressed the key, which says so."""
    tmux_server.new("work")
    client = tmux_server.attach("work")
    with (home / "bin" / "claude").open("a") as file:  # registers and stays
        file.write("mkdir -p ~/.claude/sessions\n")
        file.write(f'echo \'{{"pid": \'$$\', "sessionId": "{OTHER_ID}"}}\' >~/.claude/sessions/$$.json; read -r line\n')
    done = cst("resume", OTHER_ID[:6], "--client", client.name, env={"TMUX": f"{tmux_server.socket},1,0"})
    until((home / "told").exists, 30)

    assert (done.returncode, done.stdout) == (0, f"resumed it's: title of 6666 in {ended}\n")
    assert (home / "told").read_text() == f"{ended}\n--resume {OTHER_ID}\n"


def test_it_says_what_a_cold_session_costs(claude: Path, ended: Path) -> None:
    """Before it is resumed (here it is not, without a terminal), where the end of its transcript proves that the prompt cache has expired."""
    path, at = next(claude.glob(f"projects/*/{ID}.jsonl")), time.time() - 600
    usage = {"input_tokens": 82_000, "cache_creation": {"ephemeral_5m_input_tokens": 9}}
    lines = [typed("go", at), said("Done.", at, message={"usage": usage}), ended_turn(at)]
    path.write_bytes(jsonl([{**line, "cwd": str(ended)} for line in lines]))
    done = cst("resume", ID)

    assert done.stderr.splitlines() == [
        "cst: the prompt cache of it's has expired: the next message costs 82k tokens anew",
        "cst: outside tmux this needs a terminal; run it in one",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [("nope",), ("9999",)])
def test_nothing_to_resume(ended: Path, words: tuple[str, ...]) -> None:
    """A word that names no session is an error."""
    done = cst("resume", *words)

    assert (done.returncode, "`cst ls --all` lists" in done.stderr) == (1, True)


def test_too_little_of_an_id(ended: Path) -> None:
    """It says how much of one it takes. Bug shown: `no session is called '666'` in front of the session 66666666."""
    done = cst("resume", OTHER_ID[:3])

    assert (done.returncode, "; of an id write at least 4 characters; `cst resume` alone lists" in done.stderr) == (1, True)


def test_without_a_name_and_without_a_terminal(ended: Path) -> None:
    """It says what to name. Bug shown: `the picker needs a terminal`, of which nobody had spoken."""
    done = subprocess.run(
        [sys.executable, "-m", "cst", "resume"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        start_new_session=True, check=False,
    )  # fmt: skip

    told = "cst: no session is named, and there is no terminal to choose one on; `cst ls --all` lists them\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


def test_resume_in_the_background(home: Path, ended: Path, tmux_server: TmuxServer) -> None:
    """The client stays where it is. Without a name there is a list to be shown."""
    pane = tmux_server.new("work")
    client = tmux_server.attach("work")
    with (home / "bin" / "claude").open("a") as file:  # registers and stays
        file.write("mkdir -p ~/.claude/sessions\n")
        file.write(f'echo \'{{"pid": \'$$\', "sessionId": "{OTHER_ID}"}}\' >~/.claude/sessions/$$.json; read -r line\n')
    done = cst("resume", "-d", OTHER_ID, "--client", client.name, env={"TMUX": f"{tmux_server.socket},1,0"})
    unnamed = cst("resume", "-d")

    assert done.returncode == 0, done
    assert len(tmux_server.run("list-windows", "-t", "=work:").splitlines()) == 2
    assert tmux_server.run("display-message", "-p", "-t", "=work:", "#{pane_id}").strip() == pane
    assert (unnamed.returncode, "--detach needs the session's name" in unnamed.stderr) == (2, True)


def test_a_name_means_one_that_has_ended(claude: Path, live: Live, home: Path, ended: Path) -> None:
    """Also where one that lives has the same name, which is told of only where no other is called so.

    Bug shown: `cst resume NAME` looked at live sessions first, and refused with the one that lives.
    """
    other = "77777777-1111-4222-8333-444444444444"
    key = one_session(claude, live, home, title=f"title of {ID[:4]}", session_id=other)
    both = cst("resume", f"title of {ID[:4]}")
    (claude / "projects").rename(claude / "old")
    write_transcript(claude, [typed("go"), {"type": "custom-title", "customTitle": "alone"}], other)
    alone = [cst("resume", word) for word in ("alone", "alo", key)]

    assert both.stderr == "cst: outside tmux this needs a terminal; run it in one\n"
    pid = key.split(".")[0]
    said = f"cst: alpha: alone has not ended: it lives as process {pid}, in no tmux pane; `cst show {other[:8]}` says what is known of it\n"
    assert [(one.returncode, one.stderr) for one in alone] == [(1, said)] * 3


def test_one_that_lives_is_told_with_its_place(claude: Path, home: Path, pane: FakePane) -> None:
    """And with what goes there."""
    write_transcript(claude, [typed("go"), {"type": "custom-title", "customTitle": "api"}], ID, str(home))
    done = cst("resume", "api")

    assert done.returncode == 1
    assert re.fullmatch(r"cst: fake: api has not ended: it lives as process \d+ in (\S+); `cst jump \1` goes there\n", done.stderr)
