"""What transcripts tell is read once, then what is new in them; with the cache or without it the sums are the same."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cst import spending
from cst.claude import usage
from cst.core import cost
from cst.settings import Settings, load
from cst.store import ledgers
from tests.testing import ID, NOW, OTHER_ID, jsonl, stamp, typed
from tests.unit.claude.test_forks import snapshot
from tests.unit.claude.test_usage import ACCOUNT, answer

FULL = {"output_tokens": 50_000, "input_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}


def write(claude: Path, name: str, *some: Any) -> Path:
    path = claude / f"projects/-x/{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jsonl([snapshot(NOW - 99), {**typed("go", NOW - 90), "uuid": name}, *some]))
    return path


def dollars(own: Settings) -> float:
    found, wrong = spending.collect(own, 0.0)
    assert wrong == []
    return round(cost.bill(found, {}, cost.Ask()).total.dollars, 6)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Which transcripts are read, and from which byte on."""
    found: list[tuple[str, int]] = []
    read = usage.read

    def noted(path: str, cursor: int = 0) -> usage.Reading:
        found.append((Path(path).stem, cursor))
        return read(path, cursor)

    monkeypatch.setattr(usage, "read", noted)
    return found


def test_only_what_is_new_is_read(claude: Path, own: Settings, reads: list[tuple[str, int]]) -> None:
    """Nothing the second time, and of what grew only that."""
    path = write(claude, ID, answer(1, **FULL))
    write(claude, OTHER_ID, answer(2, **FULL))
    assert dollars(own) == 2.0
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(jsonl([answer(3, **FULL)]))
    del reads[:]

    assert dollars(own) == 3.0
    assert reads == [(ID, size)]
    assert dollars(own) == 3.0
    assert len(reads) == 1


def test_an_answer_that_is_written_before_its_prompt(claude: Path, own: Settings) -> None:
    """As 2.1.282 on a busy machine does: read between the two, it is known later whose account that is."""
    path = claude / f"projects/-x/{ID}.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(jsonl([{**answer(1, **FULL), "uuid": "b", "parentUuid": "a"}]))
    assert dollars(own) == 1.0
    account = {"type": "cost-state", "sessionId": ID, "totalCostUSD": 1.5}
    with path.open("ab") as file:
        file.write(jsonl([snapshot(NOW - 99), {**typed("go", NOW - 90), "uuid": "a", "parentUuid": None}, account]))
    found, _ = spending.collect(own, 0.0)
    [row] = cost.bill(found, {}, cost.Ask(by="session")).rows

    assert [(one.root, one.begun, one.copied) for one in found] == [("a", NOW - 99, False)]
    assert (row.dollars, row.at_least) == (1.5, False)


def test_a_transcript_that_is_another(claude: Path, own: Settings, reads: list[tuple[str, int]]) -> None:
    """Written anew, cut, replaced or removed: what was kept of it counts no more."""
    path = write(claude, ID, answer(1, **FULL), answer(2, **FULL))
    assert dollars(own) == 2.0
    inside = path.read_bytes().replace(b"msg_2", b"msg_1")
    path.write_bytes(inside + jsonl([answer(1, **FULL)]))
    assert dollars(own) == 1.0
    write(claude, "new", answer(1, **FULL), answer(2, **FULL), answer(3, **FULL))
    os.replace(path.with_name("new.jsonl"), path)
    assert dollars(own) == 3.0
    path.unlink()
    assert dollars(own) == 0.0


def test_a_late_line_of_an_early_answer(claude: Path, own: Settings) -> None:
    """The transcript is read from its beginning, and the answer counts once."""
    path = write(claude, ID, answer(1, **{**FULL, "output_tokens": 1}), *(answer(n, **FULL) for n in range(2, 20)))
    assert dollars(own) == 18.00002
    with path.open("ab") as file:
        file.write(jsonl([answer(1, **FULL)]))

    assert dollars(own) == 19.0


def test_without_the_cache_nothing_is_lost(claude: Path, own: Settings) -> None:
    """Removed, or in a folder that cannot be written."""
    write(claude, ID, answer(1, **FULL))
    assert dollars(own) == 1.0
    shutil.rmtree(ledgers.folder(own))
    assert dollars(own) == 1.0
    shutil.rmtree(ledgers.folder(own))
    Path(ledgers.folder(own)).write_text("in the way")
    assert dollars(own) == 1.0


def test_who_breaks_it_off_keeps_what_was_read(claude: Path, own: Settings, reads: list[tuple[str, int]]) -> None:
    """The next one goes on from there."""
    write(claude, ID, answer(1, **FULL))
    write(claude, OTHER_ID, answer(2, **FULL))

    def stop(done: int, of: int) -> None:
        assert of == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spending.collect(own, 0.0, stop)
    del reads[:]

    assert dollars(own) == 2.0
    assert len(reads) == 1


def test_a_session_counts_as_a_whole(claude: Path, own: Settings) -> None:
    """What its status line was told is of all its transcripts, so a bill of today asks for the older ones too."""
    write(claude, ID, {**answer(1, **FULL), "sessionId": ID})
    old = write(claude, f"{ID}/subagents/agent-1", {**answer(2, **FULL), "sessionId": ID, "timestamp": "2026-11-18T15:00:00.000Z"})
    os.utime(old, (NOW - 2 * 86400,) * 2)
    found, _ = spending.collect(own, NOW - 3600)
    (row,) = cost.bill(found, {ID: (2.0, NOW, "2026-11-20")}, cost.Ask("session", "2026-11-20")).rows

    assert (row.dollars, row.at_least) == (1.0, False)


def test_a_parent_counts_though_nothing_was_written_to_it(claude: Path, own: Settings) -> None:
    """A fork of today, and a parent of long ago, once that was read."""
    old = write(claude, ID, answer(1, **FULL))
    path = claude / f"projects/-x/{OTHER_ID}.jsonl"
    path.write_bytes(jsonl([
        snapshot(NOW), {**typed("go", NOW - 90), "uuid": ID}, {**answer(1, **FULL), "sessionId": OTHER_ID},
        {**answer(2, **FULL), "sessionId": OTHER_ID},
    ]))  # fmt: skip
    assert dollars(own) == 2.0
    os.utime(old, (1, 1))
    spending.collect(own, 0.0)

    found, _ = spending.collect(own, 1000.0)
    assert sorted(Path(entry.path).stem for entry in found) == sorted([ID, OTHER_ID])


def fork(claude: Path, name: str, parent: str, *numbers: int) -> None:
    """A transcript that repeats the beginning of another's, with one answer of its own; of an odd one `/branch` made it."""
    path = claude / f"projects/-x/{name}.jsonl"
    branched = {"forkedFrom": {"sessionId": parent}} if numbers[0] % 2 else {}
    *copies, own = ({**answer(number, **FULL), "sessionId": name} for number in numbers)
    path.write_bytes(jsonl([
        *([] if branched else [snapshot(NOW)]), {**typed("go", NOW - 90), "uuid": parent, **branched},
        *({**copy, "timestamp": stamp(NOW - 80), **branched} for copy in copies), own,
    ]))  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5), st.integers(1, 30)), max_size=12))
@settings(max_examples=int(os.environ.get("CST_EXAMPLES", "40")), deadline=None)
def test_what_is_kept_never_changes_a_sum(steps: list[tuple[int, int, int]]) -> None:
    """Whatever happens to transcripts between two bills, a bill is what it would be if nothing had been kept: by each of
    the ways to put it together, of all; and of a few, whatever is not said to be a part only: with nothing kept, the
    parent of a fork is not known there."""
    with tempfile.TemporaryDirectory() as root:
        claude, kept, bare = (Path(root) / name for name in ("claude", "kept", "bare"))
        write(claude, "s0", answer(1, **FULL))
        for step in steps:
            happens(claude, *step)
            number = step[2]
            since = NOW if number % 3 == 0 else 0.0
            shutil.rmtree(bare, ignore_errors=True)
            bills = []
            for state in (kept, bare):
                own = load({"HOME": root, "CLAUDE_CONFIG_DIR": str(claude), "CST_STATE_DIR": str(state)})
                if state == kept and number % 5 == 0:
                    for old in Path(ledgers.folder(own)).glob("[0-7]*"):
                        old.unlink()
                found, wrong = spending.collect(own, since)
                assert not wrong
                told = {f"s{session}": (40.0 + session, NOW, "2026-11-20") for session in range(6)}
                bills.append([
                    {row.key: (round(row.dollars, 9), row.answers, row.at_least) for row in cost.bill(found, told, cost.Ask(by, day)).rows}
                    for by in cost.GROUPS for day in ("", "2026-11-20")
                ])  # fmt: skip
            if not since:
                assert bills[0] == bills[1]
                continue
            today = 1 + 2 * cost.GROUPS.index("session")
            exact = {key for key, (_, _, part) in bills[0][today].items() if not part} & {
                key for key, (_, _, part) in bills[1][today].items() if not part
            }
            assert all(bills[0][today][key] == bills[1][today][key] for key in exact)


def happens(claude: Path, what: int, which: int, number: int) -> None:
    """Something happens to a transcript."""
    folder = claude / "projects/-x"
    path = folder / f"s{which}.jsonl"
    now = answer(number, **FULL)
    if what == 0:
        write(claude, f"s{which}", now, {**ACCOUNT, "sessionId": f"s{which}"})
    elif what == 1:
        fork(claude, f"s{which}", f"s{number % 6}", number, 40)
    elif what == 2:  # a subagent's
        write(claude, f"s{which}/subagents/agent-{number}", {**now, "sessionId": f"s{which}"})
    elif not path.exists():
        return
    elif what == 3:
        with path.open("ab") as file:
            file.write(jsonl([now]))
    elif what == 4:  # by another of an old time
        path.with_name("new").write_bytes(path.read_bytes().replace(b"msg_", b"msh_"))
        os.utime(path.with_name("new"), (1e9, 1e9))
        os.replace(path.with_name("new"), path)
    elif what == 5:
        os.truncate(path, path.stat().st_size // 2)
    elif what == 6:
        path.unlink()
    elif what == 7:
        os.replace(path, folder / f"s{number % 6}.jsonl")
    else:
        os.utime(path, (2e9, 2e9) if number % 2 else (5, 5))
