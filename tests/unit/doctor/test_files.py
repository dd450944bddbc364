"""What the doctor says of our own files: who can read and change them, whether they can be written, how much there is."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from cst.settings import Settings
from cst.system import trust
from tests.testing import (
    cst,
    event,
    write_events,
)  # fmt: skip
from tests.unit.doctor.examine import one


def test_a_broken_config_file_is_named_and_does_not_end_the_doctor(home: Path) -> None:
    """The other verbs stop at it."""
    path = home / ".config" / "cst" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("colour = 1\n")
    done = cst("doctor", "--json")
    checks = {one["check"]: one for one in json.loads(done.stdout)["checks"]}

    assert (done.returncode, done.stderr, checks["config"]["outcome"]) == (1, "", "wrong")
    assert "config.toml, line 1: unknown key 'colour'" in checks["config"]["found"]
    assert checks["fzf"]["outcome"] == "ok"


def test_all_that_is_wrong_in_a_config_file_is_named(home: Path) -> None:
    """A line for each, here and on stderr of what needs a config file."""
    path = home / ".config" / "cst" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("colour = 1\nrefresh = true\n")
    found = [one["found"] for one in json.loads(cst("doctor", "--json").stdout)["checks"] if one["check"] == "config"]
    path.write_text('[keys]\nfoo = "f8"\npage = "ctrl-y"\n')
    keys = [one["found"] for one in json.loads(cst("doctor", "--json").stdout)["checks"] if one["check"] == "config"]

    assert [text.partition(": ")[2] for text in found] == ["unknown key 'colour'", "refresh must be a number, 0 or more"]
    assert [text.partition(", ")[2] for text in keys] == [
        "line 2: [keys] has no action 'foo'", "line 3: [keys] ctrl-y is both answer and page",
    ]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), [
    ('page = "notakey"', "line 3: [keys] page cannot be 'notakey'"), ('foo = "f8"', "line 3: [keys] has no action 'foo'"),
    ('kill = "ctrl-y"', "line 3: [keys] ctrl-y is both answer and kill"), ('kill = "f8"', ""),
])  # fmt: skip
def test_the_keys_of_the_picker_are_checked(home: Path, line: str, said: str) -> None:
    """Bug shown: a config with which the picker cannot start was "ok", and the picker did not say which line it is."""
    path = home / ".config" / "cst" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f"# kill, page, foo\n[keys]\n{line}\n")
    checks = {one["check"]: one for one in json.loads(cst("doctor", "--json").stdout)["checks"]}

    assert checks["config"]["outcome"] == ("wrong" if said else "ok")
    assert said in checks["config"]["found"]


def test_files_that_others_can_read(own: Settings) -> None:
    """Which, how many, and the chmod that fixes it."""
    path = write_events(Path(own.state_dir), [event("Stop")])
    path.parent.chmod(0o700)
    path.chmod(0o644)
    found = one(own, "private")

    assert (found.outcome, found.fix) == ("wrong", f"chmod -R go= {own.state_dir}")
    assert found.found == f"others can reach files or folders (1), as {path}"
    path.chmod(0o600)
    assert one(own, "private").outcome == "ok"


@pytest.mark.parametrize("which", ["state_dir", "data_dir", "above", "notify"])
def test_what_others_could_write_is_named(own: Settings, tmp_path: Path, which: str) -> None:
    """A folder of ours, one above it, or the program that a hook runs and that lies elsewhere."""
    elsewhere = tmp_path / "notify"
    elsewhere.write_text("")
    for folder in (own.state_dir, own.data_dir):
        trust.make_private(folder)
    os.symlink(elsewhere, own.state_dir + "/notify")
    assert one(own, "private").outcome == "ok"

    path = {"above": Path(own.state_dir).parent, "notify": elsewhere}.get(which) or Path(getattr(own, which))
    path.chmod(0o777)
    found = one(own, "private")

    assert (found.outcome, found.found) == ("wrong", f"others can change what is ours: {path} can be written by others")


def test_a_state_folder_that_cannot_be_written(own: Settings) -> None:
    """Proved by writing, for root too: a file is where the folder should be."""
    os.makedirs(os.path.dirname(own.state_dir))
    Path(own.state_dir).write_text("")

    assert one(own, "disk").outcome == "wrong"


def test_much_to_prune_is_offered(own: Settings) -> None:
    """12 MB of a session that is long over."""
    path = write_events(Path(own.state_dir), [b"x" * 12_000_000])
    os.utime(path, (time.time() - 40 * 86400,) * 2)
    found = one(own, "logs")

    assert (found.outcome, found.fix) == ("note", "`cst prune` frees 12 MB")
