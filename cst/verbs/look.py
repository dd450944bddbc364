"""Verbs that go to a session, look, or are run by tmux, fzf and the client: read at every key press."""

from __future__ import annotations

from cst.model import PAGES, STATES
from cst.verb import ALL, CLIENT, COLOR, EVERY_HOST, HERE, JSON, NEEDED, REDACT, Argument, Option, Verb

VERBS = (
    Verb(
        "pick", "Choose a session in fzf, live: jump there, answer, send, end it",
        options=(CLIENT, ALL, Option("stay", "stay open: Enter shows the session, the list waits")),
        examples=(
            ("cst pick", "in a pane, a popup, or outside tmux"),
            ("cst pick --stay", "a dashboard in a pane of its own"),
        ),
        errors_in_tmux="always",
        fails="there is no session to choose",
    ),
    Verb(
        "next", "Jump to the session that most needs you; again, to the next one",
        options=(CLIENT, Option("peek", "only print which session it would be"), EVERY_HOST),
        examples=(("cst next", "jump, or say \"all clear\" and exit 1"), ("cst next --peek", "only ask")),
        fails="no session needs you",
    ),
    Verb(
        "back", "Jump back to where you were before this walk with `cst next` began",
        options=(CLIENT,), examples=(("cst back", "return to your own work"),),
    ),
    Verb(
        "jump", "Show a session's pane on your tmux client", (NEEDED,),
        (CLIENT, Option("through", "on the tmux client that came this way, and no other: ssh: and SSH_CONNECTION with "
                        "slashes, or pid:N; cst elsewhere passes it (docs/hosts.md)", "WAY", many=True)),
        (("cst jump api", "the session named api"),),
    ),
    Verb(
        "status", "Print one line: how many need you, and for how long",
        options=(
            Option("format", "output format (default: ansi on a terminal, otherwise plain)", "FORMAT",
                   ("tmux", "ansi", "plain", "json", "waybar", "i3blocks", "swiftbar")),
            Option("width", "the columns of the screen: of fewer than 100, a short line", "N"),
            Option("badges", "also set options of tmux panes and windows, for badges (docs/tmux.md)"),
            EVERY_HOST._replace(help="with what every host in config.toml said last (docs/hosts.md)"),
        ),
        examples=(("cst status --format tmux", "for status-right in tmux.conf"), ("cst status", "in a terminal")),
        errors_in_tmux="never",
    ),
    Verb(
        "ls", "List the sessions, most urgent first",
        options=(
            JSON, ALL,
            Option("state", "only these states", "STATE", STATES, many=True),
            Option("needs-you", "only those that need you", short="n"),
            Option("tag", "only those with one of these tags", "TAG", many=True, complete="tag"),
            Option("archived", "only those that are archived; without it they are left out"),
            Option("sort", "sort by this (default: urgency)", "KEY",
                   ("urgency", "since", "activity", "name", "project", "context", "tokens", "cost")),
            Option("watch", "keep updating until q or ctrl-c; in a pipe, print again at each change", short="w"),
            Option("host", "only the sessions of this host in config.toml (docs/hosts.md)", "HOST", many=True),
            EVERY_HOST, COLOR,
        ),
        examples=(("cst ls --needs-you", "what waits for you"), ("cst ls --all-hosts", "on every machine"),
                  ("cst ls --json | jq '.sessions[0]'", "for scripts")),
    ),
    Verb(
        "show", "Show all about one session, with its tool history", (HERE,), (JSON, COLOR),
        (("cst show", "the session of this pane"), ("cst show api", "the session named api")),
    ),
    Verb(
        "why", "Show why a session has its state: every rule and the evidence", (HERE,), (JSON, REDACT, COLOR),
        (("cst why %7", "the session in pane %7"), ("cst why --redact", "to paste into a bug report")),
    ),
    Verb(
        "limits", "Show how full the usage limits are, as the sessions were told", (),
        (
            Option("check", "exit 1 where one is at this percentage or over", "PERCENT"),
            JSON, COLOR,
        ),
        (("cst limits", "5 hours, 7 days, and how old the figures are"), ("cst limits --check 90", "in scripts")),
        fails="with --check: a limit is reached, or none is known",
    ),
    Verb(
        "cost", "Show what sessions have cost, by day, project, session or model",
        (Argument("when", "today (the default), week: the last 7 days, month: the last 30, or all",
                  choices=("today", "week", "month", "all")),),
        (
            Option("by", "what makes a line (default: day)", "GROUP",
                   ("day", "project", "session", "model", "branch", "tag")),
            Option("since", "from this day on", "DATE"), Option("until", "up to this day", "DATE"),
            Option("check", "only say which budgets are spent, and exit 1 then"),
            JSON, Option("csv", "print CSV"), COLOR,
        ),
        (("cst cost month", "a line for each day"), ("cst cost week --by project", "where it went")),
        fails="nothing was spent in that time, a transcript could not be read, or with --check: a budget is spent",
    ),
    Verb(
        "budget", "Set what you want to spend at most, and see how much is spent",
        (Argument("what", "set or off; without it, the budgets are shown", choices=("set", "off")),
         Argument("amount", "with set: dollars")),
        (
            Option("per", "for each of these (default: month)", "PERIOD", ("day", "week", "month", "session")),
            Option("project", "only for this project: its folder, or the name of that", "PROJECT"),
            Option("tag", "only for sessions with this tag", "TAG", complete="tag"),
            JSON, COLOR,
        ),
        (("cst budget set 50 --per month", "warns at 80%, marks at 100%; nothing is ended"),
         ("cst budget set 5 --per session --tag spike", "for each session with that tag"),
         ("cst budget off", "no budget any more")),
        fails="no budget is set, or what is spent could not all be read",
    ),
    Verb(
        "statusline", "Print Claude Code's status line, with who else waits for you",
        (Argument("parts", "what to show, in this order (docs/statusline.md lists the parts); or preview, install "
                  "(with the parts and options that the line is to have) or uninstall", many=True,
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
            ("cst statusline install", "shows the change to settings.json, asks, makes it"),
            ("cst statusline model branch context 5h others", "these parts, in this order"),
        ),
        needs_config=False,
        errors_in_tmux="never",
    ),
    Verb(
        "rows", "Print the picker's rows; fzf calls this", (), (ALL, Option("width", "columns", "N")), hidden=True,
        errors_in_tmux="never",
    ),
    Verb(
        "preview", "Print the picker's preview of one session; fzf calls this", (NEEDED,),
        (
            Option("page", "what to show (default: tools)", "PAGE", PAGES), Option("width", "columns", "N"),
            Option("height", "lines", "N"),
        ),
        hidden=True,
        errors_in_tmux="never",
    ),
    Verb(
        "past", "Print the rows of all ended sessions; fzf calls this", (),
        (Option("width", "columns", "N"), Option("names", "only the newest, as the shells offer them at TAB")),
        hidden=True,
    ),
    Verb(
        "fetch", "Ask hosts for their sessions, and keep the answers; `cst status` starts this",
        (Argument("host", "its name", required=True, many=True),), hidden=True, errors_in_tmux="never",
    ),
    Verb(
        "tree", "Ask git what is not committed, for the next status line; `cst statusline` starts this",
        (Argument("session", "its id", required=True), Argument("folder", "its folder", required=True)),
        hidden=True, needs_config=False, errors_in_tmux="never",
    ),
)  # fmt: skip
