"""`cst cost`: a table that adds up, JSON and CSV for scripts, and what it could not read."""

from __future__ import annotations

import csv
import itertools
import json
import os
import time
from pathlib import Path

import pytest

from cst import dispatch
from cst.core.budgets import Budget
from cst.settings import Settings
from cst.store import budgets
from tests.testing import ID, OTHER_ID, cst, jsonl, stamp, typed
from tests.unit.claude.test_usage import answer

BEGUN = {"type": "queue-operation", "timestamp": stamp(time.time() - 90_000)}


@pytest.fixture
def spent(home: Path, claude: Path) -> Path:
    """A transcript with an answer of today and one of yesterday, a subagent's, and an account of one cent more."""
    now = time.time()
    today = {
        **answer(1, output_tokens=50_000, input_tokens=0, cache_creation_input_tokens=0, cache_read_input_tokens=0)
    }
    before = {
        **answer(2, output_tokens=25_000, input_tokens=0, cache_creation_input_tokens=0, cache_read_input_tokens=0)
    }
    agent = {**answer(3, output_tokens=5_000, input_tokens=0, cache_creation_input_tokens=0, cache_read_input_tokens=0)}
    path = claude / f"projects/-x/{ID}.jsonl"
    (path.parent / ID / "subagents").mkdir(parents=True)
    (path.parent / ID / "subagents/agent-1.jsonl").write_bytes(jsonl([{**agent, "timestamp": stamp(now)}]))
    path.write_bytes(jsonl([
        BEGUN, typed("go", now - 89_000), {**before, "timestamp": stamp(now - 86_400)}, {**today, "timestamp": stamp(now)},
        {"type": "cost-state", "sessionId": ID, "totalCostUSD": 1.75},
    ]))  # fmt: skip
    return path


def test_today_and_the_week(spent: Path) -> None:
    """What counts is when an answer was given; what the client's account says beyond stands alone."""
    today, week = cst("cost"), cst("cost", "week", "--by", "model")

    assert "$1.10  2 answers" in today.stdout
    assert "$0.15  requests that no transcript dates" in today.stdout
    assert "opus-5-5" in week.stdout
    assert "$1.60  3 answers" in week.stdout
    assert "total" in week.stdout
    assert "$1.75" in week.stdout


def test_for_scripts(spent: Path) -> None:
    """JSON and CSV say the same."""
    found = json.loads(cst("cost", "all", "--by", "project", "--json").stdout)
    rows = list(csv.DictReader(cst("cost", "all", "--by", "project", "--csv").stdout.splitlines()))

    assert [(row["label"], round(row["dollars"], 6), row["answers"]) for row in found["rows"]] == [
        ("x", 1.6, 3),
        ("errands", 0.15, 0),
    ]
    assert [(row["label"], round(float(row["dollars"]), 6)) for row in rows] == [("x", 1.6), ("errands", 0.15)]
    assert round(found["total"]["dollars"], 6) == 1.75


def test_dates(spent: Path) -> None:
    """From a day to a day, both included; what is no date is a slip."""
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() - 86_400))

    assert "$0.50  1 answer" in cst("cost", "--since", day, "--until", day).stdout
    assert cst("cost", "--since", "yesterday").returncode == 2
    assert cst("cost", "--since", "2026-11-20", "--until", "2026-11-19").returncode == 2


def test_nothing_was_spent(home: Path, claude: Path) -> None:
    """That is said, and is no success."""
    done = cst("cost")

    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing was spent" in done.stderr


def test_a_transcript_that_cannot_be_read(spent: Path) -> None:
    """The others count, and it is named."""
    os.mkfifo(spent.parent / "bad.jsonl")
    done = cst("cost")

    assert done.returncode == 1
    assert "$1.10" in done.stdout
    assert "bad.jsonl: it is not a regular file" in done.stderr
    (problem,) = json.loads(cst("cost", "--json").stdout)["problems"]
    assert problem.endswith("bad.jsonl: it is not a regular file")


def test_a_model_without_a_price_is_a_problem(spent: Path) -> None:
    """For scripts too."""
    strange = answer(7)
    strange["message"]["model"] = "claude-nonsense-9"
    with spent.open("ab") as file:
        file.write(jsonl([{**strange, "timestamp": stamp(time.time())}]))

    assert json.loads(cst("cost", "--json").stdout)["problems"] == ["no price is known of nonsense-9"]


def test_by_tag(spent: Path) -> None:
    """The tags of a session that has ended count."""
    marks = spent.parents[3] / ".local/state/cst/marks/v1.jsonl"
    marks.parent.mkdir(parents=True)
    marks.write_text(json.dumps({"v": 1, "t": 1.0, "mark": "tag", "key": ID, "value": "release"}) + "\n")

    assert "release" in cst("cost", "all", "--by", "tag").stdout


def test_own_prices(spent: Path, home: Path) -> None:
    """From the config file; what is no price is named with its line."""
    config = home / ".config/cst/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[prices]\nclaude-opus-5-5 = [0, 200, 0, 0, 0]\n')
    assert "$16.00  3 answers" in cst("cost", "all", "--by", "model").stdout
    config.write_text('[prices]\nopus-5-5 = [0, 200]\n')
    done = cst("cost")
    assert (done.returncode, done.stdout) == (1, "")
    assert "line 1: prices must be a table of prices, model = [five numbers]" in done.stderr


def test_the_cache_goes_with_the_rest(spent: Path, home: Path) -> None:
    """By age, and with all that cst wrote."""
    cst("cost", "all")
    kept = home / ".local/state/cst/ledgers/v1"
    files = sorted(kept.iterdir())
    if len(files) > 1:  # the paths of the two transcripts say which files have them
        os.utime(files[0], (1, 1))
        assert "ledgers" not in cst("prune", "--dry-run").stdout
    for file in files:
        os.utime(file, (1, 1))
    assert "ledgers/v1" in cst("prune", "--dry-run").stdout
    said = "1 file" if len(files) == 1 else f"{len(files)} files"
    assert cst("prune").stdout == f"removed {said} of status lines, bills and the like\n"
    cst("cost", "all")
    assert sorted(kept.iterdir()) == files
    assert cst("prune", "--all", "--yes").returncode == 0
    assert not kept.parent.exists()


@pytest.mark.usefixtures("spent")
@pytest.mark.parametrize("words", [["cost"], ["cost", "--check"], ["budget", "set", "5"], ["budget"]], ids=" ".join)
def test_a_first_run_says_how_far_it_is(
    words: list[str], own: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every verb that may read all transcripts, and it takes that line away again."""
    budgets.write(own, [Budget(5.0, "month")])
    monkeypatch.setattr(os, "isatty", lambda _: True)
    monkeypatch.setattr(time, "monotonic", itertools.count(0.0, 2.0).__next__)
    dispatch.run(words, os.environ)

    said = capsys.readouterr().err
    assert "cst: 2 of 2 transcripts" in said
    assert said.endswith("\r\x1b[K")


@pytest.mark.usefixtures("spent")
def test_folders_that_cannot_be_read_pass_no_check(claude: Path) -> None:
    """A gate that looked at nothing is no gate. Bug shown: exit 0."""
    cst("budget", "set", "1", "--per", "day")
    (claude / "projects").rename(claude / "elsewhere")
    (claude / "projects").write_text("")

    for words in (("cost", "--check"), ("cost",), ("budget",)):
        done = cst(*words)
        assert done.returncode == 1
        assert f"cannot read {claude}/projects: Not a directory" in done.stderr


def test_what_at_least_means(spent: Path) -> None:
    """Where an account is missing, its sign is explained in a sentence."""
    path = spent.with_name(f"{OTHER_ID}.jsonl")
    path.write_bytes(jsonl([{**answer(9), "sessionId": OTHER_ID, "timestamp": stamp(time.time())}]))
    shown = cst("cost", "--by", "session").stdout

    assert "≥ $" in shown
    why = "the session runs, was killed, or is of an old version"
    assert shown.splitlines()[-1] == f"≥ at least: Claude Code has not written down the rest; {why}"
