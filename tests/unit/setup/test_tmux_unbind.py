"""`cst init tmux --off`: the lines go out of tmux.conf byte for byte, and out of the tmux that runs."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from cst.model import CstError
from cst.settings import load
from cst.setup import tmux_conf, tmux_unbind
from tests.testing import TmuxServer, cst, registry_entry, started, write_registry

MINE = [b"", b"set -g mouse on\n", b"set -g mouse on", b"\n\n", b"# >>> mine >>>\nbind x kill-pane\r\n", b"set -g a \xff\n\n"]


@pytest.fixture
def conf(home: Path) -> Path:
    return home / ".tmux.conf"


def off(*words: str, **env: str) -> tuple[int, str, str]:
    done = cst("init", "tmux", "--off", *words, env=env)
    return done.returncode, done.stdout, done.stderr


def everything(server: TmuxServer) -> list[str]:
    """All keys and options of a server."""
    words = (["list-keys"], ["show-options", "-g"], ["show-options", "-gw"])
    return [line for one in words for line in server.run(*one).splitlines()]


@pytest.mark.parametrize("after", [b"", b"set -g b c\n"])
@pytest.mark.parametrize("before", MINE)
@pytest.mark.parametrize("words", [(), ("--plugin",)])
def test_appended_and_taken_out_is_the_file_from_before(before: bytes, after: bytes, words: tuple[str, ...]) -> None:
    """Whatever stands before or behind; appended twice too. A line that had no end has one if another follows now."""
    lines = tmux_conf.fenced((tmux_conf.plugin if words else tmux_conf.bindings)("/opt/cst")).encode()
    wanted = before + b"\n" * bool(after and before and before[-1:] != b"\n") + after

    assert tmux_unbind.without(before + lines + after, "x") == wanted
    assert tmux_unbind.without(before + lines + lines + after, "x") == wanted
    assert tmux_unbind.without(before + after, "x") == before + after


def test_lines_without_their_end_are_left_to_the_person() -> None:
    """Somebody edited them: nobody can tell where ours end."""
    with pytest.raises(CstError, match="without '# <<< cst <<<' below it; take cst's lines out by hand"):
        tmux_unbind.without(b"# >>> cst >>>\nbind a x\n", "/x")


def test_a_person_took_the_empty_line_out() -> None:
    """Then the one before is not ours. Bug shown: it was glued to the one behind."""
    assert tmux_unbind.without(b"set -g a b\n# >>> cst >>>\nx\n# <<< cst <<<\nset -g c d\n", "x") == b"set -g a b\nset -g c d\n"


def test_a_file_that_had_nothing_else_is_removed(conf: Path) -> None:
    """There was none before `cst init tmux >> ~/.tmux.conf`; the change is shown first."""
    conf.write_text(cst("init", "tmux").stdout)
    code, said, _ = off("--yes")

    assert (code, conf.exists()) == (0, False)
    assert "-# <<< cst <<<" in said
    assert "removed from ~/.tmux.conf" in said
    assert os.listdir(conf.parent) == []


def test_a_link_and_its_mode_stay(conf: Path, home: Path) -> None:
    """As dotfile managers have them, also where nothing else is in it."""
    (home / "dots").mkdir()
    real = home / "dots/tmux.conf"
    real.write_text(cst("init", "tmux").stdout)
    real.chmod(0o640)
    conf.symlink_to(real)
    off("--yes")

    assert (conf.is_symlink(), real.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (True, b"", 0o640)


def test_it_asks_and_a_dry_run_only_shows(conf: Path) -> None:
    """Without a terminal and without --yes nothing changes."""
    conf.write_text("set -g mouse on\n" + cst("init", "tmux").stdout)
    before = conf.read_bytes()
    shown = off("--dry-run")
    asked = off()

    assert (shown[0], asked[0], conf.read_bytes()) == (0, 1, before)
    assert "pass --yes" in asked[2]


def test_without_anything_to_do_it_says_so(conf: Path) -> None:
    """A second time, or where it never was."""
    assert off("--yes") == (0, "no tmux.conf has lines of `cst init tmux`, and no running tmux has its keys\n", "")


def test_of_a_shell_it_says_how() -> None:
    """The lines of a shell are the person's own."""
    done = cst("init", "bash", "--off")

    assert (done.returncode, done.stdout) == (1, "")
    assert "run `__cst_off`" in done.stderr


@pytest.mark.parametrize("words", [(), ("--plugin",)])
def test_the_tmux_that_runs_is_as_before(tmux_server: TmuxServer, conf: Path, words: tuple[str, ...]) -> None:
    """Keys, segment, options; a key of somebody's that calls something else of cst stays."""
    tmux_server.new("main")
    tmux_server.run("bind-key", "C", "new-window", "cst ls --watch")
    before = everything(tmux_server)
    lines = cst("init", "tmux", *words).stdout
    conf.write_text(lines)
    tmux_server.run("source-file", str(conf))
    between = everything(tmux_server)
    code, said, wrong = off("--yes", TMUX=f"{tmux_server.socket},1,0", PATH=os.environ["PATH"])

    assert (code, wrong) == (0, "")
    assert tmux_server.socket in said
    assert between != before
    assert [line for line in everything(tmux_server) if line not in before] == []
    assert everything(tmux_server) == before


@pytest.mark.parametrize(
    "mine", ["#(/opt/cst status --format tmux) | %H:%M", "%a #(uptime) [#(/opt/cst status --format tmux)]"]
)
def test_a_segment_that_a_person_placed_stays(tmux_server: TmuxServer, conf: Path, mine: str) -> None:
    """Only what stands there as the lines put it goes. Bug shown: half of it went, with what stood before."""
    tmux_server.new("main")
    tmux_server.run("set-option", "-g", "status-right", mine)
    conf.write_text(cst("init", "tmux").stdout)
    tmux_server.run("source-file", str(conf))
    code, _, wrong = off("--yes", TMUX=f"{tmux_server.socket},1,0", PATH=os.environ["PATH"])

    assert (code, wrong) == (0, "")
    assert tmux_server.run("show-options", "-gv", "status-right").strip() == mine


def test_the_segment_of_before_goes_too(tmux_server: TmuxServer, conf: Path) -> None:
    """That of lines which did not hand the width to cst."""
    tmux_server.new("main")
    before = everything(tmux_server)
    conf.write_text(cst("init", "tmux").stdout.replace(" --width #{client_width}", ""))
    tmux_server.run("source-file", str(conf))
    assert "status --format tmux)" in tmux_server.run("show-options", "-gv", "status-right")
    code, _, wrong = off("--yes", TMUX=f"{tmux_server.socket},1,0", PATH=os.environ["PATH"])

    assert (code, wrong) == (0, "")
    assert everything(tmux_server) == before


@pytest.mark.parametrize("named_by", ["a session", "the default socket"])
@pytest.mark.parametrize("words", [(), ("--plugin",)])
def test_outside_tmux_the_servers_are_found(
    tmux_server: TmuxServer, make_tmux_server: Callable[[], TmuxServer], claude: Path, words: tuple[str, ...], named_by: str
) -> None:
    """The one that a live session is on, and the default one; another without anything of ours is left alone.

    Bug shown: outside tmux the keys stayed in the server that ran, without a word.
    """
    pane = tmux_server.new("main")
    other = make_tmux_server()
    before, untouched = everything(tmux_server), (other.new("main"), everything(other))[1]
    lines = tmux_server.folder / "lines"
    lines.write_text(cst("init", "tmux", *words).stdout)
    tmux_server.run("source-file", str(lines))
    env = {"PATH": os.environ["PATH"]}
    for server, where in ((tmux_server, pane), (other, "main")):
        pid = server.pid_of(where)
        write_registry(claude, registry_entry(pid, procStart=started(pid), tmux=None, sessionId=str(uuid.uuid4())))
    if named_by == "the default socket":
        shutil.rmtree(claude / "sessions")
        (tmux_server.folder / f"tmux-{os.getuid()}" / "default").symlink_to(tmux_server.socket)
        env["TMUX_TMPDIR"] = str(tmux_server.folder)
    code, said, wrong = off("--yes", **env)

    assert (code, wrong, said.count("to be removed from the tmux at")) == (0, "", 1)
    assert everything(tmux_server) == before
    assert everything(other) == untouched


def test_what_is_shown_is_what_the_file_has(conf: Path) -> None:
    """Runs of spaces are no single ones. Bug shown: they were."""
    conf.write_text(cst("init", "tmux").stdout)

    assert "-# prefix a   the session" in off("--dry-run")[1]


def test_the_file_that_a_server_has_read_is_found(tmux_server: TmuxServer, home: Path) -> None:
    """`tmux -f elsewhere`: tmux tells what it has read."""
    own = load({**os.environ, "TMUX": f"{tmux_server.socket},1,0"})
    tmux_server.new("main")
    (server,), _ = tmux_unbind.servers(own)
    path = home / "elsewhere"
    path.write_text(tmux_conf.fenced(tmux_conf.bindings("/cst")))

    assert server.files == ()  # /dev/null
    assert [plan.path for plan in tmux_unbind.plans(own, str(home), [server._replace(files=(str(path),))])] == [str(path)]


def test_servers_of_other_names_are_found(tmux_server: TmuxServer, conf: Path) -> None:
    """`tmux -L work` has the keys too, though nothing names it: all servers in the folder are asked; a socket without a
    server is none, one without anything of ours is left alone.

    Bug shown: the keys stayed there, without a word.
    """
    tmux_server.new("main")
    folder = os.path.dirname(tmux_server.socket)
    conf.write_text(cst("init", "tmux").stdout)
    before = everything(tmux_server)
    tmux_server.run("source-file", str(conf))
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(f"{folder}/dead")
    code, said, wrong = off("--yes", PATH=os.environ["PATH"], TMUX_TMPDIR=str(tmux_server.folder))

    assert (code, wrong) == (0, "")
    assert f"to be removed from the tmux at {tmux_server.socket}" in said
    assert everything(tmux_server) == before


def test_a_server_that_does_not_answer_is_named(tmux_server: TmuxServer) -> None:
    """Nobody can tell whether it has the keys."""
    tmux_server.new("main")
    path = f"{os.path.dirname(tmux_server.socket)}/silent"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(path)
        silent.listen(1)
        code, said, wrong = off("--yes", PATH=os.environ["PATH"], TMUX_TMPDIR=str(tmux_server.folder))

    assert code == 1
    assert "no running tmux has its keys" in said
    assert f"this tmux could not be checked: the tmux server at {path} did not answer within 2 s" in wrong
