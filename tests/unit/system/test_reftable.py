"""A repository that keeps its references in tables: by git itself where it can (2.45), else by the format's description."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.system import git, reftable

COMMIT = bytes(range(0xA0, 0xB4))
Reference = tuple[bytes, int, bytes]  # its name; 0 deleted, 1 a commit, 2 a tag and its commit, 3 a reference; its value


def number(value: int) -> bytes:
    """As git writes the offsets of its packs."""
    out = [value & 127]
    while value := value >> 7:
        value -= 1
        out.append(128 | value & 127)
    return bytes(reversed(out))


def table(references: Sequence[Reference], version: int = 1) -> bytes:
    """A table of these references, one block."""
    head = b"REFT" + bytes([version]) + (4096).to_bytes(3, "big") + (1).to_bytes(8, "big") * 2
    head += b"s256" if version == 2 else b""
    body, before = b"", b""
    for name, kind, value in references:
        shared = next((i for i, (a, b) in enumerate(zip(name, before, strict=False)) if a != b), min(len(name), len(before)))
        body += number(shared) + number((len(name) - shared) << 3 | kind) + name[shared:] + number(300)
        body += (number(len(value)) if kind == 3 else b"") + value
        before = name
    restarts = (len(head) + 4).to_bytes(3, "big") + (1).to_bytes(2, "big")
    size = len(head) + 4 + len(body) + len(restarts)
    return (head + b"r" + size.to_bytes(3, "big") + body + restarts).ljust(4096, b"\0") + head.ljust(68, b"\1")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """What git leaves in the other files of such a repository."""
    for folder in ("objects", "refs", "reftable"):
        (tmp_path / ".git" / folder).mkdir(parents=True)
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/.invalid\n")
    (tmp_path / ".git" / "refs" / "heads").write_text("this repository uses the reftable format\n")
    return tmp_path


def put(repo: Path, *tables: bytes) -> None:
    """Make these the tables of a repository, the newest last."""
    names = [f"0x00000000000{i}-0x00000000000{i}-0123abcd.ref" for i in range(len(tables))]
    for name, data in zip(names, tables, strict=True):
        (repo / ".git" / "reftable" / name).write_bytes(data)
    (repo / ".git" / "reftable" / "tables.list").write_text("".join(f"{name}\n" for name in names))


MAIN = (b"refs/heads/main", 1, COMMIT)


def test_the_newest_table_that_has_it_counts(repo: Path) -> None:
    """Later tables may be about other references alone.

    Bug shown: the branch `.invalid` in every repository of this kind.
    """
    old = table([(b"HEAD", 3, b"refs/heads/old"), MAIN])
    new = table([(b"AUTO_MERGE", 1, COMMIT), (b"CHERRY_PICK_HEAD", 1, COMMIT), (b"HEAD", 3, b"refs/heads/fe/at"), MAIN])
    put(repo, old, new, table([MAIN, (b"refs/heads/main2", 0, b""), (b"refs/tags/v1", 2, COMMIT * 2)]))

    assert git.checkout(str(repo)).branch == "fe/at"


def test_a_commit(repo: Path) -> None:
    """A detached HEAD."""
    put(repo, table([(b"HEAD", 3, b"refs/heads/old")]), table([(b"HEAD", 1, COMMIT)]))

    assert git.checkout(str(repo)).branch == "@a0a1a2a"


def test_commits_of_64_digits(repo: Path) -> None:
    """The second version of the format says how long they are."""
    long = COMMIT + bytes(12)
    put(repo, table([(b"AUTO_MERGE", 1, long), (b"HEAD", 3, "refs/heads/ü".encode())], version=2))
    branch = git.checkout(str(repo)).branch
    put(repo, table([(b"HEAD", 1, long)], version=2))

    assert (branch, git.checkout(str(repo)).branch, reftable.head(f"{repo}/.git")) == ("ü", "@a0a1a2a", long.hex())


def test_a_worktree_has_tables_of_its_own(repo: Path) -> None:
    """Beside the HEAD that is a sham there too."""
    put(repo, table([(b"HEAD", 3, b"refs/heads/main")]))
    tree, own = repo / "tree", repo / ".git" / "worktrees" / "tree"
    tree.mkdir()
    (own / "reftable").mkdir(parents=True)
    (tree / ".git").write_text(f"gitdir: {own}\n")
    (own / "HEAD").write_text("ref: refs/heads/.invalid\n")
    (own / "commondir").write_text("../..\n")
    (own / "reftable" / "a.ref").write_bytes(table([(b"HEAD", 3, b"refs/heads/side")]))
    (own / "reftable" / "tables.list").write_text("a.ref\n")

    assert git.checkout(str(tree)).branch == "side"


def test_a_long_block_is_read_from_its_beginning(repo: Path) -> None:
    """A table of one block may have any size; HEAD stands first."""
    many = [(b"refs/heads/%05d-%s" % (n, b"x" * 60), 1, COMMIT) for n in range(3000)]
    put(repo, table([(b"HEAD", 3, b"refs/heads/main"), *many]))

    assert git.checkout(str(repo)).branch == "main"


def test_what_cannot_be_read_is_unknown(repo: Path) -> None:
    """No tables, none that is named, a name that leads elsewhere, HEAD in none of them: never a branch `.invalid`."""
    good = table([(b"HEAD", 3, b"refs/heads/main")])
    found = [git.checkout(str(repo)).branch]
    for data in (b"", b"REFT", good[:40], good[:24] + b"g" + good[25:], b"x" * 5000, table([MAIN])):
        put(repo, data)
        found.append(git.checkout(str(repo)).branch)
    put(repo, good)
    (repo / ".git" / "reftable" / "tables.list").write_text("gone.ref\n")
    found.append(git.checkout(str(repo)).branch)
    (repo / "t.ref").write_bytes(good)
    (repo / ".git" / "reftable" / "tables.list").write_text("../../t.ref\n")

    assert [*found, git.checkout(str(repo)).branch] == [""] * 9


@given(st.binary(max_size=200), st.integers(0, 120))
def test_no_bytes_are_more_than_unknown(data: bytes, at: int) -> None:
    """Whatever stands in a table: a reference, a commit, nothing, or the two errors that mean nothing."""
    good = table([(b"FETCH_HEAD", 1, COMMIT), (b"HEAD", 3, b"refs/heads/main")])
    for found in (data, good[:at] + data, good[:at] + data + good[at + len(data) :]):
        with contextlib.suppress(ValueError, IndexError):
            assert isinstance(reftable._record(found, b"HEAD"), str | None)


def test_as_git_writes_it(tmp_path: Path) -> None:
    """The same with tables of git's own, over many changes, and in a worktree."""
    repo = tmp_path / "repo"

    def run(*words: str, folder: Path = repo) -> str:
        options = ["-c", "user.name=n", "-c", "user.email=e@x"]
        return subprocess.run(["git", *options, "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()

    repo.mkdir()
    try:
        run("init", "-q", "-b", "trunk", "--ref-format=reftable")
    except subprocess.CalledProcessError:
        pytest.skip("this git knows no tables (before 2.45)")
    unborn = git.checkout(str(repo)).branch
    for name in ("one", "two/three"):
        run("commit", "-q", "--allow-empty", "-m", name)
        run("checkout", "-q", "-b", name)
    for number_ in range(300):  # more references than one block holds, all behind HEAD
        run("update-ref", f"refs/heads/zz-{number_}-{'x' * 40}", "HEAD")
    run("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    names = [git.checkout(str(folder)).branch for folder in (repo, tmp_path / "side")]
    run("checkout", "-q", "--detach")

    assert (unborn, names, git.checkout(str(repo)).branch) == ("trunk", ["two/three", "side"], "@" + run("rev-parse", "HEAD")[:7])
