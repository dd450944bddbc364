"""The tmux key bindings: one file, printed with the path of the cst that prints it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cst.model import CstError
from cst.settings import load
from cst.setup import tmux_conf, tmux_keys, tmux_unbind
from tests.testing import ROOT, TmuxServer, until


def test_the_path_stands_in_every_call() -> None:
    """Each line that calls cst calls it by the path that was given; comments stay."""
    lines = tmux_conf.bindings("/opt/cst-1.0/bin/cst").splitlines()
    example = (ROOT / "tmux.conf.example").read_text().splitlines()
    calls = [line for line in lines if "cst" in line and not line.startswith("#")]
    again = "\n".join(lines).replace("/opt/cst-1.0/bin/cst", "cst")

    assert len(calls) == 6
    assert [line.count("/opt/cst-1.0/bin/cst") for line in calls] == [1] * 6
    assert "\n".join(example) == again


def test_tmux_takes_the_bindings(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """A real tmux sources the lines without a word, and the four keys are bound."""
    conf = tmp_path / "tmux.conf"
    conf.write_text(tmux_conf.bindings("/opt/cst/bin/cst"))
    tmux_server.new("main")
    said = tmux_server.run("source-file", str(conf))
    keys = tmux_server.run("list-keys", "-T", "prefix")

    assert said == ""
    assert keys.count("/opt/cst/bin/cst") == 4
    assert "#(/opt/cst/bin/cst status --format tmux --width #{client_width})" in tmux_server.run("show-options", "-gv", "status-right")


@pytest.mark.parametrize(("own", "kept"), [((), ("5", "80")), (("1", "180"), ("1", "180"))])
def test_your_interval_and_length_stay(
    tmux_server: TmuxServer, tmp_path: Path, own: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    """Only tmux's defaults are changed."""
    conf = tmp_path / "tmux.conf"
    names = ("status-interval", "status-right-length")
    mine = "".join(f"set-option -g {name} {value}\n" for name, value in zip(names, own, strict=False))
    conf.write_text(mine + tmux_conf.bindings("/opt/cst/bin/cst"))
    tmux_server.new("main")
    tmux_server.run("source-file", str(conf))

    assert kept == tuple(tmux_server.run("show-options", "-gv", name) for name in names)


def test_a_click_of_yours_stays(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """The click on the right of the status line is bound where nothing was; sourced twice, once."""
    conf = tmp_path / "tmux.conf"
    conf.write_text(tmux_conf.bindings("/opt/cst/bin/cst"))
    tmux_server.new("main")
    tmux_server.run("bind-key", "-n", "MouseDown1StatusRight", "display-panes")
    tmux_server.run("source-file", str(conf))
    kept = tmux_server.run("list-keys", "-T", "root")
    tmux_server.run("unbind-key", "-n", "MouseDown1StatusRight")
    tmux_server.run("source-file", str(conf), ";", "source-file", str(conf))
    until(lambda: "/opt/cst/bin/cst next" in tmux_server.run("list-keys", "-T", "root"))

    assert ("display-panes" in kept, "/opt/cst" in kept) == (True, False)
    assert tmux_server.run("list-keys", "-T", "root").count("/opt/cst") == 1


@pytest.mark.parametrize(("key", "words"), [("a", "next --client"), ("A", "back --client"), ("v", "seen --client")])
def test_a_key_calls_cst_for_the_client_that_pressed_it(tmux_server: TmuxServer, tmp_path: Path, key: str, words: str) -> None:
    """The command that runs is the one that the line says, with the client's name."""
    fake = tmp_path / "cst"
    fake.write_text(f'#!/bin/sh\nprintf "%s|" "$@" >>{tmp_path}/calls\n')
    fake.chmod(0o755)
    conf = tmp_path / "tmux.conf"
    conf.write_text(tmux_conf.bindings(str(fake)))
    pane = tmux_server.new("main")
    tmux_server.run("source-file", str(conf))
    client = tmux_server.attach("main")
    os.write(client.master, b"\x02")
    time.sleep(0.05)  # tmux takes what comes within 1 ms for a paste, and a paste for no binding
    os.write(client.master, key.encode())
    wanted = "|".join([*words.split(), client.name, *([pane] if key == "v" else []), ""])
    until(lambda: wanted in (tmp_path / "calls").read_text() if (tmp_path / "calls").exists() else False)

    assert wanted in (tmp_path / "calls").read_text()


@pytest.mark.parametrize(
    "path",
    ["", "/a'b/cst", '/a"b/cst', "/a\\b/cst", "/a#{x}/cst", "/a$b/cst", "/a`b/cst", "/a;b/cst", "/a\nb", "/a\tb", "/\x1b/cst"],
)
def test_a_path_that_would_break_a_binding_is_refused(path: str) -> None:
    """Quotes, formats and control characters cannot stand in a binding; the error says what to do."""
    with pytest.raises(CstError, match=r"cannot stand in a tmux binding.*; link cst elsewhere"):
        tmux_conf.bindings(path)


@pytest.mark.parametrize("path", ["/a&b/cst", "/a|b/cst", "/a(b)/cst", "/a>b/cst", "/a*b/cst", "/100%d/cst", "/a{b}/cst", "/~x/!"])
def test_a_path_that_a_shell_would_read_is_refused(path: str) -> None:
    """tmux hands the line to sh, and the status line to strftime.

    Bug shown: `& | ( ) < > * ? ~ ! % { }` were let through.
    """
    with pytest.raises(CstError, match="cannot stand in a tmux binding"):
        tmux_conf.bindings(path)


@pytest.mark.parametrize("folder", ["My Tools", "jürgen", "ju\u0308rgen", "日本 語", "a,b:c", "-x"])
def test_a_path_that_tmux_can_take_is_quoted(tmux_server: TmuxServer, tmp_path: Path, folder: str) -> None:
    """Spaces, letters of any script: the segment runs, each key calls it, the doctor's eye finds it, off takes it out.

    Bug shown: init refused them.
    """
    program = tmp_path / folder / "cst"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >>"{tmp_path}/calls"; [ "$1" != status ] || echo SEGMENT\n')
    program.chmod(0o755)
    conf = tmp_path / "tmux.conf"
    conf.write_text(tmux_conf.bindings(str(program)))
    tmux_server.new("main")
    before = tmux_server.run("list-keys")
    assert tmux_server.run("source-file", str(conf)) == ""
    bound = {call: key for key, command in tmux_keys.bound_on("tmux", tmux_server.socket).items() if (call := tmux_keys.call_in(command))[0]}
    client = tmux_server.attach("main")
    until(lambda: b"SEGMENT" in client.shown)
    os.write(client.master, b"\x02a")
    os.write(client.master, b"\x02g")
    until(lambda: {"next", "pick"} <= {line.split()[0] for line in (tmp_path / "calls").read_text().splitlines()})

    assert {(str(program), verb) for verb in ("next", "back", "pick", "seen")} == set(bound)
    assert tmux_unbind._has_ours(load({**os.environ, "TMUX": f"{tmux_server.socket},1,0"}), tmux_server.socket)
    tmux_server.run("run-shell", f"'{ROOT}/cst.tmux' off")
    assert (tmux_server.run("list-keys"), "SEGMENT" in tmux_server.run("show-options", "-g", "status-right")) == (before, False)
