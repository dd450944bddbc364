"""What a prefix says of its host: the words, the time it has, the container that it enters; and whether ssh got anywhere."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cst.model import CstError
from cst.system import hosts
from cst.system.hosts import ANSWERS, Host


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("ssh dev", ("ssh", "dev")), ("  ssh   dev ", ("ssh", "dev")), ("env 'A=a b' ssh dev", ("env", "A=a b", "ssh", "dev")), ('ssh -i "a b" dev', ("ssh", "-i", "a b", "dev")),
     ("ssh a\\ b", ("ssh", "a b"))],
)  # fmt: skip
def test_the_words_of_a_prefix(prefix: str, words: tuple[str, ...]) -> None:
    assert hosts.configured({"dev": {"prefix": prefix, "shell": True}}) == [Host("dev", words, True, ANSWERS)]


def test_a_prefix_that_does_not_close() -> None:
    with pytest.raises(CstError, match="the prefix of host dev cannot be read"):
        hosts.configured({"dev": "ssh 'dev"})


def test_the_time_that_a_host_has() -> None:
    """ssh has a second less of it to connect."""
    [one, two] = hosts.configured({"one": "ssh one", "two": {"prefix": "ssh two", "timeout": 20}})

    assert (one.timeout, two.timeout) == (ANSWERS, 20.0)
    assert "ConnectTimeout=4" in hosts.argv(one, ["ls"])
    assert "ConnectTimeout=19" in hosts.argv(two, ["ls"])
    assert "ConnectTimeout=1" in hosts.argv(two._replace(timeout=1.0), ["ls"])


@pytest.mark.parametrize(
    ("prefix", "pid"),
    [("nsenter -t 12 -p -m", 12), ("nsenter -p -t12", 12), ("nsenter --target 12 -p", 12), ("sudo nsenter --target=12 -p", 12), ("nsenter -p", 0), ("docker exec -t box", 0),
     ("nsenter -t x", 0)],
)  # fmt: skip
def test_the_process_that_nsenter_follows(prefix: str, pid: int) -> None:
    assert hosts.entered(Host("box", tuple(prefix.split()))) == pid


@pytest.mark.parametrize(
    ("errors", "never"),
    [("ssh: connect to host dev port 22: Connection refused", True), ("ssh: Could not resolve hostname dev: no", True), ("me@dev: Permission denied (publickey).", True),
     ("Host key verification failed.", True), ("banner\r\nssh: connect to host dev port 22: timed out\r\n", True), ("Connection to dev closed by remote host.", False),
     ("client_loop: send disconnect: Broken pipe", False), ("", False), ("cst: Permission denied", False)],
)  # fmt: skip
def test_whether_ssh_got_anywhere(errors: str, never: bool) -> None:
    assert hosts.never_began(errors) is never


@pytest.fixture
def sticky() -> Iterator[Path]:
    """A folder as /tmp is: everybody may put things there. Its path is short, for a socket has to fit below it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o1777)
        yield Path(folder)


def test_a_connection_is_shared_in_tmp_too(sticky: Path) -> None:
    """Bug shown: what was not there yet was not trusted, so nothing was shared where only /tmp is."""
    [dev] = hosts.configured({"dev": "ssh dev"})
    own = Path(hosts.control_folder(str(sticky)))

    found = hosts.argv(dev, ["ls"], [str(sticky)])

    assert [word for word in found if word.startswith(f"ControlPath={own}/")]
    assert own.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("made", ["open to others", "a link"])
def test_a_folder_that_others_made_shares_nothing(sticky: Path, tmp_path: Path, made: str) -> None:
    own = Path(hosts.control_folder(str(sticky)))
    if made == "a link":
        own.symlink_to(tmp_path / "elsewhere")
    else:
        own.mkdir()
        own.chmod(0o777)

    [dev] = hosts.configured({"dev": "ssh dev"})

    assert [word for word in hosts.argv(dev, ["ls"], [str(sticky)]) if "ControlPath" in word] == []
    assert not (tmp_path / "elsewhere").exists()
