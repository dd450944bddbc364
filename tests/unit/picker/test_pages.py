"""The pages of the preview over the real thing: a pane that prints what it likes, a repository, a transcript of 1 GB."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from pathlib import Path

import pytest

from cst import sessions, snapshot, text
from cst.core import fleet
from cst.model import PAGES, CstError, Session, Snapshot
from cst.picker import pages
from cst.render.paint import Paint
from cst.settings import load
from tests.testing import (
    ID,
    Live,
    TmuxServer,
    called,
    cst,
    ended_turn,
    jsonl,
    registry_entry,
    resulted,
    said,
    started,
    typed,
    until,
    write_registry,
    write_transcript,
)

PLAIN, COLOUR = Paint(False), Paint(True)
_SGR = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = (
    r"\033[1;31mred\033[0m plain\r\n\033]0;title\007\033]52;c;cHduZWQ=\007\033P1$q\033\\after\r\n"
    r"\033]8;;http://evil\033\\link\033]8;;\033\\\r\n\033[44mblue\033[K\033[0m\r\n\302\233bidi \342\200\256gpj\r\n"
    r"#(touch pwned) \346\274\242\345\255\227\r\n"
)


def fleet_of(claude: Path, pid: int, **changes: object) -> None:
    """Register a busy session that the process `pid` is."""
    now = time.time()
    write_registry(claude, registry_entry(
        pid, procStart=started(pid), status="busy", tmux=None, startedAt=int((now - 600) * 1000),
        statusUpdatedAt=int((now - 60) * 1000), **changes,
    ))  # fmt: skip


def seen(pid: int) -> tuple[Snapshot, Session]:
    """A look as the picker has it, and the session of a process."""
    found, listed = sessions.load_and_mark_seen(load(os.environ), snapshot.ROWS)
    return found, next(session for session in listed if session.pid == pid)


def shown(pid: int, name: str, columns: int = 80, lines: int = 40, paint: Paint = PLAIN, below: bool = True) -> list[str]:
    """A page about a live process, without what stands above it."""
    found, session = seen(pid)
    made = pages.page(load(os.environ), found, session, name, columns, lines, paint)
    return made[made.index("") + 1 :] if below else made


# -------------------------------------------------------------------------------------------------- screen


def test_the_screen_of_a_pane(claude: Path, tmux_server: TmuxServer) -> None:
    """What a real pane shows, in its colours; titles, clipboards, links, bidi and jobs are gone or plain text."""
    pane = tmux_server.new("work", "sh", "-c", f"stty -echo; printf '{HOSTILE}'; exec cat")  # tmux answers some of it
    until(lambda: "touch" in tmux_server.run("capture-pane", "-p", "-t", pane))
    pid = tmux_server.pid_of(pane)
    fleet_of(claude, pid)
    colour, plain = shown(pid, "screen", paint=COLOUR), shown(pid, "screen")

    assert colour[0] == "\x1b[0;1;31mred\x1b[0m plain"
    assert any(line.startswith("\x1b[0;44mblue") and line.endswith("\x1b[0m") for line in colour)
    assert plain[:3] == ["red plain", "after", "link"]
    assert plain[-1] == "#(touch pwned) 漢字"
    for line in colour:
        assert _SGR.sub("", line).isprintable()
        assert not any(word in line for word in ("]0;", "]52", "http", "\u202e"))
    assert "\x1b" not in "".join(plain)


@pytest.mark.parametrize(("columns", "lines"), [(30, 5), (30, 12), (40, 8), (80, 24), (200, 100)])
def test_a_screen_fits_the_window(claude: Path, tmux_server: TmuxServer, columns: int, lines: int) -> None:
    """The bottom of the pane, cut to the width, under the header, in the height."""
    pane = tmux_server.new("work", "sh", "-c", 'n=0; while [ $n -lt 60 ]; do printf "\\n$n 漢字 %0100d" 7; n=$((n+1)); done; exec cat')
    until(lambda: "59 " in tmux_server.run("capture-pane", "-p", "-t", pane))
    pid = tmux_server.pid_of(pane)
    fleet_of(claude, pid)
    found = shown(pid, "screen", columns, lines, below=False)

    assert len(found) <= lines
    assert found[-1].startswith("59 漢字 0")
    assert max(map(text.width, found)) <= columns
    assert "[screen]" in found[0]
    assert "working" in found[1]


def test_a_small_page_leaves_an_empty_input_box_out(claude: Path, tmux_server: TmuxServer) -> None:
    """Five lines show what was said, and not the box below it; forty show both. Bug shown: a rule and a status line."""
    rule = "─" * 60
    pane = tmux_server.new("work", "sh", "-c", f"stty -echo; printf '● All 214 tests pass.\\n\\n{rule}\\n❯\\n{rule}\\n  status\\n  ? for shortcuts'; exec cat")
    until(lambda: "shortcuts" in tmux_server.run("capture-pane", "-p", "-t", pane))
    pid = tmux_server.pid_of(pane)
    fleet_of(claude, pid)
    few, many = shown(pid, "screen", 80, 5, below=False), shown(pid, "screen", 80, 40)

    assert "● All 214 tests pass." in few
    assert not any("shortcuts" in line or "❯" in line for line in few)
    assert "  ? for shortcuts" in many


def test_no_screen_is_said(claude: Path, live: Live, tmux_server: TmuxServer) -> None:
    """Outside tmux; in a pane that is gone; in an empty one."""
    pid = live.start("claude")
    fleet_of(claude, pid)
    outside = shown(pid, "screen")
    pane = tmux_server.new("work", "cat")
    inside = tmux_server.pid_of(pane)
    fleet_of(claude, inside)
    empty = shown(inside, "screen")
    found, session = seen(inside)
    tmux_server.run("new-session", "-d", "-s", "other", "cat")
    tmux_server.run("kill-session", "-t", "work")
    gone = pages.page(load(os.environ), found, session, "screen", 80, 40, PLAIN)

    assert outside == ["not in tmux: its screen cannot be read"]
    assert empty == ["its screen is empty"]
    assert f"tmux does not show pane {pane}: it is gone, or the server does not answer" == gone[-1]


# -------------------------------------------------------------------------------------------------- changes


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_changes_of_its_folder(claude: Path, live: Live, tmp_path: Path) -> None:
    """A real repository with a hostile name in it; then a folder that is none."""
    from tests.unit.system.test_git import run

    repo, bare = tmp_path / "repo", tmp_path / "none"
    repo.mkdir()
    bare.mkdir()
    run(repo, "init", "-q")
    (repo / "\x1b[2Ja\nb").write_text("x\n")
    pid, other = live.start("claude"), live.start("claude")
    fleet_of(claude, pid, cwd=str(repo))
    fleet_of(claude, other, cwd=str(bare), sessionId=ID.replace("1", "9"))

    assert shown(pid, "changes") == ["main", "1 file · 1 not tracked", "??  a b"]
    assert shown(other, "changes") == ["not a git repository"]


# ---------------------------------------------------------------------------------------- tools, why, conversation


def test_each_page_through_the_program(claude: Path, live: Live) -> None:
    """`cst preview --page` prints it, by default the tools; a page that is none is a usage error."""
    pid = live.start("claude")
    fleet_of(claude, pid)
    write_transcript(claude, [typed("do it"), called("Bash", {"command": "make all"}), resulted("ok"), said("Done.")])
    done = {name: cst("preview", f"{pid}.{started(pid)}", "--page", name, "--width", "80") for name in PAGES}
    default = cst("preview", f"{pid}.{started(pid)}", "--width", "80")
    wrong = cst("preview", f"{pid}.{started(pid)}", "--page", "nothing")

    assert {(0, "")} == {(one.returncode, one.stderr) for one in done.values()}
    assert all(f"[{name}]" in one.stdout for name, one in done.items())
    assert "Bash" in default.stdout
    assert "[tools]" in default.stdout
    assert "the first that fits decides" in done["why"].stdout
    assert "Done." in done["conversation"].stdout
    assert wrong.returncode == 2


def test_no_such_page(claude: Path, live: Live) -> None:
    """A wrong name is a CstError that lists the right ones."""
    pid = live.start("claude")
    fleet_of(claude, pid)
    with pytest.raises(CstError, match="no page 'x'; there are tools, screen, why, changes, conversation"):
        shown(pid, "x")


def giant(claude: Path, *lines: dict[str, object]) -> Path:
    """A transcript with 1 GB before these lines."""
    path = write_transcript(claude, [])
    os.truncate(path, 1 << 30)
    with path.open("ab") as file:
        file.write(b"\n" + jsonl(lines))
    return path


def test_the_history_behind_a_giant_line(claude: Path, live: Live) -> None:
    """A result of 5 MB as the last line of 1 GB: the tools before it are there, that one too."""
    pid = live.start("claude")
    fleet_of(claude, pid)
    now = time.time()
    giant(
        claude, typed("do it", now - 90), called("Read", {"file_path": "/a"}, now - 80), resulted("ok", now - 79),
        called("Bash", {"command": "cat big"}, now - 70, "toolu_2"), resulted("x\n\"é\" " * 350_000, now - 69, "toolu_2"),
    )  # fmt: skip
    found = [" ".join(line.split()) for line in shown(pid, "tools")]

    assert found[-2:] == ["1m ✓ Bash cat big 1.0s", "1m ✓ Read /a 1.0s"]


def test_the_history_behind_a_line_that_is_too_long(claude: Path, live: Live) -> None:
    """A line of 12 MB is nobody's transcript: it is passed over, and the tools before it are there."""
    pid = live.start("claude")
    fleet_of(claude, pid)
    now = time.time()
    giant(claude, typed("do it", now - 90), called("Read", {"file_path": "/a"}, now - 80), resulted("ok", now - 79),
          said("x" * 12_000_000, now - 70))  # fmt: skip

    assert " ".join(shown(pid, "tools")[-1].split()) == "1m ✓ Read /a 1.0s"


def test_pages_read_a_bounded_part(claude: Path, live: Live) -> None:
    """No page needs long over 1 GB without an end in sight; nothing of it is held."""
    pid = live.start("claude")
    fleet_of(claude, pid)
    giant(claude, *(said("x" * 2000) for _ in range(800)))
    begun = time.process_time()
    for name in ("tools", "why", "conversation"):
        shown(pid, name)

    assert time.process_time() - begun < 5


def test_an_ended_session_has_its_history(claude: Path, home: Path) -> None:
    """Its transcript is read as that of a live one; it has no screen."""
    write_transcript(claude, [typed("do it", time.time() - 99), called("Bash", {"command": "make"}, time.time() - 90),
                              resulted("ok", time.time() - 89), said("Done.", time.time() - 80), ended_turn(time.time() - 79)])  # fmt: skip
    own = load(os.environ)
    found = snapshot.take(own, time.time(), snapshot.ROWS, ended=True)
    (session,) = fleet.sessions(found)
    all_pages = {name: pages.page(own, found, session, name, 80, 40, PLAIN) for name in PAGES}

    assert session.state == "ended"
    assert any("Bash" in line and "make" in line for line in all_pages["tools"])
    assert all_pages["screen"][-1] == "it has ended"
    assert all_pages["conversation"][-1] == "  Done."


def test_pages_in_threads(claude: Path, live: Live) -> None:
    """Several at once, as the picker's worker makes them: each is what it is alone."""
    pid = live.start("claude")
    fleet_of(claude, pid)
    write_transcript(claude, [typed("do it"), called("Bash", {"command": "make all"}), resulted("ok"), said("Done.")])
    found, session = seen(pid)
    own, made = load(os.environ), {}

    def make(name: str, number: int) -> None:
        made[name, number] = pages.page(own, found, session, name, 80, 40, COLOUR)

    threads = [threading.Thread(target=make, args=(name, number)) for name in PAGES for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(made) == 3 * len(PAGES)
    assert all(made[name, 0] == made[name, number] for name, number in made)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("columns", "lines"), [(30, 5), (47, 9), (80, 24), (200, 100), (20, 0), (1, 1)])
def test_every_page_at_any_size(claude: Path, live: Live, name: str, columns: int, lines: int) -> None:
    """Nothing is over the width; above a page the strip and its session."""
    pid = live.start("claude")
    fleet_of(claude, pid, name="a name 漢字 " * 20, nameSource="user", cwd="/home/u/" + "long/" * 60)
    write_transcript(claude, [typed("漢字 " * 200), called("Bash", {"command": "x" * 900}), said("y" * 900)], cwd="x")
    found = shown(pid, name, columns, lines, below=False)

    assert [line for line in found if text.width(line) > max(columns, 20)] == []
    assert name in found[0] or columns < 20
    assert "working" in found[1]
