"""A new user's path in a bare home: from the built package to a key that works, and back to the home as it was.

Everything is real but Claude Code: a process that waits, its record, and the hooks that settings.json names, run as the
client runs them. tests/lab/test_walk.py goes the same way with the client itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.testing import ID, ROOT, TmuxClient, TmuxServer, registry_entry, started, until, write_registry

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

PATIENCE = 60  # seconds
PACKAGE = "claude-session-toolkit"
OF_PIPX = (".local/share/pipx/", ".local/state/pipx/", ".cache/")
# What a person's machine says about where packages come from; pip and pipx need it, cst never sees it.
PACKAGES_FROM = ("PIP_", "SSL_", "REQUESTS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive of this checkout, and with the wheel that was built from that archive."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run([sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


class Newcomer:
    """Somebody with a home in which there is nothing yet."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.tmp = folder / "tmp"
        for path in (self.home, self.tmp):
            path.mkdir(mode=0o700)
        self.env = {
            "HOME": str(self.home), "PATH": f"{self.home}/.local/bin:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
            "TMPDIR": str(self.tmp), "TERM": "xterm-256color", "SHELL": "/bin/sh", "TMUX_TMPDIR": str(self.tmp),
        }  # fmt: skip

    def sh(self, command: str, **env: str) -> str:
        """Type a command, which has to succeed; what it says."""
        done = subprocess.run(["sh", "-c", command], env={**self.env, **env}, cwd=self.home, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE * 5, check=False)  # fmt: skip
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def doctor(self, **env: str) -> dict[str, str]:
        """What `cst doctor` says of each check, once nothing is wrong: a busy machine may not answer it in time."""
        done = subprocess.run(["cst", "doctor", "--json"], env={**self.env, **env}, cwd=self.home, capture_output=True, text=True,
                              timeout=PATIENCE * 5, check=False)  # fmt: skip
        found = json.loads(done.stdout)["checks"]
        assert (done.returncode, [one for one in found if one["outcome"] not in ("ok", "note")]) == (0, [])
        return {one["check"]: one["outcome"] for one in found}

    def pipx(self, *words: str) -> None:
        """Call pipx, which has to succeed."""
        index = {name: value for name, value in os.environ.items() if name.startswith(PACKAGES_FROM)}
        done = subprocess.run([sys.executable, "-m", "pipx", *words], env={**self.env, **index}, cwd=self.home, capture_output=True,
                              text=True, timeout=PATIENCE * 8, check=False)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def checksums(self) -> dict[str, str]:
        """Kind, mode and content of everything in the home."""
        return {str(path.relative_to(self.home)): _sum(path) for path in self.home.rglob("*")}

    def fires(self, name: str, pid: int, **more: object) -> None:
        """Run the hooks of an event as Claude Code runs those that its settings name."""
        given = json.loads((self.home / ".claude/settings.json").read_text())["hooks"][name]
        payload = json.dumps({"session_id": ID, "hook_event_name": name, "cwd": str(self.home), **more})
        for group in given:
            for hook in group["hooks"]:
                env = {**self.env, "CLAUDE_PID": str(pid), "CLAUDE_CODE_SESSION_ID": ID}
                subprocess.run(["sh", "-c", hook["command"]], input=payload, text=True, env=env, check=True, timeout=PATIENCE)

    def draws(self, pid: int) -> None:
        """Run the status line as Claude Code runs the one that its settings name."""
        command = json.loads((self.home / ".claude/settings.json").read_text())["statusLine"]["command"]
        told = json.dumps({"session_id": ID, "cwd": str(self.home), "model": {"id": "claude-opus-5-5"}})
        env = {**self.env, "CLAUDE_PID": str(pid), "COLUMNS": "80"}
        subprocess.run(["sh", "-c", command], input=told, text=True, env=env, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL)

    def busy(self) -> list[str]:
        """The processes of this home's cst that still run."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                line = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            except OSError:
                continue
            if f"{self.home}/.local/".encode() in line and b"tmux" not in line.partition(b"\0")[0]:
                found.append(line.decode(errors="replace"))
        return found


def _sum(path: Path) -> str:
    state = path.lstat()
    kind = stat.filemode(state.st_mode)
    if path.is_symlink():
        return f"{kind} {os.readlink(path)}"
    return kind if path.is_dir() else f"{kind} {hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    return Newcomer(tmp_path)


@pytest.fixture
def server(newcomer: Newcomer, make_tmux_server: Callable[[], TmuxServer]) -> TmuxServer:
    """A tmux server that this person's programs live in, not started yet."""
    made = make_tmux_server()
    made.env = {**newcomer.env, "TMUX_TMPDIR": str(made.folder)}
    return made


def asks(person: Newcomer, server: TmuxServer, folder: Path) -> tuple[str, int]:
    """A session that waits for a permission, in a tmux session of its own; its pane and its pid."""
    program = folder / "claude"
    program.write_text("#!/bin/sh\nread -r line\n")
    program.chmod(0o755)
    pane = server.new("api", f"exec {program}")
    pid = server.pid_of(pane)
    until(lambda: Path(f"/proc/{pid}/comm").read_text() == "claude\n")
    now = int(time.time() * 1000)
    write_registry(person.home / ".claude", registry_entry(
        pid, procStart=started(pid), status="waiting", waitingFor="permission prompt", startedAt=now, statusUpdatedAt=now,
        tmux=f"api:@1.{pane}", cwd=str(person.home), name="api",
    ))  # fmt: skip
    return pane, pid


def press(client: TmuxClient, key: str) -> None:
    """The prefix, then a key."""
    os.write(client.master, b"\x02")
    time.sleep(0.05)
    os.write(client.master, key.encode())


@pytest.mark.long
def test_there_and_back(built: Path, newcomer: Newcomer, server: TmuxServer, tmp_path: Path) -> None:
    """The README's *Install*, a key, *cst doctor* without anything wrong, the README's *Uninstall*: every checksum is as
    it was before cst ran, and once pipx has taken its package away, as it was before all."""
    person = newcomer
    bare = person.checksums()
    person.pipx("install", "--python", sys.executable, str(only(built, "*.whl")))
    installed = person.checksums()
    assert (person.home / ".local/share/man/man1/cst.1").exists()

    person.sh("cst hooks install --yes --client 2.1.329")
    person.sh("cst statusline install --yes")
    person.sh("cst init tmux >> ~/.tmux.conf")
    start = [server.program, "-u", "-L", server.name, "new-session", "-d", "-x", "150", "-y", "40", "-s", "main", "cat"]
    subprocess.run(start, env=server.env, check=True, timeout=PATIENCE)  # reads ~/.tmux.conf
    server.run("set-option", "-g", "assume-paste-time", "0")  # a busy machine reads two keys at once: no paste
    inside = {"TMUX": f"{server.socket},{server.run('display-message', '-p', '#{pid}')},0"}
    pane, pid = asks(person, server, tmp_path)
    person.fires("SessionStart", pid, source="startup")
    person.fires("PermissionRequest", pid, tool_name="Bash", tool_input={"command": "make"})
    person.draws(pid)

    found = until(lambda: person.doctor(**inside), PATIENCE)
    assert [found[name] for name in ("cst", "sessions", "hooks", "firing", "tmux", "servers", "fzf")] == ["ok"] * 7
    assert found["keys"] == ("note" if server.since(3, 8) else "ok")  # 3.8 has a use for prefix g

    client = server.attach("main")
    until(lambda: b"1 needs you" in client.shown, PATIENCE)
    press(client, "a")
    until(lambda: client.pane() == pane, PATIENCE)
    press(client, "A")
    until(lambda: client.pane() != pane, PATIENCE)
    press(client, "g")
    until(lambda: b"Bash: make" in client.shown, PATIENCE)
    os.write(client.master, b"\x1b")
    until(lambda: not list(person.tmp.glob("cst-*")), PATIENCE)
    server.run("kill-session", "-t", "=api")
    shutil.rmtree(person.home / ".claude/sessions")  # as the client tidies up

    person.sh("cst hooks uninstall --yes")
    person.sh("cst statusline uninstall --yes")
    person.sh("cst init tmux --off --yes", **inside)
    assert "cst" not in server.run("list-keys") + server.run("show-options", "-g", "status-right")
    until(lambda: not person.busy(), PATIENCE)
    person.sh("cst prune --all --yes")
    assert person.checksums() == installed
    assert list(person.tmp.iterdir()) == []

    person.pipx("uninstall", PACKAGE)
    left = {path: kind for path, kind in person.checksums().items() if path not in bare}  # pipx's own: what it logs and locks
    assert [path for path, kind in left.items() if kind[0] != "d" and not path.startswith(OF_PIPX)] == []
    assert [path for path in left if path.rpartition("/")[2] in ("cst", "_cst", "cst.1", "cst.fish")] == []


def test_the_uninstall_section_has_exactly_these_steps() -> None:
    """What the walk types is what the README says."""
    section = (ROOT / "README.md").read_text().partition("\n## Uninstall\n")[2].partition("\n## ")[0]
    steps = [line.partition(" #")[0].strip() for line in section.partition("```sh\n")[2].partition("```")[0].splitlines()]

    assert steps == ["cst hooks uninstall", "cst statusline uninstall", "cst init tmux --off", "cst prune --all", f"pipx uninstall {PACKAGE}"]


@pytest.mark.long
def test_the_archives_hold_what_they_must(built: Path) -> None:
    """Scripts, completions, the manual and the plugin: in the wheel where programs look for them, in the source whole."""
    with zipfile.ZipFile(only(built, "*.whl")) as wheel:
        names = wheel.namelist()
    data = next(name.partition("/")[0] for name in names if ".data/" in name)
    shipped = ("hook.sh", "seen.sh", "notify.sh", "cst.tmux", "tmux.conf", "cst.bash", "cst.zsh", "cst.fish", "complete.bash",
               "complete.zsh", "complete.fish", "starship.toml")  # fmt: skip
    shared = ("man/man1/cst.1", "bash-completion/completions/cst", "zsh/site-functions/_cst", "fish/vendor_completions.d/cst.fish")
    wanted = {f"cst/shell/{name}" for name in shipped} | {f"{data}/data/share/{name}" for name in shared} | {f"{data}/scripts/cst"}
    with tarfile.open(only(built, "*.tar.gz")) as archive:
        source = {name.partition("/")[2] for name in archive.getnames()}
    tracked = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "cst.tmux", "tmux.conf.example", "docs/cst.1",
               "hooks/hooks.json", ".claude-plugin/plugin.json", ".claude-plugin/marketplace.json"]  # fmt: skip
    tracked += [str(path.relative_to(ROOT)) for folder in ("cst", "shell", "completions", "tests", "docs", "bench")
                for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]  # fmt: skip

    assert wanted - set(names) == set()
    assert [name for name in names if name.startswith(("tests", "bench", "docs"))] == []
    assert set(tracked) - source == set()
