"""`cst web` as a command: what it says, how it ends, and that nothing of it is left."""

from __future__ import annotations

import os
import pty
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cst.commands import web as command
from tests.testing import ROOT, cst, until, web


def file_of(server: web.Server, home: Path) -> Path:
    return home / f".local/state/cst/web/{server.port}.html"


def test_without_the_extra_it_says_how_to_get_it() -> None:
    """In one line; no other verb imports what is missing."""
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; sys.modules['uvicorn'] = sys.modules['starlette'] = None; "
        "from cst.__main__ import main; codes = [main(['ls']), main(['web'])]; print(codes)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.stdout.endswith("[0, 1]\n")
    missing = "cst: the web page needs starlette and uvicorn, an optional extra"
    assert done.stderr == f"{missing}; install cst as 'claude-session-toolkit[web]', or from a checkout as '.[web]'\n"


@pytest.mark.parametrize(("words", "said"), [
    (["--port", "x"], "cst: --port takes a number up to 65535; 0 is any that is free"),
    (["--port", "9" * 5000], "cst: --port takes a number up to 65535; 0 is any that is free"),
    (["--port", "65536"], "cst: --port takes a number up to 65535; 0 is any that is free"),
    (["--allow-host", "a b"], "cst: 'a b' is not the name of a host"),
])  # fmt: skip
def test_what_cannot_be_meant_is_a_usage_error(words: list[str], said: str) -> None:
    done = cst("web", *words)

    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", said)


def test_a_port_that_is_taken_is_named(home: Path) -> None:
    with web.started(os.environ) as server:
        done = cst("web", "--port", str(server.port))

        assert (done.returncode, done.stdout) == (1, "")
        wrong = f"cst: cannot listen on port {server.port}: Address already in use; give another one with --port\n"
        assert done.stderr == wrong
        assert file_of(server, home).exists(), "that of the first one"


def test_it_listens_on_loopback_only_and_its_key_is_private(home: Path) -> None:
    """One socket, on 127.0.0.1, and a file that nobody else can read."""
    with web.started(os.environ) as server:
        lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/{server.process.pid}/net/{name}").read_text().splitlines()]
        bound = [words[1] for words in lines if words[3] == "0A" and words[1].endswith(f":{server.port:04X}")]
        assert bound == [f"0100007F:{server.port:04X}"]

        file = file_of(server, home)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert server.url in file.read_text()
        assert server.said == f"{server.url}\nread-only (--act lets it answer, send and mark); ctrl-c ends it\n"


@pytest.mark.parametrize(("number", "code"), [
    (signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)
])  # fmt: skip
def test_however_it_ends_nothing_listens_and_nothing_can_be_read(number: int, code: int, home: Path) -> None:
    """ctrl-c, the end of the terminal, kill -9; with a browser that watches."""
    with web.started(os.environ) as server:
        server.enter()
        file = file_of(server, home)
        assert file.exists()

        os.kill(server.process.pid, number)

        assert server.process.wait(20) == code
        assert not server.listens()
        until(lambda: not file.exists())
        assert list(file.parent.iterdir()) == []


def _answer(port: int) -> bytes:
    """The first line of what is said to one who asks for nobody's page."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return connection.recv(100).partition(b"\r")[0]


def test_the_end_of_its_terminal_ends_it(home: Path) -> None:
    """In a real terminal, which is closed: nothing listens, and the key is gone."""
    pid, master = pty.fork()
    if not pid:
        os.execv(sys.executable, [sys.executable, str(ROOT / "shell" / "cst"), "web", "--port", "0"])
    said = b""
    while b"ctrl-c" not in said:
        said += os.read(master, 4096)
    port = int(said.split(b"127.0.0.1:")[1].partition(b"/")[0])
    until(lambda: b"421" in _answer(port))
    folder = home / ".local/state/cst/web"
    assert [path.name for path in folder.iterdir()] == [f"{port}.html"]

    os.close(master)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 129
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    until(lambda: not list(folder.iterdir()))


def test_a_start_removes_only_what_nobody_listens_for(tmp_path: Path) -> None:
    """Whatever else is called so stays: port 70000 cannot be."""
    folder = tmp_path / "web"
    folder.mkdir()
    for name in ("8000", "8001", "65535", "65536", "70000", "99999", "100000", "9" * 200, "x", "٣"):
        (folder / f"{name}.html").touch()
    asked: list[int] = []

    command._remove_stale(str(folder), lambda port: asked.append(port) or port == 8001)

    assert sorted(asked) == [8000, 8001, 65535]
    assert not {"8000.html", "65535.html"} & {path.name for path in folder.iterdir()}
    assert len(list(folder.iterdir())) == 8


def test_what_is_left_where_its_helper_is_killed_too_is_worthless_and_the_next_start_removes_it(home: Path) -> None:
    """Private, and the key of a start that is over; the file of one that lives stays."""
    with web.started(os.environ) as server, web.started(os.environ) as other:
        helpers = psutil.Process(server.process.pid).children(recursive=True)
        assert helpers
        for one in [*helpers, psutil.Process(server.process.pid)]:
            one.kill()
        server.process.wait(10)
        left = file_of(server, home)
        assert not server.listens()
        assert (left.exists(), stat.S_IMODE(left.stat().st_mode)) == (True, 0o600)

        with web.started(os.environ) as third:
            names = {file_of(one, home).name for one in (other, third)}
            assert {path.name for path in left.parent.iterdir()} == names
            assert third.token not in left.parent.joinpath(f"{other.port}.html").read_text()


def test_open_gives_the_browser_a_file_and_no_address(home: Path, tmp_path: Path) -> None:
    """Everybody on the machine can read command lines."""
    program, told = tmp_path / "xdg-open", tmp_path / "told"
    program.write_text(f'#!/bin/sh\necho "$@" > {told}.new; mv {told}.new {told}\n')
    program.chmod(0o755)
    with web.started({**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}, "--open") as server:
        until(told.exists)

        assert told.read_text().strip() == str(file_of(server, home))


def test_prune_all_removes_what_a_killed_one_may_leave(home: Path) -> None:
    """Its helper was killed with it."""
    left = home / ".local/state/cst/web/8278.html"
    left.parent.mkdir(parents=True)
    left.write_text("x")

    done = cst("prune", "--all", "--yes")

    assert (done.returncode, done.stderr) == (0, "")
    assert not left.parent.exists()
