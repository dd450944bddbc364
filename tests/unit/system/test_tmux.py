"""tmux, asked and told through a real server of each test's own."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest

from cst.model import CstError, Pane
from cst.system import spawn, tmux
from tests.testing import TmuxServer, until

NASTY = ["plain", "two words", "#{x}", "#(touch pwned)", "ünï 漢", "a;b", "ends;", "-t", "100%d", "'quo\"ted'"]


def look(server: TmuxServer) -> list[Pane]:
    """The panes of a server, which has to answer."""
    panes, _, wrong = tmux.look(tmux.ask(server.program, server.socket))

    assert wrong == ""
    return panes


def test_a_client_is_told_with_its_interval(tmux_server: TmuxServer) -> None:
    """How long its status line may be old; a name may hold anything."""
    pane = tmux_server.new("main", "exec cat")
    client = tmux_server.attach("main")
    tmux_server.run("set-option", "-t", "main", "status-interval", "300")
    _, clients, _ = tmux.look(tmux.ask(tmux_server.program, tmux_server.socket))

    assert [(c.name, c.pane, c.refresh) for c in clients] == [(client.name, pane, 300.0)]


def named(server: TmuxServer, name: str) -> None:
    """Call the session `main` by exactly that name; tmux expands formats in it, hence the doubling."""
    word = name.replace("#", "##")
    server.run("rename-session", "-t", "main", "--", word[:-1] + "\\;" if word.endswith(";") else word)


def test_a_pane_is_told_as_tmux_tells_it(tmux_server: TmuxServer) -> None:
    """Every field of a pane is what tmux itself prints."""
    pane = tmux_server.new("main", "exec cat")
    (found,) = look(tmux_server)
    fields = "#{pane_pid} #{pane_tty} #{session_id} #{window_id} #{window_index} #{pane_index}"
    pid, *rest = tmux_server.run("display-message", "-p", "-t", pane, fields).split(" ")

    assert (pane, int(pid), rest) == (found.id, found.pid, [found.tty, found.session_id, found.window_id,
                                                            found.window_index, found.pane_index])  # fmt: skip
    assert ("main", True, False, tmux_server.socket) == (found.session, found.shown, found.attached, found.socket)
    assert found.command == ""


@pytest.mark.parametrize("name", NASTY)
def test_a_tmux_session_may_have_any_name(tmux_server: TmuxServer, name: str) -> None:
    """Spaces, formats, quotes and letters of any script come through as they are."""
    tmux_server.new("main")
    named(tmux_server, name)

    assert [name] == [pane.session for pane in look(tmux_server)]


def test_a_name_with_the_signs_of_a_target(tmux_server: TmuxServer) -> None:
    """`a:b.c` is `a_b_c` before tmux 3.7; we show what tmux says now, and go by ids."""
    tmux_server.new("main")
    named(tmux_server, "a:b.c")
    (name,) = {pane.session for pane in look(tmux_server)}

    assert name in ("a_b_c", "a:b.c")
    assert name == tmux_server.run("list-sessions", "-F", "#{session_name}")


@pytest.mark.parametrize("locale", ["C", "", "C.UTF-8"])
def test_the_locale_changes_nothing(tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    """Under LC_ALL=C tmux would write every TAB and every letter beyond ASCII as `_`."""
    tmux_server.new("main")
    named(tmux_server, "ünï 漢")
    monkeypatch.delenv("LANG", raising=False)
    monkeypatch.setenv("LC_ALL", locale)

    assert [pane.session for pane in look(tmux_server)] == ["ünï 漢"]


def test_a_linked_window_is_there_twice(tmux_server: TmuxServer) -> None:
    """A window that is linked into a second tmux session gives a pane in each."""
    pane = tmux_server.new("main")
    tmux_server.new("other")
    tmux_server.run("link-window", "-s", "main:0", "-t", "other:5")
    found = [(p.session, p.window_index, p.shown) for p in look(tmux_server) if p.id == pane]

    assert sorted(found) == [("main", "0", True), ("other", "5", True)] or sorted(found) == [("main", "0", True), ("other", "5", False)]


def test_only_the_active_pane_of_the_current_window_is_shown(tmux_server: TmuxServer) -> None:
    """Of two windows with two panes each, one pane is on the screen."""
    tmux_server.new("main")
    tmux_server.run("split-window", "-t", "main", "cat")
    tmux_server.run("new-window", "-t", "main", "cat")
    tmux_server.run("split-window", "-t", "main", "cat")
    shown = [pane.id for pane in look(tmux_server) if pane.shown]

    assert [tmux_server.run("display-message", "-p", "-t", "main", "#{pane_id}")] == shown
    assert len(look(tmux_server)) == 4


def test_a_folder_with_a_newline_hides_no_pane(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """A folder or title with a newline in it hides no pane: neither is asked for."""
    tmux_server.new("main")
    odd = tmp_path / "a\nb"
    odd.mkdir()
    tmux_server.run("new-session", "-d", "-s", "odd", "-c", str(odd), "cat")

    assert sorted(pane.session for pane in look(tmux_server)) == ["main", "odd"]


def renamed(server: TmuxServer, folder: Path, name: str) -> str:
    """A pane whose program calls itself that; its id, once it does."""
    (folder / "run.py").write_text(f"import os\nos.execv('/bin/cat', [{name!r}])\n")
    pane = server.new(f"odd{len(look(server))}", sys.executable, str(folder / "run.py"))
    until(lambda: os.fsencode(name) in Path(f"/proc/{server.pid_of(pane)}/cmdline").read_bytes())
    return pane


def test_a_program_forges_no_pane(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """A program's name may hold tabs and newlines: what it calls itself makes no line of a pane or client, and hides
    none.

    Bug shown: a line in a program's name put a session into the pane of that program, and a jump went there.
    """
    pane = tmux_server.new("main")
    pid, line = tmux_server.pid_of(pane), "\t/dev/pts/9\t$7\t@7\t0\t0\t11\t1\t\t\t\tclaude\twork\t"
    odd = [
        renamed(tmux_server, tmp_path, name)
        for name in ("a\tb", "a\nb", f"x\nP\t{pane}\t{pid}{line}\nP", f"claude\nP\t%77\t{pid}{line}", "x\nC\t9\t$0\t%0\t5\tnobody")
    ]
    panes, clients, wrong = tmux.look(tmux.ask(tmux_server.program, tmux_server.socket))

    assert (sorted([pane, *odd]), [], "") == (sorted(p.id for p in panes), clients, wrong)
    assert {p.command for p in panes} == {""}
    assert {p.pid for p in panes} == {tmux_server.pid_of(p.id) for p in panes}


@pytest.mark.parametrize("name", ["claude", "/usr/bin/claude"])
def test_a_program_that_is_called_claude_is_told(tmux_server: TmuxServer, tmp_path: Path, name: str) -> None:
    """Of all names of programs it is the one that counts, without its folder."""
    tmux_server.new("main")
    pane = renamed(tmux_server, tmp_path, name)

    assert [p.command for p in look(tmux_server) if p.id == pane] == ["claude"]


def test_no_name_in_tmux_forges_a_pane(tmux_server: TmuxServer) -> None:
    """tmux escapes or refuses a tab or newline in the name of a tmux session, and in a title."""
    pane = tmux_server.new("main")
    forged = f"x\nP\t%7\t{tmux_server.pid_of(pane)}\t/dev/pts/9\t$7\t@7\t0\t0\t11\t1\t\t\t\tclaude\twork\t"
    tmux_server.run("rename-session", "-t", "main", forged)
    tmux_server.run("select-pane", "-t", pane, "-T", forged)
    found = look(tmux_server)

    assert [p.id for p in found] == [pane]
    assert "\n" not in found[0].session


def test_a_client_is_told_as_tmux_tells_it(tmux_server: TmuxServer) -> None:
    """Its name, its pane, its tmux session, and when a key was pressed last."""
    pane = tmux_server.new("main")
    client = tmux_server.attach("main")
    _, (found,), _ = tmux.look(tmux.ask(tmux_server.program, tmux_server.socket))

    assert (client.name, pane, tmux_server.socket) == (found.name, found.pane, found.socket)
    assert pytest.approx(time.time(), abs=60) == found.activity
    assert [(found.session_id, True)] == [(p.session_id, p.attached) for p in look(tmux_server)]


def test_a_jump_moves_exactly_one_client(tmux_server: TmuxServer) -> None:
    """The client that is named shows the pane and the reason; the other stays where it is."""
    first = tmux_server.new("main")
    tmux_server.new("other")
    tmux_server.run("new-window", "-d", "-t", "other", "cat")
    target = next(p for p in look(tmux_server) if p.session == "other" and not p.shown)
    mover, stayer = tmux_server.attach("main"), tmux_server.attach("main")
    where = f"={target.session_id}:{target.window_id}.{target.id}"
    tmux.switch(tmux_server.program, tmux_server.socket, mover.name, where, "permission 12m")

    until(lambda: mover.pane() == target.id)
    assert first == stayer.pane()
    until(lambda: b"permission 12m" in mover.shown)
    assert b"permission 12m" not in stayer.shown


def test_a_pane_that_is_gone_is_an_error_with_a_remedy(tmux_server: TmuxServer) -> None:
    """A jump to nowhere says so, and says what lists the places."""
    tmux_server.new("main")
    client = tmux_server.attach("main")
    with pytest.raises(CstError, match=r"tmux could not show that pane: .*; `cst ls` lists"):
        tmux.switch(tmux_server.program, tmux_server.socket, client.name, "=$9:@99.%99", "")


@pytest.mark.parametrize(
    "message", ["ends with;", ";", "a ; b", "#(touch pwned)", "#{pane_id} #S", "100% %H:%M", "a # b", "#[fg=red]x", "ünï 漢", "a\\;"]
)
def test_a_message_is_shown_as_it_is(tmux_server: TmuxServer, message: str) -> None:
    """Nothing in a message is a command, a format, a style or a time. (Of a run of `#` tmux shows fewer.)"""
    tmux_server.run("new-session", "-d", "-s", "main", "-x", "120", "-y", "40", "cat")
    client = tmux_server.attach("main")
    tmux.say(tmux_server.program, tmux_server.socket, client.name, f"<{message}" if message != ";" else "x;")
    wanted = f"<{message}" if message != ";" else "x;"
    until(lambda: wanted.encode() in client.shown)

    assert wanted.encode() in client.shown


@pytest.mark.parametrize("way", ["say", "switch"])
def test_a_message_can_be_read(tmux_server: TmuxServer, way: str) -> None:
    """It stays four seconds, whatever tmux's display-time is.

    Bug shown: of tmux's own 750 ms, a jump uses up more than half until the new pane is taken in.
    """
    pane = tmux_server.new("main")
    client = tmux_server.attach("main")
    screen = pyte.Screen(80, 24)
    (found,) = look(tmux_server)
    if way == "say":
        tmux.say(tmux_server.program, tmux_server.socket, client.name, "why you are here")
    else:
        place = f"={found.session_id}:{found.window_id}.{pane}"
        tmux.switch(tmux_server.program, tmux_server.socket, client.name, place, "why you are here")
    until(lambda: b"why you are here" in client.shown)
    time.sleep(2.5)
    pyte.ByteStream(screen).feed(client.shown)

    assert any("why you are here" in line for line in screen.display)


def test_a_message_runs_nothing(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """`#(…)` in a message, or in the message of a jump, starts no program."""
    pane = tmux_server.new("main")
    client = tmux_server.attach("main")
    words = f"x #(touch {tmp_path}/pwned) #{{l:#(touch {tmp_path}/pwned)}}; run-shell 'touch {tmp_path}/pwned' ;"
    (found,) = look(tmux_server)
    tmux.say(tmux_server.program, tmux_server.socket, client.name, words)
    tmux.switch(tmux_server.program, tmux_server.socket, client.name, f"={found.session_id}:{found.window_id}.{pane}", words)
    tmux_server.run("run-shell", f"touch {tmp_path}/waited")  # whatever was started before this has run by now
    until(lambda: b"#(touch" in client.shown)

    assert [tmp_path / "waited"] == [path for path in (tmp_path / "waited", tmp_path / "pwned") if path.exists()]


def test_a_message_to_nobody_is_silent(tmux_server: TmuxServer) -> None:
    """A client that is gone meanwhile is no error."""
    tmux_server.new("main")
    tmux.say(tmux_server.program, tmux_server.socket, "/dev/pts/none", "hello")

    assert [pane.session for pane in look(tmux_server)] == ["main"]


def test_a_screen_can_be_read(tmux_server: TmuxServer) -> None:
    """The text of a pane; nothing for a pane that is gone."""
    pane = tmux_server.new("main", "sh", "-c", "printf 'Do you want — é?'; cat")
    until(lambda: "Do you want — é?" in str(tmux.screen(tmux_server.program, tmux_server.socket, pane)))

    assert tmux.screen(tmux_server.program, tmux_server.socket, "%99") is None


# --------------------------------------------------------------------------------------------- what goes wrong


def test_a_socket_without_a_server_is_told(tmp_path: Path, tmux_server: TmuxServer) -> None:
    """No server: no panes, no clients, tmux's own words."""
    panes, clients, wrong = tmux.look(tmux.ask(tmux_server.program, str(tmp_path / "none")))

    assert (panes, clients) == ([], [])
    assert wrong.startswith(("no server running", "error connecting"))


def test_a_missing_program_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """tmux that is not there, by name or by path, is a problem and no exception."""
    monkeypatch.setattr(spawn, "_PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = tmux.look(tmux.ask("tmux", f"{tmp_path}/s"))
    by_path = tmux.run(f"{tmp_path}/tmux", f"{tmp_path}/s", ["ls"])

    assert missing == ([], [], "tmux is not installed or not on PATH")
    assert (127, f"{tmp_path}/tmux is not installed or not on PATH") == by_path


def test_a_program_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    """A file that cannot be executed takes the same way out."""
    (tmp_path / "tmux").write_bytes(b"\x7fELF nonsense")
    (tmp_path / "tmux").chmod(0o755)
    code, words = tmux.run(str(tmp_path / "tmux"), f"{tmp_path}/s", ["ls"])

    assert code == 127
    assert words.startswith(f"cannot start {tmp_path}/tmux: ")


@pytest.mark.parametrize("body", ["exec sleep 60", "echo P; exec sleep 60", "trap '' TERM; exec sleep 60"])
def test_a_server_that_hangs_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """After the timeout the program is ended and reaped, and the problem names the socket."""
    fake = tmp_path / "tmux"
    fake.write_text(f"#!/bin/sh\necho $$ >{tmp_path}/pid\n{body}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(tmux, "TIMEOUT", 1.0)
    panes, clients, wrong = tmux.look(tmux.ask(str(fake), f"{tmp_path}/s"))

    assert (panes, clients, wrong) == ([], [], f"the tmux server at {tmp_path}/s did not answer within 1 s")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("output", ["P\\t%%1\\n", "P\\t%%1\\tx\\t\\t\\t\\t\\t\\t\\t\\t\\t\\n", "C\\t\\n", "\\377\\376\\n", "\\n\\n\\t\\n"])
def test_any_answer_is_read(tmp_path: Path, output: str) -> None:
    """Lines that are no pane and no client are none, and a problem that shows the first, harmless."""
    fake = tmp_path / "tmux"
    fake.write_text(f"#!/bin/sh\nprintf '{output}'\n")
    fake.chmod(0o755)
    panes, clients, wrong = tmux.look(tmux.ask(str(fake), f"{tmp_path}/s"))

    assert (panes, clients) == ([], [])
    assert re.fullmatch(rf"\d lines? from the tmux server at {tmp_path}/s could not be read: '.*'", wrong)
    assert wrong.isprintable()


def test_no_answer_is_no_pane(tmp_path: Path) -> None:
    """A server that has nothing to list is no problem, and what a tmux complains of while it succeeds neither."""
    fake = tmp_path / "tmux"
    fake.write_text("#!/bin/sh\necho 'locale: C.UTF-9 is not known' >&2\n")
    fake.chmod(0o755)

    assert tmux.look(tmux.ask(str(fake), f"{tmp_path}/s")) == ([], [], "")


def test_a_long_answer_is_read_to_its_end(tmp_path: Path) -> None:
    """More than a pipe holds: a thousand panes."""
    fake = tmp_path / "tmux"
    line = "P\\t%%%d\\t1\\t/dev/pts/1\\t$1\\t@1\\t0\\t0\\t11\\t1\\t\\t\\t\\t\\tname\\t"
    fake.write_text(f"#!/bin/sh\nn=0; while [ $n -lt 2000 ]; do printf '{line}\\n' $n; n=$((n+1)); done\n")
    fake.chmod(0o755)
    panes, _, _ = tmux.look(tmux.ask(str(fake), f"{tmp_path}/s"))

    assert (len(panes), panes[-1].id) == (2000, "%1999")


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    """Neither a good end nor a bad one leaves a pipe behind."""
    before = len(os.listdir("/proc/self/fd"))
    (tmp_path / "tmux").write_bytes(b"\x7fELF nonsense")
    (tmp_path / "tmux").chmod(0o755)
    ends: list[Callable[[], object]] = [lambda: tmux.run("true", f"{tmp_path}/s", []), lambda: tmux.run(str(tmp_path / "tmux"), f"{tmp_path}/s", [])]
    for end in ends:
        end()

    assert before == len(os.listdir("/proc/self/fd"))


# ------------------------------------------------------------------------------------------------ other versions

# What `-F` makes of a TAB and of U+001F, as each version prints it without `-u` under LC_ALL=C, and with `-u`: 3.4 and
# 3.5a write U+001F as four characters. Only TAB and `-u` come through everywhere.
AS_PRINTED = {
    "3.2, 3.3a, 3.6 with -u": "{0}\t%1\t77\t/dev/pts/1\t$1\t@1\t0\t0\t11\t1\t4.1\tdone\tdone\tclaude\tünï 漢\tx",
    "a server that knows no option of ours": "{0}\t%1\t77\t/dev/pts/1\t$1\t@1\t0\t0\t11\t1\t\t\t\tclaude\tünï 漢\tx",
}
NOT_UNDERSTOOD = {
    "without -u under LC_ALL=C": "P_%1_77_/dev/pts/1_$1_@1_0_0_11_1____cat_x",
    "U+001F of 3.4 and 3.5a": r"P\037%1\03777\037/dev/pts/1\037$1\037@1\0370\0370\03711\0371\037\037\037\037cat\037x",
    "a name of a program": "P\t%1\t77\t/dev/pts/1\t$1\t@1\t0\t0\t11\t1\t\t\t\tcat\tx\t",
    "a title with a tab": "P\t%1\t77\t/dev/pts/1\t$1\t@1\t0\t0\t11\t1\t\t\t\t\tx\ty\tz",
    "a pane that is none": "P\tx1\t77\t/dev/pts/1\t$1\t@1\t0\t0\t11\t1\t\t\t\t\tx\t",
    "a session that is none": "P\t%1\t77\t/dev/pts/1\t%1\t@1\t0\t0\t11\t1\t\t\t\t\tx\t",
    "a pane without a number": "P\t%\t77\t/dev/pts/1\t$1\t@1\t0\t0\t11\t1\t\t\t\t\tx\t",
    "a window that is none": "P\t%1\t77\t/dev/pts/1\t$1\t1\t0\t0\t11\t1\t\t\t\t\tx\t",
}


def answered(tmp_path: Path, text: str) -> tuple[list[Pane], str]:
    """What is made of an answer of those bytes."""
    (tmp_path / "answer").write_text(text + "\n")
    fake = tmp_path / "tmux"
    fake.write_text(f"#!/bin/sh\ncat {tmp_path}/answer\n")
    fake.chmod(0o755)
    panes, _, wrong = tmux.look(tmux.ask(str(fake), f"{tmp_path}/s"))
    return panes, wrong


@pytest.mark.parametrize("text", AS_PRINTED.values(), ids=AS_PRINTED)
def test_an_answer_of_any_version_is_read(tmp_path: Path, text: str) -> None:
    """The fields stand where they stand, with our options and without."""
    [pane], wrong = answered(tmp_path, text.format("P"))

    assert (pane.id, pane.pid, pane.command, pane.session, wrong) == ("%1", 77, "claude", "ünï 漢", "")
    assert pane.badges in (("4.1", "done", "done"), ("", "", ""))


@pytest.mark.parametrize(("command", "title", "kept"), [
    ("claude", "✳ a job", "a job"), ("claude", "⠂ a job", "a job"), ("claude", "a job", "a job"), ("claude", "", ""), ("", "a.py", ""),
])  # fmt: skip
def test_the_title_of_a_clients_pane(tmp_path: Path, command: str, title: str, kept: str) -> None:
    """Without the sign that turns while it works; the titles of other programs change all the time and tell nothing."""
    [pane], _ = answered(tmp_path, f"P\t%1\t77\t/dev/pts/1\t$1\t@1\t0\t0\t11\t1\t\t\t\t{command}\tname\t{title}")

    assert (pane.title, pane.session) == (kept, "name")


@pytest.mark.parametrize("text", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_what_cannot_be_told_is_no_pane(tmp_path: Path, text: str) -> None:
    """Separators that a version spells otherwise make no pane out of half a line; that is told."""
    panes, wrong = answered(tmp_path, text)

    assert panes == []
    assert "1 line from the tmux server" in wrong


def test_a_pane_without_a_process_is_passed_over(tmp_path: Path) -> None:
    """tmux has such panes, with remain-on-exit for example: none of them shows a session, and none is a problem."""
    line = "P\t%1\t{}\t/dev/pts/1\t$1\t@1\t0\t0\t11\t1\t\t\t\t\tx\t"

    assert [answered(tmp_path, line.format(pid)) for pid in ("", "-1")] == [([], "")] * 2


def test_this_tmux_prints_what_is_asked(tmux_server: TmuxServer) -> None:
    """The tmux that runs the tests keeps TAB with `-u`, whatever it makes of U+001F (CST_TMUX names another)."""
    tmux_server.new("main")
    said = tmux_server.run("list-panes", "-a", "-F", "a\tb\x1fc")

    assert said in ("a\tb\x1fc", "a\tb\\037c")


# ------------------------------------------------------------------------------------------------------- badges


def test_options_are_set_with_few_processes(tmux_server: TmuxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred and twenty settings of 100 bytes take two calls, for tmux takes 16 KB in one; and all arrive.

    Bug shown: one call is `command too long`.
    """
    tmux_server.new("main")
    calls = []
    run = tmux.run
    monkeypatch.setattr(tmux, "run", lambda *words: (calls.append(words), run(*words))[1])
    commands = [["set-option", "-g", f"@n{n}", "x" * 80 + ";"] for n in range(120)]
    tmux.badge(tmux_server.program, tmux_server.socket, commands)

    assert [tmux_server.run("show-option", "-gv", f"@n{n}") for n in (0, 60, 119)] == ["x" * 80 + ";"] * 3
    assert len(calls) == 2


def test_a_pane_that_went_meanwhile_is_silent(tmux_server: TmuxServer) -> None:
    """A badge for a pane that is gone raises nothing: the next look sets the rest."""
    tmux_server.new("main")
    tmux.badge(tmux_server.program, tmux_server.socket, [["set-option", "-p", "-t", "%99", "@x", "1"]])
    tmux.badge(tmux_server.program, tmux_server.socket, [])

    assert tmux_server.run("show-option", "-gqv", "@x") == ""
