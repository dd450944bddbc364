"""Where `cst new` starts a session, and with which words, in a real tmux; the live client does it in tests/lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from cst import snapshot as world
from cst.actions import launch, new
from cst.actions.launch import Window
from cst.model import Client, CstError, Snapshot
from cst.settings import Settings
from cst.system import tmux
from tests.testing import ROOT, TmuxServer, until

# What stands in for claude: it writes down its words, each with a NUL behind it, and stays.
_WITNESS = """#!/bin/sh
for word do printf '%s\\0' "$word"; done >~/told.new
mv ~/told.new ~/told
read -r line
"""


@pytest.fixture
def words(home: Path) -> Path:
    """The file in which the `claude` that login shells find writes down its words."""
    (home / "bin").mkdir()
    (home / ".profile").write_text('PATH="$HOME/bin:$PATH"\n')
    (home / "bin/claude").write_text(_WITNESS)
    (home / "bin/claude").chmod(0o755)
    return home / "told"


def _look(own: Settings) -> Snapshot:
    return world.take(own, 0.0, world.STATUS)


def _told(words: Path) -> list[str]:
    until(words.exists, 30)
    return words.read_text().split("\0")[:-1]


HOSTILE = ["--help", "-", "it's \"$HOME\" `x` \\ $(touch pwned)", "#(touch pwned)", "a;", "two\nlines", "mcp list", "/compact"]


@pytest.mark.parametrize("prompt", HOSTILE)
@pytest.mark.parametrize("shell", ["/bin/sh", "/usr/bin/fish", "/usr/bin/zsh"])
def test_every_word_arrives_as_it_is(
    tmux_server: TmuxServer, own: Settings, home: Path, words: Path, prompt: str, shell: str
) -> None:
    """Through tmux and the login shell, the prompt behind `--`."""
    if not Path(shell).exists():
        pytest.skip(f"{shell} is not installed")
    for profile in (".zprofile", ".config/fish/config.fish"):
        (home / profile).parent.mkdir(parents=True, exist_ok=True)
        (home / profile).write_text('export PATH="$HOME/bin:$PATH"\n')
    tmux_server.new("one")
    tmux_server.run("set-option", "-g", "default-shell", shell)
    wanted = new.command(own, str(home), ["--model", prompt], prompt, own.config_dirs[0])
    launch.run_in(own, tmux_server.socket, ["new-window", "-t", "=one:"], wanted)

    assert _told(words) == ["--model", prompt, "--", prompt]
    assert list(home.rglob("pwned")) == []


def test_a_lone_word_is_no_command(own: Settings, home: Path) -> None:
    """The client runs `claude -- doctor` as `claude doctor`: a newline is put in front."""
    env = new.command(own, str(home), [], "doctor", own.config_dirs[0]).env

    assert env[:2] == ("CST_WORD_0=--", "CST_WORD_1=\ndoctor")


def test_what_cannot_be_started(own: Settings, home: Path) -> None:
    """A folder that is not there, a prompt that tmux takes in no message, one that no program can be given."""
    for folder, prompt, said in (
        (f"{home}/nowhere", "", f"there is no folder {home}/nowhere; make it first"),
        (str(home), "x " * 4000, "8002 bytes of prompt and arguments are over 8000; write it into a file, and say so"),
        (str(home), "a\0b", "a prompt with a NUL byte cannot be given; take it out"),
    ):
        with pytest.raises(CstError) as error:
            new.command(own, folder, [], prompt, own.config_dirs[0])
        assert str(error.value) == said


def test_outside_tmux_it_has_a_tmux_session_of_the_folders_name(
    tmux_server: TmuxServer, own: Settings, home: Path, words: Path
) -> None:
    """On the default server, which is started; the second one becomes a window of the same."""
    own = own._replace(tmux="", tmux_pane="", default_socket=tmux_server.socket)
    for _ in range(2):
        at = new.spot(own, _look(own), None, "window", "v1.2 api", shown=True)
        launch.run_in(own, at.socket, at.words, new.command(own, str(home), [], "", own.config_dirs[0]))

    assert tmux_server.run("list-windows", "-a", "-F", "#{session_name}:#{window_name}") == "v1_2 api:v1.2 api\nv1_2 api:v1.2 api"
    assert _told(words) == []


def test_beside_the_pane_that_calls(tmux_server: TmuxServer, own: Settings) -> None:
    """A pane without a client is enough; nobody's window changes where nobody is to see it."""
    pane = tmux_server.new("one")
    own = own._replace(tmux=f"{tmux_server.socket},1,0", tmux_pane=pane)
    snapshot = _look(own)
    session = snapshot.panes[0].session_id

    assert new.spot(own, snapshot, None, "split", "api", False).words == ("split-window", "-h", "-t", pane, "-d")
    assert new.spot(own, snapshot, None, "window", "api", True).words == ("new-window", "-t", f"{session}:", "-n", "api")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("split", "outside tmux there is no pane to split; name a client with --client"),
        ("popup", "no tmux client can show a popup; pass one with --client, `tmux list-clients` lists them"),
    ],
)
def test_no_place_for_it(own: Settings, how: str, said: str) -> None:
    """Outside tmux nothing can be split, and without a client nothing pops up."""
    with pytest.raises(CstError) as error:
        new.spot(own, Snapshot(0.0), None, how, "api", True)

    assert str(error.value) == said


def test_a_popup_has_a_tmux_session_of_its_own(tmux_server: TmuxServer, own: Settings) -> None:
    """Of a name that no other has."""
    tmux_server.new("api")
    client = Client(tmux_server.socket, "/dev/pts/9", 0.0, "$0", "%0")

    assert new.spot(own, Snapshot(0.0), client, "popup", "api", True).words == ("new-session", "-d", "-s", "api-2", "-n", "api")


def test_only_a_dialog_asks_before_the_start(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words on the screen do not.

    Bug shown: with "trust" in the name of the folder or of the machine, any client asked something.
    """
    dialog = (ROOT / "tests/data/dialogs/2.1.329-trust.txt").read_text()
    screens = iter(["me@trusty ~/trust $ claude", dialog, ""])
    monkeypatch.setattr(tmux, "screen", lambda *_: next(screens))

    assert [new._asks_first(own, "/s", Window("%1", 1, 1, "one:1")) for _ in range(3)] == [False, True, False]
