"""`cst grep`: what was said in live and ended sessions, and what panes show."""

from __future__ import annotations

import json
from pathlib import Path

from cst.settings import Settings
from tests.testing import (
    OTHER_ID,
    TmuxServer,
    called,
    cst,
    registry_entry,
    said,
    started,
    typed,
    write_registry,
    write_transcript,
)
from tests.unit.actions.fake import FakePane
from tests.unit.commands.running import cst_beside

LINES = [
    typed('Why is "port 80" in use?'), called("Bash", {"command": "ss -lt | grep Port"}),
    said("Port 80 is nginx's.\x1b[2J\nStop it?"), {"type": "custom-title", "customTitle": "ports"},
]  # fmt: skip


def found(*words: str) -> list[tuple[str, str]]:
    done = cst("grep", "--json", *words)
    return [(one["who"], one["text"]) for one in map(json.loads, done.stdout.splitlines())]


def test_what_was_said_and_done(home: Path, claude: Path) -> None:
    """Newest first, by whom; capitals count where the word has any; quotes are found as they were typed."""
    write_transcript(claude, LINES)

    assert [who for who, _ in found("port")] == ["claude", "Bash", "you"]
    assert [who for who, _ in found("Port")] == ["claude", "Bash"]
    assert [who for who, _ in found('"port 80"')] == ["you"]
    assert found("--most", "1", "port") == [("claude", "Port 80 is nginx's.\x1b[2J\nStop it?")]


def test_lines_for_a_person(home: Path, claude: Path) -> None:
    """The session, who, how long ago, and the word with what is around it; nothing that a terminal would act on."""
    write_transcript(claude, LINES)
    write_transcript(claude, [typed("x" * 900 + " PORT " + "y" * 900)], OTHER_ID, "/x/other")
    done = cst("grep", "port", "--color", "never")

    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert any("ports" in line and "claude" in line and "Port 80 is nginx's. Stop it?" in line for line in done.stdout.splitlines())
    assert any(f"…{'x' * 28} PORT yyy" in line for line in done.stdout.splitlines())


def test_a_line_without_a_time(home: Path, claude: Path) -> None:
    """Nobody knows when it was said. Bug shown: "now"."""
    line = typed("count")
    del line["timestamp"]
    write_transcript(claude, [line])
    shown, told = cst("grep", "count").stdout, json.loads(cst("grep", "--json", "count").stdout)

    assert (told["who"], told["at"]) == ("you", None)
    assert shown.split()[-2:] == ["you", "count"]


def test_what_was_asked(home: Path, claude: Path) -> None:
    """Each question, its options and what explains them; of a plan every line: all that a person saw.

    Bug shown: of a question only its text was searched, of a plan its first line.
    """
    first = {"question": "Which rounding?", "options": [{"label": "Half up", "description": "as the tax office"}, None]}
    asked = {"questions": [first, {"question": "Since when?", "options": [{"label": "January"}]}, "x"]}
    plan = {"plan": "# Split it\n\n1. Move the guide"}
    write_transcript(claude, [called("AskUserQuestion", asked), called("ExitPlanMode", plan), called("AskUserQuestion", {})])

    for word in ("rounding", "half up", "tax office", "since when", "January"):
        assert [who for who, _ in found(word)] == ["AskUserQuestion"], word
    assert [who for who, _ in found("move the guide")] == ["ExitPlanMode"]


def test_nothing_found_and_nothing_to_look_for(home: Path, claude: Path) -> None:
    """Exit 1, and 2 for no word; ended sessions are left out with --live."""
    write_transcript(claude, LINES)

    assert cst("grep", "nowhere").returncode == cst("grep", "--live", "port").returncode == 1
    assert cst("grep", " ").returncode == cst("grep", "x", "--most", "0").returncode == 2
    assert {cst("grep", "x", "--most", most).returncode for most in ("abc", "1.5", "-1")} == {2}


def test_what_a_pane_shows(pane: FakePane) -> None:
    """A line of the screen of a live session."""
    pane.draw("a line\nTODO: \x1b[31msweep\x1b[0m the floor")
    code, out, _ = cst_beside(pane, "grep", "--live", "--json", "todo: sweep")

    assert code == 0
    assert [(json.loads(line)["who"], json.loads(line)["text"]) for line in out.splitlines()] == [("screen", "TODO: sweep the floor")]


def test_a_screen_that_cannot_be_read(home: Path, claude: Path, own: Settings, tmux_server: TmuxServer, tmp_path: Path) -> None:
    """Is told: that the word is not there is not known. What was said is searched all the same.

    Bug shown: it was no match.
    """
    write_transcript(claude, LINES)
    pid = tmux_server.pid_of(tmux_server.new("one"))
    write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=None))
    (tmp_path / "tmux").write_text(f'#!/bin/sh\ncase "$*" in *capture-pane*) exit 1 ;; esac\nexec {own.tmux_program} "$@"\n')
    (tmp_path / "tmux").chmod(0o755)
    done = cst("grep", "--live", "--color", "never", "nginx", env={"CST_TMUX": str(tmp_path / "tmux")})

    assert done.returncode == 1
    assert "cst: cannot read the screen of " in done.stderr
    assert "Port 80 is nginx's" in done.stdout
