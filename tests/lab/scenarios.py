"""The named situations: how a real session gets into each, and which state cst has to show for it.

Every drive returns once the raw facts (registry, screen, process table) say that its situation holds, and
the situation then lasts for an hour unless somebody presses a key.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from tests.lab.lab import Facts, Lab, Session
from tests.lab.retry import until

HOUR = 3600
POOL = 5  # sessions brought up at a time; more gains nothing on two cores
DIALOG_PAUSE = 0.5  # a dialog takes no key in its first moment
TYPED = "❯\N{NO-BREAK SPACE}"  # what precedes the input line; a prompt that was sent has a blank there
CHOICE = "❯ 1."  # every dialog with choices starts out on its first
PERMISSION = ("waiting", "permission prompt")
QUESTION = ("waiting", "input needed")


class Reached(NamedTuple):
    """A session in its situation, and the time.time() at which it got there."""

    session: Session
    moment: float


Drive = Callable[[Lab, str], Reached]


class Scenario(NamedTuple):
    """One row of the table; the key is the situation's name."""

    drive: Drive
    state: str  # what cst has to say
    rule: str | None = None  # the rule by which it has to say so; None: any


# ---- what a person does at a dialog; each returns the moment at which the session moved on

def approve(lab: Lab, session: Session) -> float:
    """Say Yes to the permission dialog that is open."""
    return _choose(lab, session, "1")


def approve_plan(lab: Lab, session: Session) -> float:
    """Take the first way to go on with the plan that is open."""
    return _choose(lab, session, "1")


def answer(lab: Lab, session: Session) -> float:
    """Take the first choice of a single question."""
    return _choose(lab, session, "1")


def answer_both(lab: Lab, session: Session) -> float:
    """Take the first choice of both questions of `ask:multi`, and submit."""
    lab.expect_text(session, "Where to?")
    for key, shown in (("1", "What to pack?"), ("1", "1. [✔]"), ("Tab", "Submit answers")):
        _press(lab, session, key)
        lab.expect_text(session, shown)
    return _choose(lab, session, "1")


def escape(lab: Lab, session: Session) -> float:
    """Press Escape: at a dialog that is "no", in a turn it interrupts."""
    return _moved_on(lab, session, lab.keys(session, "Escape"))


def refuse(lab: Lab, session: Session) -> float:
    """Press Escape at a dialog that has only just come up."""
    return _choose(lab, session, "Escape")


def leave(lab: Lab, session: Session) -> float:
    """Type /exit; the moment is when the registry file was seen gone."""
    lab.prompt(session, "/exit")
    until(lambda: not lab.facts(session).file, 20, lambda: f"{session.name} removes its registry file")
    moment = time.time()
    lab.expect_gone(session, file=False)
    return moment


def _press(lab: Lab, session: Session, key: str) -> float:
    lab.expect_text(session, CHOICE)
    time.sleep(DIALOG_PAUSE)
    return lab.keys(session, key)


def _choose(lab: Lab, session: Session, key: str) -> float:
    return _moved_on(lab, session, _press(lab, session, key))


def _moved_on(lab: Lab, session: Session, pressed: float) -> float:
    def moved() -> Facts | None:
        facts = lab.facts(session)
        return facts if facts.since > pressed else None

    return until(moved, 10, lambda: f"{session.name} reacts to a key\n{lab.screen(session)}").since


# ---- drives

def asking(script: str, status: str, waiting_for: str | None = None, *, shown: str = "",
           mode: str = "manual") -> Drive:
    """Send one prompt, then wait for a text on the screen and for that status (and waitingFor)."""
    def drive(lab: Lab, name: str) -> Reached:
        session = lab.open(name, args=f"--permission-mode {mode}")
        sent = lab.prompt(session, script)
        if shown:
            lab.expect_text(session, shown)
        return Reached(session, lab.expect_status(session, status, waiting_for, after=sent).since)

    return drive


def fresh(lab: Lab, name: str) -> Reached:
    session = lab.open(name)
    return Reached(session, lab.facts(session).since)


def tool(lab: Lab, name: str) -> Reached:
    """Approved, and its command is running: it has made its file."""
    session, _ = asking(f"[[bash:touch {name}.started; sleep {HOUR}]]", *PERMISSION)(lab, name)
    moment = approve(lab, session)
    made = lab.projects / "alpha" / f"{name}.started"
    until(made.exists, 20, lambda: f"{name}: the approved command runs\n{lab.screen(session)}")
    lab.expect_status(session, "busy")
    return Reached(session, moment)


def interrupted(lab: Lab, name: str) -> Reached:
    """Escape after the first text; before it, Escape would take the prompt back (`withdrawn`)."""
    session, _ = asking(f"[[sleep:{HOUR}]]", "busy", shown="Still at it, line 1")(lab, name)
    moment = escape(lab, session)
    lab.expect_status(session, "idle")
    lab.expect_text(session, "Interrupted")
    return Reached(session, moment)


def withdrawn(lab: Lab, name: str) -> Reached:
    """Escape before the first byte: the prompt is back in the input line, and no trace is left."""
    script = f"[[hang:{HOUR}]]"
    session, _ = asking(script, "busy", shown="esc to interrupt")(lab, name)
    moment = escape(lab, session)
    lab.expect_status(session, "idle")
    lab.expect_text(session, f"{TYPED}{script}")
    return Reached(session, moment)


def denied(lab: Lab, name: str) -> Reached:
    session, _ = asking("[[bash:touch never.txt]]", *PERMISSION)(lab, name)
    moment = refuse(lab, session)
    lab.expect_status(session, "idle")
    return Reached(session, moment)


def ended(lab: Lab, name: str) -> Reached:
    session, _ = SCENARIOS["done"].drive(lab, name)
    return Reached(session, leave(lab, session))


def killed(lab: Lab, name: str) -> Reached:
    session, _ = SCENARIOS["permission"].drive(lab, name)
    moment = lab.kill(session)
    lab.expect_gone(session, file=True)
    return Reached(session, moment)


SCENARIOS: dict[str, Scenario] = {
    "fresh": Scenario(fresh, "idle"),
    "working": Scenario(asking(f"[[sleep:{HOUR}]]", "busy", shown="Still at it"), "working"),
    "tool": Scenario(tool, "working"),
    "permission": Scenario(asking("[[bash:touch wanted.txt]] [[say:Thanks.]]", *PERMISSION), "permission"),
    "question": Scenario(asking("[[ask]] [[say:Thanks.]]", *QUESTION), "question"),
    "plan": Scenario(asking("[[planfile:# Look, then leap]] [[plan]] [[say:Off we go.]]", *PERMISSION,
                            shown=CHOICE, mode="plan"), "plan"),
    "done": Scenario(asking("[[todo:Count]] [[bash:ls]] [[say:All counted.]]", "idle",
                            shown="● All counted."), "done"),
    "background": Scenario(asking(f"[[bg:sleep {HOUR}]] [[say:It runs.]]", "shell"), "background"),
    "subagent": Scenario(asking(f"[[agent:[[sleep:{HOUR}]]]] [[say:It looks around.]]", "busy",
                                shown="● It looks around."), "working"),
    "subagent-permission": Scenario(asking("[[agent:[[bash:touch sub.txt]]]] [[say:It looks around.]]",
                                           *PERMISSION, shown=CHOICE), "permission"),
    "interrupted": Scenario(interrupted, "interrupted"),
    "withdrawn": Scenario(withdrawn, "interrupted"),
    "denied": Scenario(denied, "interrupted"),
    "error": Scenario(asking("[[error:400]]", "idle", shown="API Error"), "error"),
    "menu": Scenario(asking("/model", "waiting", "dialog open"), "menu"),
    "ended": Scenario(ended, "ended"),
    "killed": Scenario(killed, "ended"),
}


def drive_all(lab: Lab, names: Iterable[str] = SCENARIOS) -> Iterator[tuple[str, Reached | Exception]]:
    """Bring up these situations side by side; yields each as it is reached, or what went wrong with it."""
    pool = ThreadPoolExecutor(POOL)
    try:
        running = {pool.submit(SCENARIOS[name].drive, lab, name): name for name in names}
        for future in as_completed(running):
            try:
                yield running[future], future.result()
            except Exception as error:
                yield running[future], error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
