"""Takes what people wrote out of a snapshot: prompts, answers, titles, paths, names. Pure.

Letters become x and digits 0; lengths, punctuation and line ends stay, so that a state is decided as before. Kept are
ids, times, states, tool names and the client's own error messages.
"""

from __future__ import annotations

from cst.model import Mark, Snapshot, ToolUse, Transcript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Of a hook's payload; every other string in it is masked.
_KEPT = frozenset((
    "session_id", "hook_event_name", "tool_name", "tool_use_id", "source", "reason", "error", "notification_type",
    "permission_mode", "agent_id", "agent_type", "type", "status", "model", "prompt_id",
))  # fmt: skip


def text(words: str) -> str:
    """Letters as x, digits as 0, the rest as it is."""
    return "".join("x" if c.isalpha() else "0" if c.isdigit() else c for c in words)


def snapshot(seen: Snapshot) -> Snapshot:
    """The same snapshot without anything that a person wrote."""
    return seen._replace(
        records=[r._replace(cwd=text(r.cwd), name=text(r.name), config_dir=text(r.config_dir)) for r in seen.records],
        processes={
            pid: p._replace(environ={n: v if n == "TMUX_PANE" else text(v) for n, v in p.environ.items()})
            for pid, p in seen.processes.items()
        },
        events={
            name: tuple(e._replace(tmux=text(e.tmux), payload=_payload(e.payload)) for e in log)
            for name, log in seen.events.items()
        },
        transcripts={name: _transcript(tail) for name, tail in seen.transcripts.items()},
        marks=[_mark(mark) for mark in seen.marks],
        panes=[p._replace(socket=text(p.socket), session=text(p.session)) for p in seen.panes],
        clients=[c._replace(socket=text(c.socket)) for c in seen.clients],
        branches={text(folder): text(branch) for folder, branch in seen.branches.items()},
        tasks={name: t._replace(current=text(t.current)) for name, t in seen.tasks.items()},
        ended=[
            e._replace(transcript=_transcript(e.transcript), config_dir=text(e.config_dir)) for e in seen.ended
        ],
        problems=[(source, text(message)) for source, message in seen.problems],
        home=text(seen.home),
    )  # fmt: skip


def _payload(given: Any) -> Any:
    if isinstance(given, dict):
        return {key: value if key in _KEPT else _payload(value) for key, value in given.items()}
    if isinstance(given, list):
        return [_payload(item) for item in given]
    return text(given) if isinstance(given, str) else given


def _transcript(tail: Transcript) -> Transcript:
    return tail._replace(
        path=text(tail.path), last_prompt=text(tail.last_prompt), last_words=text(tail.last_words),
        title=text(tail.title), cwd=text(tail.cwd), branch=text(tail.branch), tools=tuple(map(_tool, tail.tools)),
        subagents=tuple(
            agent._replace(description=text(agent.description), tool=_tool(agent.tool) if agent.tool else None)
            for agent in tail.subagents
        ),
    )  # fmt: skip


def _tool(use: ToolUse) -> ToolUse:
    return use._replace(detail=text(use.detail))


def _mark(mark: Mark) -> Mark:
    said = mark.value if mark.mark in ("pin", "snooze") else text(mark.value)
    return mark._replace(value=said, socket=text(mark.socket))
