"""The branch of a folder, as git made it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cst.system import git

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def run(folder: Path, *words: str) -> str:
    """One git command, without anybody's configuration."""
    options = ["-c", "user.name=n", "-c", "user.email=e@x", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main"]
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    return subprocess.run(["git", *options, *words], cwd=folder, env=env, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with one commit on `main`."""
    path = tmp_path / "re po"
    path.mkdir()
    run(path, "init", "-q")
    run(path, "commit", "-q", "--allow-empty", "-m", "first")
    return path


def test_a_plain_branch(repo: Path) -> None:
    """A folder of a repository, at any depth, has its branch."""
    (repo / "a" / "b").mkdir(parents=True)

    assert [git.branch(path) for path in (str(repo), f"{repo}/", f"{repo}/a/b")] == ["main"] * 3


@pytest.mark.parametrize("name", ["feature/x", "ünïcode", "a#b", "v1.0"])
def test_a_branch_may_have_any_name(repo: Path, name: str) -> None:
    """Slashes and letters of any script belong to the name."""
    run(repo, "checkout", "-q", "-b", name)

    assert name == git.branch(str(repo))


def test_a_branch_before_its_first_commit(tmp_path: Path) -> None:
    """An empty repository is on a branch already."""
    run(tmp_path, "init", "-q", "-b", "trunk")

    assert git.branch(str(tmp_path)) == "trunk"


def test_a_detached_head_is_its_commit(repo: Path) -> None:
    """`@` and the first 7 digits."""
    run(repo, "checkout", "-q", "--detach")

    assert "@" + run(repo, "rev-parse", "HEAD")[:7] == git.branch(str(repo))


def test_a_worktree_has_a_branch_of_its_own(repo: Path, tmp_path: Path) -> None:
    """Its `.git` is a file that points into the main repository."""
    run(repo, "worktree", "add", "-q", "-b", "side", str(tmp_path / "tree"))

    assert (git.branch(str(tmp_path / "tree")), git.branch(str(repo))) == ("side", "main")


def test_a_submodule_has_a_branch_of_its_own(repo: Path, tmp_path: Path) -> None:
    """Its `.git` is a file with a relative path."""
    outer = tmp_path / "outer"
    outer.mkdir()
    run(outer, "init", "-q", "-b", "above")
    run(outer, "submodule", "add", "-q", str(repo), "sub")
    run(outer / "sub", "checkout", "-q", "-b", "below")

    assert (git.branch(str(outer / "sub")), git.branch(str(outer))) == ("below", "above")


@pytest.mark.parametrize("folder", ["", "relative", "/", "/no/such/folder"])
def test_outside_git_there_is_no_branch(folder: str) -> None:
    """No repository up to the root: nothing to say."""
    assert git.branch(folder) == ""


@pytest.mark.parametrize("folder", ["/a\0b", "/\ud800"])
def test_a_folder_that_cannot_be_is_no_repository(folder: str) -> None:
    """A registry record may name a folder that no file system has.

    Bug shown: ValueError out of os.open, and with it the end of every verb.
    """
    assert git.branch(folder) == ""


@pytest.mark.parametrize("content", [b"", b"nonsense", b"gitdir: /no/such", b"gitdir: ", b"\xff\xfe", b"gitdir: ."])
def test_a_broken_pointer_is_no_branch(tmp_path: Path, content: bytes) -> None:
    """A `.git` file that leads nowhere is as none."""
    (tmp_path / ".git").write_bytes(content)

    assert git.branch(str(tmp_path)) == ""


def test_a_head_that_cannot_be_read_is_no_branch(repo: Path) -> None:
    """A folder or a dangling link in the place of HEAD; a fifo does not hang."""
    head = repo / ".git" / "HEAD"
    head.unlink()
    head.mkdir()
    as_folder = git.branch(str(repo))
    head.rmdir()
    head.symlink_to("nowhere")
    as_link = git.branch(str(repo))
    head.unlink()
    os.mkfifo(head)

    assert [as_folder, as_link, git.branch(str(repo))] == ["", "", ""]


def test_a_head_that_names_no_branch_is_no_commit(repo: Path) -> None:
    """HEAD may be a reference outside refs/heads: told by its name, not as a commit.

    Bug shown: "@ref: re".
    """
    run(repo, "symbolic-ref", "HEAD", "refs/elsewhere/x")

    assert git.branch(str(repo)) != "@ref: re"
    assert git.branch(str(repo)) in ("", "refs/elsewhere/x")
