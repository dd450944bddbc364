"""Takes what people wrote out of a snapshot: prompts, answers, titles, paths, names. Pure.

Letters become x and digits 0; lengths, punctuation and line ends stay, so that a state is decided as before. Kept are
ids, times, states, tool names and the client's own error messages.
"""

from __future__ import annotations

from cst.core.questions import asks
from cst.model import Mark, Snapshot, ToolUse, Transcript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Of a hook's payload, at its top; every other string in it is masked.
_KEPT = frozenset((
    "session_id", "hook_event_name", "tool_name", "tool_use_id", "source", "reason", "error", "notification_type",
    "permission_mode", "agent_id", "prompt_id",
))  # fmt: skip
_NO_QUESTION = {ord(sign): "." for sign in "?？؟;՞"}
_DEEPEST = 50  # levels of a payload that are kept


def text(words: str) -> str:
    """Letters as x, digits as 0, the rest as it is."""
    return "".join("x" if c.isalpha() else "0" if c.isdigit() else c for c in words)


def snapshot(snapshot: Snapshot) -> Snapshot:
    """The same snapshot without anything that a person wrote."""
    return snapshot._replace(
        records=[
            r._replace(
                cwd=text(r.cwd), name=text(r.name), config_dir=text(r.config_dir), domain=text(r.domain),
                pane=r.pane if r.pane[1:].isdigit() else text(r.pane),
            )
            for r in snapshot.records
        ],
        processes={
            pid: p._replace(
                name=_program(p.name),
                environ={n: v if n == "TMUX_PANE" else text(v) for n, v in p.environ.items()},
            )
            for pid, p in snapshot.processes.items()
        },
        events={
            name: tuple(e._replace(tmux=text(e.tmux), payload=_payload(e.payload)) for e in log)
            for name, log in snapshot.events.items()
        },
        transcripts={name: _transcript(tail) for name, tail in snapshot.transcripts.items()},
        marks=[_mark(mark) for mark in snapshot.marks],
        panes=[
            p._replace(
                socket=text(p.socket), session=text(p.session), command=_program(p.command), title=text(p.title)
            )
            for p in snapshot.panes
        ],
        attached={terminal: text(shows) for terminal, shows in snapshot.attached.items()},
        clients=[c._replace(socket=text(c.socket)) for c in snapshot.clients],
        branches={text(folder): text(branch) for folder, branch in snapshot.branches.items()},
        repositories={text(folder): text(top) for folder, top in snapshot.repositories.items()},
        shared={text(folder): text(top) for folder, top in snapshot.shared.items()},
        tasks={name: t._replace(current=text(t.current)) for name, t in snapshot.tasks.items()},
        ended=[
            e._replace(transcript=_transcript(e.transcript), config_dir=text(e.config_dir)) for e in snapshot.ended
        ],
        problems=[(source, text(message)) for source, message in snapshot.problems],
        home=text(snapshot.home),
    )  # fmt: skip


def word(said: str) -> str:
    """A name of the client's own vocabulary as it is, anything else masked."""
    plain = said.isascii() and said.replace("_", "").replace("-", "").isalnum() and len(said) <= 64
    return said if plain else text(said)


def answer(words: str) -> str:
    """The last words of a session, masked; what was a question still is one, and nothing else becomes one."""
    masked, question = text(words), asks(words)
    if asks(masked) == question:
        return masked
    return masked + " x?" if question else masked.translate(_NO_QUESTION)


def _payload(given: Any) -> Any:
    found = {
        key: word(value) if key in _KEPT and isinstance(value, str) else _masked(value) for key, value in given.items()
    }  # fmt: skip
    words, tasks = given.get("last_assistant_message"), given.get("background_tasks")
    if isinstance(words, str):
        found["last_assistant_message"] = answer(words)
    if isinstance(tasks, list):  # of what kind they are decides
        found["background_tasks"] = [
            {**_masked(one), "type": one.get("type")} if isinstance(one, dict) else _masked(one) for one in tasks
        ]
    return found


def _masked(given: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(given, dict):
        return {_key(key): _masked(value, depth + 1) for key, value in given.items()}
    if isinstance(given, list):
        return [_masked(item, depth + 1) for item in given]
    return text(given) if isinstance(given, str) else given


def _key(key: str) -> str:
    """A key of some schema as it is; one that is a sentence, as of answers to questions, masked."""
    return key if key.isascii() and key.replace("_", "").isalnum() else text(key)


def _program(name: str) -> str:
    return name if name in ("", "claude", "node", "bash", "zsh", "fish", "sh", "dash", "tmux") else text(name)


def _transcript(tail: Transcript) -> Transcript:
    return tail._replace(
        path=text(tail.path), last_prompt=text(tail.last_prompt), last_words=answer(tail.last_words),
        title=text(tail.title), cwd=text(tail.cwd), branch=text(tail.branch), pr_url=text(tail.pr_url),
        model=tail.model if tail.model.startswith("claude-") and word(tail.model) == tail.model else text(tail.model),
        tools=tuple(map(_tool, tail.tools)),
        subagents=tuple(
            agent._replace(
                description=text(agent.description), kind="teammate" if agent.kind == "teammate" else text(agent.kind),
                tool=_tool(agent.tool) if agent.tool else None,
            )
            for agent in tail.subagents
        ),
    )  # fmt: skip


def _tool(use: ToolUse) -> ToolUse:
    return use._replace(detail=text(use.detail))


def _mark(mark: Mark) -> Mark:
    said = mark.value if mark.mark in ("pin", "snooze", "looked", "visit", "restored") else text(mark.value)
    return mark._replace(value=said, socket=text(mark.socket))
