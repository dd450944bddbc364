"""The live scenarios of docs/conformance.md: each is played on the real client, and names the instants that count.

`OLD` are those that clients without a status are played too, `NEW` those that only the newest is.
"""
from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable

from cst.model import Session as Shown
from tests.lab.lab import Session
from tests.lab.retry import until
from tests.lab.stage import Stage

Play = Callable[[Stage], None]
PLAYS: dict[str, Play] = {}
OLD: list[str] = []
NEW: list[str] = []


def play(old: bool = False, new: bool = False) -> Callable[[Play], Play]:
    """Puts a function into the table under its own name."""
    def add(function: Play) -> Play:
        name = function.__name__.replace("_", "-")
        PLAYS[name] = function
        if old:
            OLD.append(name)
        if new:
            NEW.append(name)
        return function

    return add


def tool(name: str, detail: str = "") -> Callable[[Shown], bool]:
    """What it wants is this tool, about this."""
    return lambda s: bool(s.state == "unknown" or (s.wants and s.wants.tool == name and detail in s.wants.detail))


def asks(stage: Stage, session: Session, script: str, shown: str = "❯ 1.") -> float:
    """Send a script that opens a dialog; the moment at which it is on the screen."""
    stage.say(session, script)
    return stage.sees(session, shown)


# ---- at rest

@play(old=True)
def fresh(stage: Stage) -> None:
    session = stage.open()
    stage.expect(session, "at its prompt", "idle", time.time(), trace=not stage.bare)


@play(old=True)
def done(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[bash:ls]] [[say:All counted.]]")
    stage.expect(session, "answered", "done", stage.sees(session, "● All counted."))


@play(old=True)
def asked(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[say:Both would work. Shall I delete the old one?]]")
    stage.expect(session, "asks in plain text", "asked", stage.sees(session, "● Both would work."))


@play()
def empty_prompt(stage: Stage) -> None:
    session = stage.open()
    stage.expect(session, "Enter on an empty prompt", "idle", stage.keys(session, "Enter"))


@play()
def a_second_turn(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[say:First.]]")
    stage.expect(session, "first answer", "done", stage.sees(session, "● First."))
    stage.expect(session, "works again", "working", stage.say(session, "[[sleep:60]]"))
    stage.sees(session, "Still at it")
    stage.expect(session, "interrupted", "interrupted", stage.reacts(session, stage.keys(session, "Escape")))


# ---- working

@play(old=True)
def working(stage: Stage) -> None:
    session = stage.open()
    at = stage.say(session, "[[sleep:60]]")
    stage.streams(session)
    time.sleep(2 if stage.old else 0)  # in its first second any prompt is told as working
    stage.expect(session, "text streams", "working", time.time() if stage.old else at)


@play()
def thinking(stage: Stage) -> None:
    session = stage.open()
    stage.expect(session, "before the first token", "working", stage.say(session, "[[hang:60]]"))


@play(old=True)
def tool_runs(stage: Stage) -> None:
    session = stage.open()
    stage.expect(session, "permission", "permission", asks(stage, session, "[[bash:touch runs; sleep 60]]"),
                 check=tool("Bash", "touch runs"))
    stage.expect(session, "approved, the tool runs", "working", stage.reacts(session, stage.choose(session, "1")))
    time.sleep(3)
    stage.expect(session, "still runs", "working", time.time())
    stage.expect(session, "Esc while it runs", "interrupted", stage.reacts(session, stage.keys(session, "Escape")))


@play()
def prompt_typed_while_it_works(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[sleep:6]]")
    stage.sees(session, "Still at it")
    stage.expect(session, "queued", "working", stage.say(session, "[[say:And that.]]"))
    stage.expect(session, "both done", "done", stage.sees(session, "● And that.", 30))


@play()
def retried_and_recovered(stage: Stage) -> None:
    session = stage.open()
    stage.expect(session, "retries", "working", stage.say(session, "[[error:529*2]] [[say:Recovered.]]"))
    stage.expect(session, "recovered", "done", stage.sees(session, "● Recovered.", 30))


# ---- permissions

@play(old=True)
def permission_approved(stage: Stage) -> None:
    session = stage.open()
    stage.expect(session, "permission", "permission", asks(stage, session, "[[bash:touch a]] [[say:Thanks.]]"),
                 check=tool("Bash", "touch a"))
    stage.choose(session, "1")
    stage.expect(session, "done after Yes", "done", stage.sees(session, "● Thanks."))


@play(old=True)
def denied(stage: Stage) -> None:
    session = stage.open()
    asks(stage, session, "[[bash:touch never]]")
    stage.expect(session, "No", "interrupted", stage.reacts(session, stage.choose(session, stage.number(session, "No"))))


@play(old=True)
def escape_at_the_dialog(stage: Stage) -> None:
    session = stage.open()
    stage.expect(session, "permission to edit", "permission", asks(stage, session, "[[write:new.txt|text]]"),
                 check=tool("Write"))
    stage.expect(session, "Esc", "interrupted", stage.reacts(session, stage.choose(session, "Escape")))


@play()
def parallel_tools(stage: Stage) -> None:
    session = stage.open()
    at = asks(stage, session, "[[bash:touch one]] + [[bash:touch two]] [[say:Both.]]")
    stage.expect(session, "the first is asked", "permission", at, check=tool("Bash", "touch one"))
    stage.choose(session, "1")
    at = stage.sees(session, "touch two")
    stage.expect(session, "the second is asked", "permission", at, check=tool("Bash", "touch two"))
    stage.choose(session, "1")
    stage.expect(session, "both done", "done", stage.sees(session, "● Both."))


@play()
def subagent_permission(stage: Stage) -> None:
    session = stage.open()
    at = asks(stage, session, "[[agent:[[bash:touch sub]] [[say:Seen.]]]] [[say:It looks around.]]")
    stage.expect(session, "a subagent asks, the main turn has stopped", "permission", at,
                 check=tool("Bash", "touch sub"))
    stage.choose(session, "1")
    at = stage.gone(session, "❯ 1.")
    stage.expect(session, "the wake-up is answered", "done", at + 1)


# ---- questions and plans

@play(old=True)
def question(stage: Stage) -> None:
    session = stage.open()
    stage.expect(session, "question", "question", asks(stage, session, "[[ask]] [[say:North it is.]]", "Where to?"),
                 check=lambda s: s.state == "unknown" or bool(s.wants and s.wants.detail == "Where to?"))
    stage.choose(session, "1")
    stage.expect(session, "answered", "done", stage.sees(session, "● North it is."))


@play()
def several_questions(stage: Stage) -> None:
    session = stage.open()
    at = asks(stage, session, "[[ask:multi]] [[say:Packed.]]", "Where to?")
    stage.expect(session, "two questions", "question", at)
    for key, shown in (("1", "What to pack?"), ("1", "1. [✔]"), ("Tab", "Submit answers")):
        stage.choose(session, key)
        stage.sees(session, shown)
    stage.expect(session, "before the last answer", "question", time.time())
    stage.choose(session, "1")
    stage.expect(session, "all answered", "done", stage.sees(session, "● Packed."))


@play(old=True)
def question_dismissed(stage: Stage) -> None:
    session = stage.open()
    asks(stage, session, "[[ask]]", "Where to?")
    stage.expect(session, "Esc", "interrupted", stage.reacts(session, stage.choose(session, "Escape")))


@play()
def plan_approved(stage: Stage) -> None:
    session = stage.open(mode="plan")
    at = asks(stage, session, "[[planfile:# Look, then leap]] [[plan]] [[sleep:60]]")
    stage.expect(session, "plan proposed", "plan", at, check=lambda s: bool(s.wants and "Look" in s.wants.detail))
    stage.expect(session, "approved", "working", stage.reacts(session, stage.choose(session, "1")))


@play()
def plan_rejected(stage: Stage) -> None:
    session = stage.open(mode="plan")
    asks(stage, session, "[[planfile:# Look, then leap]] [[plan]]")
    stage.expect(session, "Esc", "interrupted", stage.reacts(session, stage.choose(session, "Escape")))


# ---- interrupts and errors

@play(old=True)
def interrupted(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[sleep:60]]")
    stage.streams(session)
    stage.expect(session, "Esc in mid-answer", "interrupted", stage.reacts(session, stage.keys(session, "Escape")))


@play()
def withdrawn(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[hang:60]]")
    stage.sees(session, "esc to interrupt")
    time.sleep(1)
    stage.expect(session, "Esc before the first token", "interrupted", stage.reacts(session, stage.keys(session, "Escape")))


@play(old=True)
def error(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[error:400]]")
    stage.expect(session, "400", "error", stage.sees(session, "API Error"))


@play()
def error_401(stage: Stage) -> None:
    session = stage.open(CLAUDE_CODE_MAX_RETRIES="1")
    stage.say(session, "[[error:401]]")
    stage.expect(session, "401 after its retries", "error", stage.sees(session, "API Error", 40))


@play()
def rate_limit(stage: Stage) -> None:
    session = stage.open(CLAUDE_CODE_MAX_RETRIES="1")
    stage.say(session, "[[error:429]]")
    stage.expect(session, "429 after its retries", "error", stage.sees(session, "API Error", 40))


@play()
def overloaded(stage: Stage) -> None:
    session = stage.open(CLAUDE_CODE_MAX_RETRIES="1")
    stage.say(session, "[[error:529]]")
    stage.expect(session, "529 after its retries", "error", stage.sees(session, "API Error", 40))


@play()
def a_prompt_after_an_error(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[error:400]]")
    stage.sees(session, "API Error")
    stage.expect(session, "error", "error", time.time())
    stage.say(session, "[[say:Better.]]")
    stage.expect(session, "answered", "done", stage.sees(session, "● Better."))


# ---- work behind the prompt

@play()
def background_shell(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[bg:sleep 4]] [[say:It runs.]]")
    stage.choose(session, "1") if "❯ 1." in stage.lab.screen(session) else None
    stage.expect(session, "a shell of its own runs", "background", stage.sees(session, "● It runs."))
    stage.expect(session, "it ended, the wake-up is answered", "done", time.time() + 5)


@play()
def subagent(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[agent:[[sleep:4]]]] [[say:It looks around.]]")
    stage.expect(session, "at work after Stop", "working", stage.sees(session, "● It looks around."))
    stage.expect(session, "the wake-up is answered", "done", time.time() + 5)


# ---- commands

@play()
def menu(stage: Stage) -> None:
    session = stage.open()
    # what opens within a second of the start is taken for a dialog of the client's own
    until(lambda: time.time() > stage.lab.record(session)["startedAt"] / 1000 + 2, 20, lambda: "it started a while ago")
    stage.say(session, "/model")
    stage.expect(session, "/model is open", "menu", stage.sees(session, "Select model"))
    stage.expect(session, "Esc", "idle", stage.reacts(session, stage.keys(session, "Escape")))


@play()
def clear(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[say:First.]]")
    stage.sees(session, "● First.")
    stage.expect(session, "done", "done", time.time())
    stage.expect(session, "/clear", "idle", stage.say(session, "/clear"))


@play()
def rename(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[say:First.]]")
    stage.sees(session, "● First.")
    at = stage.say(session, "/rename other-name")
    stage.expect(session, "still done, under its name", "done", at, check=lambda s: s.name == "other-name")


@play()
def rename_while_it_works(stage: Stage) -> None:
    session = stage.open()
    prompted = stage.say(session, "[[sleep:60]]")
    stage.streams(session)
    at = stage.say(session, "/rename other-name")
    stage.expect(session, "works since its prompt, under its name", "working", at,
                 check=lambda s: s.name == "other-name" and abs(s.since - prompted) < 2)


@play()
def compact(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "[[say:First.]]")
    stage.sees(session, "● First.")
    stage.say(session, "/compact")
    stage.expect(session, "compacted, and still not looked at", "done", stage.sees(session, "Compacted", 30))


# ---- resumed, doubled, moved

def _talked(stage: Stage, project: str) -> tuple[Session, str]:
    """A session that has answered, and its id."""
    session = stage.open(project=project)
    stage.say(session, "[[say:Before.]]")
    stage.sees(session, "● Before.")
    stage.expect(session, "answered", "done", time.time())
    shown = stage.shown(session)
    assert shown
    return session, shown.id


def _leave(stage: Stage, session: Session) -> None:
    stage.say(session, "/exit")
    stage.dies(session)


def _trust(stage: Stage, session: Session) -> None:
    """Say yes to the trust dialog, which begins at No."""
    for key in ("Up", "Enter"):
        time.sleep(0.7)  # a dialog takes no key in its first moment
        stage.keys(session, key)


@play()
def resumed(stage: Stage) -> None:
    session, known = _talked(stage, "resumed")
    _leave(stage, session)
    stage.start(session, f"--permission-mode manual --resume {known}", wait=False)
    stage.expect(session, "--resume", "idle", stage.sees(session, "● Before."), check=lambda s: s.id == known)


@play()
def continued(stage: Stage) -> None:
    session, known = _talked(stage, "continued")
    _leave(stage, session)
    stage.start(session, "--permission-mode manual --continue", wait=False)
    stage.expect(session, "--continue", "idle", stage.sees(session, "● Before."), check=lambda s: s.id == known)


@play()
def forked(stage: Stage) -> None:
    session, known = _talked(stage, "forked")
    _leave(stage, session)
    stage.start(session, f"--permission-mode manual --resume {known} --fork-session", wait=False)
    stage.expect(session, "--fork-session", "idle", stage.sees(session, "● Before."), check=lambda s: s.id != known)


@play()
def two_processes_on_one_session(stage: Stage) -> None:
    first, known = _talked(stage, "doubled")
    second = stage.open(f"--resume {known}", project="doubled", wait=False)
    stage.expect(second, "the second is at its prompt", "idle", stage.sees(second, "● Before."))
    stage.expect(second, "the second works", "working", stage.say(second, "[[sleep:60]]"))
    stage.expect(first, "the first has still answered", "done", time.time(), trace=False)


@play()
def two_sessions_in_one_folder(stage: Stage) -> None:
    first, second = stage.open(project="shared"), stage.open(project="shared")
    stage.expect(first, "the first works", "working", stage.say(first, "[[sleep:60]]"))
    stage.expect(second, "the second does not", "idle", time.time())


@play()
def moved_to_another_window(stage: Stage) -> None:
    session = stage.open()
    other = stage.open(project="beta")
    stage.lab.tmux("join-pane", "-d", "-s", session.pane, "-t", other.pane)
    where = f"{other.name}:0.1"
    stage.expect(session, "join-pane", "idle", time.time(), check=lambda s: bool(s.place and s.place.location == where))
    stage.lab.tmux("break-pane", "-d", "-s", session.pane)
    where = f"{other.name}:1.0"
    stage.expect(session, "break-pane", "idle", time.time(),
                 check=lambda s: bool(s.place and s.place.location == where))


@play()
def tmux_session_renamed(stage: Stage) -> None:
    session = stage.open()
    stage.lab.tmux("rename-session", "-t", f"={session.tmux_session}", "quite-another")
    session.tmux_session = "quite-another"
    stage.expect(session, "rename-session", "idle", time.time(),
                 check=lambda s: bool(s.place and s.place.session == "quite-another"))


@play()
def linked_window(stage: Stage) -> None:
    session, other = stage.open(), stage.open(project="beta")
    stage.lab.tmux("link-window", "-s", f"={session.name}:0", "-t", f"={other.name}:7")
    stage.expect(session, "linked into another tmux session", "idle", time.time(),
                 check=lambda s: bool(s.place and s.place.pane == session.pane))
    stage.expect(session, "works, shown once", "working", stage.say(session, "[[sleep:60]]"),
                 check=lambda s: len([x for x in stage.watch.now() if x.pid == s.pid]) == 1)


@play()
def resumed_in_a_worktree(stage: Stage) -> None:
    session, known = _talked(stage, "tree")
    _leave(stage, session)
    folder = stage.lab.projects / "tree"
    git = f"git -C {folder} -c user.name=lab -c user.email=lab@localhost"
    stage.keys(session, f"git init -q {folder}; {git} commit -q --allow-empty -m one; {git} worktree add -q ../tree-2; "
                        "cd ../tree-2", "Enter")
    time.sleep(1)
    stage.start(session, f"--permission-mode manual --resume {known}", wait=False)
    stage.sees(session, "trust this folder")
    _trust(stage, session)
    stage.expect(session, "--resume in a worktree", "idle", stage.sees(session, "● Before."),
                 check=lambda s: s.id == known)


@play()
def another_tmux_server(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "/exit")
    stage.dies(session)
    stage.keys(session, "env -u TMUX tmux -L elsewhere -f /dev/null new-session -s far 'claude --permission-mode manual'",
               "Enter")
    at = stage.sees(session, "shortcuts")
    stage.follow(session, lambda s: bool(s.place and s.place.session == "far"))
    stage.expect(session, "on another server", "idle", at,
                 check=lambda s: bool(s.place and s.place.socket.endswith("/elsewhere")))
    stage.keys(session, "C-c")
    time.sleep(0.3)
    stage.keys(session, "C-c")  # the session ends, with it its server
    stage.expect(session, "left", "ended", stage.dies(session))


@play()
def outside_tmux(stage: Stage) -> None:
    session = stage.open()
    with stage.terminal("claude --permission-mode manual"):
        time.sleep(3)
        stage.follow(session, lambda s: s.place is None and s.kind == "interactive")
        stage.expect(session, "in a terminal without tmux", "idle", time.time())
    stage.expect(session, "its terminal is gone", "ended", stage.dies(session))


@play()
def another_config_dir(stage: Stage) -> None:
    other = stage.lab.root / "home" / "other-claude"  # cst's config file in the lab names it
    if not other.exists():
        shutil.copytree(stage.lab.config, other, ignore=shutil.ignore_patterns("projects", "sessions"))
        shutil.copy(stage.lab.root / "home" / ".claude.json", other / ".claude.json")
    session = stage.open(CLAUDE_CONFIG_DIR=str(other), wait=False)
    at = stage.sees(session, "shortcuts")
    stage.expect(session, "a session of another folder", "idle", at, check=lambda s: s.config_dir == str(other))


# ---- held up, headless, stopped

@play()
def trust_dialog(stage: Stage) -> None:
    session = stage.open(project=str(stage.lab.root / f"untrusted-{time.time_ns()}"), wait=False)
    at = stage.sees(session, "trust this folder")
    stage.expect(session, "the trust dialog", "dialog", at + 1)  # a client may take 2 s to register
    _trust(stage, session)
    stage.expect(session, "trusted", "idle", stage.sees(session, "shortcuts"))


@play()
def headless(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "/exit")
    stage.dies(session)
    at = stage.keys(session, "claude -p '[[sleep:6]]'", "Enter")
    stage.expect(session, "claude -p works, and needs nobody", "working", at + 1,
                 check=lambda s: s.kind == "headless" and not s.needs_you)
    stage.dies(session)
    stage.expect(session, "it has ended", "ended", time.time())


@play()
def stopped(stage: Stage) -> None:
    session = stage.open()
    pid = stage.pid(session)
    os.kill(pid, signal.SIGSTOP)
    try:
        stage.expect(session, "SIGSTOP", "stopped", time.time())
    finally:
        os.kill(pid, signal.SIGCONT)
    stage.expect(session, "SIGCONT", "idle", time.time())


# ---- the end

@play(old=True)
def left(stage: Stage) -> None:
    session = stage.open()
    stage.say(session, "/exit")
    stage.expect(session, "/exit", "ended", stage.dies(session))


@play()
def ctrl_c_twice(stage: Stage) -> None:
    session = stage.open()
    stage.keys(session, "C-c")
    stage.sees(session, "again to exit")
    stage.keys(session, "C-c")
    stage.expect(session, "ctrl-c twice", "ended", stage.dies(session))


@play()
def terminated(stage: Stage) -> None:
    session = stage.open()
    os.kill(stage.pid(session), signal.SIGTERM)
    stage.expect(session, "SIGTERM", "ended", stage.dies(session))


@play()
def pane_closed(stage: Stage) -> None:
    session = stage.open()
    stage.lab.tmux("kill-pane", "-t", session.pane)
    stage.expect(session, "the pane was closed", "ended", stage.dies(session))


@play(old=True)
def killed_while_it_waits(stage: Stage) -> None:
    session = stage.open()
    at = asks(stage, session, "[[bash:touch a]]")
    stage.expect(session, "permission", "permission", at)
    os.kill(stage.pid(session), signal.SIGKILL)
    stage.expect(session, "kill -9", "ended", stage.dies(session))
