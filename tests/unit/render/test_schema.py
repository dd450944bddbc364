"""The JSON forms, key by key: scripts depend on them, docs/json.md describes them."""

from __future__ import annotations

import json
from typing import Any

from cst import jsonl
from cst.core import explain
from cst.model import Session
from cst.render import explain as explain_view
from cst.render import schema, status_line
from tests.unit.core.loader import NOW
from tests.unit.render.golden import one, seen

SESSION = [
    "key", "host", "id", "pid", "state", "since", "needs_you", "because", "rule", "wants", "doing", "label", "name", "title",
    "tags", "pinned", "snoozed", "snoozed_until", "note", "archived", "cwd", "project", "branch", "shared", "pr", "model", "context", "cache", "requests_last_hour", "cost_usd", "tasks", "last_prompt", "last_words", "tmux",
    "kind", "client_version", "config_dir", "transcript", "sources",
]  # fmt: skip
_NOTHING_KNOWN = Session("4711.0", "", 4711, "unknown", 0.0, "no evidence", "no-registry", kind="interactive")


def _back(value: object) -> Any:
    """What a reader gets: the value through our writer and the standard library's parser."""
    return json.loads(jsonl.dumps(value))


def test_ls() -> None:
    """`ls --json` is one object with exactly these keys."""
    found = _back(schema.fleet(seen()[1], NOW, [("tmux", "it hangs")]))

    assert list(found) == ["schema", "version", "now", "problems", "budgets", "sessions"]
    assert [found[k] for k in ("schema", "now", "problems")] == [1, NOW, [{"source": "tmux", "message": "it hangs"}]]
    assert [s.key for s in seen()[1]] == [s["key"] for s in found["sessions"]]


def test_session() -> None:
    """Each session has exactly these keys, in this order."""
    found = _back(schema.fleet(seen()[1], NOW, []))["sessions"]

    assert [SESSION] * len(seen()[1]) == [list(session) for session in found]


def test_session_parts() -> None:
    """The parts of a session have exactly these keys."""
    api, web = _back(schema.one(one("api"))), _back(schema.one(one("web")))
    found = {name: list(given[name]) for given in (api, web) for name in given if isinstance(given[name], dict)}

    assert found == {
        "wants": ["tool", "detail"],
        "context": ["tokens", "window", "percent"],
        "tmux": ["socket", "session", "window", "pane", "location"],
        "doing": ["tool", "detail", "since"],
        "tasks": ["done", "total", "current"],
    }


def test_unknown_is_null() -> None:
    """What is not known is null, never an empty text or a nought."""
    found = _back(schema.one(_NOTHING_KNOWN))
    known = {name: value for name, value in found.items() if value is not None}

    assert known == {
        "key": "4711.0", "pid": 4711, "state": "unknown", "needs_you": False, "because": "no evidence",
        "rule": "no-registry", "label": "4711.0", "tags": [], "pinned": False, "snoozed": False, "archived": False, "kind": "interactive", "sources": [],
    }  # fmt: skip
    assert list(found) == SESSION


def test_unknown_parts_are_null() -> None:
    """A dialog of no tool has a null tool; window and percent of the context are not known."""
    session = one("api")
    assert session.wants
    found = _back(schema.one(session._replace(wants=session.wants._replace(tool=""))))

    assert (found["wants"]["tool"], found["context"]["window"], found["context"]["percent"]) == (None, None, None)


def test_show() -> None:
    """`show --json` is a session with its schema, tools and subagents."""
    found = _back(schema.shown(one("web")))

    assert ["schema", *SESSION, "tools", "subagents"] == list(found)
    assert [list(tool) for tool in found["tools"]] == [["name", "detail", "started", "seconds", "outcome"]] * 4
    assert [list(agent) for agent in found["subagents"]] == [["id", "kind", "description", "running", "tool"]] * 2
    assert (found["subagents"][1]["description"], found["subagents"][1]["tool"]) == (None, None)
    assert [tool["seconds"] for tool in found["tools"]] == [0.04, 61.2, 3.25, None]
    assert [tool["outcome"] for tool in found["tools"]] == ["ok", "failed", "denied", "open"]


def test_show_without_a_transcript() -> None:
    """A session that was never prompted has no tools and no subagents: empty lists."""
    found = _back(schema.shown(one("fresh")))

    assert (found["tools"], found["subagents"], found["transcript"]) == ([], [], None)


def test_why() -> None:
    """`why --json` has exactly these keys; a fact that is true now has no moment."""
    snapshot, _ = seen()
    session = one("api")
    found = _back(explain_view.as_json(explain.explain(snapshot._replace(problems=[("tmux", "it hangs")]), session)))

    assert list(found) == ["schema", "key", "state", "since", "rule", "because", "facts", "rules", "doubts", "problems"]
    assert [rule for rule in found["rules"] if rule["fired"]] == [found["rules"][-1]]
    assert (found["rules"][-1]["rule"], list(found["rules"][0])) == (found["rule"], ["rule", "fired", "fact"])
    assert [["source", "says", "at"]] * len(found["facts"]) == [list(fact) for fact in found["facts"]]
    assert [fact["at"] for fact in found["facts"] if fact["source"] == "tmux"] == [None]


def test_status() -> None:
    """`status --format json` has exactly these keys; the first is null where none needs you."""
    found = _back(status_line.numbers(seen()[1], NOW))
    quiet = _back(status_line.numbers([], NOW))

    assert list(found) == ["schema", "now", "needs_you", "states", "first", "silent_hosts", "lost", "text"]
    assert list(found["first"]) == ["key", "state", "since"]
    assert list(quiet.values()) == [1, NOW, 0, {}, None, [], 0, ""]
    assert sum(found["states"].values()) == len([s for s in seen()[1] if s.state != "ended"])
