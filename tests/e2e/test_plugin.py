"""cst.tmux, the plugin, on a real tmux: loaded as TPM loads it, twice, with options, and taken away again."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import Any

import pytest

from cst.setup import tmux_conf
from tests.e2e.shell.typed import typed
from tests.testing import ROOT, TmuxServer, cst, until

PLUGIN = ROOT / "cst.tmux"
EVERYTHING = ("window-marks", "pane-border", "seen-by-looking", "notify", "bell")


class Plugin:
    """A tmux server with a fake cst that keeps a list of its calls, and the plugin to load into it."""

    def __init__(self, server: TmuxServer, tmp_path: Path, home: Path) -> None:
        self.server, self.folder = server, tmp_path
        self.state = home / ".local/state/cst"
        self.cst = tmp_path / "cst"
        self.calls = tmp_path / "calls"
        self.calls.touch()
        self.cst.write_text(
            f'#!/bin/sh\nprintf "%s|" "$@" >>{self.calls}\necho >>{self.calls}\n[ "$1" != status ] || echo CST-SEGMENT\n'
        )
        self.cst.chmod(0o755)
        self.pane = server.new("main")
        server.run("set-option", "-g", "assume-paste-time", "0")  # a busy machine reads two keys at once: no paste

    def load(self, word: str = "", plugin: Path = PLUGIN, **options: str) -> str:
        """Set options (`next_key="x"`) and load it as TPM does: run by tmux, in the server's environment."""
        for name, value in {"command": str(self.cst), **options}.items():
            self.server.run("set-option", "-g", f"@cst-{name.replace('_', '-')}", value)
        return self.server.run("run-shell", f"{plugin} {word}")

    def key(self, table: str, key: str) -> str:
        """What a key does; "" if nothing."""
        lines = self.server.run("list-keys", "-T", table).splitlines()
        return next((line for line in lines if line.removeprefix("bind-key").split()[2:3] == [key]), "")

    def option(self, name: str) -> str:
        return self.server.run("show-option", "-gqv", name)

    def everything(self) -> list[str]:
        """All keys, options and hooks of the server, but for the options that a person gave to the plugin."""
        words = (["list-keys"], ["list-keys", "-N"], ["show-options", "-g"], ["show-options", "-gw"], ["show-hooks", "-g"], ["show-hooks", "-gw"])
        lines = [line for one in words for line in self.server.run(*one).splitlines()]
        return [line for line in lines if not line.startswith("@cst-") or line.startswith(("@cst-added", "@cst-raised", "@cst-came"))]

    def badge(self) -> None:
        """Tell tmux of a finished session in the pane, as `cst status --badges` does."""
        for name, value in (("state", "done"), ("badge", "#[fg=green]X#[default]"), ("key", "41.100")):
            self.server.run("set-option", "-p", "-t", self.pane, f"@cst_pane_{name}", value)
            self.server.run("set-option", "-w", "-t", self.pane, f"@cst_window_{name}", value)

    def called(self, *words: str) -> bool:
        return "|".join([*words, ""]) in self.calls.read_text().splitlines()


@pytest.fixture
def plugin(tmux_server: TmuxServer, tmp_path: Path, home: Path) -> Plugin:
    return Plugin(tmux_server, tmp_path, home)


def on(value: str = "on") -> dict[str, Any]:
    return {name.replace("-", "_"): value for name in EVERYTHING}


# ------------------------------------------------------------------------------------------------ load, again, off


def test_loading_says_nothing_and_binds_four_keys(plugin: Plugin) -> None:
    """No output, which would cover a pane; the keys of the README, each with a note for `prefix ?`."""
    said = plugin.load()
    notes = plugin.server.run("list-keys", "-N", "-T", "prefix")

    assert said == ""
    assert [f" {verb}" in plugin.key("prefix", key) for key, verb in zip("aAvg", ("next", "back", "seen", "pick"), strict=True)] == [True] * 4
    assert notes.count("cst: ") == 4
    assert f"#({plugin.cst} status --format tmux --width #{{client_width}})" in plugin.option("status-right")


def test_what_is_optional_is_off(plugin: Plugin) -> None:
    """Without a word of yours: no badges, no hooks, no border, nothing in the state folder."""
    before = plugin.server.run("show-hooks", "-g"), plugin.option("window-status-format"), plugin.option("pane-border-status")
    plugin.load()

    assert before == (plugin.server.run("show-hooks", "-g"), plugin.option("window-status-format"), plugin.option("pane-border-status"))
    assert "--badges" not in plugin.option("status-right")
    assert not plugin.state.exists()


def test_loading_twice_is_loading_once(plugin: Plugin) -> None:
    """Source tmux.conf as often as you like."""
    plugin.load(**on())
    once = plugin.everything()
    plugin.load()

    assert once == plugin.everything()


def test_off_leaves_tmux_as_it_was(plugin: Plugin) -> None:
    """Every key, option, hook, badge and file goes."""
    before = plugin.everything()
    plugin.load(**on())
    assert before != plugin.everything()
    plugin.badge()
    plugin.load("off")

    assert before == plugin.everything()
    assert plugin.server.run("show-options", "-p", "-t", plugin.pane) == ""
    assert not (plugin.state / "notify").is_symlink()


KEYS = ["n", "%", '"', "'", "\\\\;", "M-n", "Up", "PageUp", "^b", "space", "-n MouseDown3Pane", "-n f1", "-r x", "-T copy-mode q", "-T mine x"]


@pytest.mark.parametrize("own", [False, True], ids=["tmux's", "mine"])
@pytest.mark.parametrize("key", KEYS)
def test_off_gives_a_key_back(plugin: Plugin, key: str, own: bool) -> None:
    """What a key did before, tmux's own or yours, it does again, with its note and its -r, however it is spelled."""
    if own:
        plugin.server.run("bind-key", "-r", "-N", "like -T prefix z", *key.replace("\\\\", "\\").split(), "display-message", "own")
    before = plugin.everything()
    plugin.load(next_key=key)
    plugin.load()
    assert any(f"{plugin.cst} next" in line and "display-message" not in line for line in plugin.everything())
    plugin.load(next_key="Z")
    plugin.load("off")

    assert before == plugin.everything()


def test_off_gives_your_own_key_back(plugin: Plugin) -> None:
    """Also where command and note hold what shells and tmux take apart."""
    plugin.server.run("bind-key", "-N", "it's \"mine\"; $HOME \\ #{x}", "a", "display-message", "a;b '\\;' \"$x\" #{pane_id} {}")
    plugin.server.run("bind-key", "A", "send-keys", "x", "\\;", "send-keys", "y")
    before = plugin.everything()
    plugin.load()
    plugin.load("off")

    assert before == plugin.everything()


def test_one_key_for_two(plugin: Plugin) -> None:
    """The later one has it, and `off` gives back what was there before both."""
    plugin.server.run("bind-key", "A", "display-message", "mine")
    before = plugin.everything()
    plugin.load(next_key="A")
    plugin.load("off")

    assert before == plugin.everything()


@pytest.mark.parametrize("command", ["display-panes", "run-shell /home/cstone/x"])
def test_a_key_that_you_bound_since(plugin: Plugin, command: str) -> None:
    """It is yours, whatever its command is called, and what was there before ours does not come back over it."""
    plugin.server.run("bind-key", "a", "display-message", "before")
    plugin.load()
    plugin.server.run("bind-key", "a", *command.split(" ", 1))
    plugin.load("off")

    assert command.split(" ")[-1] in plugin.key("prefix", "a")


def test_off_keeps_what_you_changed_since(plugin: Plugin) -> None:
    """A key that you bound anew, a status line that you wrote anew: not ours any more."""
    plugin.load()
    plugin.server.run("bind-key", "a", "display-panes")
    plugin.server.run("set-option", "-g", "status-right", "mine")
    plugin.server.run("set-option", "-g", "status-interval", "7")
    plugin.load("off")

    assert "display-panes" in plugin.key("prefix", "a")
    assert (plugin.option("status-right"), plugin.option("status-interval")) == ("mine", "7")


def test_an_option_that_changed_moves_what_it_set(plugin: Plugin) -> None:
    """After `@cst-next-key N` and another load, `a` is free again."""
    plugin.load(window_marks="on")
    plugin.load(next_key="N", status="left", window_marks="off")

    assert (plugin.key("prefix", "a"), " next " in plugin.key("prefix", "N")) == ("", True)
    assert ("status" in plugin.option("status-right"), "CST" in plugin.option("status-left")) == (False, False)
    assert "status --format tmux" in plugin.option("status-left")
    assert "cst" not in plugin.option("window-status-format")


@pytest.mark.parametrize("width", ["", " --width #{client_width}"], ids=["of before", "of now"])
def test_the_segment_of_the_plain_lines_is_enough(plugin: Plugin, width: str) -> None:
    """Where `cst init tmux` has put one there, the plugin adds none."""
    plugin.server.run("set-option", "-g", "status-right", f"mine #({plugin.cst} status --format tmux{width})")
    plugin.load()

    assert plugin.option("status-right") == f"mine #({plugin.cst} status --format tmux{width})"


def test_your_own_settings_are_kept(plugin: Plugin) -> None:
    """A status line of yours gets a segment more; an interval and a length of yours stay."""
    plugin.server.run("set-option", "-g", "status-right", "mine #{session_name}")
    plugin.server.run("set-option", "-g", "status-interval", "3")
    plugin.server.run("set-option", "-g", "status-right-length", "120")
    plugin.load()

    assert plugin.option("status-right").startswith("mine #{session_name} ")
    assert (plugin.option("status-interval"), plugin.option("status-right-length")) == ("3", "120")


def test_it_loads_from_tmux_conf(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """While the server starts there is neither a session nor a client; options are read all the same."""
    fake = tmp_path / "cst"
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    conf = tmp_path / "tmux.conf"
    conf.write_text(f"set -g @cst-command {fake}\nset -g @cst-popup-width 70%\nset -g @cst-next-key '-n M-a'\nrun-shell {PLUGIN}\n")
    argv = [tmux_server.program, "-L", tmux_server.name, "-f", str(conf), "new-session", "-d", "cat"]
    subprocess.run(argv, env=tmux_server.env, check=True, timeout=60)

    keys = until(lambda: tmux_server.run("list-keys"))
    assert "display-popup -w 70% -h #{?#{e|<:#{client_height},40},100%,85%} " in keys
    assert any(f"{fake} next" in line for line in tmux_server.run("list-keys", "-T", "root").splitlines() if " M-a " in line)


@pytest.mark.parametrize("lines", ["plugin", "init tmux"])
@pytest.mark.parametrize(("columns", "high", "inside"), [
    (80, 24, "22 78"), (120, 35, "33 118"), (129, 60, "49 127"), (149, 39, "37 147"), (150, 60, "49 133"), (200, 50, "40 178"),
])  # fmt: skip
def test_a_small_terminal_gives_the_popup_all_it_has(plugin: Plugin, lines: str, columns: int, high: int, inside: str) -> None:
    """Of less than 150 columns all columns, of less than 40 lines all lines; else 90 and 85 percent. Its border counts."""
    told = plugin.folder / "size"
    plugin.cst.write_text(f"#!/bin/sh\n[ $1 = pick ] || exit 0; stty size >{told}.new; mv {told}.new {told}\n")
    if lines == "plugin":
        plugin.load()
    else:
        conf = plugin.folder / "tmux.conf"
        conf.write_text(tmux_conf.bindings(str(plugin.cst)))
        plugin.server.run("source-file", str(conf))
    client = plugin.server.attach("main")
    fcntl.ioctl(client.master, termios.TIOCSWINSZ, struct.pack("HHHH", high, columns, 0, 0))
    client.process.send_signal(signal.SIGWINCH)
    until(lambda: plugin.server.run("list-clients", "-F", "#{client_width} #{client_height}") == f"{columns} {high}")

    os.write(client.master, b"\x02g")

    assert until(lambda: told.exists() and told.read_text().strip()) == inside


@pytest.mark.parametrize("value", ["off", "none", "no"])
def test_each_part_can_be_switched_off(plugin: Plugin, value: str) -> None:
    """A key without a key, a status line without a segment."""
    plugin.load(seen_key=value, status=value, **on(value))

    assert plugin.key("prefix", "v") == ""
    assert "cst" not in plugin.option("status-right")
    assert not plugin.state.exists()


def test_a_key_without_prefix(plugin: Plugin) -> None:
    """`-n M-a` is a key of the root table; it goes with `off`."""
    plugin.load(next_key="-n M-a")
    bound = plugin.key("root", "M-a")
    plugin.load("off")

    assert " next " in bound
    assert plugin.key("root", "M-a") == ""


# --------------------------------------------------------------------------------------------------- where cst is


def test_cst_on_path_is_found(plugin: Plugin, tmp_path: Path) -> None:
    """Without an option the cst of the server's PATH; bound by its absolute path."""
    folder = tmp_path / "on path"
    folder.mkdir()
    plugin.server.run("set-environment", "-g", "PATH", f"{tmp_path}:{os.environ['PATH']}")
    plugin.load(command="")

    assert f"{tmp_path}/cst next" in plugin.key("prefix", "a")


def test_the_cst_of_the_checkout_is_found(plugin: Plugin, tmp_path: Path) -> None:
    """`make demo` in the plugin's own folder is an installation too."""
    copy = tmp_path / "plugins" / "cst"
    (copy / ".venv/bin").mkdir(parents=True)
    shutil.copy(PLUGIN, copy)
    shutil.copytree(ROOT / "shell", copy / "shell")
    shutil.copy(plugin.cst, copy / ".venv/bin/cst")
    plugin.server.run("set-environment", "-g", "PATH", _without_cst(tmp_path))
    plugin.load(plugin=copy / "cst.tmux", command="")

    assert f"{copy}/.venv/bin/cst next" in plugin.key("prefix", "a")


def _without_cst(tmp_path: Path) -> str:
    """A PATH with what the plugin needs and no cst."""
    folder = tmp_path / "tools"
    folder.mkdir(exist_ok=True)
    for tool in ("sh", "tmux", "readlink", "rm", "ln", "mkdir", "cat"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return str(folder)


def test_without_cst_it_is_said_once_to_whoever_comes(plugin: Plugin, tmp_path: Path) -> None:
    """Loaded from tmux.conf there is no client yet: the first one is told, and no key is bound."""
    copy = tmp_path / "alone"
    (copy / "shell").mkdir(parents=True)
    shutil.copy(PLUGIN, copy)
    plugin.server.run("set-environment", "-g", "PATH", _without_cst(tmp_path))
    plugin.server.run("set-option", "-g", "display-time", "3000")
    plugin.load(plugin=copy / "cst.tmux", command="")
    first = plugin.server.attach("main")
    until(lambda: b"set @cst-command to its path" in first.shown)
    second = plugin.server.attach("main")
    plugin.load(plugin=copy / "cst.tmux", command="")
    time.sleep(0.5)

    assert b"@cst-command" not in second.shown
    assert plugin.key("prefix", "a") == ""


def test_without_cst_it_is_said_to_the_first_client_of_a_server(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """Whoever starts tmux comes without attaching. Bug shown: it was said to the next one."""
    conf = tmp_path / "tmux.conf"
    conf.write_text(f"set -g @cst-command /nowhere/cst\nrun-shell {PLUGIN}\n")
    argv = [tmux_server.program, "-u", "-L", tmux_server.name, "-f", str(conf), "new-session", "cat"]
    with typed(argv, tmux_server.env, tmp_path) as terminal:
        terminal.sees("cst: the cst program was not found")
        until(lambda: "279" not in tmux_server.run("show-hooks", "-g"))


def test_a_wrong_command_is_said_to_the_clients(plugin: Plugin) -> None:
    """Nothing else is tried in place of what you named."""
    client = plugin.server.attach("main")
    plugin.load(command="/nowhere/cst")

    until(lambda: b"the cst program was not found" in client.shown)
    assert plugin.key("prefix", "a") == ""


def test_a_path_that_a_shell_would_read_is_refused(plugin: Plugin, tmp_path: Path) -> None:
    """It would stand in commands that tmux hands to sh."""
    odd = tmp_path / "a b$(touch pwned)"
    odd.mkdir()
    shutil.copy(plugin.cst, odd)
    client = plugin.server.attach("main")
    plugin.load(command=str(odd / "cst"))

    until(lambda: b"no quotes, brackets" in client.shown)
    assert plugin.key("prefix", "a") == ""


@pytest.mark.parametrize("name", ["My Plugins", "jürgen"])
def test_a_path_with_a_space_or_an_umlaut(plugin: Plugin, tmp_path: Path, name: str) -> None:
    """Of cst and of the plugin itself: keys, segment, marks by looking, and all of it taken away again.

    Bug shown: the plugin refused to load.
    """
    folder = tmp_path / name
    (folder / "shell").mkdir(parents=True)
    shutil.copy(plugin.cst, folder / "cst")
    shutil.copy(PLUGIN, folder)
    for tool in ("seen.sh", "notify.sh"):
        shutil.copy(ROOT / "shell" / tool, folder / "shell")
    plugin.cst = folder / "cst"
    before = plugin.everything()
    plugin.server.run("set-option", "-g", "@cst-command", str(plugin.cst))
    for option in on():
        plugin.server.run("set-option", "-g", f"@cst-{option.replace('_', '-')}", "on")
    plugin.server.run("run-shell", f"'{folder}/cst.tmux'")
    client = plugin.server.attach("main")
    until(lambda: b"CST-SEGMENT" in client.shown)
    os.write(client.master, b"\x02a")
    os.write(client.master, b"\x02g")
    until(lambda: plugin.called("next", "--client", client.name) and plugin.called("pick"))
    plugin.badge()
    plugin.server.run("split-window", "cat")
    os.write(client.master, b"x")
    plugin.server.run("select-pane", "-t", plugin.pane)
    until((plugin.state / "marks" / "v1.jsonl").exists)
    plugin.server.run("kill-pane", "-a", "-t", plugin.pane)
    plugin.server.run("run-shell", f"'{folder}/cst.tmux' off")

    assert plugin.everything() == before


def test_an_old_tmux_is_told(plugin: Plugin, tmp_path: Path) -> None:
    """Before 3.2 there are no popups: said, and nothing is set."""
    old = tmp_path / "old" / "tmux"
    old.parent.mkdir()
    old.write_text(f'#!/bin/sh\ncase $* in *"{{version}}"*) echo 3.1c ;; *) exec {plugin.server.program} "$@" ;; esac\n')
    old.chmod(0o755)
    plugin.server.run("set-environment", "-g", "PATH", f"{old.parent}:{os.environ['PATH']}")
    client = plugin.server.attach("main")
    plugin.load()

    until(lambda: b"this tmux is 3.1c" in client.shown)
    assert plugin.key("prefix", "a") == ""


@pytest.mark.parametrize("words", [(), ("--command", "/opt/cst/bin/cst")])
def test_init_prints_how_to_load_it(plugin: Plugin, tmp_path: Path, words: tuple[str, ...]) -> None:
    """The lines of `cst init tmux --plugin` load it, with the cst that printed them."""
    done = cst("init", "tmux", "--plugin", *words)
    conf = tmp_path / "tmux.conf"
    conf.write_text(done.stdout)
    plugin.server.run("source-file", str(conf))

    assert (done.returncode, done.stderr) == (0, "")
    wanted = words[1] if words else f"{ROOT}/shell/cst"
    assert plugin.option("@cst-command") == wanted
    assert (f"{wanted} next" in plugin.key("prefix", "a")) == (not words)  # that one is not there
    assert tmux_conf.plugin("cst").endswith(f"run-shell '{PLUGIN}'\n")


# ---------------------------------------------------------------------------------------------------- keys and mouse


@pytest.mark.parametrize(("key", "words"), [("a", ["next"]), ("A", ["back"]), ("v", ["seen"])])
def test_a_key_acts_for_the_client_that_pressed_it(plugin: Plugin, key: str, words: list[str]) -> None:
    """Two clients; the one that presses is named, whoever was active last."""
    plugin.load(status="off")
    presser, other = plugin.server.attach("main"), plugin.server.attach("main")
    os.write(other.master, b"x")
    press(presser.master, b"\x02", key.encode())

    tail = [plugin.pane] if key == "v" else []
    until(lambda: plugin.called(*words, "--client", presser.name, *tail))
    assert other.name not in plugin.calls.read_text()


def test_a_key_whose_command_fails_covers_nothing(plugin: Plugin) -> None:
    """Output and exit 1 of what a key runs would put the pane into a mode."""
    plugin.cst.write_text(f"#!/bin/sh\necho out; echo err >&2; echo x >>{plugin.calls}; exit 1\n")
    plugin.load(status="off")
    client = plugin.server.attach("main")
    for key in b"aAv":
        press(client.master, b"\x02", bytes([key]))
    until(lambda: plugin.calls.read_text().count("x") >= 3)
    time.sleep(0.2)

    assert plugin.server.run("display-message", "-p", "-t", plugin.pane, "#{pane_in_mode}") == "0"


def press(master: int, *keys: bytes) -> None:
    for key in keys:
        os.write(master, key)
        time.sleep(0.05)  # tmux takes what comes within 1 ms for a paste


def click(plugin: Plugin, column: int) -> None:
    """A press of the mouse's first button on the status line, in the terminal's own words."""
    client = plugin.server.clients[0]
    height = plugin.server.run("display-message", "-p", "-c", client.name, "#{client_height}")
    os.write(client.master, f"\x1b[<0;{column};{height}M\x1b[<0;{column};{height}m".encode())


def newer(plugin: Plugin) -> bool:
    """Whether this tmux tells a click on a segment from one beside it."""
    return plugin.server.since(3, 4)


def shown_segment(plugin: Plugin) -> None:
    """A client of 80 columns whose status line ends with the segment."""
    plugin.server.run("set-option", "-g", "mouse", "on")
    plugin.server.run("set-option", "-g", "status-right", "")
    plugin.load()
    client = plugin.server.attach("main")
    until(lambda: b"CST-SEGMENT" in client.shown)


def test_a_click_on_the_segment_jumps(plugin: Plugin) -> None:
    """The mouse's first button on `2 need you` does what `prefix a` does, for that client."""
    shown_segment(plugin)
    click(plugin, 76)

    until(lambda: plugin.called("next", "--client", plugin.server.clients[0].name))


def test_a_click_elsewhere_does_what_it_did(plugin: Plugin) -> None:
    """A click on a window's name selects the window."""
    plugin.server.run("new-window", "-t", "main", "cat")
    shown_segment(plugin)
    click(plugin, 9)  # `[main] 0:cat- 1:cat*`

    until(lambda: plugin.server.run("display-message", "-p", "-t", "main", "#{window_index}") == "0")
    assert "next" not in plugin.calls.read_text()


def test_your_own_binding_of_that_click_stays(plugin: Plugin) -> None:
    """Since 3.4 yours is what happens beside the segment; before, yours is all that happens; `off` gives it back."""
    key = "MouseDown1Status" if newer(plugin) else "MouseDown1StatusRight"
    plugin.server.run("bind-key", "-n", key, "set-option", "-g", "@mine", "a ; b")
    was = plugin.key("root", key)
    plugin.load()
    plugin.load()
    during = plugin.key("root", key)
    plugin.load("off")

    assert ("mouse_status_range" in during) == newer(plugin)
    assert "@mine" in during
    assert was == plugin.key("root", key)


# ------------------------------------------------------------------------------------------------ badges, looking


def test_badges_are_shown_where_you_want_them(plugin: Plugin) -> None:
    """In the window's name, which stays its name, and on the pane's border."""
    plugin.load(window_marks="on", pane_border="on")
    plugin.server.run("rename-window", "-t", plugin.pane, "mine")
    plugin.badge()
    shown = [plugin.server.run("display-message", "-p", "-t", plugin.pane, f"#{{T:{name}}}")
             for name in ("window-status-format", "pane-border-format")]  # fmt: skip

    assert [text.count("#[fg=green]X") for text in shown] == [1, 1]
    assert "done" in shown[1]
    assert plugin.server.run("display-message", "-p", "-t", plugin.pane, "#{window_name}") == "mine"
    assert "--badges" in plugin.option("status-right")


def test_badges_without_a_segment(plugin: Plugin) -> None:
    """With `@cst-status off` they are kept all the same, and nothing is shown for it."""
    plugin.load(status="off", window_marks="on")
    client = plugin.server.attach("main")

    until(lambda: plugin.called("status", "--format", "tmux", "--badges"))
    time.sleep(0.3)
    assert b"CST-SEGMENT" not in client.shown


def marks(plugin: Plugin) -> str:
    path = plugin.state / "marks/v1.jsonl"
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize("how", ["window", "session", "pane"])
def test_coming_to_a_finished_session_marks_it_seen(plugin: Plugin, how: str) -> None:
    """By another window, another tmux session, another pane; one mark, and the state goes at once."""
    plugin.load(status="off", seen_by_looking="on")
    if how == "session":
        plugin.server.new("other")
    elif how == "window":
        plugin.server.run("new-window", "-t", "main", "cat")
    else:
        plugin.server.run("split-window", "-t", "main", "cat")
    client = plugin.server.attach("other" if how == "session" else "main")
    plugin.badge()
    os.write(client.master, b"x")
    time.sleep(0.2)
    assert marks(plugin) == ""
    go = {"session": ["switch-client", "-c", client.name, "-t", "main"], "window": ["previous-window", "-t", "main"],
          "pane": ["select-pane", "-t", plugin.pane]}  # fmt: skip
    plugin.server.run(*go[how])

    until(lambda: '"mark":"seen","key":"41.100","by":"look"' in marks(plugin))
    assert plugin.server.run("display-message", "-p", "-t", plugin.pane, "#{@cst_pane_state}") == ""
    assert marks(plugin).count("seen") == 1


def test_coming_to_a_session_that_waits_marks_nothing(plugin: Plugin) -> None:
    """An open dialog stays until it is answered; and where nobody is attached, nobody has looked."""
    plugin.load(status="off", seen_by_looking="on")
    plugin.server.run("new-window", "-t", "main", "cat")
    plugin.badge()
    plugin.server.run("previous-window", "-t", "main")
    plugin.server.run("next-window", "-t", "main")
    client = plugin.server.attach("main")
    plugin.server.run("set-option", "-p", "-t", plugin.pane, "@cst_pane_state", "permission")
    plugin.server.run("previous-window", "-t", "main")
    until(lambda: client.pane() == plugin.pane)
    time.sleep(0.3)

    assert marks(plugin) == ""


def test_a_key_that_is_none_runs_nothing(plugin: Plugin, tmp_path: Path) -> None:
    """Whatever the option holds, only digits and dots of it reach a shell."""
    plugin.load(status="off", seen_by_looking="on")
    plugin.server.run("new-window", "-t", "main", "cat")
    client = plugin.server.attach("main")
    plugin.badge()
    plugin.server.run("set-option", "-p", "-t", plugin.pane, "@cst_pane_key", f"$(touch {tmp_path}/pwned);`id` 41.1")
    os.write(client.master, b"x")
    plugin.server.run("previous-window", "-t", "main")
    until(lambda: marks(plugin) or plugin.server.run("display-message", "-p", "-t", plugin.pane, "#{@cst_pane_state}") == "")
    time.sleep(0.3)

    assert not (tmp_path / "pwned").exists()


def test_notify_is_linked_where_it_is_wanted(plugin: Plugin) -> None:
    """The opt-in of the hook is a program in the state folder; one of yours is not replaced, nor taken away. A server that
    wants none leaves it to the others. Bug shown: a reload there took it away from them."""
    plugin.load(bell="on")
    link = os.readlink(plugin.state / "notify")
    plugin.load(bell="off")
    kept = (plugin.state / "notify").is_symlink()
    plugin.load("off")
    gone = not (plugin.state / "notify").is_symlink()
    (plugin.state / "notify").write_text("mine")
    plugin.load(bell="on")
    plugin.load("off")

    assert (link, kept, gone) == (str(ROOT / "shell/notify.sh"), True, True)
    assert (plugin.state / "notify").read_text() == "mine"


# ------------------------------------------------------------------------------------------------------ what is said


def test_every_option_is_documented() -> None:
    """docs/tmux.md lists the options that the plugin reads, and no other."""
    text, docs = PLUGIN.read_text(), (ROOT / "docs/tmux.md").read_text()
    read = {word for line in text.splitlines() for word in line.split() if line.strip().startswith("option @cst-") and word.startswith("@cst-")}
    read |= {f"@cst-{name}" for name in EVERYTHING}
    listed = {line.split("`")[1] for line in docs.splitlines() if line.startswith("| `@cst-")}

    assert read == listed
    assert len(read) == 14
