"""Verbs that do something to sessions, and that remember something about them."""

from __future__ import annotations

from cst.verb import CLIENT, DETACH, HERE, JSON, NEEDED, SESSION, THESE, Argument, Option, Verb

NOTE = Option("note", "a note on why, shown in the row; --off removes it", "TEXT")

VERBS = (
    Verb(
        "answer", "Answer a session's dialog from here, if it is still the same",
        (NEEDED._replace(complete="waiting"),
         Argument("reply", "yes, always, no, or an option's number; without it, the dialog is shown",
                           complete="yes always no"),
         Argument("text", "for an option that takes text, such as \"Type something\"", many=True)),
        (
            JSON._replace(help="without a reply, print the dialog as JSON (docs/json.md)"),
            Option("token", "only if the dialog is the one that --json gave this token for", "TOKEN"),
        ),
        (("cst answer api", "shows the dialog and asks"), ("cst answer api yes", "approves what it asks now"),
         ("cst answer %7 2", "chooses option 2"),
         ("cst answer api 3 'use the other port'", "chooses option 3, with that text")),
    ),
    Verb(
        "send", "Send a prompt to a session that is at its prompt",
        (NEEDED, Argument("text", "the prompt; - reads it from standard input", many=True)),
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
        "open", "Open a session's folder, a shell there, or its transcript",
        (NEEDED, Argument("what", "folder (in $VISUAL or $EDITOR; the default), shell, or transcript (in $PAGER)",
                           choices=("folder", "shell", "transcript"))),
        (DETACH, CLIENT),
        (("cst open api", "its folder in your editor, in a new window"), ("cst open api shell", "a shell there"),
         ("cst open api transcript", "all that is known of it, in the pager")),
    ),
    Verb(
        "copy", "Copy a session's id, its folder, or the command that resumes it",
        (NEEDED, Argument("what", "id (the default), path or resume", choices=("id", "path", "resume"))), (CLIENT,),
        (("cst copy api path", "into tmux's buffer and the clipboard"), ("cst copy api resume", "to run it elsewhere"),
         ("cd \"$(cst copy api path)\"", "into a pipe or a file: printed")),
    ),
    Verb(
        "resume", "Resume an ended session in its folder",
        (SESSION._replace(help="an ended session: its id or the beginning of it, or its name", complete="ended"),),
        (DETACH, CLIENT),
        (("cst resume 1f0c", "the one whose id begins so, from all history"), ("cst resume api", "by its name")),
        errors_in_tmux="always",
    ),
    Verb(
        "new", "Start a session in a tmux window, and print its key",
        (Argument("folder", "where (default: here)", complete="file"),
         Argument("claude", "arguments for claude, after --", many=True)),
        (
            Option("prompt", "what to ask it at once; - reads it from standard input", "TEXT", short="p"),
            Option("worktree", "in a git worktree, which claude makes; without NAME, or with -, it chooses one. A word "
                   "with a / behind it is the folder: write --worktree=NAME", "NAME", bare="-"),
            Option("fork", "begin with the conversation of that session, in its folder", "SESSION", complete="session"),
            Option("tag", "tag it", "TAG", short="t", many=True, complete="tag"),
            Option("window", "in a new window (the default)"), Option("split", "beside this pane"),
            Option("popup", "in a popup, on a tmux session of its own"), DETACH, CLIENT,
        ),
        (("cst new ~/code/api", "in a new window"), ("cst new -d ~/code/api", "the same, and stay where you are"),
         ("cst wait \"$(cst new ~/code/api --prompt 'run the tests')\"", "start it, and wait until it is done"),
         ("cst new --fork api --split --prompt 'try it without the cache'", "the same conversation, twice"),
         ("cst new ~/code/api --worktree login -- --model opus", "in a worktree, with arguments for claude")),
        fails="it was started (its key is printed), and something is in the way of its start or of its prompt",
    ),
    Verb(
        "park", "Record where sessions are, to restore them later",
        (THESE,),
        (Option("all", "every live session that is in tmux", short="a"),
         Option("end", "end them too, after confirmation"), Option("yes", "do not ask", short="y"),
         Option("resurrect", "put `claude --resume` into this file that tmux-resurrect has saved", "FILE")),
        (("cst park --all --end", "before a reboot; then: cst restore"), ("cst park api", "without ending it")),
        fails="a session could not be parked, or did not end",
    ),
    Verb(
        "restore", "Restore lost and parked sessions, each where it was",
        (SESSION._replace(help="some of those that it lists (default: all that were lost or parked)", many=True,
                          complete=""),),
        (Option("lost", "only what was lost"), Option("parked", "only what was parked"),
         Option("dismiss", "do not offer these again"), Option("yes", "do not ask", short="y")),
        (("cst restore", "shows what was lost, asks, resumes each in its window"),
         ("cst restore --lost --yes", "what was lost, without the question"),
         ("cst restore --dismiss api", "never mind that one")),
        fails="nothing was lost or parked, or one could not be restored",
    ),
    Verb(
        "kill", "End sessions (SIGTERM to exactly that process), after confirmation",
        (NEEDED._replace(many=True),),
        (Option("yes", "do not ask", short="y"), Option("dry-run", "only say who it is and what would be lost"),
         Option("force", "SIGKILL what SIGTERM did not end")),
        (("cst kill api", "asks, then ends it"), ("cst kill --yes 4711", "by pid, without the question")),
        fails="a session did not end, or you kept it",
    ),
    Verb(
        "seen", "Mark sessions as seen", (THESE,), (CLIENT,),
        (("cst seen", "the session of this pane"), ("cst seen api", "the session named api")),
    ),
    Verb(
        "pin", "Pin sessions to the top", (THESE,), (Option("off", "unpin"), NOTE, CLIENT),
        (("cst pin api web", "both come first"), ("cst pin api --note 'PR #1'", "with a note in its row"),
         ("cst pin --off", "unpin the session of this pane")),
    ),
    Verb(
        "snooze", "Snooze sessions", (THESE,),
        (
            Option("for", "how long, e.g. 30m, 2h or 1d (default: 30m)", "TIME"),
            Option("until-changes", "until its state changes"),
            Option("off", "wake it"), NOTE, CLIENT,
        ),
        (("cst snooze", "the session of this pane, for 30 minutes"), ("cst snooze api --for 2h", "for two hours"),
         ("cst snooze web --until-changes", "until its state changes")),
    ),
    Verb(
        "archive", "Put sessions out of sight, and keep them", (THESE,),
        (Option("off", "bring them back"), CLIENT),
        (("cst archive api", "no list shows it, and it no longer needs you"),
         ("cst archive --off api", "back into the lists; cst ls --archived has them")),
    ),
    Verb(
        "tag", "Tag sessions, or print their tags",
        (THESE._replace(help=SESSION.help + "; without it, to add or remove, this pane's session, else all tags"),),
        (
            Option("add", "tags to add, each one word; -TAG removes one, as in the picker", "TAG", short="a", many=True,
                   complete="tag"),
            Option("remove", "tags to remove", "TAG", short="r", many=True, complete="tag"), CLIENT,
        ),
        (("cst tag api web --add release,urgent", "then: cst ls --tag release"),
         ("cst tag api --remove urgent", "take one away"),
         ("cst tag api --add 'release -urgent'", "both at once, in the words of the picker's question"),
         ("cst tag api", "which it has"), ("cst tag", "all tags, and who has them")),
        fails="it was not done, or no session has a tag",
    ),
    Verb(
        "rename", "Rename a session, in cst only",
        (HERE, Argument("name", "its new name; one word alone is the name of the session of this pane", many=True)),
        (Option("off", "remove the name that you gave it"), CLIENT),
        (("cst rename api parser", "call api parser"), ("cst rename parser", "the session of this pane"),
         ("cst rename parser --off", "restores its own name")),
    ),
)  # fmt: skip
