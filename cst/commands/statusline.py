"""`cst statusline`: the line inside Claude Code. Reads what the client tells on standard input, keeps it, prints parts.

The client takes the line away where the command fails or prints nothing, so it does neither.
"""

from __future__ import annotations

import os
import time

from cst import payload as payloads
from cst.jsonl import parse
from cst.model import UsageError, is_session_id
from cst.output import painter, print_lines, terminal_columns
from cst.render import statusline
from cst.render.paint import Paint
from cst.store import payloads as store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.args import Args
    from cst.core.budgets import Standings
    from cst.payload import GitState, Payload
    from cst.render.statusline import Facts, Look
    from cst.settings import Settings

_MOST = 1 << 20  # bytes of standard input
_MARGIN = 4  # columns that the client keeps free beside the line
_FROM_TRANSCRIPT = {"tools", "agents", "todos"}
_FROM_GIT = {"dirty", "ahead"}
_FROM_BILL = {"today", "budget"}
_GIT_COUNTS = 600.0  # seconds for which an answer of git's is shown
_PATIENCE = 1.0  # seconds for a person's former line
_WRAPPED_LINES = 3


def run(args: Args, settings: Settings) -> int:
    """Print the line; exit 0, whatever came in."""
    if args["parts"][:1] == ["preview"]:
        return _preview(args, settings)
    if args["parts"][1:] and args["parts"][0] == "uninstall":
        raise UsageError(f"uninstall takes no parts, and there is {args['parts'][1][:20]!r}")
    if args["parts"][:1] == ["install"] or args["parts"] == ["uninstall"]:
        return _change(args, settings)
    if os.isatty(0):
        raise UsageError("Claude Code runs this with JSON on standard input; see it with `cst statusline preview`")
    begun = time.monotonic()
    try:
        data = _standard_input()
        print_lines(_lines(data, args, settings), settings)
    except UsageError as error:  # a typo in settings.json: where the line would be, it can be read
        print_lines([f"cst statusline: {error}"], settings)
    except Exception as error:  # a line that is there and says so, instead of one that is gone
        print_lines([f"cst statusline: {type(error).__name__}"], settings)
    else:
        _keep_slow(settings, data, time.monotonic() - begun)
    return 0


def _keep_slow(settings: Settings, data: bytes, took: float) -> None:
    """For `cst doctor`, that a line was slow, where that can be kept: the line is there, and says nothing of it."""
    try:
        if took > store.SLOW:
            store.keep_slow(settings, parse(data), time.time(), took)
    except (OSError, ValueError):
        return


def _lines(data: bytes, args: Args, settings: Settings) -> list[str]:
    now = time.time()
    try:
        given = parse(data)
    except ValueError:
        given = {}
    told = payloads.of(given)
    config_dir = told.transcript.partition("/projects/")[0] or settings.config_dirs[0]
    store.keep(settings, given, config_dir, now)
    before = _wrapped(args["wrap"], data, settings) if args["wrap"] else []
    if args["keep-only"]:
        return before or [" "]
    parts = _parts(args)
    look = _look(args, settings)
    facts = _facts(
        statusline.Facts(look, told, now, time.localtime(now).tm_gmtoff, settings.home),
        config_dir,
        set(parts),
        settings,
    )
    return before + statusline.lines(facts, parts)


def _change(args: Args, settings: Settings) -> int:
    """Put the line into the user's settings, or take it out: shown, asked for, done."""
    from cst.commands._changes import DONE, REFUSED, change
    from cst.setup import settings_plan, statusline_install

    installs = args["parts"][0] == "install"
    if installs:
        _parts({**args, "parts": args["parts"][1:]})  # a typo is told now and not in the line
        plan = statusline_install.plan_install(settings, _words(args))
    else:
        plan = statusline_install.plan_uninstall(settings)
    done = change(plan, settings, args, "status line", lambda: settings_plan.apply(settings, plan))
    if done == DONE and installs:
        said = "sessions that run take it up, at the latest with their next message"
        print_lines([f"{said}; `cst statusline uninstall` gives the file back"])
    elif done == DONE:
        print_lines(["sessions that run may show it until they end"])
    return 1 if done == REFUSED else 0


def _words(args: Args) -> list[str]:
    """What is to follow `cst statusline` in the settings: the parts and options given."""
    words = list(args["parts"][1:])
    for name in ("preset", "separator", "time", "context", "limits", "text", "wrap"):
        words += [f"--{name}", args[name]] if args[name] else []
    return words + [f"--{name}" for name in ("bars", "keep-only") if args[name]]


def _parts(args: Args) -> Sequence[str]:
    parts: Sequence[str] = args["parts"] or statusline.PRESETS[args["preset"] or "essential"]
    unknown = [part for part in parts if part not in statusline.PARTS]
    if unknown:
        raise UsageError(f"unknown part {unknown[0][:20]!r}; there are {' '.join(statusline.PARTS)}")
    return parts


def _look(args: Args, settings: Settings) -> Look:
    columns = max(20, (settings.columns or 84) - _MARGIN)
    look = statusline.Look(Paint(not settings.no_color, settings.theme), columns, text=args["text"])
    separator = f" {args['separator'].strip()} " if args["separator"].strip() else look.separator
    return look._replace(
        separator=separator, bars=args["bars"], left=args["time"] == "left",
        context=_levels(args, "context", look.context), limits=_levels(args, "limits", look.limits),
    )  # fmt: skip


def _levels(args: Args, name: str, otherwise: tuple[float, float]) -> tuple[float, float]:
    if not args[name]:
        return otherwise
    low, comma, high = args[name].partition(",")
    numbers = all(one.isascii() and one.isdigit() and len(one) < 5 for one in (low, high))
    if not (comma and numbers and int(low) <= int(high)):
        raise UsageError(f"--{name} takes two percentages, such as 70,85")
    return float(low), float(high)


def _facts(facts: Facts, config_dir: str, wanted: set[str], settings: Settings) -> Facts:
    """What these parts need beside the payload, and no more."""
    told, now = facts.payload, facts.now
    if "branch" in wanted and told.cwd:
        from cst.system import git

        facts = facts._replace(branch=git.checkout(told.cwd).branch)
    if wanted & _FROM_GIT and told.cwd:
        facts = facts._replace(git=_git(settings, told, now))
    if wanted & _FROM_TRANSCRIPT:
        facts = _with_work(facts, config_dir, wanted)
    if wanted & _FROM_BILL:
        facts = facts._replace(standings=_standings(settings, now))
    if "config" in wanted:
        from cst.claude import configuration

        facts = facts._replace(config=configuration.counts(config_dir, told.cwd))
    if "others" in wanted:
        from cst import sessions
        from cst.snapshot import STATUS

        _, fleet = sessions.load(settings, STATUS)
        facts = facts._replace(others=[session for session in fleet if session.id != told.session_id])
    return facts


def _with_work(facts: Facts, config_dir: str, wanted: set[str]) -> Facts:
    from cst.claude import agents, tasks, transcript

    told = facts.payload
    try:
        if "tools" in wanted and told.transcript:
            facts = facts._replace(tools=transcript.read(told.transcript).tools)
        if "agents" in wanted and told.transcript:
            facts = facts._replace(agents=agents.read_subagents(told.transcript))
        if "todos" in wanted:
            facts = facts._replace(tasks=tasks.read(config_dir, told.session_id))
    except OSError:
        return facts  # the parts whose facts cannot be read are left out
    return facts


def _git(settings: Settings, told: Payload, now: float) -> GitState | None:
    """What git said last of this folder. Where that is a while ago it is asked again, beside us, for the next line."""
    if not is_session_id(told.session_id):
        return None
    if store.claim_git(settings, told.session_id, now):
        from cst.setup.assets import program
        from cst.system import spawn

        spawn.detached(program(), ["tree", "--", told.session_id, told.cwd])
    state = store.git_state(settings, told.session_id, told.cwd)
    return state if state and now - state.at < _GIT_COUNTS else None


def _standings(settings: Settings, now: float) -> Standings | None:
    """How the budgets stood when a bill was made last. Where that is a while ago one is made, beside us, for the next
    line."""
    from cst.actions import bill
    from cst.setup.assets import program
    from cst.store import budgets

    bill.again(settings, now, bill.SOON, program())
    return budgets.standings(settings)


def _standard_input() -> bytes:
    pieces, left = [], _MOST
    while left and (piece := os.read(0, min(left, 1 << 16))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _wrapped(command: str, data: bytes, settings: Settings) -> list[str]:
    """What a person's former line says: at most three lines, with colours of our making, within a moment."""
    from cst.render import ansi
    from cst.system import spawn

    answer = spawn.finish(spawn.start("sh", ["-c", command], given=data), _PATIENCE, _MOST)
    text = answer.output.decode("utf-8", "replace")
    lines = ansi.screen(text, max(20, settings.columns or 80), 0, colour=not settings.no_color)
    return [line for line in lines if line.strip()][:_WRAPPED_LINES]


def _preview(args: Args, settings: Settings) -> int:
    """Each preset, or the one or the parts that are named, with made-up data at three widths, none wider than the
    terminal."""
    from cst.render import statusline_sample

    named = args["parts"][1:]
    shown: dict[str, Sequence[str]]
    if len(named) == 1 and named[0] in statusline.PRESETS:
        shown = {named[0]: statusline.PRESETS[named[0]]}
    elif named:
        shown = {"these parts": _parts({**args, "parts": named})}
    else:
        names = (args["preset"],) if args["preset"] else statusline.PRESETS
        shown = {name: statusline.PRESETS[name] for name in names}
    lines = []
    for name, parts in shown.items():
        for columns in sorted({min(one, terminal_columns(settings) or one) for one in (60, 100, 160)}):
            look = _look(args, settings)._replace(columns=columns, paint=painter(settings, "auto"))
            lines += [f"{name}, {columns} columns", *statusline.lines(statusline_sample.facts(look), parts), ""]
    print_lines(lines[:-1], settings)
    return 0
