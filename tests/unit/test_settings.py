"""Every variable, path and key is read in one place; what cannot be used is named."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cst import settings
from cst.model import CstError
from cst.settings import load
from tests.conftest import REAL_HOMES, YouForgotToGiveThisTestAHomeOfItsOwn
from tests.testing import ROOT

HOME = {"HOME": "/home/u"}


def test_defaults_stand_below_the_home() -> None:
    """With nothing but HOME, every path is the one that XDG and Claude Code agree on."""
    own = load({"HOME": "/home/u/"})

    assert own.home == "/home/u"
    assert own.events_dir == "/home/u/.local/state/cst/events/v1"
    assert own.marks_file == "/home/u/.local/state/cst/marks/v1.jsonl"
    assert own.hook == "/home/u/.local/share/cst/hook.sh"
    assert own.config_dirs == ("/home/u/.claude",)
    assert (own.tmux, own.tmux_pane, own.socket, own.tmux_program, own.client, own.editor) == ("", "", "", "tmux", "", "vi")
    assert f"/tmp/tmux-{os.getuid()}/default" == own.default_socket
    assert (own.no_color, own.columns, own.kill_grace, own.ended_days) == (False, 0, 5.0, 7.0)


@pytest.mark.parametrize(
    ("name", "value", "field", "wanted"),
    [
        ("CLAUDE_CONFIG_DIR", "/srv/claude/", "config_dirs", ("/srv/claude",)),
        ("CLAUDE_CONFIG_DIR", "~/work", "config_dirs", ("/home/u/work",)),
        ("CST_STATE_DIR", "/srv/state", "state_dir", "/srv/state"),
        ("CST_CLIENT", "/dev/pts/7", "client", "/dev/pts/7"),
        ("CST_TMUX", "/opt/tmux", "tmux_program", "/opt/tmux"),
        ("XDG_STATE_HOME", "/srv/s/", "state_dir", "/srv/s/cst"),
        ("XDG_DATA_HOME", "/srv/d", "data_dir", "/srv/d/cst"),
        ("TMUX", "/tmp/tmux-0/x,12,3", "socket", "/tmp/tmux-0/x"),
        ("TERM", "dumb", "no_color", True),
        ("TMUX", "/tmp/a,b,c/x,12,3", "socket", "/tmp/a,b,c/x"),
        ("TMUX_PANE", "%7", "tmux_pane", "%7"),
        ("TMUX_TMPDIR", "/run/t/", "default_socket", f"/run/t/tmux-{os.getuid()}/default"),
        ("NO_COLOR", "1", "no_color", True),
        ("NO_COLOR", "", "no_color", False),
        ("COLUMNS", "132", "columns", 132),
        ("COLUMNS", "wide", "columns", 0),
        ("COLUMNS", "-3", "columns", 0),
        ("EDITOR", "nano", "editor", "nano"),
        ("VISUAL", "emacs", "editor", "emacs"),
    ],
)
def test_a_variable_is_obeyed(name: str, value: str, field: str, wanted: object) -> None:
    """Each variable changes what it says it changes."""
    assert wanted == getattr(load({**HOME, name: value}), field)


@pytest.mark.parametrize(("name", "field"), [("XDG_STATE_HOME", "state_dir"), ("XDG_DATA_HOME", "data_dir")])
@pytest.mark.parametrize("value", ["", "relative/path", "./here"])
def test_a_relative_xdg_path_is_ignored(name: str, field: str, value: str) -> None:
    """As the XDG specification says."""
    assert getattr(load(HOME), field) == getattr(load({**HOME, name: value}), field)


def test_a_relative_state_folder_is_ignored() -> None:
    """The hook takes only an absolute CST_STATE_DIR, so reader and writer agree on where the log is.

    Bug shown: `state_dir` was the relative path.
    """
    assert load(HOME).state_dir == load({**HOME, "CST_STATE_DIR": "relative"}).state_dir


def test_a_column_count_in_other_digits_is_ignored() -> None:
    """COLUMNS counts only in ASCII digits.

    Bug shown: "²" is a digit to `isdigit` and no number to `int`: a ValueError.
    """
    assert load({**HOME, "COLUMNS": "²"}).columns == 0


@pytest.mark.parametrize("env", [{}, {"HOME": ""}, {"HOME": "home/u"}])
def test_a_missing_home_is_named(env: dict[str, str]) -> None:
    """Without HOME the error says what to set."""
    with pytest.raises(CstError, match="HOME is not set to a folder; set it"):
        load(env)


def test_the_root_may_be_a_home() -> None:
    """In a container HOME may be /.

    Bug shown: it was stripped to nothing and refused.
    """
    assert load({"HOME": "/"}).config_dirs == ("/.claude",)


def test_every_variable_of_ours_is_documented() -> None:
    """What `load` reads of CLAUDE_*, CST_* and XDG_* stands in the table that `cst --help` prints.

    Bug shown: CST_STATE_DIR and XDG_CONFIG_HOME did not.
    """
    source = (ROOT / "cst" / "settings.py").read_text()
    read = set(re.findall(r'(?:env\.get\(|env, )["\']((?:CLAUDE|CST|XDG)_[A-Z_]+)["\']', source))

    assert set() == read - {name for name, _ in settings.ENVIRONMENT}
    assert len(read) > 5


# ------------------------------------------------------------------------------------------- config file


def config(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return {**HOME, "CST_CONFIG": str(path)}


def test_a_config_file_is_obeyed(tmp_path: Path) -> None:
    """Each key changes what it says; folders are absolute and stand once."""
    own = load(config(tmp_path, 'config_dirs = ["~/work", "/srv/c/", "/home/u/.claude", "more"]\n'
                                'tmux_sockets = ["/tmp/x"]\nkill_grace = 2\nended_days = 0.5\n'))  # fmt: skip

    assert own.config_dirs == ("/home/u/.claude", "/home/u/work", "/srv/c", "/home/u/more")
    assert (own.tmux_sockets, own.kill_grace, own.ended_days) == (("/tmp/x",), 2.0, 0.5)


def test_tables_and_lists_of_words(tmp_path: Path) -> None:
    """Weights are numbers, columns are known ones."""
    own = load(config(tmp_path, 'columns = ["state", "ctx"]\nsnooze_ends = "asked"\n[weights]\n"*/hotfix-*" = 10\nx = -1\n'))

    assert (own.shown, own.snooze_ends, own.weights) == (("state", "ctx"), "asked", {"*/hotfix-*": 10.0, "x": -1.0})


def test_the_config_file_is_looked_for_where_xdg_says(home: Path) -> None:
    """XDG_CONFIG_HOME, else ~/.config, holds cst/config.toml."""
    for folder, grace in ((home / ".config", 1), (home / "xdg", 2)):
        (folder / "cst").mkdir(parents=True)
        (folder / "cst" / "config.toml").write_text(f"kill_grace = {grace}")
    env = {"HOME": str(home)}

    assert load(env).kill_grace == 1.0
    assert load({**env, "XDG_CONFIG_HOME": str(home / "xdg")}).kill_grace == 2.0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("kill_grace = 1\nended_days = = 2\n", r"config.toml is not TOML: .*line 2.*; fix that line"),
        ("\n# a comment\nkil_grace = 1\n", r"config.toml, line 3: unknown key 'kil_grace'; did you mean kill_grace\?"),
        ("nothing_like_it = 1\n", r"config.toml, line 1: unknown key 'nothing_like_it'; known are config_dirs, "),
        ("[kill_grace]\nx = 1\n", r"config.toml, line 1: kill_grace must be a number, 0 or more"),
        ('kill_grace = "5"', r"line 1: kill_grace must be a number, 0 or more"),
        ("kill_grace = true", r"line 1: kill_grace must be a number"),
        ("kill_grace = -1", r"line 1: kill_grace must be a number"),
        ("kill_grace = nan", r"line 1: kill_grace must be a number"),
        ('ended_days = 1\nconfig_dirs = "/srv"', r"line 2: config_dirs must be a list of paths"),
        ("config_dirs = [1]", r"line 1: config_dirs must be a list of paths"),
        ('config_dirs = [""]', r"line 1: config_dirs must be a list of paths"),
        ('columns = ["state", "colour"]', r"line 1: columns must be a list of for, state, since"),
        ('snooze_ends = "never"', r"line 1: snooze_ends must be one of time, asked"),
        ('[weights]\n"*/x" = "much"', r"line 1: weights must be a table of numbers, folder = number"),
        ("[weights]\nx = true", r"line 1: weights must be a table of numbers"),
        ("[keys]\nkill = 5", r"line 1: keys must be a table of keys, action = key"),
        ("kill = 1\nkill_grace = true", r"line 1: unknown key 'kill'"),
        ('refresh = 2\n[hosts]\ndev = "ssh dev"\n"a b" = "ssh x"', r"line 4: 'a b' cannot name a host"),
        ('[hosts]\ndev = "ssh dev"\n[hosts.gpu]\nprefix = 5', r"line 3: host gpu must be a command prefix"),
        ('refresh = 2\nhosts = {dev = "ssh dev", gpu = 5}', r"line 2: host gpu must be a command prefix"),
        ('[hosts]\ndev-gpu = "x"\ndev = 5', r"line 3: host dev must be"),
    ],
)
def test_a_bad_config_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    """What is wrong, in which file and on which line."""
    with pytest.raises(CstError, match=complaint):
        load(config(tmp_path, text))


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    """Bug shown: only the first, so that a file with three slips was run three times."""
    text = 'kil_grace = 1\nrefresh = "x"\nlines = 2\n[hosts]\na = 5\nb = "ssh b"\n"c d" = "ssh c"\n'
    with pytest.raises(CstError) as caught:
        load(config(tmp_path, text))
    lines = [str(error).partition("config.toml, ")[2] for error in (caught.value, *caught.value.also)]

    assert [line.partition(":")[0] for line in lines] == ["line 1", "line 2", "line 5", "line 7"]
    assert lines[0] == "line 1: unknown key 'kil_grace'; did you mean kill_grace?"


def test_the_line_of_a_key_is_its_own(tmp_path: Path) -> None:
    """A longer key that begins the same is not the one that is meant.

    Bug shown: the unknown `kill` was said to stand on line 1, where `kill_grace` is.
    """
    with pytest.raises(CstError, match="line 2: unknown key 'kill'"):
        load(config(tmp_path, "kill_grace = 1\nkill = 1\n"))


@pytest.mark.parametrize("value", ["inf", "1" + "0" * 400])
def test_a_grace_without_end_is_refused(tmp_path: Path, value: str) -> None:
    """kill_grace is a number that a clock can count.

    Bug shown: `inf` was taken, and `select` raised OverflowError after the signal was sent; 10**400 at once.
    """
    with pytest.raises(CstError, match="kill_grace must be a number"):
        load(config(tmp_path, f"kill_grace = {value}"))


def test_a_config_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    """Bytes that are no text are no TOML."""
    env = config(tmp_path, "")
    (tmp_path / "config.toml").write_bytes(b'config_dirs = ["\xff"]')
    with pytest.raises(CstError, match="is not TOML"):
        load(env)


@pytest.mark.parametrize("value", ["[" * 10_000 + "]" * 10_000, "{a=" * 10_000 + "1" + "}" * 10_000])
def test_a_config_that_is_nested_too_deeply_is_named(tmp_path: Path, value: str) -> None:
    """Bug shown: every verb ended with a trace."""
    with pytest.raises(CstError, match="is not TOML: it is nested too deeply"):
        load(config(tmp_path, f"keys = {value}"))


def test_a_config_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder in its place is an error with a remedy; no file at all is none."""
    with pytest.raises(CstError, match=r"cannot read .*: Is a directory; fix its permissions or remove it"):
        load({**HOME, "CST_CONFIG": str(tmp_path)})

    assert load({**HOME, "CST_CONFIG": str(tmp_path / "nothing")}).kill_grace == 5.0


# ------------------------------------------------------------------------------------- the tests' own guard


@pytest.mark.parametrize("real", sorted(REAL_HOMES))
@pytest.mark.parametrize("name", ["HOME", "CLAUDE_CONFIG_DIR", "CST_STATE_DIR"])
def test_the_real_home_is_out_of_reach(real: str, name: str) -> None:
    """A test that would read the real home fails with an exception that says what to do."""
    below = {"HOME": "", "CLAUDE_CONFIG_DIR": "/.claude", "CST_STATE_DIR": "/.local/state/cst"}[name]
    with pytest.raises(YouForgotToGiveThisTestAHomeOfItsOwn):
        load({**HOME, name: real + below})


def test_a_test_lives_in_its_own_home(home: Path, tmp_path: Path) -> None:
    """The environment of a test points below tmp_path and names no tmux."""
    own = load(os.environ)

    assert tmp_path in home.parents
    assert (str(home), str(home / ".local/state/cst"), "") == (own.home, own.state_dir, own.tmux)
