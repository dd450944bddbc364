"""The manual page cst(1), made from the table of verbs and that of the environment."""

from __future__ import annotations

from completions import flags
from cst import __version__, settings
from cst.verb import Argument, Option, Verb

_ABOUT = "one key to the Claude Code session that most needs you"
_CODES = (
    ("0", "done"), ("1", "nothing to do, or a named problem"), ("2", "wrong usage"), ("3", "a bug, with a report file"),
    ("4", "something was to be done on a host, and nobody knows whether it was"), ("130", "cancelled"),
)  # fmt: skip
_FILES = (
    ("~/.config/cst/config.toml", "settings, all optional"),
    ("~/.local/state/cst/events/", "what the hooks append"),
    ("~/.local/state/cst/marks/", "what you marked"),
    ("~/.local/state/cst/prompt, names, tags", "what shells read at a prompt and at TAB"),
    ("~/.claude/", "where Claude Code keeps what cst reads; CLAUDE_CONFIG_DIR names another"),
)


def page(verbs: list[Verb]) -> str:
    """The page, in the macros of man(7)."""
    lines = [
        '.\\" Made by tools/generate.py from cst/verbs/',
        f'.TH CST 1 "" "cst {__version__}" "User Commands"', ".SH NAME", f"cst \\- {_ABOUT}", ".SH SYNOPSIS",
        ".B cst", ".I verb", "[options] [arguments]", ".SH DESCRIPTION",
        _text("cst reads what Claude Code writes about its sessions, asks the kernel and tmux about them, and lists, "
              "shows, jumps to or ends them. SESSION is a key, a pid, a session id or its beginning, a name, a tmux "
              "pane (%7) or a place (work:2.1). The beginning of a name is enough where it is the only one, but for "
              "kill, answer, send and wait. Without a verb, on a terminal, cst opens the picker."),
        ".SH VERBS",
    ]  # fmt: skip
    for verb in verbs:
        lines += _verb(verb)
    lines += [".SH EXIT STATUS", *_pairs(_CODES), ".SH ENVIRONMENT", *_pairs(settings.ENVIRONMENT)]
    lines += [".SH FILES", *_pairs(_FILES), ".SH SEE ALSO", ".BR tmux (1),", ".BR fzf (1)"]
    return "\n".join(lines) + "\n"


def _verb(verb: Verb) -> list[str]:
    names = " ".join(_argument(argument) for argument in verb.arguments)
    lines = [f'.SS "cst {_text(f"{verb.name} {names}".rstrip())}"', _text(verb.help + ".")]
    for argument in verb.arguments:
        lines += [".TP", f".I {_text(argument.name.upper())}", _text(_with_choices(argument))]
    for option in verb.options:
        value = f" \\fI{_text(option.value)}\\fR" if option.value else ""
        value = f" [{value[1:]}]" if option.bare else value
        spelled = ", ".join(f"\\fB{_text(flag)}\\fR{value}" for flag in reversed(flags(option)))
        lines += [".TP", spelled, _text(_with_choices(option))]
    for command, about in verb.examples:
        lines += [".PP", f"\\fB{_text(command)}\\fR", ".br", _text(about)]
    if verb.fails:
        lines += [".PP", _text(f"Exit status 1: {verb.fails}, or a named problem.")]
    return lines


def _argument(argument: Argument) -> str:
    name = argument.name.upper() + "..." * argument.many
    return name if argument.required else f"[{name}]"


def _with_choices(one: Argument | Option) -> str:
    said = all(choice in one.help for choice in one.choices)
    return one.help if said else f"{one.help}: {', '.join(one.choices)}"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    return [line for name, about in pairs for line in (".TP", f".B {_text(name)}", _text(about))]


def _text(text: str) -> str:
    """Text that troff prints as it is: no escapes, ASCII hyphens, no quote that would become another, no line that is
    a request."""
    for char, escape in (
        ("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"), ('"', "\\(dq"), ("^", "\\(ha"), ("~", "\\(ti"),
    ):  # fmt: skip
        text = text.replace(char, escape)
    return "\\&" + text if text.startswith(".") else text
