"""Programs in new windows of a real tmux: the right folder, the right environment, and nothing of a session acts.

`claude` is a program that writes down how it was called; the live client is resumed in tests/lab.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from cst.actions import copy, jump, launch, open, resume
from cst.core.route import Route
from cst.model import Client, CstError, Session, Snapshot, Transcript
from cst.settings import Settings
from cst.store import marks
from cst.system import tmux
from tests.testing import (
    ID,
    Live,
    TmuxClient,
    TmuxServer,
    registry_entry,
    started,
    typed,
    until,
    write_registry,
    write_transcript,
)

NOW = 1_795_200_000.0
HOSTILE = [
    "#(touch pwned)", "##{pane_id}#[fg=red]", "it's a \"day\"", "$(touch pwned)`touch pwned`", "a\nb", "-rf", "ends;",
    "%H %% \\ \\n", "~", "日本 ★", "${IFS}&& touch pwned", "; touch pwned ;",
]  # fmt: skip
# What stands in for claude, the editor and the pager: argv, folder and environment as JSON, whole or not at all.
_WITNESS = """#!{python}
import json, os, sys
names = ("CLAUDE_CONFIG_DIR", "TMUX_PANE")
told = {{"argv": sys.argv[1:], "cwd": os.getcwd(), "env": {{n: os.environ[n] for n in names if n in os.environ}},
        "stdin": "" if os.isatty(0) else sys.stdin.read()}}
with open("{kept}.new", "w") as file:
    json.dump(told, file)
os.rename("{kept}.new", "{kept}")
if {code} or os.isatty(0) and not {ends}:
    sys.exit({code} or sys.stdin.readline() == "never")
"""


class Desk:
    """One person at one tmux server, whose login shell finds programs that tmux does not."""

    def __init__(self, server: TmuxServer, own: Settings, home: Path) -> None:
        self.server, self.home = server, home
        self.kept = home / "told"
        self.bin = home / "only for login shells"
        self.bin.mkdir()
        (home / ".profile").write_text(f'PATH="{self.bin}:$PATH"\nexport PATH\ncd /\n')
        server.new("one")
        self.client_: TmuxClient = server.attach("one")
        self.own = own._replace(tmux=f"{server.socket},1,0")

    def client(self) -> Client:
        """My client as a snapshot has it; tmux has to answer."""
        _, clients, wrong = tmux.look(tmux.ask("tmux", self.server.socket))
        assert wrong == ""
        return next(c for c in clients if c.name == self.client_.name)

    def program(self, name: str, code: int = 0, ends: bool = True) -> Path:
        """A witness of that name, which only the login shell finds."""
        path = self.bin / name
        path.write_text(_WITNESS.format(python=sys.executable, kept=self.kept, code=code, ends=ends))
        path.chmod(0o755)
        return path

    def told(self) -> dict[str, object]:
        """How the witness was called."""
        until(self.kept.exists, 30)
        found: dict[str, object] = json.loads(self.kept.read_text())
        return found

    def windows(self) -> list[str]:
        """The names of the windows of my tmux session."""
        return self.server.run("list-windows", "-t", "one", "-F", "#{window_name}").splitlines()

    def pwned(self) -> list[Path]:
        """What hostile text has made."""
        folders = (Path("/tmp"), Path("/"), Path.cwd())  # tmux's jobs run where the server was started
        return [*self.home.parent.rglob("pwned"), *(path for folder in folders for path in folder.glob("pwned"))]


# What stands in for a claude that registers, after a while, and stays.
_REGISTERS = """#!/bin/sh
mkdir -p ~/.claude/sessions
printf '{"pid": %d, "sessionId": "%s", "cwd": "/"}' $$ "$2" >~/.claude/sessions/$$.json
read -r line
"""


@pytest.fixture
def desk(tmux_server: TmuxServer, own: Settings, home: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk of this test's own. The witness never registers: nobody waits for it."""
    monkeypatch.setattr(resume, "PATIENCE", 0)
    return Desk(tmux_server, own, home)


def _session(home: Path, folder: str = "proj", **more: object) -> Session:
    cwd = home / folder
    cwd.mkdir(exist_ok=True)
    values: dict[str, object] = {"cwd": str(cwd), "name": "api", "config_dir": f"{home}/.claude", **more}
    return Session(ID, ID, None, "ended", NOW - 60, "", "ended", **values)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------- resume


def test_resume_in_a_new_window(desk: Desk) -> None:
    """`claude --resume ID` runs in the session's folder, found by the login shell, in a window of my tmux session."""
    desk.program("claude", ends=False)
    resume.resume(desk.own, _session(desk.home), desk.client(), NOW)
    told = desk.told()

    assert (told["argv"], told["cwd"]) == (["--resume", ID], str(desk.home / "proj"))
    assert desk.windows()[1:] == ["api"]
    assert desk.client_.pane() == told["env"]["TMUX_PANE"]  # type: ignore[index]


@pytest.mark.parametrize(("verb", "key"), [("resume", ID), ("shell", ""), ("editor", ""), ("transcript", "")])
def test_back_from_a_new_window(desk: Desk, verb: str, key: str) -> None:
    """Whatever takes you to a window of its own has noted where you were: `back` goes there. Bug shown: after a resume
    it said that there was nowhere to go back to."""
    session = _session(desk.home, transcript=Transcript("/t.jsonl"))
    before, home = desk.client(), desk.client_.pane()
    if verb == "resume":
        desk.program("claude", ends=False)
        resume.resume(desk.own, session, before, NOW)
    elif verb == "transcript":
        open.transcript(desk.own, session, before, "/bin/true")
    else:
        getattr(open, verb)(desk.own, session, before)
    until(lambda: desk.client_.pane() != home)
    panes, clients, _ = tmux.look(tmux.ask("tmux", desk.server.socket))
    noted = marks.read(desk.own.marks_file)[0]
    jump.back(Snapshot(now=NOW, panes=panes, clients=clients, marks=noted), desk.own, clients[0], NOW)

    assert [(mark.mark, mark.key, mark.pane) for mark in noted] == [("visit", key, home)]
    until(lambda: desk.client_.pane() == home)


def test_resumed_is_said_when_it_is_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before the registry has a live process with that session id."""
    desk.program("claude").write_text(_REGISTERS)
    monkeypatch.setattr(resume, "PATIENCE", 30)

    said = resume.resume(desk.own, _session(desk.home), desk.client(), NOW)

    assert said == f"resumed api in {desk.home}/proj"
    assert len(list((desk.home / ".claude" / "sessions").iterdir())) == 1


def test_a_claude_that_does_not_register_is_not_called_resumed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may still start, or ask something first: where to look is said, when our patience is over."""
    desk.program("claude", ends=False)
    monkeypatch.setattr(resume, "PATIENCE", 0.1)

    said = resume.resume(desk.own, _session(desk.home), desk.client(), NOW)

    assert said == "claude starts in window one:1; api is not there yet after 0.1 s, look there"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (3, "claude exited at once in window one:1; look there"),
        (0, "claude exited at once, and its window one:1 closed; run it in a shell"),
    ],
)
def test_a_claude_that_ends_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch, code: int, said: str) -> None:
    """That is an error, and not `resumed`.

    Bug shown: it said so, and the new window held a bare shell.
    """
    desk.program("claude").write_text(f"#!/bin/sh\nexit {code}\n")
    monkeypatch.setattr(resume, "PATIENCE", 30)

    with pytest.raises(CstError) as error:
        resume.resume(desk.own, _session(desk.home), desk.client(), NOW)

    assert str(error.value) == said


def test_the_session_of_the_client_that_pressed_the_key(desk: Desk) -> None:
    """The window comes into my tmux session, though somebody else was active in another one since."""
    desk.program("claude", ends=False)
    desk.server.new("two")
    theirs = desk.server.attach("two")
    shown = theirs.pane()
    resume.resume(desk.own, _session(desk.home), desk.client(), NOW)
    desk.told()

    assert (desk.windows()[1:], theirs.pane()) == (["api"], shown)


@pytest.mark.parametrize("folder", HOSTILE)
def test_a_folder_of_any_name(desk: Desk, folder: str) -> None:
    """The folder's name is a folder's name and nothing else, also as a title."""
    desk.program("claude", ends=False)
    resume.resume(desk.own, _session(desk.home, folder, name=folder, title=folder), desk.client(), NOW)
    told = desk.told()

    assert (told["argv"], told["cwd"]) == (["--resume", ID], str(desk.home / folder))
    assert desk.pwned() == []


@pytest.mark.parametrize("shell", ["/bin/bash", "/usr/bin/zsh", "/usr/bin/fish"])
def test_with_any_shell(desk: Desk, shell: str) -> None:
    """bash, zsh and fish read the one text alike, and find what their own files put on PATH."""
    if not os.access(shell, os.X_OK):
        pytest.skip(f"{shell} is not installed")
    desk.program("claude", ends=False)
    (desk.home / ".zprofile").write_text((desk.home / ".profile").read_text())
    (desk.home / ".config" / "fish").mkdir(parents=True)
    (desk.home / ".config" / "fish" / "config.fish").write_text(f'set -gx PATH "{desk.bin}" $PATH\n')
    desk.server.run("set-option", "-g", "default-shell", shell)
    resume.resume(desk.own, _session(desk.home, "it's $HOME"), desk.client(), NOW)
    told = desk.told()

    assert (told["argv"], told["cwd"]) == (["--resume", ID], str(desk.home / "it's $HOME"))


@pytest.mark.parametrize("known", ["to sh", "to its own files"])
@pytest.mark.parametrize("shell", ["tcsh", "csh", "nu", "xonsh", "elvish", "pwsh"])
def test_with_a_shell_of_another_language(desk: Desk, monkeypatch: pytest.MonkeyPatch, shell: str, known: str) -> None:
    """Their grammar has no `&&`, or no `-l -i -c`: sh runs the text; they say where claude is, if sh does not find it.

    Bug shown: "resumed", and the window was gone at once.
    """
    path = shutil.which(shell)
    if not path:
        pytest.skip(f"{shell} is not installed")
    if (shell, known) in (("xonsh", "to its own files"), ("elvish", "to its own files")):
        pytest.skip("reads no file for one command")
    desk.program("claude", ends=False)
    if known == "to sh":
        monkeypatch.setenv("PATH", f"{desk.bin}:{os.environ['PATH']}")
    (desk.home / ".cshrc").write_text(f'setenv PATH "{desk.bin}:$PATH"\n')
    (desk.home / ".config" / "nushell").mkdir(parents=True)
    (desk.home / ".config" / "nushell" / "env.nu").write_text(f"$env.PATH = ['{desk.bin}' '/usr/bin' '/bin']\n")
    (desk.home / ".config" / "nushell" / "config.nu").write_text("")
    desk.server.run("set-option", "-g", "default-shell", path)
    resume.resume(desk.own, _session(desk.home, "it's $HOME"), desk.client(), NOW)
    told = desk.told()

    assert (told["argv"], told["cwd"]) == (["--resume", ID], str(desk.home / "it's $HOME"))
    assert "api" in desk.windows()


def test_with_a_shell_that_nobody_knows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the shell makes of `-c`: where sh finds claude, it is not asked."""
    shell = desk.home / "strange"
    shell.write_text("#!/bin/sh\necho 'no such option' >&2\nexit 2\n")
    shell.chmod(0o755)
    desk.program("claude", ends=False)
    monkeypatch.setenv("PATH", f"{desk.bin}:{os.environ['PATH']}")
    desk.server.run("set-option", "-g", "default-shell", str(shell))
    resume.resume(desk.own, _session(desk.home), desk.client(), NOW)

    assert desk.told()["argv"] == ["--resume", ID]
    assert "api" in desk.windows()


def test_an_alias_counts(desk: Desk) -> None:
    """Where `claude` is an alias of an interactive shell, that is what runs."""
    path = desk.program("claude", ends=False)
    path.rename(desk.home / "elsewhere")
    (desk.home / ".bash_profile").write_text(f"alias claude='{desk.home}/elsewhere --by-alias'\n")
    desk.server.run("set-option", "-g", "default-shell", "/bin/bash")
    resume.resume(desk.own, _session(desk.home), desk.client(), NOW)

    assert desk.told()["argv"] == ["--by-alias", "--resume", ID]


def test_the_config_folder_of_the_session(desk: Desk) -> None:
    """A session of another config folder gets that one; one of the default folder gets none."""
    desk.program("claude", ends=False)
    desk.server.run("set-environment", "-g", "CLAUDE_CONFIG_DIR", "/somebody/elses")
    found = []
    for config_dir in (f"{desk.home}/.claude", f"{desk.home}/other one"):
        resume.resume(desk.own, _session(desk.home, config_dir=config_dir), desk.client(), NOW)
        found.append(desk.told()["env"].get("CLAUDE_CONFIG_DIR"))  # type: ignore[attr-defined]
        desk.kept.unlink()

    assert found == [None, f"{desk.home}/other one"]


def test_a_failure_stays_to_be_read(desk: Desk) -> None:
    """Where claude is not there or fails, the window stays, with the error and a shell in that folder."""
    with contextlib.suppress(CstError):  # that it ended at once, if it did so soon enough
        resume.resume(desk.own, _session(desk.home), desk.client(), NOW)
    pane = desk.client_.pane()
    until(lambda: "not found" in desk.server.run("capture-pane", "-p", "-t", pane), 30)
    desk.server.run("send-keys", "-t", pane, "pwd >here", "Enter")
    until(lambda: (desk.home / "proj" / "here").exists(), 30)

    assert "api" in desk.windows()


def test_a_session_that_lives_is_not_resumed(desk: Desk, live: Live) -> None:
    """A live process with that session id: cst says so and starts nothing, also where the look was before it began."""
    pid = live.start("claude")
    write_registry(desk.home / ".claude", {"pid": pid, "sessionId": ID, "procStart": started(pid), "cwd": "/"})
    with pytest.raises(CstError, match=f"api lives as process {pid}; `cst jump {pid}` goes there"):
        resume.resume(desk.own, _session(desk.home), desk.client(), NOW)

    assert len(desk.windows()) == 1


def test_the_record_of_another_process_with_that_pid_does_not_count(desk: Desk, live: Live) -> None:
    """A killed session's record stays behind, and its pid may be somebody else's by now."""
    desk.program("claude", ends=False)
    write_registry(desk.home / ".claude", {"pid": live.start("claude"), "sessionId": ID, "procStart": "1", "cwd": "/"})
    resume.resume(desk.own, _session(desk.home), desk.client(), NOW)

    assert desk.told()["argv"] == ["--resume", ID]


def test_where_it_was_started(desk: Desk) -> None:
    """A session that went elsewhere is resumed in the folder that its transcript is kept under."""
    desk.program("claude", ends=False)
    first, last = desk.home / "first", desk.home / "last"
    first.mkdir()
    path = write_transcript(desk.home / ".claude", [{**typed("hi"), "cwd": str(first)}, {"cwd": str(last)}], ID, str(first))
    resume.resume(desk.own, _session(desk.home, "last", transcript=Transcript(str(path))), desk.client(), NOW)

    assert desk.told()["cwd"] == str(first)


def test_a_folder_that_is_gone(desk: Desk) -> None:
    """A session of a folder that was removed cannot be resumed, and cst says which folder that is."""
    session = _session(desk.home, "gone")
    (desk.home / "gone").rmdir()
    with pytest.raises(CstError, match=r"the folder .*/gone of api is gone; recreate it"):
        resume.resume(desk.own, session, desk.client(), NOW)


@pytest.mark.parametrize("session_id", ["", "x", "--help", "$(touch pwned)", ID[:-1] + ";"])
def test_no_session_id(desk: Desk, session_id: str) -> None:
    """What is no session id never reaches a command line."""
    with pytest.raises(CstError, match="has no session id"):
        resume.resume(desk.own, _session(desk.home)._replace(id=session_id), desk.client(), NOW)


def test_nobody_watches(desk: Desk) -> None:
    """Inside tmux without a client there is no session to put a window into; outside, no terminal to take over."""
    with pytest.raises(CstError, match="no tmux client shows this pane"):
        resume.resume(desk.own, _session(desk.home), None, NOW)
    with pytest.raises(CstError, match="outside tmux this needs a terminal"):
        resume.resume(desk.own._replace(tmux=""), _session(desk.home), None, NOW)


# --------------------------------------------------------------------------------------------------- open


def _job(desk: Desk, live: Live, config_dir: Path, job: str = "5dc6e66e") -> Session:
    """A background session that no pane shows."""
    pid = live.start("claude")
    write_registry(config_dir, registry_entry(pid, procStart=started(pid), kind="bg", jobId=job, tmux=None))
    found = _session(desk.home, config_dir=str(config_dir), kind="background", state="permission")
    return found._replace(key=f"{pid}.{started(pid)}", pid=pid)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_jump_shows_a_background_session(desk: Desk, live: Live, elsewhere: bool) -> None:
    """`claude attach JOB` in a window of my tmux session, with the folder of its config; and it counts as a visit.

    Bug shown: it "is in no tmux pane".
    """
    folder = desk.home / ("work" if elsewhere else ".claude")
    session = _job(desk, live, folder)
    desk.program("claude", ends=False)
    jump.jump(desk.own, session, desk.client(), NOW, Route(), "1 of 1")
    told = desk.told()
    seen, visit = marks.read(desk.own.marks_file)[0]  # the window took a moment

    assert told["argv"] == ["attach", "5dc6e66e"]
    assert told["env"].get("CLAUDE_CONFIG_DIR") == (str(folder) if elsewhere else None)  # type: ignore[attr-defined]
    assert desk.client_.pane() == told["env"]["TMUX_PANE"]  # type: ignore[index]
    assert (visit.mark, visit.key, visit.client) == ("visit", session.key, desk.client_.name)
    assert (seen.mark, seen.by) == ("seen", "jump")


def test_a_background_session_whose_folder_is_gone(desk: Desk, live: Live) -> None:
    """It can be shown all the same."""
    desk.program("claude", ends=False)
    jump.jump(desk.own, _job(desk, live, desk.home / ".claude")._replace(cwd="/nowhere"), desk.client(), NOW, Route())

    assert desk.told()["argv"] == ["attach", "5dc6e66e"]


@pytest.mark.parametrize("job", ["", "--help"])
def test_a_background_session_without_a_job(desk: Desk, live: Live, job: str) -> None:
    """Nothing is opened."""
    with pytest.raises(CstError, match="api is in the background, and no record names its job; `claude agents` lists it"):
        jump.jump(desk.own, _job(desk, live, desk.home / ".claude", job), desk.client(), NOW, Route())

    assert len(desk.windows()) == 1


@pytest.mark.parametrize("folder", ["proj", *HOSTILE])
def test_a_shell(desk: Desk, folder: str) -> None:
    """What is typed into the new window happens in the session's folder, whatever it is called."""
    (desk.home / ".profile").write_text("")  # a `cd` in it would be the person's wish
    open.shell(desk.own, _session(desk.home, folder), desk.client())
    desk.server.run("send-keys", "-t", desk.client_.pane(), "echo >here", "Enter")
    until(lambda: (desk.home / folder / "here").exists(), 30)

    assert (desk.windows()[1:], desk.pwned()) == (["api"], [])


@pytest.mark.parametrize("folder", ["proj", *HOSTILE])
def test_the_editor(desk: Desk, folder: str) -> None:
    """The editor gets its own arguments and a dot, in the folder, and the folder's name reaches no shell."""
    desk.program("my editor")
    own = desk.own._replace(editor="'my editor' --wait -c 'set tw=80'")
    open.editor(own, _session(desk.home, folder), desk.client())
    told = desk.told()

    assert (told["argv"], told["cwd"]) == (["--wait", "-c", "set tw=80", "."], str(desk.home / folder))
    assert desk.pwned() == []


def test_the_editor_of_the_login_shell_comes_first(desk: Desk) -> None:
    """A key binding knows no $VISUAL; the person's own files do."""
    desk.program("mine")
    with (desk.home / ".profile").open("a") as file:
        file.write("export VISUAL='mine -x'\n")
    open.editor(desk.own._replace(editor="vi"), _session(desk.home), desk.client())

    assert desk.told()["argv"] == ["-x", "."]


def test_an_editor_that_is_not_there(desk: Desk) -> None:
    """The window stays until Enter, with the reason."""
    open.editor(desk.own._replace(editor="no-such-editor"), _session(desk.home), desk.client())
    pane = desk.client_.pane()
    until(lambda: "cst: that ended with 127; press Enter" in desk.server.run("capture-pane", "-p", "-t", pane), 30)
    desk.server.run("send-keys", "-t", pane, "Enter")
    until(lambda: len(desk.windows()) == 1, 30)


def test_the_transcript(desk: Desk) -> None:
    """What cst shows of the session goes to the pager, which may have arguments."""
    desk.program("pager")
    with (desk.home / ".profile").open("a") as file:
        file.write("export PAGER='pager --raw'\n")
    program = desk.home / "bin of cst" / "cst"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$COLUMNS:$*"\n')
    program.chmod(0o755)
    said = open.transcript(desk.own, _session(desk.home, transcript=Transcript("/t")), desk.client(), str(program))
    told = desk.told()

    assert (told["argv"], told["stdin"]) == (["--raw"], f"80:show --color always -- {ID}\n")
    assert said == "the transcript of api"


def test_no_transcript(desk: Desk) -> None:
    """A session that was never prompted has none."""
    with pytest.raises(CstError, match="api has no transcript yet"):
        open.transcript(desk.own, _session(desk.home), desk.client(), "/bin/cst")


def test_a_folder_that_nobody_knows(desk: Desk) -> None:
    """Without a folder nothing is opened anywhere else."""
    with pytest.raises(CstError, match="the folder of api is not known"):
        open.shell(desk.own, _session(desk.home)._replace(cwd=""), desk.client())


@pytest.mark.parametrize(("text", "name"), [("a b", "a b"), ("#(x)", "x"), ("-t %1", "t 1"), ("%%#{}", "proj"), ("日本", "日本"), ("x" * 99, "x" * 24)])
def test_the_windows_name(home: Path, text: str, name: str) -> None:
    """Only letters, digits and a few marks come into a window's name: it is a format."""
    session = _session(home, name=text)

    assert name == launch.command(session, session.cwd, "").name


# --------------------------------------------------------------------------------------------------- copy


@pytest.mark.parametrize("what", ["plain", *HOSTILE, "x" * 9000])
def test_copy(desk: Desk, what: str) -> None:
    """The text is in tmux's buffer, to the letter, and my terminal was told to copy it."""
    from base64 import b64encode

    said = copy.copy(desk.own, what, desk.client())
    wanted = b"\x1b]52;" + b";" + b64encode(what.encode())
    until(lambda: wanted.replace(b";;", b";c;") in desk.client_.shown or wanted in desk.client_.shown)

    assert desk.server.run("show-buffer") == what.removesuffix("\n")
    assert (said, desk.pwned()) == ("copied to the clipboard and tmux's buffer", [])


def test_copy_without_a_client(desk: Desk) -> None:
    """In tmux where nobody watches, the buffer gets it, and nobody's clipboard."""
    said = copy.copy(desk.own, "text", None)

    assert (said, desk.server.run("show-buffer")) == ("copied to tmux's buffer", "text")
    assert b"\x1b]52" not in desk.client_.shown


def test_copy_what_is_too_long(desk: Desk) -> None:
    """What tmux does not take is an error that says so."""
    with pytest.raises(CstError, match=r"tmux took no copy: .*too long"):
        copy.copy(desk.own, "x" * 20000, desk.client())


def test_what_is_copied(own: Settings, home: Path) -> None:
    """The id, the folder, and a command that a shell reads back."""
    session = _session(home, "it's")
    elsewhere = session._replace(config_dir="/srv/my claude")

    assert [copy.text(own, session, what) for what in ("id", "path", "resume")] == [
        ID, f"{home}/it's", f"cd '{home}/it'\\''s' && claude --resume {ID}",
    ]  # fmt: skip
    assert copy.text(own, elsewhere, "resume").endswith(f"&& CLAUDE_CONFIG_DIR='/srv/my claude' claude --resume {ID}")


@pytest.mark.parametrize("what", ["path", "resume"])
@pytest.mark.parametrize("evil", ["\x1b[201~\ntouch pwned\n", "\n", "\x9b", "\u202e"])
def test_what_would_act_when_pasted_is_not_copied(own: Settings, home: Path, what: str, evil: str) -> None:
    """A folder's name can end the bracketed paste and press Enter. Bug shown: a command ran."""
    folder = f"{home}/a{evil}b"
    with pytest.raises(CstError, match="the folder of api has characters in its name that would act when pasted"):
        copy.text(own, _session(home)._replace(cwd=folder), what)


def test_a_family_is_copied(own: Settings, home: Path) -> None:
    """Emoji that are joined by invisible characters are harmless."""
    folder = f"{home}/\U0001f468\u200d\U0001f469\u200d\U0001f467"

    assert copy.text(own, _session(home)._replace(cwd=folder), "path") == folder


def test_nothing_to_copy(own: Settings, home: Path) -> None:
    """A session without an id has none to copy."""
    with pytest.raises(CstError, match="api has no known id"):
        copy.text(own, _session(home)._replace(id=""), "id")
