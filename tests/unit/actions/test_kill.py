"""Ending a session: exactly that process, or none. The processes here are real."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cst.actions import kill
from cst.model import CstError, Session
from cst.settings import load
from cst.system import processes
from tests.testing import registry_entry, started, until, write_registry

pytestmark = pytest.mark.usefixtures("home")  # where it is kept who was ended

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no pidfd: kill refuses")

_TEXTS = b"\n# @anthropic-ai/claude-code CLAUDE_CODE_ENTRYPOINT\n"
_DEAF = "trap '' TERM; echo deaf; while :; do sleep 0.05; done"


class Programs:
    """Starts real processes under any name; `stop` ends what is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []

    def start(
        self, name: str, *words: str, program: str = "sleep", stdin: int | None = None
    ) -> subprocess.Popen[bytes]:
        """A process called `name` that is `program` with these words."""
        self.folder.mkdir(exist_ok=True)
        link = self.folder / name
        if not link.exists():
            link.symlink_to(os.path.realpath(shutil.which(program) or program))
        process = subprocess.Popen([str(link), *(words or ("600",))], stdin=stdin, stdout=subprocess.PIPE)
        self.running.append(process)
        until(lambda: Path(f"/proc/{process.pid}/comm").read_text() == name + "\n")
        return process

    def copy(self, name: str, program: str, *words: str, ours: bool = True) -> subprocess.Popen[bytes]:
        """A process that runs a copy of a program, with (`ours`) the client's own texts in it, in the folder of these."""
        self.folder.mkdir(exist_ok=True)
        path = self.folder / name
        content = Path(os.path.realpath(shutil.which(program) or program)).read_bytes()
        path.write_bytes(content + (_TEXTS if ours else b""))
        path.chmod(0o755)
        self.running.append(subprocess.Popen([str(path), *words], cwd=self.folder, stdout=subprocess.PIPE))
        until(lambda: Path(f"/proc/{self.running[-1].pid}/comm").read_text() == name + "\n")
        return self.running[-1]

    def deaf(self, name: str = "claude") -> subprocess.Popen[bytes]:
        """A process that ignores SIGTERM, once it does."""
        process = self.start(name, "-c", _DEAF, program="sh")
        assert process.stdout
        process.stdout.readline()
        return process

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.wait(10)
            if process.stdout:
                process.stdout.close()


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    """Programs of this test."""
    made = Programs(tmp_path / "programs")
    yield made
    made.stop()


def _session(pid: int, start: str, config_dir: str = "/nowhere") -> Session:
    return Session(f"{pid}.{start}", "id", pid, "done", 0.0, "", "", name="api", config_dir=config_dir)


def _end(session: Session, grace: float, force: bool = False) -> str:
    return kill.end(load(os.environ)._replace(kill_grace=grace), session, force)


def _alive(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def test_sigterm(programs: Programs) -> None:
    """A process called claude, with that pid and that start, gets SIGTERM."""
    process = programs.start("claude")
    said = _end(_session(process.pid, started(process.pid)), 10)

    assert f"api (pid {process.pid}) has ended (SIGTERM)" == said
    assert process.wait(10) == -signal.SIGTERM


def test_pid_of_another_process(programs: Programs) -> None:
    """A pid that now belongs to another process, even one called claude, is refused, and that process lives."""
    process = programs.start("claude")
    other = str(int(started(process.pid)) - 1)
    with pytest.raises(CstError) as caught:
        _end(_session(process.pid, other), 1, force=True)

    expected = f"pid {process.pid} belongs to another process now (started at {other[:-1]}"
    assert expected in str(caught.value).replace(started(process.pid), other[:-1])
    assert "; nothing was signalled" in str(caught.value)
    assert _alive(process)


def test_not_claude(programs: Programs) -> None:
    """A process of another name that is in no registry is refused, though pid and start are right."""
    process = programs.start("editor")
    with pytest.raises(CstError, match=rf"process {process.pid} is editor, not Claude Code: .*; nothing was signalled"):
        _end(_session(process.pid, started(process.pid)), 1, force=True)

    assert _alive(process)


def test_a_record_is_no_proof(programs: Programs, claude: Path) -> None:
    """Whoever can write a registry record can name any process in it. Bug shown: it was ended."""
    process = programs.start("editor")
    start = started(process.pid)
    write_registry(claude, registry_entry(process.pid, procStart=start))
    with pytest.raises(CstError, match=r"is editor, not Claude Code: .*; nothing was signalled"):
        _end(_session(process.pid, start, str(claude)), 1, force=True)

    assert _alive(process)


def test_claude_became_another_program(programs: Programs, claude: Path) -> None:
    """`exec` keeps pid and start time, not the name. Bug shown: the program that a session had become was ended."""
    process = programs.start("claude", "-c", "read line; exec sleep 600", program="sh", stdin=subprocess.PIPE)
    start = started(process.pid)
    write_registry(claude, registry_entry(process.pid, procStart=start))
    assert process.stdin
    process.stdin.write(b"now\n")
    process.stdin.close()
    until(lambda: Path(f"/proc/{process.pid}/comm").read_text() == "sleep\n")
    with pytest.raises(CstError, match=r"is sleep, not Claude Code: .*; nothing was signalled"):
        _end(_session(process.pid, start, str(claude)), 1, force=True)

    assert _alive(process)


def test_a_copy_of_the_client_under_another_name(programs: Programs) -> None:
    """Its file proves it. Bug shown: `assistant`, a copy of the client, could not be ended."""
    process = programs.copy("assistant", "sleep", "600")
    said = _end(_session(process.pid, started(process.pid)), 10)

    assert said == f"api (pid {process.pid}) has ended (SIGTERM)"


@pytest.mark.parametrize(("name", "ours"), [("node", True), ("editor", False)])
def test_a_script_of_the_client(programs: Programs, name: str, ours: bool) -> None:
    """Run by an interpreter it is the client; open in an editor it is not."""
    programs.folder.mkdir()
    (programs.folder / "cli.js").write_bytes(b"sleep 600\n" + _TEXTS)
    process = programs.copy(name, "sh", "cli.js", ours=False)
    session = _session(process.pid, started(process.pid))
    if ours:
        assert _end(session, 10).endswith("has ended (SIGTERM)")
        return
    with pytest.raises(CstError, match=r"is editor, not Claude Code: .*; nothing was signalled"):
        _end(session, 1, force=True)

    assert _alive(process)


_STOPS = "echo \"$@\" ${CLAUDE_CONFIG_DIR-none} >asked; kill -9 $(cat pid); sleep 0.2\n"


def _in_background(programs: Programs, claude: Path, stop: str, **more: object) -> Session:
    """A background session whose program runs the script `stop` for the word `stop`."""
    process = programs.copy("assistant", "sh", "-c", "sleep 600 & wait")
    (programs.folder / "pid").write_text(str(process.pid))
    (programs.folder / "stop").write_text(stop)
    entry = {"procStart": started(process.pid), "kind": "bg", "jobId": "5dc6e66e"} | more
    write_registry(claude, registry_entry(process.pid, **entry))
    return _session(process.pid, started(process.pid), str(claude))


def test_a_background_session_is_stopped_by_the_client(
    programs: Programs, claude: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the program that it runs, with its own config folder. Bug shown: its daemon started it anew after SIGTERM."""
    session = _in_background(programs, claude, _STOPS)
    monkeypatch.chdir(programs.folder)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "/elsewhere")
    threading.Thread(target=programs.running[0].wait, daemon=True).start()  # nobody but a parent takes a zombie away
    said = _end(session, 10)

    assert said == f"api (pid {session.pid}) has ended (claude stop 5dc6e66e)"
    assert (programs.folder / "asked").read_text() == "5dc6e66e none\n"


def test_a_background_session_that_is_not_stopped(
    programs: Programs, claude: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the client said is the reason; nothing is signalled, whatever was asked for."""
    session = _in_background(programs, claude, "echo 'No session \033[31mmatching' >&2; exit 1")
    monkeypatch.chdir(programs.folder)
    with pytest.raises(CstError) as caught:
        _end(session, 1, force=True)

    assert caught.value.what == f"api (pid {session.pid}) was not stopped: No session matching"
    assert caught.value.remedy == "run `claude stop 5dc6e66e` yourself"
    assert _alive(programs.running[0])


def test_a_background_session_that_stays(programs: Programs, claude: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client says that it stopped it, and it did not."""
    session = _in_background(programs, claude, "exit 0")
    monkeypatch.chdir(programs.folder)
    with pytest.raises(CstError, match=r"is still running 0 s after `claude stop 5dc6e66e`; see `claude agents`"):
        _end(session, 0.1)


def test_a_background_session_that_goes_on(programs: Programs, claude: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process has its job: that is said, not an end."""
    session = _in_background(programs, claude, _STOPS)
    again = programs.start("claude")
    write_registry(claude, registry_entry(again.pid, procStart=started(again.pid), kind="bg", jobId="5dc6e66e"))
    monkeypatch.chdir(programs.folder)
    threading.Thread(target=programs.running[0].wait, daemon=True).start()
    with pytest.raises(CstError, match=rf"has ended, and goes on as process {again.pid}; `cst kill {again.pid}` ends"):
        _end(session, 10)


def test_a_job_that_is_no_id(programs: Programs, claude: Path) -> None:
    """It would be an option of the client's."""
    session = _in_background(programs, claude, "exit 0", jobId="--all")
    with pytest.raises(CstError, match="which is no id; nothing was stopped"):
        _end(session, 1)


def test_process_1(claude: Path) -> None:
    """It is nobody's session, whatever a record says, and whatever it is called."""
    start = started(1)
    write_registry(claude, registry_entry(1, procStart=start))
    with pytest.raises(CstError, match="process 1 is not one of yours; nothing was signalled"):
        _end(_session(1, start, str(claude)), 1, force=True)


def test_without_proc(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing tells who a process is, none is signalled, and none is said to have ended."""
    process = programs.start("claude")
    session = _session(process.pid, started(process.pid))
    monkeypatch.setattr(processes, "HAS_PROC", False)
    with pytest.raises(CstError, match=rf"without /proc nobody can tell whether process {process.pid} is api; nothing"):
        _end(session, 1, force=True)

    assert _alive(process)


def test_start_not_known(programs: Programs) -> None:
    """A session whose start the client never wrote is refused: nothing proves who it is."""
    process = programs.start("claude")
    with pytest.raises(CstError, match="nothing was signalled"):
        _end(_session(process.pid, "0"), 1, force=True)

    assert _alive(process)


def test_deaf_to_sigterm(programs: Programs) -> None:
    """One that ignores SIGTERM is reported, with the command that ends it, and lives."""
    process = programs.deaf()
    key = f"{process.pid}.{started(process.pid)}"
    with pytest.raises(CstError) as caught:
        _end(_session(process.pid, started(process.pid)), 0.2)

    expected = f"api (pid {process.pid}) is still running 0 s after SIGTERM; `cst kill --force {key}` ends it"

    assert expected == str(caught.value)
    assert _alive(process)


def test_force(programs: Programs) -> None:
    """With force, one that ignores SIGTERM gets SIGKILL."""
    process = programs.deaf()
    said = _end(_session(process.pid, started(process.pid)), 0.2, force=True)

    assert f"api (pid {process.pid}) has ended (SIGKILL)" == said
    assert process.wait(10) == -signal.SIGKILL


def test_force_is_gentle_first(programs: Programs) -> None:
    """With force, one that heeds SIGTERM is not killed."""
    process = programs.start("claude")
    _end(_session(process.pid, started(process.pid)), 10, force=True)

    assert process.wait(10) == -signal.SIGTERM


def test_already_gone(programs: Programs) -> None:
    """A process that has ended, reaped or not, is not signalled, and neither is nobody."""
    process = programs.start("claude")
    session = _session(process.pid, started(process.pid))
    process.kill()
    until(lambda: " Z " in Path(f"/proc/{process.pid}/stat").read_text())
    with pytest.raises(CstError, match="has ended"):
        _end(session, 1)
    process.wait(10)
    with pytest.raises(CstError, match="has already ended"):
        _end(session, 1)


def test_ended_session() -> None:
    """A session that was ended before, whose key is its id, has no process to end."""
    with pytest.raises(CstError, match="has already ended"):
        _end(Session("a8f6c966", "a8f6c966", None, "ended", 0.0, "", ""), 1)
