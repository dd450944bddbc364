"""The prompt segments, in the real shells: quiet, cheap, expired in time, gone with one command."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from cst.model import Session
from cst.render import shell_exports as words
from cst.setup import shell_init
from cst.system import processes
from tests.e2e.shell.typed import typed
from tests.testing import ROOT

SHELLS = {
    "bash": ["bash", "--norc", "-eu", "-o", "pipefail"],
    "zsh": ["zsh", "-eu", "--no-rcs"],
    "fish": ["fish", "--no-config"],
}
INTERACTIVE = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1='<${CST_PROMPT}>'"),
    "zsh": (["zsh", "--no-rcs", "-i"], "setopt prompt_subst; PROMPT='<${CST_PROMPT}>'"),
    "fish": (["fish", "--no-config", "-i"], "function fish_prompt; echo -n \"<$CST_PROMPT>\"; end"),
}
STARTS = ("clone", "fork", "execve")
TEXT = "2 need you: permission"
WAITS = Session("7.1", "id", 7, "permission", 0.0, "", "x", True)


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    """Each shell that is installed."""
    name: str = request.param
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture
def shelf(home: Path) -> Path:
    """The folder that the shells read."""
    path = home / ".local/state/cst"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def integration(shell: str, tmp_path: Path) -> Path:
    """What `cst init` prints, in a file."""
    path = tmp_path / f"init.{shell}"
    path.write_text(shell_init.integration(shell))
    return path


def run(shell: str, script: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SHELLS[shell], "-c", script], env={**os.environ, **env}, capture_output=True, text=True, timeout=30, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def line(shelf: Path, text: str = TEXT, age: float = 0.0, up: float | None = None, boot: str = "") -> None:
    """Write the prompt's file as `cst status` does, `age` seconds ago, or where the uptime or the boot is another."""
    now = time.time() - age
    since = int(processes.uptime() - age if up is None else up)
    second = f"{since} {since + 60} {boot or processes.boot_id()}\n"
    (shelf / "prompt").write_text(f"{int(now) + 60} 60 {text}".rstrip() + f"\n{second}")
    os.utime(shelf / "prompt", (now, now))


def shown(shell: str, integration: Path, then: str = "true") -> str:
    """What the segment holds; loading it and asking it have to be silent."""
    done = run(shell, f"source {integration}; source {integration}; {then}; __cst_prompt; echo \"[$CST_PROMPT]\"")

    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_loading_twice_says_nothing(shell: str, integration: Path) -> None:
    """Sourced twice in the strictest mode of the shell, without a file to read: no output, no error."""
    done = run(shell, f"source {integration}; source {integration}; __cst_prompt")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_line_is_shown(shell: str, integration: Path, shelf: Path) -> None:
    """What the file says is what the prompt holds."""
    line(shelf)

    assert f"[{TEXT}]\n" == shown(shell, integration)


def test_an_old_line_is_not_shown(shell: str, integration: Path, shelf: Path) -> None:
    """Once its time has passed, the prompt holds nothing."""
    line(shelf, age=61)

    assert shown(shell, integration) == "[]\n"


def test_where_all_is_quiet(shell: str, integration: Path, shelf: Path) -> None:
    """A line without words empties the prompt."""
    line(shelf, "")

    assert shown(shell, integration, "CST_PROMPT=x" if shell != "fish" else "set CST_PROMPT x") == "[]\n"


def test_what_cst_writes_is_what_they_read(shell: str, integration: Path, shelf: Path) -> None:
    """The real text of the file, with the real uptime, to the newline."""
    (shelf / "prompt").write_text(words.prompt([WAITS], time.time(), processes.uptime(), processes.boot_id()))

    assert shown(shell, integration) == "[1 needs you: permission]\n"


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.parametrize(
    ("age", "up", "boot", "then", "text"),
    [
        pytest.param(600, 1e6, "", "", "", id="at another uptime"),
        pytest.param(600, None, "", "", "", id="old by both"),
        pytest.param(600, 0.0, "0-0", "", "", id="at this uptime, before the machine started anew"),
        pytest.param(5, None, "0-0", "", TEXT, id="on another machine"),
        pytest.param(5, 1e6, "", "", TEXT, id="where another uptime holds"),
        pytest.param(5, None, "", "set __cst_clock /dev/null", TEXT, id="no uptime"),
        pytest.param(5, None, "", "set -g IFS \\n", TEXT, id="words of another kind"),
        pytest.param(600, None, "", "set __cst_clock /dev/null", "", id="no uptime, old"),
    ],
)
def test_fish_asks_two_clocks(
    tmp_path: Path, shelf: Path, age: float, up: float | None, boot: str, then: str, text: str
) -> None:
    """Where the uptime is not between the two in the file, or of another boot, the file's age decides."""
    line(shelf, age=age, up=processes.uptime() if boot and up == 0.0 else up, boot=boot)
    path = tmp_path / "init.fish"
    path.write_text(shell_init.integration("fish"))

    assert shown("fish", path, then or "true") == f"[{text}]\n"


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.parametrize(("age", "text"), [(5, TEXT), (600, "")])
def test_fish_where_the_kernel_tells_no_uptime(tmp_path: Path, shelf: Path, age: float, text: str) -> None:
    """There is no second line, and the file's age decides."""
    now = time.time() - age
    (shelf / "prompt").write_text(words.prompt([WAITS, WAITS], now, 0.0, ""))
    os.utime(shelf / "prompt", (now, now))
    path = tmp_path / "init.fish"
    path.write_text(shell_init.integration("fish"))

    assert shown("fish", path) == f"[{text}]\n"


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.skipif(not processes.HAS_PROC, reason="the kernel tells no uptime")
def test_fish_asks_the_quick_clock_first(tmp_path: Path, shelf: Path) -> None:
    """The age costs as much as all the rest together: it is asked only where the uptime does not do."""
    line(shelf)
    path = tmp_path / "init.fish"
    path.write_text(shell_init.integration("fish"))

    assert shown("fish", path, "function path; echo asked; end") == f"[{TEXT}]\n"


@pytest.mark.parametrize(
    "text",
    ["$(touch pwned)", "`touch pwned`", "%{a%}", "\\u", "\x1b[31m", "a;b", "$HOME", "'", "${(e)x}", "A", "é"],
)
def test_a_strange_line_is_not_shown(shell: str, integration: Path, shelf: Path, text: str) -> None:
    """Whoever wrote it: what has other characters than ours is no line of ours."""
    line(shelf, text)

    assert shown(shell, integration) == "[]\n"


@pytest.mark.parametrize("head", ["x 60 ", "a[$(touch pwned)] 60 ", "-1 60 ", "", "08 60 "])
def test_a_strange_time_is_not_believed(shell: str, integration: Path, shelf: Path, head: str) -> None:
    """A time that is no number is not calculated with, for shells run what stands in an index."""
    old = head == "08 60 "
    (shelf / "prompt").write_text(f"{head}{TEXT}\n0 {0 if old else 99999999} {processes.boot_id()}\n")
    if old:
        os.utime(shelf / "prompt", (0, 0))

    assert shown(shell, integration) == "[]\n"
    assert not (Path.cwd() / "pwned").exists()


@pytest.mark.parametrize("where", ["CST_STATE_DIR", "XDG_STATE_HOME"])
def test_another_state_folder(shell: str, integration: Path, tmp_path: Path, where: str) -> None:
    """The variables that cst honours are honoured here too."""
    base = tmp_path / "else where"
    folder = base if where == "CST_STATE_DIR" else base / "cst"
    folder.mkdir(parents=True)
    line(folder)
    done = run(shell, f"source {integration}; __cst_prompt; echo $CST_PROMPT", **{where: str(base)})

    assert done.stdout.strip() == TEXT


def test_one_command_takes_it_out(shell: str, integration: Path, shelf: Path) -> None:
    """After `__cst_off` no function, hook or variable of ours is left."""
    line(shelf)
    names = {"bash": "compgen -v; declare -F; echo \"${PROMPT_COMMAND-}\"; complete",
             "zsh": "print -l ${(k)functions} ${(k)parameters} $precmd_functions",
             "fish": "functions --all --names; set --names; complete -c cst"}  # fmt: skip
    done = run(shell, f"source {integration}; __cst_prompt; __cst_off; {names[shell]}")
    left = [word for word in done.stdout.split() if "cst" in word.lower().replace("funcstack", "")]

    assert (done.returncode, done.stderr, left) == (0, "", [])


HOOKS = [
    ("", "<>"), ("PROMPT_COMMAND='mine;'", "<mine;>"), ("PROMPT_COMMAND='mine # note'", "<mine # note>"),
    ("PROMPT_COMMAND=(mine yours)", "<mine|yours>"), ("declare -a PROMPT_COMMAND", "<later>"),
]  # fmt: skip


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(("before", "kept"), HOOKS)
def test_bash_prompt_commands_of_others_stay(tmp_path: Path, shelf: Path, before: str, kept: str) -> None:
    """Whether a string or an array: ours comes behind, once, runs, and goes without a trace."""
    line(shelf)
    script = (
        f"mine() {{ :; }}; yours() {{ :; }}; {before}\nsource {ROOT}/shell/cst.bash; source {ROOT}/shell/cst.bash\n"
        f"{'later() { :; }; PROMPT_COMMAND+=(later)' if 'declare' in before else ''}\n"
        'for one in "${PROMPT_COMMAND[@]}"; do eval "$one"; done; echo "$CST_PROMPT"; printf "%s\\n" "${PROMPT_COMMAND[@]}" | '
        'grep -c __cst_prompt; __cst_off; IFS="|"; set +u; echo "<${PROMPT_COMMAND[*]}>"'
    )
    done = run("bash", script)

    assert (done.stderr, done.stdout.splitlines()) == ("", [TEXT, "1", kept])


@pytest.mark.parametrize("made", ["readonly PROMPT_COMMAND='history -a'", "declare -ar PROMPT_COMMAND=(true)", "declare -rx PROMPT_COMMAND="])
def test_a_read_only_prompt_command(tmp_path: Path, shelf: Path, made: str) -> None:
    """A company's bashrc: nothing is said, nothing ends under `set -e`, off works, and there is another way to the line.

    Bug shown: "readonly variable" at each start, and no shell at all under `set -e`.
    """
    line(shelf)
    (tmp_path / "init").write_text(shell_init.integration("bash"))
    script = f"{made}; was=$(declare -p PROMPT_COMMAND); . {tmp_path}/init; false || __cst_show; type -t __cst_complete; __cst_off"
    done = run("bash", f'{script}; [ "$was" = "$(declare -p PROMPT_COMMAND)" ]; declare -F | grep -c __cst || echo "${{CST_PROMPT-off}}"')

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{TEXT} function\n0\noff\n", "")


def test_the_exit_code_stays(shell: str, integration: Path, shelf: Path, tmp_path: Path) -> None:
    """What the last command returned is what the prompt, the next hook and the next command still see."""
    line(shelf)
    ask = {
        "bash": "PS1='[$?]> '", "zsh": "PROMPT='[%?]> '", "fish": "function fish_prompt; echo -n \"[$status]> \"; end",
    }[shell]  # fmt: skip
    with typed(INTERACTIVE[shell][0], {**os.environ, "TERM": "xterm"}, tmp_path) as terminal:
        terminal.type(f"source {integration}; {ask}\n")
        at = terminal.sees("[0]>")
        terminal.type("sh -c 'exit 7'\n")
        at = terminal.sees("[7]>", at)
        terminal.type("echo got:$CST_PROMPT:" + ("$status" if shell == "fish" else "$?") + "\n")
        terminal.sees(f"got:{TEXT}:7", at)


def test_no_process_is_started(shell: str, integration: Path, shelf: Path, tmp_path: Path) -> None:
    """A prompt forks nothing: with no process allowed any more it still works."""
    line(shelf)
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    mark = "test -e /there/is/no/such/file; or true" if shell == "fish" else "[[ -e /there/is/no/such/file ]] || true"
    script = f"source {integration}; {mark}; __cst_prompt; __cst_prompt; {mark}; echo $CST_PROMPT"
    calls = "trace=clone,clone3,fork,vfork,execve,stat,statx,newfstatat,access,faccessat,faccessat2"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", str(trace), "-e", calls, *SHELLS[shell], "-c", script],
        env=dict(os.environ), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("strace does not work here")
    between = trace.read_text().split("/there/is/no/such/file")[1]

    assert done.stdout.strip() == TEXT
    assert "prompt" in between
    assert [call for call in between.splitlines() if "CLONE_THREAD" not in call and any(s in call for s in STARTS)] == []


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_that_splits_words(tmp_path: Path, shelf: Path) -> None:
    """`setopt sh_word_split` leaves the line whole."""
    line(shelf)
    done = run("zsh", f"setopt sh_word_split; source {ROOT}/shell/cst.zsh; __cst_prompt; echo \"[$CST_PROMPT]\"")

    assert (done.stderr, done.stdout) == ("", f"[{TEXT}]\n")


def test_at_a_real_prompt(shell: str, integration: Path, shelf: Path, tmp_path: Path) -> None:
    """Each new prompt on a terminal shows the present line, a hostile one not at all and unexecuted."""
    argv, prompt = INTERACTIVE[shell]
    line(shelf)
    with typed(argv, {**os.environ, "TERM": "xterm"}, tmp_path) as terminal:
        terminal.type(f"source {integration}; {prompt}\n")
        place = terminal.sees(f"<{TEXT}>")
        line(shelf, "5 working")
        terminal.type("\n")
        place = terminal.sees("<5 working>", place)
        line(shelf, "$(touch pwned)`touch pwned`")
        terminal.type("\n")
        terminal.sees("<>", place)

    assert not (tmp_path / "pwned").exists()


def test_shellcheck() -> None:
    """shellcheck has nothing to say about the bash files."""
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    files = [str(ROOT / "shell/cst.bash"), str(ROOT / "completions/cst.bash")]
    done = subprocess.run(["shellcheck", "-s", "bash", *files], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


STARSHIP = {"bash": 'eval "$(starship init bash)"', "zsh": 'eval "$(starship init zsh)"', "fish": "starship init fish | source"}


@pytest.mark.skipif(not shutil.which("starship"), reason="starship is not installed")
def test_in_starship(shell: str, integration: Path, shelf: Path, home: Path, tmp_path: Path) -> None:
    """With the snippet and the lines of the documentation, the real starship shows each new line, and what is quiet not."""
    (home / ".config").mkdir()
    (home / ".config/starship.toml").write_text(shell_init.integration("starship"))
    line(shelf)
    with typed(INTERACTIVE[shell][0], {**os.environ, "TERM": "xterm", "STARSHIP_LOG": "error"}, tmp_path) as terminal:
        terminal.type(f"source {integration}; {STARSHIP[shell]}\n")
        place = terminal.sees(TEXT)
        line(shelf, "5 working")
        terminal.type("\n")
        place = terminal.sees("5 working", place)
        line(shelf, "")
        terminal.type("echo do''ne\n")
        terminal.sees("done", place)
        place = len(terminal.shown)
        terminal.type("\n")
        terminal.sees("❯", place)

    assert b"working" not in terminal.shown[place:]
