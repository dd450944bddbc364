"""Hosts that attack: whatever they answer, nothing runs, nothing is misplaced, and it ends."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cst import dispatch, sessions
from cst import hosts as asking
from cst.actions import remote
from cst.core import hosts
from cst.model import CstError
from cst.render import schema
from cst.settings import Settings, load
from cst.system import hosts as prefixes
from cst.system.hosts import Host
from tests.testing import ID, OTHER_ID, ROOT, cst, until
from tests.testing.hosts import configure
from tests.unit.render.golden import seen
from tests.unit.render.test_hostile import PAYLOADS

_BITS = [*(text[:160] for text in PAYLOADS.values()), "gpu/1.2", "../../../pwned", "/etc/passwd", "%1", "=$1:@2.%3", "\ud800", "é" * 300, "-o ProxyCommand=touch pwned"]


def hostile(count: int) -> list[str]:
    """So many strings, each of one to three bits of what has been known to hurt."""
    choose = random.Random(16)
    return [" ".join(choose.choices(_BITS, k=choose.randint(1, 3))) for _ in range(count)]


def host(folder: Path, script: str) -> str:
    """A prefix that runs this Python instead of `cst`."""
    path = folder / f"host{len(list(folder.iterdir()))}.py"
    path.write_text("import os, sys, time\n" + script)
    return f"{sys.executable} {path}"


def says(folder: Path, data: bytes) -> str:
    path = folder / f"answer{len(list(folder.iterdir()))}"
    path.write_bytes(data)
    return host(folder, f"sys.stdout.buffer.write(open({str(path)!r}, 'rb').read())\n")


def _filled(value: Any, text: str) -> Any:
    """A row of cst's with this text in every field that can hold one, key and state aside."""
    if isinstance(value, dict):
        return {name: _filled(one, text) for name, one in value.items()}
    if isinstance(value, list):
        return [text, text]
    return text if isinstance(value, str) or value is None else value


def rows(text: str, number: int) -> list[dict[str, Any]]:
    session = seen()[1][0]
    row = {**schema.one(session), "tmux": {"location": "x"}, "wants": {"tool": "x", "detail": "x"}, "title": "x", "branch": "x"}
    kept = {"key": f"{number + 1}.5", "state": "permission", "host": None, "id": ID}
    return [{**_filled(row, text), **kept}, {**row, "key": text}, {**row, "key": f"{number + 1}.6", "host": text or None, "state": text}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "hosts"
    made.mkdir()
    return made


def test_two_hundred_strings_in_every_field(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is run, nothing reaches the terminal raw, no row has another host; what is kept is in the one file."""
    monkeypatch.chdir(folder)
    every = [row for number, text in enumerate(hostile(200)) for row in rows(text, number)]
    given = {"schema": 1, "version": hostile(9)[8], "now": time.time(), "problems": [{"source": text, "message": text} for text in hostile(50)], "sessions": every}
    configure(home, evil=says(folder, json.dumps(given).encode("utf-8", "replace")), gpu=says(folder, b'{"schema": 1, "now": 1, "sessions": []}'))
    before = set(folder.rglob("*")) | set(home.rglob("*"))
    answer = json.loads(cst("ls", "--all-hosts", "--json").stdout)
    found = answer["sessions"]
    said = [cst("ls", "--all-hosts", "--color", "always"), cst("next", "--peek", "--all-hosts")]
    said += [cst("status", "--all-hosts", "--format", form) for form in ("tmux", "ansi", "plain", "json", "waybar", "i3blocks", "swiftbar")]

    assert len(found) >= 200, answer["problems"]
    assert {one["host"] for one in found} == {"evil"}
    assert all(one["key"].startswith("evil/") and one["transcript"] is None for one in found)
    for done in said:
        assert (done.returncode, done.stderr) == (0, ""), done.args
        assert all(char.isprintable() or char == "\n" for char in done.stdout.replace("\x1b[", "")), done.args
    made = set(folder.rglob("*")) | set(home.rglob("*"))
    state = home / ".local/state/cst"
    assert {path.name for path in made - before if path.is_file() and not path.is_relative_to(state)} == set()
    assert {path.name for path in (state / "hosts/v1").iterdir()} <= {"evil.json", "gpu.json", "evil.asking", "gpu.asking"}
    assert (state / "hosts/v1/evil.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("script", "remark"),
    [
        ("for _ in range(100): os.write(1, b'x' * (1 << 20))", "evil: answers without end; look at what"),
        ("while True: os.write(2, b'x' * 65536)", "evil: answers without end; look at what"),
        ("while True:\n  os.write(1, b' ')\n  time.sleep(0.01)", "evil: no answer within 5 s"),
        ("time.sleep(1000)", "evil: no answer within 5 s"),
        ("os.close(1)\ntime.sleep(1000)", "evil: no answer: the prefix ended with -9"),
        ("os.kill(os.getpid(), 9)", "evil: no answer: the prefix ended with -9"),
        ("os.write(2, b'\\x1b]0;x\\x07\\x1b[31mno\\n'); sys.exit(255)", "evil: no answer: no"),
        ("os.write(2, b'cst: \\x1b[2J$(x)\\n'); sys.exit(1)", "evil: `cst ls --json` failed there: cst: $(x); run it there"),
        ("os.write(1, b'[' * 3000000)", "evil: its answer is not JSON"),
        ("os.fork() or time.sleep(1000); print('{}')", "evil: no answer within 5 s"),
    ],
)  # fmt: skip
def test_what_never_ends_or_is_none(folder: Path, own: Settings, home: Path, script: str, remark: str) -> None:
    """It is one line, after a bounded time, and the other host's rows are there."""
    ok = json.dumps(schema.fleet(seen()[1][:1], time.time(), [], version="0.1.0")).encode()
    configure(home, "evil", evil=host(folder, script), ok=says(folder, ok))
    settings = load(os.environ)
    begun = time.monotonic()
    reports = asking.ask(settings, prefixes.chosen(settings.hosts))
    [line] = [line for report in reports for line in hosts.remarks(report, time.time(), "0.1.0")]

    assert line.startswith(remark)
    assert [one.key.partition("/")[0] for one in hosts.current(reports, time.time())] == ["ok"]
    assert time.monotonic() - begun < 60


def test_no_answer_keeps_the_one_before(folder: Path, home: Path) -> None:
    """How many there were then, also after another process has asked."""
    ok = says(folder, json.dumps(schema.fleet(seen()[1], time.time(), [], version="0.1.0")).encode())
    configure(home, dev=ok)
    assert cst("ls", "--host", "dev").returncode == 0
    configure(home, dev=host(folder, "sys.exit(9)"))
    for _ in range(2):
        done = cst("ls", "--host", "dev")
        assert done.returncode == 1
        assert f"({len(seen()[1])} sessions then): the prefix ended with 9" in done.stdout


def test_the_version_and_the_budgets(folder: Path, home: Path) -> None:
    """Each in its place, with hosts and without. Bug shown: the letters of the version were the budgets."""
    configure(home, dev=says(folder, json.dumps(schema.fleet([], time.time(), [], version="0.1.0")).encode()))
    for words in (("--all-hosts",), ("--host", "dev"), ()):
        found = json.loads(cst("ls", "--json", *words).stdout)
        assert (found["version"], found["budgets"]) == ("0.1.0", []), words
    with pytest.raises(TypeError):
        schema.fleet([], 0.0, [], "0.1.0")  # type: ignore[call-arg]


def test_next_and_a_host_that_is_silent(folder: Path, home: Path) -> None:
    """It says so; with `--peek` too."""
    configure(home, dev=host(folder, "sys.exit(9)"))
    done = cst("next", "--all-hosts", "--peek")

    assert (done.returncode, done.stdout + done.stderr) == (1, "all clear otherwise · dev: no answer\n")


@pytest.mark.parametrize("file", [b"", b"{}", b"x" * 100, b'{"v":1,"at":1e400}\n{', b'{"v":2}\n{}', b"\0" * 4096, b'{"v":1,"at":[]}\n' + b"[" * 9999])
def test_a_file_that_is_none_of_ours(home: Path, file: bytes) -> None:
    """It is as if nothing had been said."""
    configure(home, dev="true")
    path = home / ".local/state/cst/hosts/v1/dev.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(file)
    done = cst("status", "--all-hosts")

    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[hosts]\n"a/b" = "ssh x"', "'a/b' cannot name a host"), ('[hosts]\n"-x" = "ssh x"', "'-x' cannot name a host"),
        ('[hosts]\ndev = ""', 'host dev must be a command prefix, as "ssh dev"'), ("[hosts]\ndev = 7", "host dev must be"),
        ('[hosts]\ndev = {prefix = "ssh x", sell = true}', "host dev must be"), ('hosts = "x"', "hosts must be a table"),
        ("[hosts]\ndev = \"ssh 'x\"", "the prefix of host dev cannot be read"),
    ],
)  # fmt: skip
def test_a_config_that_cannot_be(home: Path, text: str, wrong: str) -> None:
    path = home / ".config/cst/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    done = cst("ls", "--all-hosts")

    assert done.returncode == 1
    assert wrong in done.stderr


ROW = {"key": "4.5", "state": "idle", "name": "old", "archived": True}
ANSWER = f"""import json
open(sys.argv[0] + ".calls", "a").write(" ".join(sys.argv[2:]) + "\\n")
rows = [json.loads({json.dumps(json.dumps(ROW))})] if "--archived" in sys.argv else []
print(json.dumps({{"schema": 1, "version": "0.1.0", "now": time.time(), "sessions": rows}}))
"""


def test_what_a_host_else_leaves_out(home: Path, folder: Path) -> None:
    """It is asked for what is archived there, or has ended; the answer is not kept, for it is not all that there is.
    Bug shown: nothing was listed."""
    prefix = host(folder, ANSWER)
    configure(home, dev=prefix)
    assert json.loads(cst("ls", "--host", "dev", "--json").stdout)["sessions"] == []
    kept = (home / ".local/state/cst/hosts/v1/dev.json").read_bytes()
    for words in (["--archived"], ["--archived", "--all"]):
        [session] = json.loads(cst("ls", "--host", "dev", "--json", *words).stdout)["sessions"]
        assert (session["key"], session["archived"]) == ("dev/4.5", True)
    calls = Path(prefix.split()[1] + ".calls").read_text().splitlines()

    assert calls == ["ls --json", "ls --json --archived", "ls --json --all --archived"]
    assert (home / ".local/state/cst/hosts/v1/dev.json").read_bytes() == kept


def test_what_a_host_cannot_list(home: Path, folder: Path) -> None:
    """An older cst says so."""
    configure(home, dev=host(folder, 'sys.stderr.write("cst: no such option: --archived\\n"); sys.exit(2)\n'))
    done = cst("ls", "--host", "dev", "--archived")

    assert (done.returncode, done.stdout) == (1, "dev: `cst ls --json --archived` failed there: cst: no such option: --archived; run it there\n")


def test_words_of_the_command_line(home: Path) -> None:
    """A name that is none is usage; without hosts, they say what to do; a slash alone means nothing."""
    nowhere = "cst: no host is configured; name some in config.toml, as docs/hosts.md says\n"
    for watch in ([], ["--watch"], ["--watch", "--json"]):
        for words in (["--all-hosts"], ["--host", "gpu"]):
            done = cst("ls", *words, *watch)
            assert (done.returncode, done.stderr) == (1, nowhere), watch
    configure(home, dev="true")
    for watch in ([], ["--watch"], ["--watch", "--json"]):
        done = cst("ls", "--host", "gpu", *watch)
        assert (done.returncode, done.stderr) == (2, "cst: no host is called 'gpu'; config.toml has dev\n"), watch
    assert cst("show", "other/api").stderr.startswith("cst: no session is called 'other/api'")


@pytest.mark.parametrize(
    ("given", "quiet", "terminal"),
    [
        ("docker exec -i box", "docker exec -i box cst show -- a'b", "docker exec -it box cst show -- a'b"),
        ("sudo podman exec box", "sudo podman exec box cst show -- a'b", "sudo podman exec box cst show -- a'b"),
        ("nsenter -t 7 -p -m", "nsenter -t 7 -p -m cst show -- a'b", "nsenter -t 7 -p -m cst show -- a'b"),
    ],
)  # fmt: skip
def test_prefixes(given: str, quiet: str, terminal: str) -> None:
    """Words stay words; a container's exec is asked for a terminal."""
    [one] = prefixes.configured({"box": given})

    assert prefixes.argv(one, ["show", "--", "a'b"]) == quiet.split(" ")
    assert prefixes.terminal_argv(one, ["show", "--", "a'b"]) == terminal.split(" ")


@pytest.mark.parametrize(
    ("prefix", "shell"),
    [
        ("ssh dev", True), ("/usr/bin/ssh -J gate dev env A=b", True), ("docker exec -i box", False), ("sudo podman exec box", False),
        ("env A=b", False), ("sudo", False), ("timeout 9 nsenter -t 7 -m", False), ("lxc exec box --", False), ("sudo ssh dev", None),
        ("env X=1 ssh dev", None), ("timeout 9 ssh dev", None), ("ssh gate ssh dev", None), ("ssh gate /usr/bin/ssh dev", None),
        ("docker exec box ssh dev", None), ("wsl.exe -d Debian --", None), ("gcloud compute ssh far --", None), ("my-box", None), (" ", None),
    ],
)  # fmt: skip
def test_a_shell_there(prefix: str, shell: bool | None) -> None:
    """Where the prefix does not tell whether one reads what follows, the config file has to. Bug shown: `sudo ssh dev`
    handed the user's text unquoted to a shell."""
    if shell is not None:
        assert prefixes.configured({"dev": prefix})[0].shell == shell
        return
    with pytest.raises(CstError, match="it cannot be told whether a shell reads what follows the prefix of host dev"):
        prefixes.configured({"dev": prefix})
    if prefix.strip():
        assert [prefixes.configured({"dev": {"prefix": prefix, "shell": one}})[0].shell for one in (True, False)] == [True, False]


def test_tmux_here_is_hidden(folder: Path, home: Path) -> None:
    """From what a prefix starts: `sudo -E` and nsenter would hand it on, and cst there act on our server."""
    configure(home, dev=host(folder, "sys.stderr.write(','.join(name for name in os.environ if name.startswith('TMUX'))); sys.exit(9)"))
    done = cst("ls", "--host", "dev", env={"TMUX": "/nowhere,1,0", "TMUX_PANE": "%1", "TMUX_TMPDIR": str(folder)})

    assert done.stdout == "dev: no answer: the prefix ended with 9\n"


def test_what_is_late_may_have_been_done(folder: Path, home: Path) -> None:
    """It says so, of a deed, and how long was waited. Bug shown: 5 seconds, whatever the wait."""
    configure(home, dev=host(folder, "time.sleep(1000)"))
    settings = load(os.environ)
    said = []
    for acts in (True, False):
        with pytest.raises(CstError) as raised:
            remote.do(settings, remote.host_named(settings, "dev"), ["seen", "--", "api"], seconds=1.0, acts=acts)
        said.append(str(raised.value))

    assert said == [
        "dev: no answer within 1 s; it may or may not have been done there; look with `cst ls --host dev` before you do it again",
        "dev: no answer within 1 s",
    ]


def test_a_code_comes_back_where_children_are_ignored(folder: Path, home: Path) -> None:
    """Bug shown: 0, where whoever started cst ignored SIGCHLD."""
    configure(home, dev=host(folder, "sys.stderr.write('cst: no\\n'); sys.exit(7)"))
    script = f"trap '' CHLD; exec {sys.executable} {ROOT}/shell/cst seen dev/api"
    done = subprocess.run(["bash", "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (7, "cst: dev: no\n")


def test_a_look_that_fails_ends_the_question(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked meanwhile does not outlive cst."""
    pid = folder / "pid"
    configure(home, dev=host(folder, f"open({str(pid)!r}, 'w').write(f'{{os.getpid()}} ')\ntime.sleep(1000)"))

    def fail(*_: object, **__: object) -> None:
        until(lambda: pid.exists() and pid.read_text().endswith(" "))
        raise CstError("no")

    monkeypatch.setattr(sessions, "load_and_mark_seen", fail)
    with pytest.raises(CstError, match="no"):
        dispatch.run(["ls", "--all-hosts"], os.environ)

    until(lambda: os.waitpid(int(pid.read_text()), os.WNOHANG)[1] == 9)


def test_ssh_is_quoted_once_and_shares_its_connection(tmp_path: Path) -> None:
    """Also a program that is said to be like it, which gets no option of ssh's."""
    [ssh] = prefixes.configured({"dev": "/usr/bin/ssh -p 22 dev env 'A=b c'"})
    words = prefixes.argv(ssh, ["show", "--", "a'b"], [f"/tmp/{OTHER_ID[:8]}"])
    assert words[-9:] == ["-p", "22", "dev", "env", "A=b c", "cst", "show", "--", "'a'\\''b'"]
    assert {"BatchMode=yes", "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no"} < set(words)
    assert prefixes.terminal_argv(ssh, ["jump", "1.2"])[:4] == ["/usr/bin/ssh", "-t", "-o", "RemoteCommand=none"]
    [other] = prefixes.configured({"far": {"prefix": "tsh ssh far", "shell": True}})
    assert prefixes.argv(other, ["show", "a b"]) == ["tsh", "ssh", "far", "cst", "show", "'a b'"]
    long = Host("dev", ("ssh", "dev"), True)
    assert not any("Control" in word for word in prefixes.argv(long, ["ls"], [f"/tmp/{'x' * 90}"]))
    assert not any("ControlMaster" in word for word in prefixes.argv(long._replace(words=("ssh", "-S", "x", "dev")), ["ls"], ["/tmp"]))
