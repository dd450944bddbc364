"""What is not committed, in real repositories; and that none of them runs anything, is written to, or takes long."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from cst.__main__ import main
from cst.changes import Change, Changes
from cst.system import git_status as module
from cst.system.git_status import changes
from tests.testing import ID, Live, campaign, registry_entry, started, write_registry
from tests.unit.system.test_git import run

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
LATE = 60.0  # the machine that tests may be busy


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository on `main` with two files in its one commit."""
    path = tmp_path / "repo"
    path.mkdir()
    run(path, "init", "-q")
    (path / "a.txt").write_text("one\ntwo\nthree\n")
    (path / "b.txt").write_text("b\n")
    run(path, "add", ".")
    run(path, "commit", "-q", "-m", "first")
    return path


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder with its time and its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def dirty(path: Path) -> None:
    """Another time, the same bytes: git has to look inside to know that nothing changed."""
    os.utime(path, (1_000_000_000, 1_000_000_000))


# ------------------------------------------------------------------------------------------------ what is told


def test_a_clean_repository(repo: Path) -> None:
    """Its branch, no upstream, no files."""
    assert Changes(branch="main") == changes(str(repo), LATE)


def test_each_kind_of_change(repo: Path) -> None:
    """Staged, not staged, both, deleted, binary, not tracked: with letters and lines, all of the repository."""
    (repo / "sub").mkdir()
    (repo / "a.txt").write_text("one\n2\n3\nthree\n")
    (repo / "new.txt").write_text("x\ny\n")
    (repo / "image").write_bytes(b"\0\1\2")
    run(repo, "add", "new.txt", "image")
    (repo / "new.txt").write_text("x\ny\nz\n")
    (repo / "b.txt").unlink()
    (repo / "loose").write_text("")
    found = changes(str(repo / "sub"), LATE)

    assert [
        Change("a.txt", " ", "M", 2, 1), Change("b.txt", " ", "D", 0, 1), Change("image", "A", " "),
        Change("loose", "?", "?"), Change("new.txt", "A", "M", 3, 0),
    ] == sorted(found.files, key=lambda change: change.path)  # fmt: skip


def test_a_conflict(repo: Path) -> None:
    """A file that both sides changed is U on both sides."""
    run(repo, "checkout", "-q", "-b", "other")
    (repo / "a.txt").write_text("theirs\n")
    run(repo, "commit", "-q", "-am", "theirs")
    run(repo, "checkout", "-q", "main")
    (repo / "a.txt").write_text("ours\n")
    run(repo, "commit", "-q", "-am", "ours")
    with pytest.raises(Exception, match="merge"):
        run(repo, "merge", "-q", "other")
    (found,) = changes(str(repo), LATE).files

    assert (found.path, found.staged, found.unstaged) == ("a.txt", "U", "U")


def test_ahead_and_behind(repo: Path, tmp_path: Path) -> None:
    """How far a branch and its upstream are apart."""
    run(tmp_path, "clone", "-q", str(repo), "clone")
    clone = tmp_path / "clone"
    even = changes(str(clone), LATE)
    run(repo, "commit", "-q", "--allow-empty", "-m", "theirs")
    for name in "ab":
        run(clone, "commit", "-q", "--allow-empty", "-m", name)
    run(clone, "fetch", "-q")
    found = changes(str(clone), LATE)

    assert (even.upstream, even.ahead, even.behind) == ("origin/main", 0, 0)
    assert (found.branch, found.upstream, found.ahead, found.behind) == ("main", "origin/main", 2, 1)


def test_no_branch_and_no_commit(repo: Path, tmp_path: Path) -> None:
    """A detached head has no branch; a repository without a commit has files, and no lines."""
    run(repo, "checkout", "-q", "--detach")
    (tmp_path / "empty").mkdir()
    run(tmp_path / "empty", "init", "-q")
    (tmp_path / "empty" / "a").write_text("a\n")
    run(tmp_path / "empty", "add", "a")

    assert Changes(branch="") == changes(str(repo), LATE)
    assert Changes(branch="main", files=(Change("a", "A", " "),)) == changes(str(tmp_path / "empty"), LATE)


@pytest.mark.parametrize(
    "name", ["two words", "tab\there", "line\nbreak", "\x1b[31mred", "quo\"te", "-n", "ünï 漢", "a -> b", "{a => b}", "1 2\t3"]
)
def test_a_file_may_have_any_name(repo: Path, name: str) -> None:
    """Names come as they are, with the lines that belong to them."""
    (repo / name).write_text("x\n")
    run(repo, "add", "--", name)
    (found,) = changes(str(repo), LATE).files

    assert Change(name, "A", " ", 1, 0) == found


def test_a_name_that_is_no_text(repo: Path) -> None:
    """Bytes that are no UTF-8 are kept as Python keeps them."""
    (repo / os.fsdecode(b"caf\xe9")).write_text("x\n")
    (found,) = changes(str(repo), LATE).files

    assert os.fsencode(found.path) == b"caf\xe9"


def test_a_renamed_file_is_a_new_one_and_an_old_one(repo: Path) -> None:
    """Renames are not looked for: they cost much in a large repository."""
    run(repo, "mv", "a.txt", "c.txt")
    found = changes(str(repo), LATE).files

    assert sorted((f"{c.staged} {c.path}" for c in found), key=lambda line: line[2:]) == ["D a.txt", "A c.txt"]


# -------------------------------------------------------------------------------------------- where nothing is told


def test_no_repository(tmp_path: Path) -> None:
    """A folder outside git, and one that is gone, are told apart."""
    outside, gone = changes(str(tmp_path), LATE), changes(str(tmp_path / "gone"), LATE)

    assert outside.problem == "not a git repository"
    assert "cannot change to" in gone.problem
    assert "No such file" in gone.problem


@pytest.mark.parametrize("folder", ["/a\0b", "\ud800", "", "--help", "x" * 300_000])
def test_a_folder_that_is_none(folder: str) -> None:
    """Whatever a session calls its folder, the answer is a sentence."""
    found = changes(folder, LATE)

    assert found._replace(problem="") == Changes() or folder == ""
    assert found.problem or folder == ""


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git it says so."""
    monkeypatch.setattr("cst.system.spawn._PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))

    assert changes(str(tmp_path)).problem == "git is not installed or not on PATH"


def test_somebody_elses_variables(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIT_DIR of a hook that we run in leads nobody elsewhere."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))

    assert Changes(branch="main") == changes(str(repo), LATE)


def test_a_folder_that_holds_git_up(repo: Path) -> None:
    """git waits for a FIFO; it is ended after the time that it has, and nothing of it is left."""
    os.mkfifo(repo / "wait")
    run(repo, "config", "core.excludesFile", str(repo / "wait"))
    begun = time.monotonic()
    found = changes(str(repo), 1.0)

    assert Changes(problem="git took too long") == found
    assert time.monotonic() - begun < 10
    assert [child for child in psutil.Process().children(recursive=True) if child.name() == "git"] == []


def test_more_files_than_are_taken(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an endless list the beginning is taken, whole records only, and it says that there are more."""
    monkeypatch.setattr(module, "_MOST", 20_000)
    for number in range(2000):
        (repo / f"{number:04}-{'x' * 80}").write_text("")
    found = changes(str(repo), LATE)

    assert found.more
    assert 100 < len(found.files) < 2000
    assert {85} == {len(change.path) for change in found.files}


# ------------------------------------------------------------------------------------------------ what does not happen


def test_nothing_is_written(repo: Path) -> None:
    """Neither the index nor anything else of the repository changes, where git would refresh it."""
    run(repo, "config", "diff.autoRefreshIndex", "true")
    run(repo, "config", "core.untrackedCache", "true")
    for name in ("a.txt", "b.txt"):
        dirty(repo / name)
    before = state(repo)
    found = changes(str(repo), LATE)

    assert found.files == ()
    assert before == state(repo)
    run(repo, "status")
    assert before != state(repo)  # git itself does


def _hostile_fsmonitor(repo: Path, trap: Path) -> None:
    run(repo, "config", "core.fsmonitor", str(trap))


def _hostile_hooks(repo: Path, trap: Path) -> None:
    for folder in (repo / ".git" / "hooks", repo / "hooks"):
        folder.mkdir(exist_ok=True)
        for name in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout"):
            shutil.copy(trap, folder / name)
    run(repo, "config", "core.hooksPath", str(repo / "hooks"))


def _hostile_filter(repo: Path, trap: Path) -> None:
    for name in ("evil", "a=b", "UP.dots", "sp ace"):
        for key in ("clean", "smudge", "process"):
            run(repo, "config", f"filter.{name}.{key}", str(trap))
        run(repo, "config", f"filter.{name}.required", "true")
    (repo / ".gitattributes").write_text('a.txt filter=evil\nb.txt filter=a=b\n*.c filter=UP.dots\n')
    (repo / "x.c").write_text("x")


def _hostile_include(repo: Path, trap: Path) -> None:
    (repo / "more").write_text(f'[filter "evil"]\n\tclean = {trap}\n\tprocess = {trap}\n')
    run(repo, "config", "include.path", str(repo / "more"))
    (repo / ".gitattributes").write_text("* filter=evil\n")


def _hostile_diff(repo: Path, trap: Path) -> None:
    run(repo, "config", "diff.external", str(trap))
    run(repo, "config", "diff.evil.command", str(trap))
    run(repo, "config", "diff.evil.textconv", str(trap))
    (repo / ".git" / "info" / "attributes").write_text("* diff=evil\n")
    (repo / "a.txt").write_text("other\n")


def _hostile_pager(repo: Path, trap: Path) -> None:
    for name in ("core.pager", "pager.status", "pager.diff-index", "pager.config", "core.editor", "core.sshCommand",
                 "core.askPass", "credential.helper", "alias.status", "alias.diff-index", "gpg.program"):  # fmt: skip
        run(repo, "config", name, f"!{trap}" if name.startswith("alias") else str(trap))


def _hostile_promisor(repo: Path, trap: Path) -> None:
    for name, value in (
        ("core.repositoryFormatVersion", "1"), ("extensions.partialClone", "origin"), ("remote.origin.promisor", "true"),
        ("remote.origin.url", str(repo)), ("remote.origin.uploadpack", str(trap)), ("protocol.allow", "always"),
    ):  # fmt: skip
        run(repo, "config", name, value)
    blob = run(repo, "rev-parse", "HEAD:a.txt")
    (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (repo / "a.txt").write_text("other\n")


def _hostile_remote_helper(repo: Path, trap: Path) -> None:
    _hostile_promisor(repo, trap)
    run(repo, "config", "remote.origin.url", f"ext::{trap}")
    run(repo, "config", "protocol.ext.allow", "always")


def _hostile_submodule(repo: Path, trap: Path) -> None:
    inner = repo.parent / "inner"
    inner.mkdir()
    run(inner, "init", "-q")
    (inner / "a.txt").write_text("x\n")
    run(inner, "add", ".")
    run(inner, "commit", "-q", "-m", "x")
    run(repo, "submodule", "add", "-q", str(inner), "sub")
    run(repo, "commit", "-q", "-m", "sub")
    sub = repo / "sub"
    run(sub, "config", "core.fsmonitor", str(trap))
    run(sub, "config", "filter.evil.clean", str(trap))
    (sub / ".gitattributes").write_text("* filter=evil\n")
    dirty(sub / "a.txt")
    for name, value in (("status.submoduleSummary", "true"), ("diff.submodule", "diff"), ("diff.ignoreSubmodules", "none")):
        run(repo, "config", name, value)


HOSTILE = [
    _hostile_fsmonitor, _hostile_hooks, _hostile_filter, _hostile_include, _hostile_diff, _hostile_pager,
    _hostile_promisor, _hostile_remote_helper, _hostile_submodule,
]  # fmt: skip
FIRES = {_hostile_fsmonitor, _hostile_hooks, _hostile_filter, _hostile_include, _hostile_diff, _hostile_promisor, _hostile_submodule}


@pytest.mark.parametrize("arm", HOSTILE, ids=lambda arm: arm.__name__.removeprefix("_hostile_"))
def test_a_hostile_repository_runs_nothing(repo: Path, tmp_path: Path, arm: Callable[[Path, Path], None]) -> None:
    """Whatever its configuration names, no program of a repository is run; git by itself does run it."""
    pwned, trap = tmp_path / "pwned", tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{pwned}'\nexit 1\n")
    trap.chmod(0o755)
    arm(repo, trap)
    dirty(repo / "b.txt")
    pwned.unlink(missing_ok=True)  # what arming it ran
    found = changes(str(repo), LATE)

    assert not pwned.exists()
    assert (found.branch, found.problem) == ("main", "")
    for words in (("status",), ("diff", "HEAD")):
        subprocess.run(["git", *words], cwd=repo, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert arm not in FIRES or pwned.exists()


@pytest.mark.long
@pytest.mark.parametrize("number", range(campaign.size(50)))
def test_a_campaign_of_hostile_repositories(
    repo: Path, tmp_path: Path, home: Path, claude: Path, live: Live, capfd: pytest.CaptureFixture[str], number: int
) -> None:
    """Several of these at once, in a repository, a linked worktree, one that `.git` names, or one with a worktree
    elsewhere: no verb that shows what is not committed, or a branch, runs anything of it."""
    pick = campaign.chance("git", number)
    pwned, trap = tmp_path / "pwned", tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{pwned}'\nexit 1\n")
    trap.chmod(0o755)
    for arm in pick.sample(HOSTILE, pick.randint(2, 5)):
        with contextlib.suppress(OSError, AssertionError, subprocess.CalledProcessError):  # one is in the way of another
            arm(repo, trap)
    folder = repo
    if (way := pick.randrange(4)) == 1:
        folder = tmp_path / "worktree"
        subprocess.run(["git", "worktree", "add", "-q", "--no-checkout", str(folder)], cwd=repo, capture_output=True, check=False)
        folder.mkdir(exist_ok=True)
    elif way == 2:
        folder = tmp_path / "named"
        folder.mkdir()
        (folder / ".git").write_text(f"gitdir: {repo}/.git\n")
    elif way == 3:
        run(repo, "config", "core.worktree", str(tmp_path))
    for name in ("a.txt", "b.txt", "new.txt"):
        (folder / name).write_text("one\n")
        dirty(folder / name)
    pid = live.start("claude", env={"HOME": str(home)})
    write_registry(claude, registry_entry(pid, procStart=started(pid), cwd=str(folder), tmux=None, version="$(touch pwned)"))
    told = json.dumps({"session_id": ID, "cwd": str(folder), "workspace": {"current_dir": str(folder)}})
    (tmp_path / "told").write_text(told)
    pwned.unlink(missing_ok=True)  # what arming it ran
    changes(str(folder), LATE)
    for words in (
        ("ls",), ("rows", "--width", "90"), ("preview", str(pid), "--page", "changes"), ("preview", str(pid)), ("show", str(pid)), ("kill", str(pid), "--dry-run"), ("tree", ID, str(folder)),
        ("statusline", "branch", "dirty", "ahead"), ("statusline", "branch", "dirty", "ahead"), ("cost", "--by", "branch"), ("report", "--by", "project"), ("ls", "--json"),
    ):  # fmt: skip
        with (tmp_path / "told").open() as given, pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", given)
            assert main(list(words)) in (0, 1), (words, capfd.readouterr())

    assert not pwned.exists()
    assert list(tmp_path.rglob("pwned*")) == []


def test_filters_that_cannot_be_counted(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more filters than are read, git is not asked any further."""
    monkeypatch.setattr(module, "_MOST", 500)
    for number in range(20):
        run(repo, "config", f"filter.{number}-{'x' * 40}.clean", "cat")

    assert changes(str(repo), LATE).problem == "its configuration names more filters than can be switched off"


def test_several_folders(repo: Path) -> None:
    """Each checkout once, whatever the order and whichever of its folders; an unknown folder is none of them, least of all
    ours; those for which no time is left are unknown."""
    (repo / "new").write_text("x")
    (repo / "below").mkdir()
    found = module.several([str(repo), "/", str(repo / "below"), "", str(repo)])
    late = module.several([str(repo)], 0.0)

    assert [(folder, len(one.files)) for folder, one in found.items()] == [(str(repo), 1), ("/", 0), (str(repo / "below"), 1)]
    assert found[str(repo)] is found[str(repo / "below")]
    assert [one.problem for one in late.values()] == ["git took too long"]
