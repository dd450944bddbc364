"""`cst budget`: set, shown, compared, and taken back; where the hot verbs say that one is spent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.testing import ID, cst, jsonl, stamp, until
from tests.unit.claude.test_usage import answer
from tests.unit.commands.test_cost import spent  # noqa: F401  # a fixture
from tests.unit.commands.test_statusline import line as run


def kept(home: Path) -> Path:
    return home / ".local/state/cst/costs/budgets.json"


@pytest.mark.usefixtures("spent")
def test_set_show_and_off(home: Path) -> None:
    """Today $1.25 with its errands are spent: of 2 that is 62 %, of 1.50 83 %, of 1 125 %."""
    assert cst("budget").returncode == 1
    assert cst("budget", "set", "2", "--per", "day").stdout == "day: $2.00\n"
    assert "day  ████████████░░░░░░░░  62%  $1.25 of $2.00" in cst("budget").stdout
    assert cst("cost", "--check").returncode == 0
    assert "budget: day $1.25 of $1.50" in cst("budget", "set", "1.50", "--per", "day").stdout
    assert cst("cost", "--check").returncode == 0
    cst("budget", "set", "$1", "--per", "day")
    done = cst("cost", "--check")
    assert (done.returncode, done.stdout) == (1, "spent: day $1.25 of $1.00\n")
    [found] = json.loads(cst("budget", "--json").stdout)["budgets"]
    assert (found["per"], found["dollars"], round(found["spent"], 6), found["level"]) == ("day", 1.0, 1.25, "over")

    assert cst("budget", "off").stdout == "removed: day\n"
    assert cst("cost", "--check").returncode == 0
    assert cst("budget", "off").returncode == 1
    assert cst("prune", "--all", "--yes").returncode == 0
    assert not (home / ".local/state/cst").exists()


@pytest.mark.usefixtures("spent")
def test_of_a_project_a_tag_and_each_session(home: Path) -> None:
    """The answers of that project alone; each session of that tag by itself, with all that it has cost."""
    marks = home / ".local/state/cst/marks/v1.jsonl"
    marks.parent.mkdir(parents=True)
    marks.write_text(json.dumps({"v": 1, "t": 1.0, "mark": "tag", "key": ID, "value": "spike"}) + "\n")
    cst("budget", "set", "10", "--per", "month", "--project", "x")
    cst("budget", "set", "9", "--per", "month", "--project", "elsewhere")
    cst("budget", "set", "1", "--per", "session", "--tag", "spike")
    cst("budget", "set", "1", "--per", "session", "--tag", "other")
    shown = cst("budget").stdout

    assert "session of #spike: 11111111  ████████████████████ 175%  $1.75 of $1.00" in shown
    assert "month of elsewhere" in shown
    assert "$0.00 of $9.00" in shown
    assert "#other" not in shown


@pytest.mark.parametrize("words", [("set",), ("set", "0"), ("set", "x"), ("set", "nan"), ("5",), ("set", "5", "--tag", "a b"),
                                   ("set", "5", "--per", "year"), ("set", "5", "--tag", "a", "--project", "b")])  # fmt: skip
def test_slips(home: Path, words: tuple[str, ...]) -> None:
    """A slip is one, and nothing is kept."""
    assert cst("budget", *words).returncode == 2
    assert not (home / ".local/state/cst/budgets").exists()


def test_a_file_that_is_not_ours(home: Path) -> None:
    """Is named, and stays as it is."""
    path = home / ".local/state/cst/budgets/v1.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    for words in (("budget",), ("budget", "set", "5"), ("cost", "--check")):
        done = cst(*words)
        assert done.returncode == 1
        assert "budgets/v1.json" in done.stderr
    assert path.read_text() == "{"


@pytest.mark.usefixtures("spent")
def test_where_it_is_said(home: Path) -> None:
    """In the status line, in JSON, as an event: from the bill that was made last, and none is made for it."""
    cst("budget", "set", "1", "--per", "day")
    before = kept(home).read_bytes()
    stamp_before = kept(home).stat().st_mtime_ns

    assert "budget: day $1.25 of $1.00" in cst("status").stdout
    [found] = json.loads(cst("ls", "--json").stdout)["budgets"]
    assert found["level"] == "over"
    [event] = [json.loads(line) for line in cst("events", "--json").stdout.splitlines()]
    assert event["budget"]["level"] == "over"
    assert "budget spent  day $1.25 of $1.00" in cst("events").stdout
    assert (kept(home).read_bytes(), kept(home).stat().st_mtime_ns) == (before, stamp_before)


def test_parts_of_the_status_line(spent: Path, home: Path) -> None:  # noqa: F811
    """They say what the bill said that was made last, with its age; one is made beside the line for the next."""

    def line() -> str:
        return run({"session_id": ID, "cost": {"total_cost_usd": 0.5}}, "today", "budget", NO_COLOR="1").stdout.strip()

    cst("budget", "set", "1.50", "--per", "day")
    assert line() == "$1.25 today · day 83% of $1.50"
    told = json.loads(kept(home).read_text())
    kept(home).write_text(json.dumps({**told, "t": told["t"] - 7200}))
    assert line() == "$1.25 today (2h ago) · day 83% of $1.50 (2h ago)"
    with spent.open("ab") as file:
        more = answer(9, output_tokens=50_000, input_tokens=0, cache_creation_input_tokens=0, cache_read_input_tokens=0)
        file.write(jsonl([{**more, "timestamp": stamp(time.time())}]))
    os.utime(kept(home), (1, 1))
    assert "(2h ago)" in line()
    until(lambda: line().startswith("$2.10 today"))


def test_status_has_an_old_bill_made_again(spent: Path, home: Path) -> None:  # noqa: F811
    """In the background, for the next time; not where it is fresh, and not twice in a while."""
    cst("budget", "set", "1.50", "--per", "day")
    with spent.open("ab") as file:
        more = answer(9, output_tokens=50_000, input_tokens=0, cache_creation_input_tokens=0, cache_read_input_tokens=0)
        file.write(jsonl([{**more, "timestamp": stamp(time.time())}]))
    before = kept(home).read_bytes()
    cst("status")
    assert kept(home).read_bytes() == before
    told = json.loads(before)
    kept(home).write_text(json.dumps({**told, "t": told["t"] - 7200}))
    cst("status")
    assert json.loads(kept(home).read_text())["today"] == told["today"]
    os.utime(kept(home), (1, 1))
    subprocess.run([Path(sys.executable).parent / "cst", "status"], check=True)  # a program that can be started again
    until(lambda: round(json.loads(kept(home).read_text())["today"], 2) == 2.1)


def test_one_that_cannot_be_read_passes_no_check(home: Path) -> None:
    """It is named, and the next one that is set does not write the file without it."""
    path = home / ".local/state/cst/budgets/v1.json"
    path.parent.mkdir(parents=True)
    text = '{"v":1,"budgets":[{"dollars":"5","per":"day","project":"","tag":""}]}'
    path.write_text(text)
    for words in (("budget",), ("budget", "set", "5"), ("budget", "off"), ("cost", "--check")):
        done = cst(*words)
        assert done.returncode == 1
        assert "budgets/v1.json: number 1 in it is no budget; fix it, or remove it" in done.stderr
    assert path.read_text() == text


def test_what_cannot_be_read_is_said(spent: Path) -> None:  # noqa: F811
    """By each of them, in JSON, too; who only asks has no answer that is whole."""
    broken = spent.parent / "broken.jsonl"
    os.mkfifo(broken)
    said = f"cannot read {broken}"

    done = cst("budget", "set", "5")
    assert (done.returncode, done.stdout) == (0, "month: $5.00\n")
    assert said in done.stderr
    done = cst("budget")
    assert (done.returncode, said in done.stderr, "$5.00" in done.stdout) == (1, True, True)
    done = cst("budget", "--json")
    assert done.returncode == 1
    assert [problem.startswith(said) for problem in json.loads(done.stdout)["problems"]] == [True]
    broken.unlink()
    done = cst("budget", "--json")
    assert (done.returncode, json.loads(done.stdout)["problems"]) == (0, [])


@pytest.mark.usefixtures("spent")
@pytest.mark.parametrize(("words", "stay"), [
    (("--project", "api"), ["month", "day", "week of #x"]), (("--tag", "x"), ["month", "day", "week of api", "day of api"]),
    (("--per", "day"), ["month", "week of api", "day of api", "week of #x"]),
    (("--project", "api", "--per", "day"), ["month", "day", "week of api", "week of #x"]), ((), []),
])  # fmt: skip
def test_which_are_off(words: tuple[str, ...], stay: list[str]) -> None:
    """All, those of one project or tag, or the one of a period."""
    for given in (("--per", "month"), ("--per", "day"), ("--per", "week", "--project", "api"),
                  ("--per", "day", "--project", "api"), ("--per", "week", "--tag", "x")):  # fmt: skip
        cst("budget", "set", "5", *given)

    assert cst("budget", "off", *words).returncode == 0
    kept = json.loads(cst("budget", "--json").stdout or '{"budgets":[]}')["budgets"]
    shown = [one["per"] + (f" of {one['project'] or '#' + one['tag']}" if one["project"] or one["tag"] else "") for one in kept]
    assert sorted(shown) == sorted(stay)
    assert cst("budget", "off", *words).returncode == 1
