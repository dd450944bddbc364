"""The verbs and their options, declared once: the fast parser, the help and the completions are made from this.

What a verb does stands in `commands/<name>.py`.

Over 300 lines because it is one table.
"""

from __future__ import annotations

from cst.model import PAGES, STATES, Value


class Argument(Value):
    """A word without a dash. `many` takes all that follow; it is optional unless `required`."""

    name: str
    help: str
    required: bool = False
    many: bool = False
    complete: str = ""  # what the shells offer: session, file, verb, else these words; any other is taken too
    choices: tuple[str, ...] = ()


class Option(Value):
    """`--name`, and what it takes: "" for a flag, else the word shown for its value."""

    name: str
    help: str
    value: str = ""
    choices: tuple[str, ...] = ()
    short: str = ""
    many: bool = False  # may be given again, or with commas
    complete: str = ""  # "tag": the shells offer the tags that there are


class Verb(Value):
    """One verb. The first line of `help` stands in `cst --help`; `examples` are (command, what it does)."""

    name: str
    help: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    hidden: bool = False
    passes_options: bool = False  # words that are no option of this verb are passed on to the command in its arguments
    needs_config: bool = True  # else a config file that cannot be used is passed over
    errors_in_tmux: str = "unseen"  # on tmux's message line too: never, always, or where stderr is no terminal
    fails: str = ""  # what exit code 1 says, where that is not only a named problem


SESSION = Argument(
    "session", "name, pid, id or its first characters, key (pid.start), tmux pane (%7) or place (work:2.1)",
    complete="session",
)  # fmt: skip
_HERE = SESSION._replace(help=SESSION.help + "; without it, the session of this pane")
_THESE = _HERE._replace(many=True)
_NEEDED = SESSION._replace(required=True)
_COLOR = Option("color", "when to colour", "WHEN", ("auto", "always", "never"))
_JSON = Option("json", "print JSON (docs/json.md)")
_CLIENT = Option("client", "the tmux client to act for; a key binding passes #{client_name}", "CLIENT", short="c")
_REDACT = Option("redact", "letters as x, digits as 0 in prompts, answers, titles, paths")
_ALL = Option("all", "include ended sessions (of the last 7 days)", short="a")

VERBS = (
    Verb(
        "pick", "Choose a session in fzf, live: jump there, answer, send, end it",
        options=(_CLIENT, _ALL, Option("stay", "stay open: Enter shows the session, the list waits")),
        examples=(
            ("cst pick", "in a pane, a popup, or outside tmux"),
            ("cst pick --stay", "a dashboard in a pane of its own"),
        ),
        errors_in_tmux="always",
        fails="there is no session to choose",
    ),
    Verb(
        "next", "Jump to the session that most needs you; again, to the next one",
        options=(_CLIENT, Option("peek", "only print which session it would be")),
        examples=(("cst next", "jump, or say \"all clear\" and exit 1"), ("cst next --peek", "only ask")),
        fails="no session needs you",
    ),
    Verb(
        "back", "Jump back to where you were before the first `cst next`",
        options=(_CLIENT,), examples=(("cst back", "return to your own work"),),
    ),
    Verb(
        "status", "Print one line: how many need you, and for how long",
        options=(
            Option("format", "output format (default: ansi on a terminal, otherwise plain)", "FORMAT",
                   ("tmux", "ansi", "plain", "json", "waybar", "i3blocks", "swiftbar")),
            Option("badges", "also set options of tmux panes and windows, for badges (docs/tmux.md)"),
        ),
        examples=(("cst status --format tmux", "for status-right in tmux.conf"), ("cst status", "in a terminal")),
        errors_in_tmux="never",
    ),
    Verb(
        "ls", "List the sessions, most urgent first",
        options=(
            _JSON, _ALL,
            Option("state", "only these states", "STATE", STATES, many=True),
            Option("needs-you", "only those that need you", short="n"),
            Option("tag", "only those with one of these tags", "TAG", many=True, complete="tag"),
            Option("sort", "sort by this (default: urgency)", "KEY", ("urgency", "since", "name", "context")),
            Option("watch", "keep updating until q or ctrl-c; in a pipe, print again at each change", short="w"),
            _COLOR,
        ),
        examples=(("cst ls --needs-you", "what waits for you"), ("cst ls --json | jq '.sessions[0]'", "for scripts")),
    ),
    Verb(
        "show", "Show all about one session, with its tool history", (_HERE,), (_JSON, _COLOR),
        (("cst show", "the session of this pane"), ("cst show api", "the session named api")),
    ),
    Verb(
        "why", "Show why a session has its state: every rule and the evidence", (_HERE,), (_JSON, _REDACT, _COLOR),
        (("cst why %7", "the session in pane %7"), ("cst why --redact", "to paste into a bug report")),
    ),
    Verb(
        "seen", "Mark sessions as seen", (_THESE,), (_CLIENT,),
        (("cst seen", "the session of this pane"), ("cst seen api", "the session named api")),
    ),
    Verb(
        "pin", "Pin sessions to the top", (_THESE,), (Option("off", "unpin"), _CLIENT),
        (("cst pin api web", "both come first"), ("cst pin --off", "unpin the session of this pane")),
    ),
    Verb(
        "snooze", "Snooze sessions", (_THESE,),
        (
            Option("for", "how long, e.g. 30m, 2h or 1d (default: 30m)", "TIME"),
            Option("until-changes", "until its state changes"),
            Option("off", "wake it"), _CLIENT,
        ),
        (("cst snooze", "the session of this pane, for 30 minutes"), ("cst snooze api --for 2h", "for two hours"),
         ("cst snooze web --until-changes", "until its state changes")),
    ),
    Verb(
        "tag", "Tag sessions, or print their tags", (_THESE,),
        (
            Option("add", "tags to add, each one word", "TAG", short="a", many=True, complete="tag"),
            Option("remove", "tags to remove", "TAG", short="r", many=True, complete="tag"), _CLIENT,
        ),
        (("cst tag api web --add release,urgent", "then: cst ls --tag release"),
         ("cst tag api --remove urgent", "take one away"), ("cst tag api", "which it has")),
    ),
    Verb(
        "rename", "Rename a session, in cst only",
        (Argument("word", "the session (without it, that of this pane), then its new name", many=True,
                  complete="session"),),
        (Option("off", "remove the name that you gave it"), _CLIENT),
        (("cst rename api parser", "call api parser"), ("cst rename parser", "the session of this pane"),
         ("cst rename parser --off", "restores its own name")),
    ),
    Verb(
        "jump", "Show a session's pane on your tmux client", (_NEEDED,), (_CLIENT,),
        (("cst jump api", "the session named api"),),
    ),
    Verb(
        "open", "Open a session's folder, a shell there, or its transcript",
        (_NEEDED, Argument("what", "folder (in $VISUAL or $EDITOR; the default), shell, or transcript (in $PAGER)",
                           choices=("folder", "shell", "transcript"))),
        (_CLIENT,),
        (("cst open api", "its folder in your editor, in a new window"), ("cst open api shell", "a shell there"),
         ("cst open api transcript", "all that is known of it, in the pager")),
    ),
    Verb(
        "copy", "Copy a session's id, its folder, or the command that resumes it",
        (_NEEDED, Argument("what", "id (the default), path or resume", choices=("id", "path", "resume"))), (_CLIENT,),
        (("cst copy api path", "into tmux's buffer and the clipboard"), ("cst copy api resume", "to run it elsewhere"),
         ("cd \"$(cst copy api path)\"", "into a pipe or a file: printed")),
    ),
    Verb(
        "resume", "Resume an ended session in its folder",
        (SESSION._replace(help="an ended session: its id or the beginning of it, or its name", complete=""),),
        (_CLIENT,),
        (("cst resume 1f0c", "the one whose id begins so, from all history"), ("cst resume api", "by its name")),
        errors_in_tmux="always",
    ),
    Verb(
        "kill", "End sessions (SIGTERM to exactly that process), after confirmation",
        (_NEEDED._replace(many=True),),
        (Option("yes", "do not ask", short="y"), Option("force", "SIGKILL what SIGTERM did not end")),
        (("cst kill api", "asks, then ends it"), ("cst kill --yes 4711", "by pid, without the question")),
        fails="a session did not end, or was kept",
    ),
    Verb(
        "answer", "Answer a session's dialog from here, if it is still the same",
        (_NEEDED, Argument("reply", "yes, always, no, or an option's number; without it, the dialog is shown",
                           complete="yes always no"),
         Argument("text", "for an option that takes text, such as \"Type something\"", many=True)), (),
        (("cst answer api", "shows the dialog and asks"), ("cst answer api yes", "approves what it asks now"),
         ("cst answer %7 2", "chooses option 2"),
         ("cst answer api 3 'use the other port'", "chooses option 3, with that text")),
    ),
    Verb(
        "send", "Send a prompt to a session that is at its prompt",
        (_NEEDED, Argument("text", "the prompt; - reads it from standard input", many=True)),
        (
            Option("edit", "write it in your editor", short="e"),
            Option("queue", "also to a session that works: it gets the prompt after its turn", short="q"),
            Option("allow-exit", "also what ends, empties or leaves the session, as exit, :q, /clear and /resume do"),
        ),
        (("cst send api 'run the tests again'", "one line"), ("cst send api - < review.md", "a file, as one prompt"),
         ("cst send api --edit", "several lines, in your editor"),
         ("cst send --queue api 'then the docs'", "after the turn that it works on")),
    ),
    Verb(
        "wait", "Wait until a session is done, needs you, or has ended",
        (_NEEDED,),
        (
            Option("until", "state to wait for (default: done or needs-you; idle and asked count as done)",
                   "STATE", ("needs-you", *STATES), many=True),
            Option("timeout", "give up after this long, e.g. 90s, 30m or 2h: exit 1", "TIME"),
        ),
        (("cst wait api --until done && make deploy", "once it has finished its turn"),
         ("cst wait api --timeout 30m", "until it wants something of you, half an hour at most")),
        fails="it did not come to that, or not in time",
    ),
    Verb(
        "events", "Print the state of each session, and with --follow its changes", (SESSION._replace(many=True),),
        (Option("follow", "keep printing changes until ctrl-c", short="f"),
         Option("json", "print one JSON object in each line (docs/json.md)")),
        (("cst events --follow", "every change of every session"),
         ("cst events --follow --json api | jq .to", "for scripts")),
        fails="there is no session, and nothing to follow",
    ),
    Verb(
        "record", "Record what cst sees, until ctrl-c: for a bug report, or a test",
        (Argument("file", "where to; must not exist yet", required=True, complete="file"),),
        (
            Option("seconds", "stop after this many seconds", "N"),
            Option("every", "how often to look (default: 1)", "SECONDS"),
            _REDACT,
        ),
        (("cst record --redact wrong.jsonl", "then do what goes wrong, then ctrl-c"),),
    ),
    Verb(
        "replay", "Run a read-only command on a recording, or list what changed when",
        (
            Argument("file", "a recording of `cst record`", required=True, complete="file"),
            Argument("command", "ls, show, why, status, rows, preview or next --peek, with its options", many=True,
                     complete="ls show why status next"),
        ),
        (Option("at", "the moment, in seconds from its beginning (default: its end)", "SECONDS"),),
        (("cst replay wrong.jsonl", "every change of a state"), ("cst replay --at 12 wrong.jsonl why api", "then")),
        passes_options=True,
    ),
    Verb(
        "hooks", "Install or remove the hooks that make states more precise",
        (Argument("what", "install, uninstall, status, or print: the fragment to merge by hand", required=True,
                  choices=("install", "uninstall", "status", "print")),),
        (
            Option("scope", "which settings.json (default: user)", "SCOPE", ("user", "project", "local")),
            Option("dry-run", "only show what would change"), Option("yes", "do not ask", short="y"),
            Option("client", "the Claude Code version to install for (default: the oldest in use)", "VERSION"),
            _JSON._replace(help="print the status as JSON (docs/json.md)"),
        ),
        (
            ("cst hooks install", "shows the change, asks, makes it"),
            ("cst hooks uninstall", "restores the file"),
            ("cst hooks status", "where they are installed, and which sessions fire"),
        ),
        fails="it was not done, or `status` found a problem",
    ),
    Verb(
        "statusline", "Print the line inside Claude Code, and who else waits for you",
        (Argument("parts", "what to show, in this order (docs/statusline.md lists the parts); or preview, uninstall, "
                  "or install and what follows `cst statusline` then", many=True,
                  complete="install uninstall preview"),),
        (
            Option("preset", "parts that go together (default: essential)", "PRESET", ("full", "essential", "minimal")),
            Option("separator", "what stands between two parts (default: a middle dot)", "TEXT"),
            Option("bars", "a bar beside each percentage"),
            Option("time", "when things end: the time of day (default), or how long that is", "HOW", ("clock", "left")),
            Option("context", "percentages of the context that warn, and are urgent (default: 70,85)", "LOW,HIGH"),
            Option("limits", "the same for the limits (default: 75,90)", "LOW,HIGH"),
            Option("text", "what the part `text` says", "TEXT"),
            Option("wrap", "run this command too, with the same input, and print what it says first", "COMMAND"),
            Option("keep-only", "print nothing of our own, only keep what the client tells"),
            Option("dry-run", "with install and uninstall: only show what would change"),
            Option("yes", "with install and uninstall: do not ask", short="y"),
        ),
        (
            ("cst statusline preview", "what it looks like"),
            ("cst statusline install", "shows the change of settings.json, asks, makes it"),
            ("cst statusline model branch context 5h others", "these parts, in this order"),
        ),
        needs_config=False,
        errors_in_tmux="never",
    ),
    Verb(
        "cost", "Show what sessions have cost, by day, project, session or model",
        (Argument("when", "today (the default), week: the last 7 days, month: the last 30, or all",
                  choices=("today", "week", "month", "all")),),
        (
            Option("by", "what makes a line (default: day)", "GROUP", ("day", "project", "session", "model", "branch")),
            Option("since", "from this day on", "DATE"), Option("until", "up to this day", "DATE"),
            _JSON, Option("csv", "print CSV"), _COLOR,
        ),
        (("cst cost month", "a line for each day"), ("cst cost week --by project", "where it went")),
        fails="nothing was spent in that time, or a transcript could not be read",
    ),
    Verb(
        "limits", "Show how full the usage limits are, as the sessions were told", (),
        (
            Option("check", "exit 1 where one is at this percentage or over", "PERCENT"),
            _JSON, _COLOR,
        ),
        (("cst limits", "5 hours, 7 days, and how old the figures are"), ("cst limits --check 90", "in scripts")),
        fails="with --check: a limit is reached, or none is known",
    ),
    Verb(
        "doctor", "Check sources, tools and integrations, and suggest fixes", (),
        (
            Option("verify", "prove it on made-up sessions in a private tmux too; takes a few seconds"),
            _JSON, _COLOR,
        ),
        (("cst doctor", "exit 1 if something is wrong"), ("cst doctor --verify", "a self-test, step by step")),
        needs_config=False,
        fails="something is wrong",
    ),
    Verb(
        "prune", "Remove old event logs and marks that no longer count", (),
        (
            Option("dry-run", "only show what would go"),
            Option("older-than", "keep what is newer than this (default: 30d)", "AGE"),
            Option("all", "everything that cst wrote, to leave nothing behind when you uninstall it; asks"),
            Option("yes", "with --all: do not ask", short="y"),
        ),
        (("cst prune --dry-run", "what would go"), ("cst prune --older-than 7d", "keep a week"),
         ("cst prune --all", "before you uninstall cst")),
    ),
    Verb(
        "init", "Print the shell, prompt or tmux integration",
        (Argument("what", "tmux: keys and status line; bash, zsh, fish: prompt and completion; starship: its module",
                  required=True, choices=("tmux", "bash", "zsh", "fish", "starship")),),
        (
            Option("command", "how tmux calls cst (default: this installation, by its absolute path)", "PATH"),
            Option("key", "tmux: another key; NAME is next, back, pick or seen, KEY as g, C-g, -n M-g, or off",
                   "NAME=KEY", many=True),
            Option("plugin", "load the tmux plugin instead, which has options (docs/tmux.md)"),
            Option("off", "tmux: take it out of tmux.conf and of the tmux that runs; shows the change, asks"),
            Option("dry-run", "with --off: only show it"), Option("yes", "with --off: do not ask", short="y"),
        ),
        (
            ("cst init tmux >> ~/.tmux.conf", "bind the keys"),
            ("cst init tmux --key next=C-a --key pick=G", "other keys than a and g"),
            ("cst init tmux --plugin >> ~/.tmux.conf", "the same, and more on request"),
            ("cst init tmux --off", "out of tmux.conf and of the tmux that runs"),
            ("cst init zsh", "in ~/.zshrc: eval \"$(cst init zsh)\""),
        ),
        needs_config=False,
        fails="with --off: not everything was removed",
    ),
    Verb(
        "demo", "Try it all on made-up sessions in a private tmux",
        (Argument("command", "a verb to run in the demo instead of a shell, with its options", many=True,
                  complete="verb"),), (),
        (("cst demo", "a tmux with twelve sessions; exit leaves nothing behind"), ("cst demo ls", "one look")),
        passes_options=True,
    ),
    Verb(
        "rows", "Print the picker's rows; fzf calls this", (), (_ALL, Option("width", "columns", "N")), hidden=True,
        errors_in_tmux="never",
    ),
    Verb(
        "preview", "Print the picker's preview of one session; fzf calls this", (_NEEDED,),
        (
            Option("page", "what to show (default: tools)", "PAGE", PAGES), Option("width", "columns", "N"),
            Option("height", "lines", "N"),
        ),
        hidden=True,
        errors_in_tmux="never",
    ),
    Verb(
        "tree", "Ask git what is not committed, for the next status line; `cst statusline` starts this",
        (Argument("session", "its id", required=True), Argument("folder", "its folder", required=True)),
        hidden=True, needs_config=False, errors_in_tmux="never",
    ),
    Verb(
        "past", "Print the rows of all ended sessions; fzf calls this", (), (Option("width", "columns", "N"),),
        hidden=True,
    ),
)  # fmt: skip


# The verbs as `cst --help` groups them.
GROUPS = (
    ("Go", ("pick", "next", "back", "jump")),
    ("Look", ("ls", "status", "show", "why", "limits", "cost")),
    ("Act", ("answer", "send", "open", "copy", "resume", "kill")),
    ("Remember", ("seen", "pin", "snooze", "tag", "rename")),
    ("In scripts", ("wait", "events", "record", "replay")),
    ("Set up", ("init", "hooks", "statusline", "doctor", "prune", "demo")),
)


def find(name: str) -> Verb | None:
    """The verb of that name; None where there is none."""
    return next((verb for verb in VERBS if verb.name == name), None)
