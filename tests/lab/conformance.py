"""Writes docs/conformance.md, and keeps recordings as the corpus of the ordinary test run."""
from __future__ import annotations

import fcntl
import json
import os
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cst.core import fleet
from cst.core.rules import RULES
from cst.model import Snapshot
from cst.store import recording
from tests.lab import dialogs
from tests.lab.install import VERSIONS
from tests.lab.stage import Instant, Stage

Results = dict[tuple[str, bool, str], list[Instant]]
ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "conformance.md"
SAVED = ROOT / ".cache" / "conformance.json"
CORPUS = ROOT / "tests" / "data" / "corpus"


def remember(stage: Stage, hooks: bool) -> None:
    """Keep what a scenario showed, so that the table can be made of several runs."""
    SAVED.parent.mkdir(parents=True, exist_ok=True)
    with SAVED.with_suffix(".lock").open("w") as lock:  # several runs may play at once, each a part
        fcntl.flock(lock, fcntl.LOCK_EX)
        saved = _saved()
        saved["/".join((stage.lab.version, "hooks" if hooks else "none", stage.name))] = [list(i) for i in stage.instants]
        SAVED.write_text(json.dumps(saved, indent=1), encoding="utf-8")


def write(cases: Iterable[tuple[str, bool, str]]) -> None:
    """The table: scenario x client x (hooks, none), each instant with what was expected, shown, and how late.

    Does nothing while there are cases that were never played.
    """
    saved = _saved()
    names = {case: "/".join((case[0], "hooks" if case[1] else "none", case[2])) for case in cases}
    if all(name in saved for name in names.values()):
        results = {case: [Instant(*given) for given in saved[name]] for case, name in names.items()}
        TABLE.write_text("\n".join(_lines(results)) + "\n", encoding="utf-8")


def _saved() -> dict[str, list[list[Any]]]:
    try:
        found: dict[str, list[list[Any]]] = json.loads(SAVED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _lines(results: Results) -> Iterable[str]:
    yield "# Conformance\n"
    yield "What cst shows of the real Claude Code, driven live (`make lab` writes this file). Delay: from the change of"
    yield "the screen or the key press until cst is right and stays so, seen by `cst record --every 0.05`.\n"
    yield "`unknown` stands where the client leaves no trace that could tell; `cst why` then names the reason.\n"
    for version in VERSIONS:
        mine = {key: found for key, found in results.items() if key[0] == version}
        delays = [i.delay * 1000 for found in mine.values() for i in found if i.shown == i.expected]
        instants = [i for found in mine.values() for i in found]
        right = sum(i.shown == i.expected for i in instants)
        wrong = sum(i.shown not in (i.expected, "unknown") for i in instants)
        scenarios = len({name for _, _, name in mine})
        yield f"## Claude Code {version}\n"
        yield (f"{scenarios} scenarios, {len(instants)} instants: {right} right, {len(instants) - right - wrong} "
               f"unknown, {wrong} wrong. Delay: median {statistics.median(delays):.0f} ms, worst {max(delays):.0f} ms.\n")
        yield "| scenario | instant | expected | with hooks | ms | without hooks | ms |"
        yield "|---|---|---|---|---:|---|---:|"
        for name in dict.fromkeys(key[2] for key in mine):
            pairs = zip(mine[version, True, name], mine[version, False, name], strict=True)
            for number, (hooked, bare) in enumerate(pairs):
                yield (f"| {'' if number else name} | {hooked.name} | {hooked.expected} | {_cell(hooked)} | "
                       f"{hooked.delay * 1000:.0f} | {_cell(bare)} | {bare.delay * 1000:.0f} |")
        yield ""
    yield from _dialogs(results)
    yield "## Why unknown\n"
    reasons = {(version, i.rule) for (version, _, _), found in results.items() for i in found if i.shown == "unknown"}
    for version, rule in sorted(reasons, reverse=True):
        yield f"- {version}, `{rule}`: {str(dict(RULES)[rule].__doc__).splitlines()[0]}"


def _dialogs(results: Results) -> Iterable[str]:
    """The table of the dialogs: what each version was shown, and whether it can be answered from elsewhere."""
    yield "## Dialogs\n"
    yield "Each as the client raised it. Answerable: `cst answer` shows it and takes a reply. The state is that with hooks, in"
    yield "brackets the one without, if it is another.\n"
    yield "| dialog | seen on | state | answerable | scenario |"
    yield "|---|---|---|---|---|"
    for kind in dialogs.KINDS:
        seen = {(version, hooks): instant for (version, hooks, name), found in results.items() if name == kind.play
                for instant in found if instant.name == kind.instant}
        versions = [version for version in VERSIONS if (version, True) in seen]
        states = list(dict.fromkeys(seen[versions[0], hooks].shown for hooks in (True, False))) if versions else []
        answers = dict.fromkeys(instant.answer for instant in seen.values() if instant.answer)
        yield (f"| {kind.name} | {', '.join(versions) or '-'} | {' ('.join(states)}{')' * (len(states) - 1)} | "
               f"{' or '.join(answers) or '-'} | {kind.play}: {kind.instant} |")
    yield ""
    yield "The client's program names more, which the lab cannot raise. The state is by what the registry would say."
    yield ""
    yield "| dialog | the registry's word | state | why not |"
    yield "|---|---|---|---|"
    for missing in dialogs.MISSING:
        yield f"| {missing.name} | {missing.says or 'not known'} | {_BY_WORD[missing.says]} | {missing.why} |"
    yield ""


# What each word of the registry becomes; `dialog open` in mid-turn, which is where the client raises its own.
_BY_WORD = {
    "permission prompt": "permission", "input needed": "question", "dialog open": "dialog", "sandbox request": "dialog",
    "worker request": "dialog", "goal proposal": "dialog", "": "-",
}


def _cell(instant: Instant) -> str:
    return f"{instant.shown} (`{instant.rule}`)" if instant.shown == instant.expected else f"**{instant.shown}** (`{instant.rule}`)"


def keep(stage: Stage, hooks: bool) -> None:
    """With CST_CORPUS=1, write the looks at the instants of a scenario into tests/data/corpus."""
    if not os.environ.get("CST_CORPUS") or not stage.opened:
        return
    folder = CORPUS / stage.lab.version / (stage.name if hooks else f"{stage.name}-no-hooks")
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    writer = recording.Writer(lines.append, "corpus", redacted=False)
    expected = []
    for instant in stage.instants:
        seen = [f for f in stage.watch.frames if f.now <= instant.at + 0.3]
        if not seen:
            continue
        frame = _only(seen[-1], stage)._replace(now=instant.at + 0.3)
        writer.add(frame)
        rules = [s.rule for s in fleet.sessions(frame) if s.state == instant.shown]
        expected.append({"after": round(frame.now, 3), "instant": instant.name, "state": instant.shown,
                         "rule": rules[0] if rules else "not listed"})
    for plain, shown in ((str(stage.lab.root), "/lab"), (_encoded(str(stage.lab.root)), "-lab")):
        lines = [line.replace(plain, shown) for line in lines]
    (folder / "recording.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


def _only(seen: Snapshot, stage: Stage) -> Snapshot:
    """The look without other scenarios' sessions, and without the screens around it."""
    pids = stage.pids
    records = [r for r in seen.records if r.pid in pids]
    parents = {a for pid in pids if pid in seen.processes for a in (pid, *seen.processes[pid].ancestors)}
    ids = {r.session_id for r in records}
    return seen._replace(
        records=records,
        processes={pid: p for pid, p in seen.processes.items() if pid in pids},
        events={name: log for name, log in seen.events.items() if name in ids},
        transcripts={name: tail for name, tail in seen.transcripts.items() if name in ids},
        panes=[p for p in seen.panes if p.pid in parents],
        marks=[], tasks={name: t for name, t in seen.tasks.items() if name in ids},
    )


def _encoded(path: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in path)
