"""Help and usage errors: a typer program built from the table of verbs. What runs a verb is `dispatch`."""

from __future__ import annotations

import inspect
import os
from keyword import iskeyword
from textwrap import wrap
from typing import Annotated, Any

import typer

from cst import __version__, dispatch, verbs
from cst import args as arguments
from cst.output import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.verb import Argument, Option, Verb

_ABOUT = "One key to the Claude Code session that most needs you."


def run(words: list[str]) -> int:
    """Print help, or say what is wrong with the words; the exit code."""
    words = _with_options(words)
    command = typer.main.get_command(_app())
    try:
        code = command.main(args=_spelled(words) or ["--help"], prog_name="cst", standalone_mode=False)
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except typer.Abort:
        return 130
    except SystemExit as leaving:  # click's answer to a broken pipe
        if isinstance(leaving.__context__, BrokenPipeError):
            raise BrokenPipeError from None
        raise
    except Exception as error:  # usage errors, told by what they can do; all others are raised again
        if not hasattr(error, "format_message"):  # click's usage errors; typer vendors click under changing names
            raise
        verb = verbs.find(words[0]) if words else None
        help_of = f"{verb.name} " if verb else ""
        what = _worded(error.format_message()) + _meant(verb, words[1:])
        warn(f"{what}{' See' if what.endswith('?') else '; see'} `cst {help_of}--help`")
        return 2
    return int(code or 0)


def _with_options(words: list[str]) -> list[str]:
    """`help`, `help VERB` and `version` as the options that they stand for."""
    while words[:1] == ["help"]:
        words = [*(word for word in words[1:] if word != "--help"), "--help"]
    return ["--version"] if words == ["version"] else words


def _meant(verb: Verb | None, words: Sequence[str]) -> str:
    """The question whether a word that a verb without arguments was given is to be an option, or the value of one."""
    if verb is None or verb.arguments:
        return ""
    for word in words:
        for option in verb.options:
            if word == option.name or word in option.choices:
                return f"; did you mean --{option.name}{f' {word}' * (word in option.choices)}?"
    return ""


def _worded(said: str) -> str:
    """What click says of a command line, in the words of all other errors."""
    what = said.replace(". Did you mean ", "; did you mean ").rstrip(".").removeprefix("Invalid value: ")
    if what.startswith("Got unexpected extra argument"):
        what = f"unexpected: {what.partition('(')[2].removeprefix('s) (').removesuffix(')')}"
    what, possible, others = what.partition(" (Possible options: ")
    if possible:
        what += f"; did you mean {others.removesuffix(')').replace(', ', ' or ')}?"
    return what[:1].lower() + what[1:] if what[1:2].islower() else what


def _spelled(words: list[str]) -> list[str]:
    """The words as typer reads them: an option has a value or none, and never the choice."""
    verb = verbs.find(words[0]) if words else None
    return [words[0], *arguments.with_values(verb, words[1:])] if verb else words


def _app() -> typer.Typer:
    app = typer.Typer(
        help=_ABOUT, epilog=_more(), cls=_Groups, add_completion=False, rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    app.callback(invoke_without_command=True)(_front)
    for verb in verbs.every():
        context = {"allow_extra_args": True, "ignore_unknown_options": True} if verb.passes_options else {}
        app.command(
            verb.name, cls=_Command, help=verb.help, epilog=_examples(verb), hidden=verb.hidden,
            context_settings=context,
        )(_function(verb))
    return app


class _Command(typer.core.TyperCommand):
    """`cst VERB --help`; what is required has no braces around it."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The words behind the verb."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]


class _Groups(typer.core.TyperGroup):
    """`cst --help`, the verbs in groups."""

    def format_commands(self, _: Any, formatter: Any) -> None:
        """Write a list for each group."""
        for title, names in verbs.GROUPS:
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].help or "") for name in names])


def _front(
    version: Annotated[bool, typer.Option("--version", help="Print the version", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"cst {__version__}")
        raise typer.Exit


def _function(verb: Verb) -> Any:
    """A function whose signature says to typer what the table says."""

    def call(**given: Any) -> int:
        args = {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}
        return dispatch.start(verb, _checked(verb, args), os.environ)

    parameters = [_argument(argument) for argument in verb.arguments] + [_option(option) for option in verb.options]
    call.__name__ = verb.name
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # how typer learns of them
    call.__annotations__ = {p.name: p.annotation for p in parameters}
    return call


def _argument(argument: Argument) -> inspect.Parameter:
    kind: Any = list[str] if argument.many else str
    default: Any = inspect.Parameter.empty if argument.required else None if argument.many else ""
    about = typer.Argument(help=argument.help, metavar=_shown(argument), show_default=False)
    return inspect.Parameter(
        argument.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, about]
    )


def _shown(argument: Argument) -> str:
    name = argument.name.upper() if argument.required else f"[{argument.name.upper()}]"
    return name + "..." * argument.many


def _option(option: Option) -> inspect.Parameter:
    names = ["--" + option.name] + (["-" + option.short] if option.short else [])
    about = typer.Option(*names, help=_with_choices(option), metavar=_taken(option), show_default=False)
    kind: Any = list[str] if option.many else str if option.value else bool
    default: Any = [] if option.many else "" if option.value else False
    return inspect.Parameter(
        option.name.replace("-", "_") + "_" * iskeyword(option.name), inspect.Parameter.KEYWORD_ONLY, default=default,
        annotation=Annotated[kind, about],
    )  # fmt: skip


def _taken(option: Option) -> str | None:
    return f"[{option.value}]" if option.bare else option.value or None


def _with_choices(option: Option) -> str:
    return f"{option.help}. One of: {', '.join(option.choices)}" if option.choices else option.help


def _checked(verb: Verb, args: dict[str, Any]) -> dict[str, Any]:
    """What typer parsed, in the shape of the fast parser, which did not take it: the values that it allows are checked
    here. BadParameter names a wrong one."""
    args |= {argument.name: list(args[argument.name] or []) for argument in verb.arguments if argument.many}
    for argument in verb.arguments:
        value = args[argument.name]
        if argument.choices and not argument.many and value not in ("", *argument.choices):
            raise typer.BadParameter(f"{argument.name.upper()} is {_one_of(argument.choices)}, not {value!r}")
    for option in verb.options:
        value = args[option.name]
        if option.many:
            value = args[option.name] = [word for part in value or [] for word in part.split(",")]
        if not option.choices:
            continue
        wrong = set([value] if isinstance(value, str) else value or []) - {"", *option.choices}
        if wrong:
            raise typer.BadParameter(f"--{option.name} takes {_one_of(option.choices)}, not {min(wrong)!r}")
    return args


def _one_of(choices: Sequence[str]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


def _more() -> str:
    return (
        "\b\n`cst VERB --help`, or `cst help VERB`, shows options, examples and exit codes.\n"
        "Without a verb, on a terminal: cst pick. Environment and files: cst(1), or docs/cst.1."
    )


def _examples(verb: Verb) -> str:
    """What stands below the options: examples, and what the exit codes say."""
    wide = max((len(call) for call, _ in verb.examples), default=0)
    lines = ["\b\nExamples:", *(f"  {call:{wide}}  {about}" for call, about in verb.examples), ""]
    fails = f"{verb.fails}, or a named problem" if verb.fails else "a named problem"
    codes = ["\b\nExit codes:", "  0    done", *wrap(fails, 79, initial_indent="  1    ", subsequent_indent=" " * 7)]
    codes += ["  2    wrong usage", "  3    a bug, with a report"]
    if any(argument.names_session for argument in verb.arguments):
        codes.append("  4    on a host: nobody knows whether it was done")
    codes.append("  130  cancelled")
    return ("\n".join(lines) + "\n" if verb.examples else "") + "\n".join(codes)
