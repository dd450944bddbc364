"""A campaign of a second user, for `make lab`: whatever cst is going to write, somebody else has put there first, in folders
that are theirs. `CST_SEED` chooses other ones, `CST_CAMPAIGN` how many (tests/testing/campaign.py)."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from cst.__main__ import main
from tests.testing import ID, MALLORY, Live, registry_entry, started, two_users, until, write_registry, write_transcript
from tests.testing.campaign import chance, size

pytestmark = [pytest.mark.long, two_users]

SCENES = 300
KINDS = ("link", "hard link", "dangling link", "FIFO", "file", "folder", "link to a folder", "device")
SECRET = "nobody else reads this"
VERBS: tuple[tuple[str, ...], ...] = (
    ("hooks", "install", "--yes"), ("ls",), ("status",), ("pin", "{}"), ("tag", "{}", "--add", SECRET), ("seen", "{}"), ("rename", "{}", SECRET), ("snooze", "{}"), ("archive", "{}"),
    ("statusline", "branch"), ("cost", "all"), ("budget", "set", "5"), ("cost", "--check"), ("ls", "--all-hosts"), ("status", "--all-hosts"), ("fetch", "far"), ("tree", ID, "/"), ("next", "--peek"),
    ("doctor",), ("hooks", "status"), ("prune",), ("restore",), ("init", "bash"), ("record", "{shared}/run/recording", "--seconds", "0.01"), ("hooks", "uninstall", "--yes"), ("prune", "--all", "--yes"),
)  # fmt: skip
SLOW = ("doctor", "record")  # a second and more each


class Scene:
    """Folders like /tmp for everything that cst writes; a file of ours elsewhere, which nobody else may write."""

    def __init__(self, home: Path, claude: Path, live: Live) -> None:
        self.shared = Path(tempfile.mkdtemp(prefix="cst-shared-", dir="/tmp"))
        self.shared.chmod(0o1777)
        self.home, self.precious = home, home / "precious"
        self.precious.write_text("ours")
        self.pwned = self.shared / "pwned"
        self.pid = live.start("claude", env={"HOME": str(home)})
        write_registry(claude, registry_entry(self.pid, procStart=started(self.pid), cwd="/", tmux=None, sessionId=ID))
        write_transcript(claude, [], ID, "/")
        (home / "config.toml").write_text('[hosts]\nfar = { prefix = "false", shell = false }\n')
        (home / "told").write_text(json.dumps({"session_id": ID, "workspace": {"current_dir": "/"}}))
        for name in ("STATE", "DATA"):
            os.environ[f"XDG_{name}_HOME"] = str(self.shared / name.lower())
        os.environ |= {"CST_CONFIG": str(home / "config.toml"), "XDG_RUNTIME_DIR": str(self.shared / "run"), "TMUX_TMPDIR": str(self.shared), "TMPDIR": str(home)}

    def written(self) -> list[str]:
        """Every path that the verbs write here, and every folder."""
        (self.shared / "run").mkdir()
        list(self.run(words for words in VERBS if "--all" not in words and "uninstall" not in words))
        self.event()
        found = sorted(str(path.relative_to(self.shared)) for path in self.shared.rglob("*"))
        for path in self.shared.iterdir():
            shutil.rmtree(path)
        return [*found, "state/cst/notify", "state/cst/names", "state/cst/tags", "state/cst/prompt", f"state/cst/statusline/v1/{ID}.git", "run/recording"]

    def run(self, calls: Iterable[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], int, float]]:
        """Call verbs, one by one as they are asked for; each with its exit code and the seconds that it took."""
        for words in calls:
            begun = time.monotonic()
            with (self.home / "told").open() as told, pytest.MonkeyPatch.context() as patch:
                patch.setattr("sys.stdin", told)
                code = main([word.replace("{}", str(self.pid)).replace("{shared}", str(self.shared)) for word in words])
            yield words, code, time.monotonic() - begun

    def event(self) -> None:
        """A hook's event, which may run what is called `notify`; until all that it has started is over."""
        hook = Path(__file__).parents[2] / "shell/hook.sh"
        payload = json.dumps({"session_id": ID, "hook_event_name": "Stop"}).encode()
        run = subprocess.Popen(["/bin/sh", str(hook)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        run.communicate(payload, timeout=60)
        until(lambda: not _of_session(run.pid), 30)

    def plants(self, path: str, kind: str, whose: str) -> None:
        """What Mallory puts there: in folders of his, down from one of them or from the shared one."""
        place = self.shared / path
        for folder in reversed(place.relative_to(self.shared).parents[:-1]):
            made = self.shared / folder
            if not made.exists():
                made.mkdir()
                if len(folder.parts) >= {"all": 1, "below": 2, "last": len(place.relative_to(self.shared).parents) - 1}[whose]:
                    os.chown(made, MALLORY, MALLORY)
                    made.chmod(0o777)
        aside = self.shared / "theirs"
        aside.mkdir(exist_ok=True)
        os.chown(aside, MALLORY, MALLORY)
        aside.chmod(0o777)
        if kind == "hard link":
            for name in (place, f"{place}.{os.getpid()}"):  # where the kernel lets anybody; the second is to replace the first
                os.link(self.precious, name)
            return
        if kind == "FIFO":
            os.mkfifo(place, 0o666)
        elif kind in ("folder", "file"):
            place.mkdir(0o777) if kind == "folder" else place.write_text(f"#!/bin/sh\ntouch {self.pwned}\n")
            place.chmod(0o777)
        else:
            target = {"link": self.precious, "dangling link": self.home / "made", "link to a folder": aside, "device": Path("/dev/zero")}[kind]
            place.symlink_to(target)
        os.chown(place, MALLORY, MALLORY, follow_symlinks=False)


def _of_session(leader: int) -> list[str]:
    """The live processes of a session of the kernel's."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            found += [name] if int(fields[3]) == leader and fields[0] != "Z" else []
    return found


@pytest.fixture
def scene(home: Path, claude: Path, live: Live) -> Iterator[Scene]:
    with pytest.MonkeyPatch.context() as patch:
        before = dict(os.environ)
        patch.setattr(tempfile, "tempdir", None)
        made = Scene(home, claude, live)
        tempfile.tempdir = str(home)
        yield made
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(made.shared, ignore_errors=True)


def test_what_somebody_else_has_put_there(scene: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    """Links, FIFOs, devices, files, folders, in the place of every file and folder that cst writes: no verb hangs or
    ends with a trace, nothing of theirs runs, no file of ours elsewhere is written, and they read nothing of ours."""
    paths, found = scene.written(), []
    capfd.readouterr()
    assert len(paths) > 20
    pick = chance("users")
    cases = [(path, kind, whose) for path in paths for kind in KINDS for whose in ("all", "below", "last")]
    for path, kind, whose in pick.sample(cases, min(len(cases), size(SCENES))):
        if path != "run":
            (scene.shared / "run").mkdir(exist_ok=True)
        scene.plants(path, kind, whose)
        scene.event()
        calls = [words for words in VERBS if words[0] not in SLOW or pick.random() < 0.2]
        for words, code, seconds in scene.run(calls):
            _, errors = capfd.readouterr()
            if code not in (0, 1, 2) or "a bug" in errors or seconds > 60:
                found.append(f"{path}, {kind}, {whose}: {words}: exit code {code} after {seconds:.0f} s: {errors[-300:]}")
        scene.event()
        if scene.precious.read_text() != "ours" or scene.precious.stat().st_mode & 0o777 != 0o644 or (scene.home / "made").exists():
            found.append(f"{path}, {kind}, {whose}: a file of ours elsewhere was written")
            scene.precious.write_text("ours")
            scene.precious.chmod(0o644)
            (scene.home / "made").unlink(missing_ok=True)
        if scene.pwned.exists():
            found.append(f"{path}, {kind}, {whose}: a program of theirs has run")
            scene.pwned.unlink()
        read = subprocess.run(["grep", "-rlDskip", SECRET, str(scene.shared)], user=MALLORY, group=MALLORY, extra_groups=[], cwd="/", capture_output=True, text=True, timeout=60, check=False)
        if read.stdout:
            found.append(f"{path}, {kind}, {whose}: they can read {read.stdout}")
        for left in scene.shared.iterdir():
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()

    assert not found, "\n".join(found)
