"""The verbs and their options, declared once: the fast parser, the help and the completions are made from this.

A verb is `Verb(name, help, arguments, options, examples, hidden)`. `hot` verbs are parsed by `hot` without typer.
"""

from __future__ import annotations

from cst.model import STATES, Value

MANY = "..."


class Argument(Value):
    """A word without a dash. `many` takes all that follow; it is optional unless `required`."""

    name: str
    help: str
    required: bool = False
    many: bool = False
    complete: str = ""  # "session": the shells offer live sessions


class Option(Value):
    """`--name`, and what it takes: "" for a flag, else the word shown for its value."""

    name: str
    help: str
    value: str = ""
    choices: tuple[str, ...] = ()
    short: str = ""
    many: bool = False  # may be given again, or with commas


class Verb(Value):
    """One verb. The first line of `help` stands in `cst --help`; `examples` are (command, what it does)."""

    name: str
    help: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    hidden: bool = False
    hot: bool = True
    room: str = "acting"  # the module with the function of a hot verb, `do_<name>`


SESSION = Argument("session", "key, pid, id or its beginning, name, or tmux pane (%7)", complete="session")
_HERE = SESSION._replace(help=SESSION.help + "; without it, the session of this pane")
_NEEDED = SESSION._replace(required=True)
_COLOR = Option("color", "when to colour", "WHEN", ("auto", "always", "never"))
_JSON = Option("json", "print JSON (docs/json.md)")
_CLIENT = Option("client", "the tmux client to act for; a key binding passes #{client_name}", "CLIENT", short="c")
_REDACT = Option("redact", "letters as x, digits as 0 in prompts, answers, titles, paths")
_ALL = Option("all", "ended sessions too (the last 7 days)", short="a")

VERBS = (
    Verb(
        "pick", "Choose a session in fzf: Enter jumps there, ctrl-k ends it",
        options=(_CLIENT, _ALL), examples=(("cst pick", "in a pane, a popup, or outside tmux"),),
    ),
    Verb(
        "next", "Jump to the session that most needs you; again, to the next one",
        options=(_CLIENT, Option("peek", "say which one it would be, and stay")),
        examples=(("cst next", "jump, or say \"all clear\" and exit 1"), ("cst next --peek", "only ask")),
    ),
    Verb(
        "back", "Jump back to where you were before the first `cst next`",
        options=(_CLIENT,), examples=(("cst back", "return to your own work"),),
    ),
    Verb(
        "status", "Print one line: how many need you, and for how long",
        options=(
            Option("format", "for which bar; default: ansi on a terminal, else plain", "FORMAT",
                   ("tmux", "ansi", "plain", "json")),
        ),
        examples=(("cst status --format tmux", "for status-right in tmux.conf"), ("cst status", "in a terminal")),
        room="reading",
    ),
    Verb(
        "ls", "List the sessions, most urgent first",
        options=(
            _JSON, _ALL,
            Option("state", "only these states", "STATE", STATES, many=True),
            Option("needs-you", "only those that need you", short="n"),
            Option("sort", "by what; default: urgency", "KEY", ("urgency", "since", "name", "context")),
            _COLOR,
        ),
        examples=(("cst ls --needs-you", "what waits for you"), ("cst ls --json | jq '.sessions[0]'", "for scripts")),
        room="reading",
    ),
    Verb(
        "show", "Show all about one session, with its tool history", (_HERE,), (_JSON, _COLOR),
        (("cst show", "the session of this pane"), ("cst show api", "the session named api")),
        room="reading",
    ),
    Verb(
        "why", "Show why a session has its state: every rule and the evidence", (_HERE,), (_JSON, _REDACT, _COLOR),
        (("cst why %7", "the session in pane %7"), ("cst why --redact", "to paste into a bug report")),
        room="reading",
    ),
    Verb(
        "seen", "Mark a session as seen: it needs you no more until it changes", (_HERE,), (_CLIENT,),
        (("cst seen", "the session of this pane"), ("cst seen api", "the session named api")),
    ),
    Verb(
        "jump", "Show a session's pane on your tmux client", (_NEEDED,), (_CLIENT,),
        (("cst jump api", "the session named api"),),
    ),
    Verb(
        "kill", "End sessions: SIGTERM to exactly that process, after a question",
        (_NEEDED._replace(many=True),),
        (Option("yes", "do not ask", short="y"), Option("force", "SIGKILL what SIGTERM did not end")),
        (("cst kill api", "asks, then ends it"), ("cst kill --yes 4711", "by pid, without the question")),
    ),
    Verb(
        "answer", "Answer a session's dialog from here, if it still is that one",
        (_NEEDED, Argument("reply", "yes, always, no, or an option's number; without it, the dialog is shown")), (),
        (("cst answer api", "shows the dialog and asks"), ("cst answer api yes", "approves what it asks now"),
         ("cst answer %7 2", "chooses option 2")), room="answering",
    ),
    Verb(
        "send", "Send a prompt to a session that is at its prompt",
        (_NEEDED, Argument("text", "the prompt; - reads it from standard input", required=True, many=True)), (),
        (("cst send api 'run the tests again'", "one line"), ("cst send api - < review.md", "a file, as one prompt")),
        room="answering",
    ),
    Verb(
        "record", "Record what cst sees, until ctrl-c: for a bug report, or a test",
        (Argument("file", "where to; must not exist yet", required=True),),
        (
            Option("seconds", "stop after so long", "N"), Option("every", "how often to look; default: 1", "SECONDS"),
            _REDACT,
        ),
        (("cst record --redact wrong.jsonl", "then do what goes wrong, then ctrl-c"),), hot=False,
    ),
    Verb(
        "replay", "Run a reading verb on a recording; without one: what changed when",
        (
            Argument("file", "a recording of `cst record`", required=True),
            Argument("command", "ls, show, why, status, rows, preview or next --peek, with its options", many=True),
        ),
        (Option("at", "the moment, in seconds from its beginning; default: its end", "SECONDS"),),
        (("cst replay wrong.jsonl", "every change of a state"), ("cst replay --at 12 wrong.jsonl why api", "then")),
        hot=False,
    ),
    Verb(
        "hooks", "Print the hook settings that make states sharper",
        (Argument("what", "print: the fragment to merge into Claude Code's settings.json", required=True),),
        (Option("client", "the Claude Code version to print for; default: the newest that runs", "VERSION"),),
        (("cst hooks print", "the fragment for ~/.claude/settings.json"),), hot=False,
    ),
    Verb(
        "init", "Print the key bindings and the status line for tmux",
        (Argument("what", "tmux", required=True),),
        (Option("command", "how tmux is to call cst; default: this installation, by its absolute path", "PATH"),),
        (("cst init tmux >> ~/.tmux.conf", "bind the keys"),), hot=False,
    ),
    Verb(
        "demo", "Try it all on made-up sessions in a private tmux",
        (Argument("command", "a verb to run in the demo instead of a shell, with its options", many=True),), (),
        (("cst demo", "a tmux with twelve sessions; exit leaves nothing behind"), ("cst demo ls", "one look")),
        hot=False,
    ),
    Verb(
        "rows", "Print the picker's rows; fzf calls this", (), (_ALL, Option("width", "columns", "N")), hidden=True,
        room="reading",
    ),
    Verb(
        "preview", "Print the picker's preview of one session; fzf calls this", (_NEEDED,),
        (Option("width", "columns", "N"), Option("height", "lines", "N")), hidden=True,
        room="reading",
    ),
    Verb("ask", "Print the picker's question before a kill; fzf calls this", (_NEEDED,), (), hidden=True),
)  # fmt: skip


def verb(name: str) -> Verb | None:
    """The verb of that name."""
    return next((verb for verb in VERBS if verb.name == name), None)
