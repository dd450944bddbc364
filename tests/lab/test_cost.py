"""The money of the real client: `cst cost` says what its own ledger says, to the last digit, where that can be known."""
from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.lab import cst
from tests.lab.conftest import MakeLab
from tests.lab.install import EARLIER, VERSION
from tests.lab.lab import Lab, every
from tests.lab.retry import until

EXACT = 1e-9  # dollars


def ask(lab: Lab, *words: str) -> dict[str, Any]:
    """A session without a terminal: what it says of itself, `session_id` and `total_cost_usd` among it."""
    folder = lab.projects / "money"
    folder.mkdir(exist_ok=True)
    said = lab.claude("-p", words[-1], "--output-format", "json", *words[:-1], folder=folder)
    found: dict[str, Any] = json.loads(said[said.index("{"):])
    return found


def bill(lab: Lab, *words: str) -> dict[str, Any]:
    """`cst cost --json`."""
    done = cst.run(lab, "cost", *words, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def of(lab: Lab, session_id: str) -> dict[str, Any]:
    """The line of one session."""
    [row] = [row for row in bill(lab, "--by", "session")["rows"] if row["key"] == session_id]
    return dict(row)


def test_each_session_costs_what_its_ledger_says(lab: Lab) -> None:
    """Several models, a subagent, a resumed one, a fork of it, at once a fork of that, and the first that goes on: each
    exact, and the days are the sessions."""
    opus = ask(lab, "--model", "opus", "[[say:one]]")
    haiku = ask(lab, "--model", "haiku", "--allowedTools", "Task,Agent", "--", "[[agent:[[say:seen]]]] [[say:two]]")
    resumed = ask(lab, "--resume", opus["session_id"], "[[say:more]]")
    fork = ask(lab, "--resume", opus["session_id"], "--fork-session", "[[say:forked]]")
    again = ask(lab, "--resume", fork["session_id"], "--fork-session", "[[say:forked again]]")
    after = ask(lab, "--resume", opus["session_id"], "[[say:after]]")
    sonnet = ask(lab, "--model", "sonnet", "[[say:three]]")
    ledgers = {
        after["session_id"]: after["total_cost_usd"],
        haiku["session_id"]: haiku["total_cost_usd"],
        fork["session_id"]: fork["total_cost_usd"] - resumed["total_cost_usd"],
        again["session_id"]: again["total_cost_usd"] - fork["total_cost_usd"],
        sonnet["session_id"]: sonnet["total_cost_usd"],
    }

    for session_id, dollars in ledgers.items():
        row = of(lab, session_id)
        assert row["dollars"] == pytest.approx(dollars, abs=EXACT), row
        assert not row["at_least"], row
    for by in ("day", "session", "model", "project"):
        assert bill(lab, "--by", by)["total"]["dollars"] == pytest.approx(sum(ledgers.values()), abs=EXACT)


def test_two_processes_on_one_id(lab: Lab) -> None:
    """The last to end wins in the file; both have cost. What is known is their answers: at least that."""
    first = ask(lab, "[[say:first]]")
    one, two = lab.open("one", "money", f"--resume {first['session_id']}"), lab.open("two", "money", f"--resume {first['session_id']}")
    for session, text in ((one, "Left."), (two, "Right.")):
        lab.prompt(session, f"[[say:{text}]]")
        lab.expect_text(session, f"● {text}")
    for session in (one, two):
        lab.prompt(session, "/exit")
        lab.expect_gone(session, file=False)
    path = next(lab.config.glob(f"projects/*/{first['session_id']}.jsonl"))
    told = [json.loads(line)["totalCostUSD"] for line in path.read_text().splitlines() if '"cost-state"' in line]
    row = of(lab, first["session_id"])

    assert row["answers"] == 3
    assert row["dollars"] > max(told)
    assert row["at_least"]


def test_killed_and_resumed(lab: Lab) -> None:
    """The client forgets what it had not written down; the answers stand in the transcript, and count."""
    session = lab.open("killed", "money")
    lab.prompt(session, "[[say:Lost.]]")
    lab.expect_text(session, "● Lost.")
    session_id = str(lab.record(session)["sessionId"])
    until(lambda: session_id in {row["key"] for row in bill(lab, "--by", "session")["rows"]}, 20, lambda: "it is written")
    lab.kill(session)
    lab.expect_gone(session, file=True)
    killed = of(lab, session_id)
    then = ask(lab, "--resume", session_id, "[[say:again]]")
    row = of(lab, session_id)

    assert killed["at_least"]
    assert row["at_least"]
    assert row["dollars"] == pytest.approx(killed["dollars"] + then["total_cost_usd"], abs=EXACT)


def test_cleared(lab: Lab) -> None:
    """/clear ends one account and begins another; neither has what is the other's."""
    session = lab.open("cleared", "money")
    lab.prompt(session, "[[say:Before.]]")
    lab.expect_text(session, "● Before.")
    old = str(lab.record(session)["sessionId"])
    lab.prompt(session, "/clear")
    new = str(until(lambda: ((now := lab.record(session).get("sessionId")) != old and now) or None, 30, lambda: "a new id"))
    lab.prompt(session, "[[say:After.]]")
    lab.expect_text(session, "● After.")
    lab.expect_status(session, "idle")
    lab.prompt(session, "/exit")
    lab.expect_gone(session, file=False)

    for session_id in (old, new):
        path = next(lab.config.glob(f"projects/*/{session_id}.jsonl"))
        told = [json.loads(line)["totalCostUSD"] for line in path.read_text().splitlines() if '"cost-state"' in line]
        row = of(lab, session_id)
        assert row["dollars"] == pytest.approx(told[-1], abs=EXACT)
        assert (row["answers"], row["at_least"]) == (1, False)


def test_forks_within_a_moment(lab: Lab) -> None:
    """Before any session of a person's could have been forked: each costs what it costs beyond its parent."""
    first = ask(lab, "[[say:one]]")
    second = ask(lab, "--resume", first["session_id"], "--fork-session", "[[say:two]]")
    third = ask(lab, "--resume", second["session_id"], "--fork-session", "[[say:three]]")
    before = 0.0

    for told in (first, second, third):
        row = of(lab, told["session_id"])
        assert (row["dollars"], row["at_least"]) == (pytest.approx(told["total_cost_usd"] - before, abs=EXACT), False)
        assert row["answers"] == 1
        before = told["total_cost_usd"]


@pytest.mark.parametrize("version", [VERSION, pytest.param(EARLIER, marks=every)])
def test_branched(make_lab: MakeLab, version: str) -> None:
    """/branch goes on in another session, which counts anew; a fork of that goes on from its account."""
    lab = make_lab(version=version)
    session = lab.open("branched", "money")
    lab.prompt(session, "[[say:Before.]]")
    lab.expect_text(session, "● Before.")
    old = str(lab.record(session)["sessionId"])
    lab.prompt(session, "/branch")
    new = str(until(lambda: ((now := lab.record(session).get("sessionId")) != old and now) or None, 30, lambda: "a new id"))
    lab.prompt(session, "[[say:After.]]")
    lab.expect_text(session, "● After.")
    lab.expect_status(session, "idle")
    lab.prompt(session, "/exit")
    lab.expect_gone(session, file=False)
    fork = ask(lab, "--resume", new, "--fork-session", "[[say:forked]]")
    told = {}
    for session_id in (old, new):
        path = next(lab.config.glob(f"projects/*/{session_id}.jsonl"))
        told[session_id] = [json.loads(line)["totalCostUSD"] for line in path.read_text().splitlines() if '"cost-state"' in line][-1]
    told[fork["session_id"]] = fork["total_cost_usd"] - told[new]

    for session_id, dollars in told.items():
        row = of(lab, session_id)
        assert (row["dollars"], row["answers"], row["at_least"]) == (pytest.approx(dollars, abs=EXACT), 1, False)


def test_the_cache_changes_nothing(lab: Lab) -> None:
    """The same table without it, to the last digit."""
    kept = Path(lab.env["HOME"]) / ".local/state/cst/ledgers/v1"
    kept = kept if kept.exists() else lab.root / "state/cst/ledgers/v1"
    before = cst.run(lab, "cost", "--by", "session", "--csv").stdout
    shutil.rmtree(kept)
    after = cst.run(lab, "cost", "--by", "session", "--csv").stdout

    def rows(text: str) -> list[tuple[str, float]]:
        return sorted((row["label"], round(float(row["dollars"]), 9)) for row in csv.DictReader(text.splitlines()))

    assert rows(before) == rows(after)
