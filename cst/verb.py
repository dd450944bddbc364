"""The nouns of the command line: a verb, its arguments and options, and those that several verbs share.

Everything that a person reads of a verb stands in them: the parser, the help and the completions are made from this.
"""

from __future__ import annotations

from cst.value import Value


class Argument(Value):
    """A word without a dash. `many` takes all that follow; it is optional unless `required`."""

    name: str
    help: str
    required: bool = False
    many: bool = False
    complete: str = ""  # what the shells offer: session, waiting (for an answer), ended, file, verb, else these words
    choices: tuple[str, ...] = ()
    names_session: bool = False  # never empty; HOST/ before it has the verb run on that host


class Option(Value):
    """`--name`, and what it takes: "" for a flag, else the word shown for its value."""

    name: str
    help: str
    value: str = ""
    choices: tuple[str, ...] = ()
    short: str = ""
    many: bool = False  # may be given again, or with commas
    complete: str = ""  # "tag": the shells offer the tags that there are
    bare: str = ""  # the value of an option that stands without one; "": it takes the next word, whatever that is


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
    "session", "name, pid, id or its first characters, key (pid.start), tmux pane (%7) or place (work:2.1); on a host "
    "HOST/ and any of these",
    complete="session", names_session=True,
)  # fmt: skip
HERE = SESSION._replace(help=SESSION.help + "; without it, the session of this pane")
THESE = HERE._replace(many=True)
NEEDED = SESSION._replace(required=True)
COLOR = Option("color", "when to colour", "WHEN", ("auto", "always", "never"))
JSON = Option("json", "print JSON (docs/json.md)")
CLIENT = Option("client", "the tmux client to act for; a key binding passes #{client_name}", "CLIENT", short="c")
DETACH = Option("detach", "in the background: the client stays where it is", short="d")
REDACT = Option("redact", "letters as x, digits as 0 in prompts, answers, titles, paths")
EVERY_HOST = Option("all-hosts", "those of every host in config.toml too (docs/hosts.md)")
ALL = Option("all", "include ended sessions (of the last 7 days)", short="a")
