"""Whose a file, folder or socket is: what somebody else owns or can write is not used, wherever on the way it lies."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cst import snapshot
from cst.actions import jump
from cst.actions import marks as mark_actions
from cst.core import fleet
from cst.doctor import tools
from cst.model import CstError, Mark, Session
from cst.render import cells, preview
from cst.render.paint import Paint
from cst.settings import Settings
from cst.setup import tmux_unbind
from cst.store import marks
from cst.system import tmux, trust
from tests.testing import (
    ID,
    MALLORY,
    Live,
    as_user,
    mallorys_server,
    registry_entry,
    started,
    two_users,
    write_registry,
)

Change = Callable[[Path], None]


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder like /tmp: everybody may make something in it, and take away only their own. Short, for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="cst-", dir="/tmp"))
    folder.chmod(0o1777)
    yield folder
    shutil.rmtree(folder)


def mode(path: Path, bits: int) -> None:
    """Of a file or folder; `chmod` looks at no umask."""
    path.chmod(bits)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A file in a folder in a folder, all of them for us alone."""
    path = tmp_path / "above" / "folder" / "file"
    path.parent.mkdir(parents=True)
    path.write_text("")
    for one in (path.parent.parent, path.parent):
        mode(one, 0o700)
    mode(path, 0o600)
    return path


# ----------------------------------------------------------------------------------------------------- modes


def test_what_is_ours_alone_is_trusted(place: Path) -> None:
    """And the path that comes back is the one to use."""
    assert trust.checked(str(place)) == (os.path.realpath(place), "")


@pytest.mark.parametrize("bits", [0o755, 0o750, 0o555, 0o711])
def test_what_others_only_read_is_trusted(place: Path, bits: int) -> None:
    """Everybody may look."""
    for one in (place, place.parent, place.parent.parent):
        mode(one, bits)

    assert trust.distrust(str(place)) == ""


@pytest.mark.parametrize("which", ["file", "folder", "above"])
@pytest.mark.parametrize("bits", [0o702, 0o777, 0o707])
def test_what_others_can_write_is_named(place: Path, which: str, bits: int) -> None:
    """The thing itself or a folder, however far above it: who writes there can put another thing in its place."""
    wrong = {"file": place, "folder": place.parent, "above": place.parent.parent}[which]
    mode(wrong, bits)

    assert trust.distrust(str(place)) == f"{os.path.realpath(wrong)} can be written by others"


def test_a_sticky_folder_is_as_good_as_tmp(place: Path) -> None:
    """What is ours in it nobody else can take away."""
    mode(place.parent, 0o1777)

    assert trust.distrust(str(place)) == ""


def test_a_sticky_file_is_none(place: Path) -> None:
    """The bit protects what is in a folder, and not the thing that is asked for."""
    mode(place, 0o1606)

    assert "can be written by others" in trust.distrust(str(place))


def test_the_group_of_one_may_write(place: Path) -> None:
    """With umask 002 all that a person makes can be written by the group that has their number."""
    os.chown(place.parent, -1, os.getuid()) if os.getuid() == 0 else None
    if place.parent.stat().st_gid != os.getuid():
        pytest.skip("the group of this user has another number")
    mode(place.parent, 0o770)

    assert trust.distrust(str(place)) == ""


@two_users
def test_another_group_may_not_write(place: Path) -> None:
    """Its members are others."""
    os.chown(place.parent, 0, MALLORY)
    mode(place.parent, 0o770)

    assert trust.distrust(str(place)) == f"{os.path.realpath(place.parent)} can be written by a group (gid {MALLORY})"


@pytest.mark.parametrize(("bits", "fine"), [(0o600, True), (0o660, True), (0o770, True), (0o662, False), (0o777, False)])
def test_a_socket_of_a_group(place: Path, bits: int, fine: bool) -> None:
    """tmux gives its socket the bits of a group, whichever that is; others may not connect."""
    path = place.parent / "socket"
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(path))
        if os.getuid() == 0:
            os.chown(path, 0, MALLORY)
        mode(path, bits)

        assert trust.distrust(str(path)) == ("" if fine else f"{os.path.realpath(path)} can be written by others")


# ---------------------------------------------------------------------------------------------------- owners


@two_users
@pytest.mark.parametrize("which", ["file", "folder", "above"])
def test_what_is_somebody_elses_is_named(place: Path, which: str) -> None:
    """However private it is to them."""
    wrong = {"file": place, "folder": place.parent, "above": place.parent.parent}[which]
    os.chown(wrong, MALLORY, MALLORY)

    assert trust.distrust(str(place)) == f"{os.path.realpath(wrong)} belongs to another user (uid {MALLORY})"


@two_users
def test_a_sticky_folder_of_somebody_else_is_theirs(place: Path) -> None:
    """Its owner may take away what is ours."""
    os.chown(place.parent, MALLORY, MALLORY)
    mode(place.parent, 0o1777)

    assert "belongs to another user" in trust.distrust(str(place))


@two_users
def test_a_user_trusts_root_and_themselves_and_no_other(open_place: Path) -> None:
    """Asked as somebody who is not root."""
    me, other = MALLORY, MALLORY + 1
    path = open_place / "file"
    path.write_text("")
    owners = []
    for owner in (0, me, other):
        os.chown(path, owner, owner)
        owners.append(as_user(me, lambda: trust.distrust(str(path))))

    assert owners == ["", "", f"{os.path.realpath(path)} belongs to another user (uid {other})"]


@two_users
def test_what_cannot_be_looked_at_is_not_used(open_place: Path) -> None:
    """Behind a folder that is closed to us."""
    mode(open_place, 0o700)
    said = as_user(MALLORY, lambda: trust.distrust(f"{open_place}/folder/file"))

    assert said == f"{os.path.realpath(open_place)}/folder/file cannot be looked at: Permission denied"


@two_users
@pytest.mark.parametrize("there", [True, False])
def test_a_namespace_of_few_users(place: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    """In a container of a user's own, root's /tmp belongs to nobody; nobody's files stay nobody's, and so does all of
    it outside of one."""
    os.chown(place.parent, 65534, 65534)
    monkeypatch.setattr(trust, "_namespace", lambda: there)
    above = trust.distrust(str(place))
    os.chown(place, 65534, 65534)

    assert above == ("" if there else f"{os.path.realpath(place.parent)} belongs to another user (uid 65534)")
    assert trust.distrust(str(place)) == f"{os.path.realpath(place)} belongs to another user (uid 65534)"


# -------------------------------------------------------------------------------------------------- symlinks


def test_a_symlink_is_what_it_leads_to(place: Path) -> None:
    """The path to use has no symlink in it that could lead elsewhere a moment later."""
    link = place.parent.parent / "link"
    link.symlink_to(place.parent)

    assert trust.checked(f"{link}/file") == (os.path.realpath(place), "")


def test_a_symlink_to_a_place_of_others(place: Path) -> None:
    """Where it leads to counts."""
    mode(place.parent, 0o777)
    link = place.parent.parent / "link"
    link.symlink_to(place)

    assert "can be written by others" in trust.distrust(str(link))


def test_a_symlink_in_a_place_of_others(place: Path) -> None:
    """May lead to what is ours now: the path that is used is that of now."""
    open_to_all = place.parent.parent / "open"
    open_to_all.mkdir()
    mode(open_to_all, 0o777)
    (open_to_all / "link").symlink_to(place)

    assert trust.checked(f"{open_to_all}/link") == (os.path.realpath(place), "")


def test_symlinks_without_an_end(place: Path) -> None:
    """No exception and no endless loop."""
    loop = place.parent / "loop"
    loop.symlink_to(loop)
    trust.checked(str(loop))


@pytest.mark.parametrize("path", ["a\0b", "\ud800" + "\0"])
def test_a_path_that_is_none(path: str) -> None:
    assert trust.distrust(path).endswith("is no path")


# ------------------------------------------------------------------------------------------ what is not there


def test_what_is_not_there_and_only_we_could_make(place: Path) -> None:
    assert trust.distrust(f"{place.parent}/a/b/c") == ""


@pytest.mark.parametrize("rest", ["new", "a/b/new"])
def test_what_is_not_there_and_others_could_make(place: Path, rest: str) -> None:
    """In /tmp anybody may make it before it is used."""
    mode(place.parent, 0o1777)

    assert trust.distrust(f"{place.parent}/{rest}").endswith("is not there, and others could put it there")


# ----------------------------------------------------------------------------------------------- make_private


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_every_folder_that_is_made_is_private(tmp_path: Path, umask: int) -> None:
    """Each level of it. Bug shown: `os.makedirs` gives its mode to the last one only."""
    before = os.umask(umask)
    try:
        trust.make_private(f"{tmp_path}/a/b/c")
        trust.make_private(f"{tmp_path}/a/b/d")
    finally:
        os.umask(before)

    assert [(tmp_path / one).stat().st_mode & 0o777 for one in ("a", "a/b", "a/b/c", "a/b/d")] == [0o700] * 4


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    mode(tmp_path, 0o755)
    trust.make_private(str(tmp_path))

    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_file_in_place_of_the_folder(place: Path) -> None:
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        trust.make_private(f"{place}/folder")
    with pytest.raises(FileExistsError):
        trust.make_private(str(place))


def test_a_file_is_put_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Both are ours alone; what is there is replaced, and its folder stays as it is."""
    place = tmp_path / "a/b/file"
    trust.put(str(place), b"one")
    place.parent.chmod(0o750)
    place.chmod(0o644)
    trust.put(str(place), b"two")
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "a", place.parent, place)]

    assert (place.read_bytes(), modes, list(place.parent.iterdir())) == (b"two", [0o700, 0o750, 0o600], [place])


def test_a_file_that_cannot_be_put_is_told(tmp_path: Path) -> None:
    """A file stands where its folder should be."""
    (tmp_path / "a").write_text("here first")
    with pytest.raises(OSError, match="Not a directory"):
        trust.put(f"{tmp_path}/a/file", b"")
    assert (tmp_path / "a").read_text() == "here first"


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_the_first_mark_makes_private_folders(own: Settings, umask: int) -> None:
    """All of them, up to the home, for they are cst's own."""
    before = os.umask(umask)
    try:
        mark_actions.append(own, [Mark(1.0, "seen", "1.2")])
    finally:
        os.umask(before)
    made = [Path(own.marks_file).parent, Path(own.state_dir), Path(own.home, ".local/state"), Path(own.home, ".local")]

    assert [path.stat().st_mode & 0o777 for path in made] == [0o700] * 4
    assert marks.read(own.marks_file)[0][0].key == "1.2"


# ------------------------------------------------------------------------- a tmux server in somebody else's hands


@pytest.fixture
def victim(claude: Path, live: Live, home: Path) -> Path:
    """A session of ours outside tmux, and the file in our home that mallory is after."""
    pid = live.start("claude")
    now = int(time.time() * 1000)
    entry = registry_entry(pid, procStart=started(pid), startedAt=now - 60_000, statusUpdatedAt=now - 9_000, tmux=None)
    write_registry(claude, entry)
    return home / "bashrc"


def refused(own: Settings, capsys: pytest.CaptureFixture[str], told: str) -> None:
    """`cst ls` and `cst status` name the problem, are done at once and say nothing of a place that they cannot know."""
    from cst.__main__ import main

    begun = time.monotonic()
    seen = snapshot.take(own, time.time(), snapshot.ROWS)
    took = time.monotonic() - begun
    (session,) = fleet.sessions(seen)

    assert [("tmux", told)] == list(seen.problems)
    assert took < tmux.TIMEOUT
    assert (session.place, session.hidden) == (None, True)
    assert "not known" in cells.cells(session, seen.now)
    assert "pane not known" in "\n".join(preview.header(session, seen.now, 100, own.home, Paint(False)))
    capsys.readouterr()
    assert main(["ls"]) == 0
    shown = capsys.readouterr()
    assert f"cst: tmux: {told}" in shown.err
    assert "not in tmux" not in shown.out
    assert main(["status", "--format", "plain"]) == 0
    assert "1 problem" in capsys.readouterr().out


@two_users
def test_a_default_socket_that_somebody_else_made(
    open_place: Path, victim: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mallory was first in /tmp. Bug shown: `cst ls` asked that server, whose hook made our own tmux write our file."""
    from cst.settings import load

    monkeypatch.setenv("TMUX_TMPDIR", str(open_place))
    own = load(os.environ)
    with mallorys_server(own.default_socket, victim):
        refused(own, capsys, f"{own.default_socket} belongs to another user (uid {MALLORY})")

        assert own.default_socket.startswith(str(open_place))
        assert tmux_unbind.servers(own)[0] == []
    assert not victim.exists()


@two_users
def test_the_socket_that_a_session_names(
    own: Settings, claude: Path, open_place: Path, home: Path, live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its folder was cleared away, and came back as mallory's."""
    path, prize = f"{open_place}/vt/socket", home / "bashrc"
    pid = live.start("claude", env={"TMUX": f"{path},1,0", "TMUX_PANE": "%0"})
    now = int(time.time() * 1000)
    write_registry(claude, registry_entry(pid, procStart=started(pid), startedAt=now - 60_000, statusUpdatedAt=now - 9_000))
    with mallorys_server(path, prize):
        refused(own, capsys, f"{path} belongs to another user (uid {MALLORY})")
    assert not prize.exists()


@two_users
def test_a_listener_that_never_answers_is_not_waited_for(
    open_place: Path, victim: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bug shown: each look took two seconds."""
    from cst.settings import load

    monkeypatch.setenv("TMUX_TMPDIR", str(open_place))
    own = load(os.environ)
    path = Path(own.default_socket)
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(path))
        line.listen()
        mode(path, 0o777)
        for one in (path, path.parent):
            os.chown(one, MALLORY, MALLORY)
        refused(own, capsys, f"{path} belongs to another user (uid {MALLORY})")
        line.setblocking(False)
        with pytest.raises(BlockingIOError):
            line.accept()


@two_users
@pytest.mark.parametrize("way", ["run", "say", "screen", "badge", "press", "paste", "inspect"])
def test_no_command_goes_to_such_a_socket(open_place: Path, victim: Path, way: str) -> None:
    """Whatever is asked or told."""
    path = f"{open_place}/t/socket"
    calls: dict[str, Callable[[], object]] = {
        "run": lambda: tmux.run("tmux", path, ["list-panes", "-a"]),
        "say": lambda: tmux.say("tmux", path, "/dev/pts/0", "hello"),
        "screen": lambda: tmux.screen("tmux", path, "%0"),
        "badge": lambda: tmux.badge("tmux", path, [["set-option", "-g", "@x", "1"]]),
        "press": lambda: tmux.press("tmux", path, "%0", 1, "1"),
        "paste": lambda: tmux.paste("tmux", path, "%0", 1, "/etc/hostname"),
        "inspect": lambda: tmux.inspect("tmux", path, "%0"),
    }
    with mallorys_server(path, victim):
        try:
            calls[way]()
        except CstError:
            assert way == "inspect"
    assert not victim.exists()


@two_users
def test_a_jump_from_outside_attaches_to_no_such_socket(
    own: Settings, open_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There cst itself becomes tmux."""
    monkeypatch.setattr(os, "isatty", lambda _: True)
    monkeypatch.setattr(os, "execvp", lambda *_: pytest.fail("tmux was started"))
    path = open_place / "socket"
    path.write_text("")
    os.chown(path, MALLORY, MALLORY)
    with pytest.raises(CstError, match="belongs to another user"):
        jump._attach(own, str(path), "=$0:@0.%0", fleet_session(), 1.0)
    assert not os.path.exists(own.marks_file)


def fleet_session() -> Session:
    """A session that is enough for a jump."""
    return Session(key="1.2", id=ID, pid=1, state="idle", since=1.0, because="", rule="idle")


@two_users
def test_doctor_names_it(own: Settings, open_place: Path) -> None:
    """As a server that is not asked, and with what to do."""
    path = open_place / "socket"
    path.write_text("")
    os.chown(path, MALLORY, MALLORY)
    context = Context(own._replace(tmux_sockets=(str(path),)))
    found = [one for one in tools.servers(context) if one.outcome == "wrong"]  # type: ignore[arg-type]

    assert [f"{path} cannot be reached: {path} belongs to another user (uid {MALLORY})"] == [one.found for one in found]
    assert "find out who made it" in found[0].fix


class Context:
    """As much of one as that check needs."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.snapshot = settings, snapshot.take(settings, time.time(), snapshot.STATUS)


def test_without_a_socket_no_server_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """tmux would take the one of TMUX, unchecked."""
    monkeypatch.setenv("TMUX", f"{tmp_path}/socket,1,0")
    fake = tmp_path / "tmux"
    fake.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\n")
    mode(fake, 0o755)

    assert tmux.run(str(fake), "", ["list-panes"]) == (127, "no tmux server was named")
    assert not (tmp_path / "asked").exists()


def test_the_socket_that_was_checked_is_the_one_that_is_asked(tmp_path: Path) -> None:
    """Not the symlink that led to it."""
    folder = tmp_path / "folder"
    folder.mkdir(0o700)
    (folder / "socket").write_text("")
    (tmp_path / "link").symlink_to(folder)
    fake = tmp_path / "tmux"
    fake.write_text('#!/bin/sh\necho "$3"\n')
    mode(fake, 0o755)

    assert tmux.run(str(fake), f"{tmp_path}/link/socket", ["x"]) == (0, os.path.realpath(folder / "socket") + "\n")


def test_a_server_that_is_gone_is_no_problem_in_a_folder_of_all(place: Path) -> None:
    """It has nothing to list, and nobody is accused."""
    mode(place.parent, 0o1777)
    code, said = tmux.run("tmux", f"{place.parent}/gone", ["list-panes"])

    assert (code, said) == (127, f"no server running on {place.parent}/gone")
    assert tmux.is_empty(said)


def test_a_look_is_cheap(place: Path) -> None:
    """It is part of every `cst status`: well below a thousandth of a second."""
    best = min(_timed(lambda: trust.checked(str(place))) for _ in range(50))

    assert best < 0.001


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


