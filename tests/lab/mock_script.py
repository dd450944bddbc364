"""A script in a prompt, and the turns of the model that it stands for.

The newest user prompt is the script.  Each directive in it is one turn of the model; directives joined by
a plus sign share a turn (parallel tool calls).  Brackets nest, so a directive may carry a script for a
sub-agent:  [[agent:[[bash:ls]] [[say:seen]]]]

    say:TEXT  think:TEXT        an answer; one with a thinking block before it
    sleep:SECONDS               an answer that streams a line now and then for so long
    hang:SECONDS                not a byte for so long, then an answer
    bash:COMMAND  bg:COMMAND    Bash, in the foreground or with run_in_background
    read:PATH  write:PATH|TEXT  edit:PATH|OLD|NEW
    ask  ask:multi              AskUserQuestion with one question, or with two (the second takes several)
    todo:SUBJECT                TaskCreate or TodoWrite, whichever the client offers
    agent:SCRIPT                a sub-agent
    plan:TEXT  planfile:TEXT    ExitPlanMode; write the plan file that the client named
    tool:NAME|JSON              any tool
    usage:TOKENS                an answer that claims so large a prompt
    error:STATUS  error:STATUS*N  an HTTP error, for ever or N times
    limit:SECONDS               once, a subscriber's limit that ends so long from now

A prompt without directives gets a fixed sentence, and so does one whose directives are used up.
"""
from __future__ import annotations

import json
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Turn = list[tuple[str, str]]  # (directive, argument), ...

BRACKETS = re.compile(r"\[\[|\]\]")
REMINDERS = re.compile(r"<system-reminder>.*?</system-reminder>", re.S)
PLAN_FILE = re.compile(r"(?:/[^\s/\"\\`]+)+/plans/[\w.-]+\.md")
CONTINUES = "Your claude.ai usage limit has reset."  # the client's own prompt: the task before it goes on
COMPACTING = 3.0  # seconds that a summary takes
STREAM_PAUSE = 2.0  # seconds between two lines of a sleeping answer


class ApiError(Exception):
    """The script asks for an HTTP error, with these headers beside the usual ones."""

    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.headers = status, headers or {}


# ---- the script

def turns(script: str) -> list[Turn]:
    """The script's directives, one list for each turn."""
    found: list[Turn] = []
    depth = begin = end = 0
    for mark in BRACKETS.finditer(script):
        if mark[0] == "[[":
            depth += 1
            if depth == 1:
                joined = found and script[end:mark.start()].strip() == "+"
                begin = mark.end()
        elif depth:
            depth -= 1
            if depth == 0:
                name, _, argument = script[begin:mark.start()].partition(":")
                end = mark.end()
                if joined:
                    found[-1].append((name.strip(), argument))
                else:
                    found.append([(name.strip(), argument)])
    return found


def newest_prompt(messages: list[Json]) -> tuple[str, int]:
    """The newest text a user sent, and how many turns the model has had since."""
    played = 0
    for message in reversed(messages):
        if message["role"] == "assistant":
            played += 1
        if message["role"] != "user":  # the client also sends "system" turns, which describe its machine
            continue
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        texts = [REMINDERS.sub("", block["text"]).strip() for block in blocks if block.get("type") == "text"]
        if spoken := [text for text in texts if text and not text.startswith(CONTINUES)]:
            return spoken[-1], played
    return "", played


def next_turn(script: list[Turn], played: int, failed: Counter[int]) -> Turn:
    """The turn that is due.  Raises ApiError for an error, which leaves no turn in the conversation."""
    for index, turn in enumerate(script):
        name, argument = turn[0]
        if name == "limit":
            if played == 0 and not failed[index]:
                failed[index] += 1
                raise ApiError(429, limit_headers(float(argument)))
        elif name != "error":
            if played == 0:
                return turn
            played -= 1
        elif played == 0:
            status, _, times = argument.partition("*")
            if not times or failed[index] < int(times):
                failed[index] += 1
                raise ApiError(int(status))
    return [("say", "All done." if script else "The lab has no script for this prompt.")]


def limit_headers(seconds: float) -> dict[str, str]:
    """What the API tells a subscriber whose five hours are used up."""
    over = str(int(time.time() + seconds))
    told = {"status": "rejected", "representative-claim": "five_hour", "reset": over, "5h-utilization": "1.0",
            "5h-reset": over, "overage-status": "rejected", "overage-disabled-reason": "org_level_disabled"}
    return {f"anthropic-ratelimit-unified-{name}": value for name, value in told.items()}


# ---- directives: each adds to the reply

@dataclass
class Reply:
    """What goes back: content blocks, and how slowly."""

    tools: set[str]  # that the client offers
    plan_file: str
    blocks: list[Json] = field(default_factory=list)
    silence: float = 0.0  # before the first byte
    pause: float = 0.0  # before every line of text but the first
    prompt_tokens: int | None = None

    def text(self, text: str) -> None:
        self.blocks.append({"type": "text", "text": text})

    def call(self, tool: str, **arguments: Any) -> None:
        self.blocks.append({"type": "tool_use", "id": f"toolu_{uuid.uuid4().hex[:24]}", "name": tool,
                            "input": arguments})


def think(reply: Reply, text: str) -> None:
    reply.blocks.append({"type": "thinking", "thinking": text or "Well.", "signature": "bGFi"})
    reply.text("That took some thought.")


def sleep(reply: Reply, seconds: str) -> None:
    pauses = max(1, round(float(seconds) / STREAM_PAUSE))
    reply.pause = float(seconds) / pauses
    reply.text("".join(f"Still at it, line {number}.\n" for number in range(pauses + 1)))


def hang(reply: Reply, seconds: str) -> None:
    reply.silence = float(seconds)
    reply.text("Here again.")


def usage(reply: Reply, tokens: str) -> None:
    reply.prompt_tokens = int(tokens)
    reply.text(f"This prompt had {tokens} tokens, they say.")


def ask(reply: Reply, kind: str) -> None:
    def question(text: str, header: str, several: bool) -> Json:
        options = [{"label": label, "description": f"Take {label}"} for label in ("North", "South")]
        return {"question": text, "header": header, "multiSelect": several, "options": options}

    questions = [question("Where to?", "Direction", False)]
    if kind == "multi":
        questions.append(question("What to pack?", "Luggage", True))
    reply.call("AskUserQuestion", questions=questions)


def todo(reply: Reply, subject: str) -> None:
    subject = subject or "Look around"
    if "TodoWrite" in reply.tools:
        reply.call("TodoWrite", todos=[{"content": subject, "status": "in_progress", "activeForm": subject}])
    else:
        reply.call("TaskCreate", subject=subject, description="Wanted by the lab", activeForm=subject)


def edit(reply: Reply, argument: str) -> None:
    path, old, new = argument.split("|", 2)
    reply.call("Edit", file_path=path, old_string=old, new_string=new)


def write(reply: Reply, argument: str) -> None:
    path, _, text = argument.partition("|")
    reply.call("Write", file_path=path, content=text)


def agent(reply: Reply, script: str) -> None:
    reply.call("Task" if "Task" in reply.tools else "Agent", description="Explore the lab",
               subagent_type="general-purpose", prompt=script)


def tool(reply: Reply, argument: str) -> None:
    name, _, arguments = argument.partition("|")
    reply.call(name, **json.loads(arguments or "{}"))


DIRECTIVES: dict[str, Callable[[Reply, str], None]] = {
    "say": Reply.text, "think": think, "sleep": sleep, "hang": hang, "usage": usage,
    "bash": lambda reply, command: reply.call("Bash", command=command, description="Do as the lab says"),
    "bg": lambda reply, command: reply.call("Bash", command=command, description="Do as the lab says",
                                            run_in_background=True),
    "read": lambda reply, path: reply.call("Read", file_path=path),
    "write": write, "edit": edit, "ask": ask, "todo": todo, "agent": agent, "tool": tool,
    "plan": lambda reply, text: reply.call("ExitPlanMode", plan=text or "# Plan\n\nLook, then leap.\n"),
    "planfile": lambda reply, text: reply.call("Write", file_path=reply.plan_file, content=text),
}


def answer(body: Json, failures: dict[str, Counter[int]]) -> Reply:
    """The reply that is due to this request; raises ApiError."""
    messages = body.get("messages") or []
    plan_files = PLAN_FILE.findall(json.dumps(body))
    offered = {tool["name"] for tool in body.get("tools") or []}
    reply = Reply(offered, plan_files[-1] if plan_files else "plan.md")
    prompt, played = newest_prompt(messages)
    compacts = "detailed summary" in prompt.lower()
    reply.silence = COMPACTING if compacts else 0.0
    if not reply.tools or compacts:  # the client's own errands: titles, /compact
        reply.text('{"title": "A day in the lab"}' if "title" in json.dumps(body) else
                   "<summary>\nNothing much happened.\n</summary>")
        return reply
    place = f"{body.get('metadata')} {len(messages)} {prompt}"  # the same prompt elsewhere fails anew
    for name, argument in next_turn(turns(prompt), played, failures.setdefault(place, Counter())):
        if play := DIRECTIVES.get(name):
            play(reply, argument)
        else:
            reply.text(f"The lab knows no directive {name!r}.")
    return reply
