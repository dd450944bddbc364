"""The branch of a folder, as git made it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cst.system import git
from tests.testing import ROOT

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


def answer(folder: Path) -> str:
    """What git itself says is checked out in a folder, in the words of `branch`; "" where git finds no repository.

    Whose the files are it is not to mind: see `git`.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}  # fmt: skip
    said = subprocess.run(["git", "-C", str(folder), "symbolic-ref", "HEAD"], env=env, capture_output=True)
    if said.returncode == 0:
        return said.stdout.decode("utf-8", "replace").strip().removeprefix("refs/heads/")
    said = subprocess.run(["git", "-C", str(folder), "rev-parse", "--verify", "HEAD"], env=env, capture_output=True)
    return "@" + said.stdout.decode()[:7] if said.returncode == 0 else ""


def worktree(repo: Path, name: str = "side") -> Path:
    """A worktree beside the repository, on a branch of its name."""
    run(repo, "worktree", "add", "-q", "-b", name, str(repo.parent / name))
    return repo.parent / name


def unborn(repo: Path) -> Path:
    """No commit yet."""
    run(repo.parent, "init", "-q", "-b", "trunk", "new")
    return repo.parent / "new"


def detached(repo: Path) -> Path:
    """On a commit."""
    run(repo, "checkout", "-q", "--detach")
    return repo


def sha256(repo: Path) -> Path:
    """Commits of 64 digits, on one of them."""
    run(repo.parent, "init", "-q", "--object-format=sha256", "long")
    run(repo.parent / "long", "commit", "-q", "--allow-empty", "-m", "first")
    run(repo.parent / "long", "checkout", "-q", "--detach")
    return repo.parent / "long"


def detached_worktree(repo: Path) -> Path:
    """A worktree on a commit."""
    run(repo, "worktree", "add", "-q", "--detach", str(repo.parent / "loose"))
    return repo.parent / "loose"


def gone_worktree(repo: Path) -> Path:
    """A worktree whose repository's folder for it was pruned; it lies inside another repository."""
    run(repo, "worktree", "add", "-q", "-b", "gone", str(repo / "gone"))
    shutil.rmtree(repo / ".git" / "worktrees")
    return repo / "gone"


def removed_worktree(repo: Path) -> Path:
    """The folder itself is gone, inside another repository."""
    run(repo, "worktree", "add", "-q", "-b", "gone", str(repo / "gone"))
    run(repo, "worktree", "remove", str(repo / "gone"))
    return repo / "gone"


def moved_repository(repo: Path) -> Path:
    """A worktree whose repository was moved away."""
    tree = worktree(repo)
    repo.rename(repo.parent / "elsewhere")
    return tree


def submodule(repo: Path) -> Path:
    """A repository in a repository."""
    outer = repo.parent / "outer"
    run(repo.parent, "init", "-q", "-b", "above", "outer")
    run(outer, "submodule", "add", "-q", str(repo), "sub")
    run(outer / "sub", "checkout", "-q", "-b", "below")
    return outer / "sub"


def worktree_of_a_submodule(repo: Path) -> Path:
    """Its folder lies below `.git/modules`."""
    return worktree(submodule(repo))


def separate(repo: Path) -> Path:
    """`git init --separate-git-dir`: a `.git` file, and no worktree."""
    run(repo.parent, "init", "-q", "-b", "apart", "--separate-git-dir", str(repo.parent / "store"), "work")
    return repo.parent / "work"


def bare(repo: Path) -> Path:
    """A folder that is a repository itself."""
    run(repo.parent, "clone", "-q", "--bare", str(repo), "all.git")
    return repo.parent / "all.git"


def below_bare(repo: Path) -> Path:
    """Inside of one."""
    return bare(repo) / "refs" / "heads"


def worktree_of_a_bare_one(repo: Path) -> Path:
    """`.bare` with its worktrees beside it."""
    (repo.parent / "all").mkdir()
    run(repo.parent, "clone", "-q", "--bare", str(repo), "all/.bare")
    (repo.parent / "all" / ".git").write_text("gitdir: ./.bare\n")
    run(repo.parent / "all", "worktree", "add", "-q", "-b", "one", "one")
    return repo.parent / "all" / "one"


def in_git_dir(repo: Path) -> Path:
    """Somebody stands in `.git`."""
    return repo / ".git" / "objects"


def sparse(repo: Path) -> Path:
    """A part of the files."""
    run(repo, "sparse-checkout", "set", "docs")
    return repo


def linked(repo: Path) -> Path:
    """A link from elsewhere to a folder of it."""
    (repo / "deep" / "er").mkdir(parents=True)
    (repo.parent / "link").symlink_to(repo / "deep")
    return repo.parent / "link" / "er"


def dot_git_is_a_link(repo: Path) -> Path:
    """`.git` is a link to a folder elsewhere."""
    (repo / ".git").rename(repo.parent / "store")
    (repo / ".git").symlink_to(repo.parent / "store")
    return repo


def head_is_a_link(repo: Path) -> Path:
    """As old versions made it, and core.preferSymlinkRefs does."""
    (repo / ".git" / "HEAD").unlink()
    (repo / ".git" / "HEAD").symlink_to("refs/heads/main")
    return repo


def head_with_spaces(repo: Path) -> Path:
    """Written by hand."""
    (repo / ".git" / "HEAD").write_text("ref:\t refs/heads/main  \n\n")
    return repo


def head_in_capitals(repo: Path) -> Path:
    """A commit that another program has written so, with a remark behind it."""
    (repo / ".git" / "HEAD").write_text(run(repo, "rev-parse", "HEAD").upper() + " of today\n")
    return repo


def head_names_what_cannot_be(repo: Path) -> Path:
    """No branch can have a blank in its name."""
    (repo / ".git" / "HEAD").write_text("ref: refs/heads/feature/a b\n")
    return repo


def worktree_with_a_relative_path(repo: Path) -> Path:
    """As newer git makes them if asked."""
    folder = worktree(repo)
    told = (folder / ".git").read_text().removeprefix("gitdir: ").strip()
    (folder / ".git").write_text(f"gitdir: {os.path.relpath(told, folder)}\n")
    return folder


def worktree_in_a_worktree(repo: Path) -> Path:
    """The inner one counts."""
    inner = worktree(repo) / "sub" / "inner"
    run(repo, "worktree", "add", "-q", "-b", "inner", str(inner))
    return inner


def head_is_nonsense(repo: Path) -> Path:
    """No repository then: the one above counts."""
    run(repo, "init", "-q", "inner")
    (repo / "inner" / ".git" / "HEAD").write_text("nonsense\n")
    return repo / "inner"


def empty_dot_git(repo: Path) -> Path:
    """A folder `.git` that is none: the one above counts."""
    (repo / "inner" / ".git").mkdir(parents=True)
    return repo / "inner"


def head_alone(repo: Path) -> Path:
    """A `.git` with nothing but a HEAD is no repository: the one above counts."""
    empty_dot_git(repo)
    (repo / "inner" / ".git" / "HEAD").write_text("ref: refs/heads/inner\n")
    return repo / "inner"


def dot_git_leads_nowhere(repo: Path) -> Path:
    """A `.git` file that leads nowhere: git looks no further."""
    (repo / "inner").mkdir()
    (repo / "inner" / ".git").write_text("gitdir: /no/such\n")
    return repo / "inner"


def dot_git_says_nothing(repo: Path) -> Path:
    """A `.git` file of another kind."""
    (repo / "inner").mkdir()
    (repo / "inner" / ".git").write_text("hello\n")
    return repo / "inner"


def rebasing(repo: Path) -> Path:
    """In the middle of a rebase git itself names no branch."""
    (repo / "f").write_text("1")
    run(repo, "add", "f")
    run(repo, "commit", "-q", "-m", "one")
    with pytest.raises(subprocess.CalledProcessError):
        run(repo, "rebase", "-q", "--exec", "false", "HEAD~1")
    return repo


def of_somebody_else(repo: Path) -> Path:
    """`safe.directory` guards what a repository's configuration runs."""
    if os.getuid() == 0:
        for path in (repo, *repo.rglob("*")):
            os.chown(path, 12345, -1)
    return repo


def ignored_worktree(repo: Path) -> Path:
    """Where the client puts its own."""
    run(repo, "worktree", "add", "-q", "-b", "worktree-x", str(repo / ".claude" / "worktrees" / "x"))
    return repo / ".claude" / "worktrees" / "x"


LAYOUTS = (
    worktree, unborn, detached, sha256, detached_worktree, gone_worktree, removed_worktree, moved_repository, submodule,
    worktree_of_a_submodule, separate, bare, below_bare, worktree_of_a_bare_one, in_git_dir, sparse, linked,
    dot_git_is_a_link, head_is_a_link, head_with_spaces, head_in_capitals, head_names_what_cannot_be,
    worktree_with_a_relative_path, worktree_in_a_worktree, head_is_nonsense, empty_dot_git, head_alone,
    dot_git_leads_nowhere, dot_git_says_nothing, rebasing, of_somebody_else, ignored_worktree,
)  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_every_layout_is_read_as_git_reads_it(repo: Path, layout: Callable[[Path], Path]) -> None:
    """Each way to lay out a repository that git knows, made by git, and git's own word for it.

    Bugs shown: the branch of the repository around a worktree that is gone, of a folder `.git` that is none; none for a
    bare one; a commit where HEAD is a link.
    """
    folder = layout(repo)

    assert git.checkout(str(folder)).branch == answer(folder)


def test_the_layouts_are_not_all_without_an_answer(repo: Path) -> None:
    """The comparison above compares something."""
    assert answer(worktree(repo)) == "side"
    assert answer(detached(repo)).startswith("@")
    assert answer(repo.parent) == ""


def test_the_search_ends_with_the_file_system(repo: Path) -> None:
    """Git does not look above a mount point; neither do we.

    Bug shown: the branch of a home that is a repository, for a folder on another disk below it.
    """
    (repo / "disk").mkdir()
    script = 'mount -t tmpfs none disk && git -C disk symbolic-ref HEAD; exec "$@" "$PWD/disk"'
    program = "import sys; from cst.system import git; print('said', git.checkout(sys.argv[1]).branch)"
    argv = ["unshare", "--mount", "sh", "-c", script, "sh", sys.executable, "-c", program]
    done = subprocess.run(argv, cwd=repo, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    if "filesystem boundary" not in done.stderr:
        pytest.skip("nothing can be mounted here")

    assert done.stdout == "said \n"


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        (worktree, "re po"), (ignored_worktree, "re po"), (worktree_of_a_bare_one, "all"), (worktree_of_a_submodule, "sub"),
        (submodule, "sub"), (separate, "work"), (linked, "re po"), (bare, "all.git"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_a_worktree_has_the_repository_that_it_belongs_to(repo: Path, layout: Callable[[Path], Path], name: str) -> None:
    """The folder that people call the project by."""
    assert os.path.basename(git.checkout(str(layout(repo))).repository) == name


def test_a_plain_branch(repo: Path) -> None:
    """A folder of a repository, at any depth, has its branch."""
    (repo / "a" / "b").mkdir(parents=True)

    assert [git.checkout(path).branch for path in (str(repo), f"{repo}/", f"{repo}/a/b")] == ["main"] * 3


@pytest.mark.parametrize("name", ["feature/x", "ünïcode", "a#b", "v1.0"])
def test_a_branch_may_have_any_name(repo: Path, name: str) -> None:
    """Slashes and letters of any script belong to the name."""
    run(repo, "checkout", "-q", "-b", name)

    assert name == git.checkout(str(repo)).branch


def test_a_branch_before_its_first_commit(tmp_path: Path) -> None:
    """An empty repository is on a branch already."""
    run(tmp_path, "init", "-q", "-b", "trunk")

    assert git.checkout(str(tmp_path)).branch == "trunk"


def test_a_detached_head_is_its_commit(repo: Path) -> None:
    """`@` and the first 7 digits."""
    run(repo, "checkout", "-q", "--detach")

    assert "@" + run(repo, "rev-parse", "HEAD")[:7] == git.checkout(str(repo)).branch


def test_a_worktree_has_a_branch_of_its_own(repo: Path, tmp_path: Path) -> None:
    """Its `.git` is a file that points into the main repository."""
    run(repo, "worktree", "add", "-q", "-b", "side", str(tmp_path / "tree"))

    assert (git.checkout(str(tmp_path / "tree")).branch, git.checkout(str(repo)).branch) == ("side", "main")


def test_a_submodule_has_a_branch_of_its_own(repo: Path, tmp_path: Path) -> None:
    """Its `.git` is a file with a relative path."""
    outer = tmp_path / "outer"
    outer.mkdir()
    run(outer, "init", "-q", "-b", "above")
    run(outer, "submodule", "add", "-q", str(repo), "sub")
    run(outer / "sub", "checkout", "-q", "-b", "below")

    assert (git.checkout(str(outer / "sub")).branch, git.checkout(str(outer)).branch) == ("below", "above")


@pytest.mark.parametrize("folder", ["", "relative", "/", "/no/such/folder"])
def test_outside_git_there_is_no_branch(folder: str) -> None:
    """No repository up to the root: nothing to say."""
    assert git.checkout(folder).branch == ""


@pytest.mark.parametrize("folder", ["/a\0b", "/\ud800"])
def test_a_folder_that_cannot_be_is_no_repository(folder: str) -> None:
    """A registry record may name a folder that no file system has.

    Bug shown: ValueError out of os.open, and with it the end of every verb.
    """
    assert git.checkout(folder).branch == ""


@pytest.mark.parametrize("content", [b"", b"nonsense", b"gitdir: /no/such", b"gitdir: ", b"\xff\xfe", b"gitdir: ."])
def test_a_broken_pointer_is_no_branch(tmp_path: Path, content: bytes) -> None:
    """A `.git` file that leads nowhere is as none."""
    (tmp_path / ".git").write_bytes(content)

    assert git.checkout(str(tmp_path)).branch == ""


def test_a_head_that_cannot_be_read_is_no_branch(repo: Path) -> None:
    """A folder or a dangling link in the place of HEAD; a fifo does not hang."""
    head = repo / ".git" / "HEAD"
    head.unlink()
    head.mkdir()
    as_folder = git.checkout(str(repo)).branch
    head.rmdir()
    head.symlink_to("nowhere")
    as_link = git.checkout(str(repo)).branch
    head.unlink()
    os.mkfifo(head)

    assert [as_folder, as_link, git.checkout(str(repo)).branch] == ["", "", ""]


def test_a_head_that_names_no_branch_is_no_commit(repo: Path) -> None:
    """HEAD may be a reference outside refs/heads: told by its name, not as a commit.

    Bug shown: "@ref: re".
    """
    run(repo, "symbolic-ref", "HEAD", "refs/elsewhere/x")

    assert git.checkout(str(repo)).branch != "@ref: re"
    assert git.checkout(str(repo)).branch in ("", "refs/elsewhere/x")
