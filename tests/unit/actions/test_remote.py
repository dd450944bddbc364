"""Whether something was done on another host: what is said when the connection breaks, and with which exit code."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cst.actions import remote
from cst.model import UncertainError
from cst.system.hosts import Host
from tests.testing import cst
from tests.testing.hosts import configure

SSH, BOX = Host("dev", ("ssh", "dev"), True), Host("box", ("docker", "exec", "-i", "box"))
CASES = [  # host, exit code, errors, late, long; whether it may have been done
    (SSH, 255, "client_loop: send disconnect: Broken pipe", 0.0, False, True),
    (SSH, 255, "Timeout, server dev not responding.", 0.0, False, True),
    (SSH, 255, "", 0.0, False, True),
    (SSH, -9, "", 30.0, False, True),
    (SSH, 0, "", 0.0, True, True),
    (SSH, 255, "ssh: connect to host dev port 22: Connection refused", 0.0, False, False),
    (SSH, 255, "ssh: Could not resolve hostname dev: Name or service not known", 0.0, False, False),
    (SSH, 255, "me@dev: Permission denied (publickey).", 0.0, False, False),
    (SSH, 255, "Host key verification failed.", 0.0, False, False),
    (SSH, 127, "sh: cst: not found", 0.0, False, False),
    (SSH, 1, "cst: no session is called 'x'", 0.0, False, False),
    (SSH, 3, "cst: a bug", 0.0, False, False),
    (BOX, 137, "", 0.0, False, True),
    (BOX, 127, "docker is not installed or not on PATH", 0.0, False, False),
]  # fmt: skip


@pytest.mark.parametrize(("host", "code", "errors", "late", "long", "maybe"), CASES)
def test_whether_it_may_have_been_done(host: Host, code: int, errors: str, late: float, long: bool, maybe: bool) -> None:
    """A deed says so where nobody can know; a look never does."""
    deed, look = (remote.failed(host, code, errors, late, long, acts=acts) for acts in (True, False))

    assert isinstance(deed, UncertainError) is maybe
    assert ("may or may not have been done there; look with `cst ls --host " in str(deed)) is maybe
    assert not isinstance(look, UncertainError)


@pytest.mark.parametrize(
    ("words", "code"),
    [(["seen", "dev/api"], 4), (["send", "dev/api", "hello"], 4), (["kill", "--yes", "dev/api"], 4), (["answer", "dev/api", "yes"], 4),
     (["show", "dev/api"], 1), (["kill", "--dry-run", "dev/api"], 1)],
)  # fmt: skip
def test_the_exit_code(home: Path, tmp_path: Path, words: list[str], code: int) -> None:
    """4 for what may have been done before the connection broke, 1 for a look."""
    script = tmp_path / "host.py"
    script.write_text("import sys\nsys.stderr.write('Connection to dev closed by remote host.\\n')\nsys.exit(255)\n")
    configure(home, dev=f"{sys.executable} {script}")
    done = cst(*words)

    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("cst: dev: Connection to dev closed by remote host.")
    assert ("may or may not have been done" in done.stderr) is (code == 4)
