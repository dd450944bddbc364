"""Verbs for scripts, and those that set cst up."""

from __future__ import annotations

from cst.model import STATES
from cst.verb import COLOR, JSON, NEEDED, REDACT, SESSION, Argument, Option, Verb

VERBS = (
    Verb(
        "report", "Show what waiting has cost: how long sessions waited for you",
        (Argument("when", "today (the default), week: the last 7 days, or month: the last 30",
                  choices=("today", "week", "month")),),
        (Option("by", "a line for each of these, not for each day", "GROUP", ("project", "state", "tag")), JSON, COLOR),
        (("cst report week", "a bar for each day"), ("cst report month --by project", "where it went")),
        fails="no session waited in that time, or a source could not be read",
    ),
    Verb(
        "grep", "Search what sessions said and did, and what their panes show",
        (Argument("word", "the text to find; in lower case it matches any case", required=True),),
        (Option("most", "lines for each session (default: 3)", "N"),
         Option("live", "only live sessions"),
         Option("all", "ended ones of any age too, not just of the last few days (the newest 200)", short="a"),
         Option("json", "print one JSON object in each line (docs/json.md)"), COLOR),
        (("cst grep 'address already in use'", "which session was it"), ("cst grep --live TODO", "who has one")),
        fails="nothing was found, or a transcript could not be read",
    ),
    Verb(
        "wait", "Wait until a session is done, needs you, or has ended",
        (NEEDED,),
        (
            Option("until", "state to wait for (default: done or needs-you; idle and asked count as done)",
                   "STATE", ("needs-you", *STATES), many=True),
            Option("timeout", "give up after this long, e.g. 90s, 30m or 2h: exit 1", "TIME"),
        ),
        (("cst wait api --until done && make deploy", "once it has finished its turn"),
         ("cst wait api --timeout 30m", "until it wants something from you, half an hour at most")),
        fails="it did not get there, or not in time",
    ),
    Verb(
        "events", "Print the state of each session, and with --follow its changes", (SESSION._replace(many=True),),
        (Option("follow", "keep printing changes, until ctrl-c", short="f"),
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
            REDACT,
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
        "init", "Print the shell, prompt or tmux integration",
        (Argument("what", "tmux: keys and status line; bash, zsh, fish: prompt and completion; starship: its module",
                  required=True, choices=("tmux", "bash", "zsh", "fish", "starship")),),
        (
            Option("command", "how tmux calls cst (default: this installation, by its absolute path)", "PATH"),
            Option("key", "tmux: another key; NAME is next, back, pick or seen, KEY as g, C-g, -n M-g, or off",
                   "NAME=KEY", many=True),
            Option("plugin", "load the tmux plugin instead, which has options (docs/tmux.md)"),
            Option("off", "tmux: remove it from tmux.conf and running tmux servers; shows the change and asks"),
            Option("dry-run", "with --off: only show it"), Option("yes", "with --off: do not ask", short="y"),
        ),
        (
            ("cst init tmux >> ~/.tmux.conf", "bind the keys"),
            ("cst init tmux --key next=C-a --key pick=G", "other keys than a and g"),
            ("cst init tmux --plugin >> ~/.tmux.conf", "the same, and more on request"),
            ("cst init tmux --off", "out of tmux.conf and running tmux servers"),
            ("cst init zsh", "in ~/.zshrc: eval \"$(cst init zsh)\""),
        ),
        needs_config=False,
        fails="with --off: not everything was removed",
    ),
    Verb(
        "hooks", "Install or remove the hooks that make states more precise",
        (Argument("what", "install, uninstall, status, or print: the fragment to merge by hand", required=True,
                  choices=("install", "uninstall", "status", "print")),),
        (
            Option("scope", "which settings.json (default: user)", "SCOPE", ("user", "project", "local")),
            Option("dry-run", "only show what would change"), Option("yes", "do not ask", short="y"),
            Option("client", "the Claude Code version to install for (default: the oldest in use, or any)", "VERSION"),
            JSON._replace(help="print the status as JSON (docs/json.md)"),
        ),
        (
            ("cst hooks install", "shows the change, asks, makes it"),
            ("cst hooks uninstall", "restores the file"),
            ("cst hooks status", "where they are installed, and which sessions fire"),
        ),
        fails="it was not done, or `status` found a problem",
    ),
    Verb(
        "web", "Show the fleet in a browser on this machine, while it runs", (),
        (
            Option("port", "where it listens, on 127.0.0.1 only (default: 8278; 0: any that is free)", "N"),
            Option("act", "let the page answer, send, mark and jump, too"),
            Option("open", "open the page in your browser"),
            Option("allow-host", "another name that it is reached by, behind a proxy of yours", "HOST", many=True),
        ),
        (("cst web --open", "to look"), ("cst web --act", "to answer and send, too"),
         ("cst web --allow-host box.tail1234.ts.net", "behind `tailscale serve 8278`")),
        errors_in_tmux="never",
    ),
    Verb(
        "doctor", "Check sources, tools and integrations, and suggest fixes", (),
        (
            Option("verify", "prove it on made-up sessions in a private tmux too; takes a few seconds"),
            JSON, COLOR,
        ),
        (("cst doctor", "exit 1 if something is wrong"), ("cst doctor --verify", "a self-test, step by step")),
        needs_config=False,
        fails="something is wrong",
    ),
    Verb(
        "prune", "Remove old event logs and marks that no longer count", (),
        (
            Option("dry-run", "only show what would go"),
            Option("list", "show each file, not how many there are in a folder"),
            Option("older-than", "keep what is newer than this (default: 30d)", "AGE"),
            Option("all", "everything that cst wrote, to leave nothing behind when you uninstall it; asks"),
            Option("yes", "with --all: do not ask", short="y"),
        ),
        (("cst prune --dry-run", "what would go"), ("cst prune --older-than 7d", "keep a week"),
         ("cst prune --all", "before you uninstall cst")),
    ),
    Verb(
        "demo", "Try it all on made-up sessions in a private tmux",
        (Argument("command", "a verb to run in the demo instead of a shell, with its options", many=True,
                  complete="verb"),), (),
        (("cst demo", "a tmux with twelve sessions; exit leaves nothing behind"), ("cst demo ls", "one look")),
        passes_options=True,
    ),
)  # fmt: skip
