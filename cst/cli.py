"""The verbs that are not hot, and all help: a typer program built from the table in `verbs`."""

from __future__ import annotations

import inspect
import os
import sys
from keyword import iskeyword
from typing import Annotated, Any

import typer

from cst import __version__, hot, look, settings, verbs
from cst.model import CstError

_ABOUT = "One key to the Claude Code session that most needs you."


def run(words: list[str]) -> int:
    """Help, usage errors and the verbs that are not hot; the exit code."""
    command = typer.main.get_command(_app())
    try:
        code = command.main(args=words or ["--help"], prog_name="cst", standalone_mode=False)
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
        said = error.format_message().rstrip(".")
        print(f"cst: {said}; `cst {_named(words)}--help` shows how it is called", file=sys.stderr)
        return 2
    return int(code or 0)


def _named(words: list[str]) -> str:
    return f"{words[0]} " if words and verbs.verb(words[0]) else ""


def _app() -> typer.Typer:
    app = typer.Typer(
        help=_ABOUT, epilog=_environment(), add_completion=False, rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    app.callback(invoke_without_command=True)(_front)
    for verb in verbs.VERBS:
        settle = {"allow_extra_args": True, "ignore_unknown_options": True} if verb.name in ("demo", "replay") else {}
        app.command(
            verb.name, help=verb.help, epilog=_examples(verb), hidden=verb.hidden, context_settings=settle
        )(_function(verb))
    return app


def _front(
    version: Annotated[bool, typer.Option("--version", help="Print the version", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"cst {__version__}")
        raise typer.Exit


def _function(verb: verbs.Verb) -> Any:
    """A function whose signature says to typer what the table says."""

    def call(**given: Any) -> int:
        words = {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}
        own = _settings(verb)
        return hot.call(verb, _as_hot(verb, words), own) if verb.hot else _call(verb, words, own)

    parameters = [_argument(argument) for argument in verb.arguments] + [_option(option) for option in verb.options]
    call.__name__ = verb.name
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # how typer learns of them
    call.__annotations__ = {p.name: p.annotation for p in parameters}
    return call


def _settings(verb: verbs.Verb) -> settings.Settings:
    """What the environment and the config file say; the doctor goes without a file that it is to examine, and the file
    of a shell or of tmux is to be read whatever stands in ours."""
    try:
        return settings.load(os.environ)
    except CstError:
        if verb.name not in ("doctor", "init"):
            raise
        return settings.load({**os.environ, "CST_CONFIG": os.devnull})


def _call(verb: verbs.Verb, given: dict[str, Any], own: settings.Settings) -> int:
    code: int = globals()["_" + verb.name](given, own)
    return code


def _argument(argument: verbs.Argument) -> inspect.Parameter:
    kind: Any = list[str] if argument.many else str
    default: Any = inspect.Parameter.empty if argument.required else None if argument.many else ""
    about = typer.Argument(help=argument.help, metavar=argument.name.upper(), show_default=False)
    return inspect.Parameter(
        argument.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, about]
    )


def _option(option: verbs.Option) -> inspect.Parameter:
    names = ["--" + option.name] + (["-" + option.short] if option.short else [])
    about = typer.Option(*names, help=_with_choices(option), metavar=option.value or None, show_default=False)
    kind: Any = list[str] if option.many else str if option.value else bool
    default: Any = [] if option.many else "" if option.value else False
    return inspect.Parameter(
        option.name.replace("-", "_") + "_" * iskeyword(option.name), inspect.Parameter.KEYWORD_ONLY, default=default,
        annotation=Annotated[kind, about],
    )  # fmt: skip


def _with_choices(option: verbs.Option) -> str:
    return f"{option.help}: {', '.join(option.choices)}" if option.choices else option.help


def _as_hot(verb: verbs.Verb | None, given: dict[str, Any]) -> dict[str, Any]:
    """What typer parsed is right only if the fast parser took it too: it did not, so something does not fit."""
    if verb is None:
        return given
    given |= {argument.name: list(given[argument.name] or []) for argument in verb.arguments if argument.many}
    for argument in verb.arguments:
        if argument.choices and given[argument.name] not in ("", *argument.choices):
            can = ", ".join(argument.choices)
            raise typer.BadParameter(f"{argument.name.upper()} is {can}, not {given[argument.name]!r}")
    for option in verb.options:
        value = given[option.name]
        if option.many:
            value = given[option.name] = [word for part in value or [] for word in part.split(",")]
        if not option.choices:
            continue
        wrong = set([value] if isinstance(value, str) else value or []) - {"", *option.choices}
        if wrong:
            raise typer.BadParameter(f"--{option.name} takes {', '.join(option.choices)}, not {min(wrong)!r}")
    return given


def _environment() -> str:
    wide = max(len(name) for name, _ in settings.ENVIRONMENT)
    return "\b\nEnvironment:\n" + "\n".join(f"  {name:{wide}}  {about}" for name, about in settings.ENVIRONMENT)


def _examples(verb: verbs.Verb) -> str:
    if not verb.examples:
        return ""
    wide = max(len(call) for call, _ in verb.examples)
    return "\b\nExamples:\n" + "\n".join(f"  {call:{wide}}  {about}" for call, about in verb.examples)


# ------------------------------------------------------------------------------------------------ verbs


def _hooks(given: dict[str, Any], own: settings.Settings) -> int:
    from cst import hooking

    if given["what"] not in hooking.WORDS:
        raise typer.BadParameter(f"hooks can {', '.join(hooking.WORDS)}, not {given['what']!r}")
    return hooking.do_hooks(_as_hot(verbs.verb("hooks"), given), own)


def _init(given: dict[str, Any], own: settings.Settings) -> int:
    from cst.setup import bindings, shells

    if given["off"] and given["what"] in (*shells.KNOWN, "tmux"):
        return _off(given, own)
    if given["what"] in shells.KNOWN:
        print(shells.integration(given["what"]), end="")
        return 0
    if given["what"] != "tmux":
        raise typer.BadParameter(f"init knows tmux, {', '.join(shells.KNOWN)}, not {given['what']!r}")
    lines = bindings.plugin if given["plugin"] else bindings.tmux
    print(bindings.fenced(lines(given["command"] or bindings.myself())), end="")
    return 0


def _off(given: dict[str, Any], own: settings.Settings) -> int:
    if given["what"] != "tmux":
        off = "take its lines out of your file" + (", and run `__cst_off`" if given["what"] != "starship" else "")
        raise CstError(f"--off is for tmux, whose lines cst can find; of {given['what']}: {off}")
    from cst import leaving

    return leaving.do_off(given, own)


def _demo(given: dict[str, Any], _: settings.Settings) -> int:
    from cst.demo import fleet
    from cst.setup import bindings

    return fleet.run(list(given["command"] or []), bindings.myself())


def _doctor(given: dict[str, Any], own: settings.Settings) -> int:
    from cst import examining

    return examining.do_doctor(_as_hot(verbs.verb("doctor"), given), own)


def _prune(given: dict[str, Any], own: settings.Settings) -> int:
    if given["all"]:
        from cst import leaving

        return leaving.do_remove(given, own)
    from cst import pruning

    return pruning.do_prune(given, own)


def _record(given: dict[str, Any], own: settings.Settings) -> int:
    from cst import record

    seconds, every = (_number(given, name) for name in ("seconds", "every"))
    return record.record(own, given["file"], seconds, 1.0 if every is None else every, given["redact"])


_REPLAYS = ("ls", "show", "why", "status", "rows", "preview", "next")


def _replay(given: dict[str, Any], own: settings.Settings) -> int:
    from cst import record

    words = list(given["command"] or [])
    own = own._replace(replay=os.path.abspath(given["file"]), replay_at=_number(given, "at"))
    if not words:
        return record.changes(own, look.columns(own), look.paint(own, "auto"))
    verb = verbs.verb(words[0])
    if verb is None or verb.name not in _REPLAYS or (verb.name == "next" and "--peek" not in words):
        raise CstError(f"a recording takes reading verbs, not {words[0]!r}; try ls, show, why, status or next --peek")
    parsed = hot.parse(verb, words[1:])
    if parsed is None:
        raise CstError(f"{' '.join(words)!r} is not how {verb.name} is called; `cst {verb.name} --help` shows how")
    return hot.call(verb, parsed, own)


def _number(given: dict[str, Any], name: str) -> float | None:
    if not given[name]:
        return None
    try:
        value = float(given[name])
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise typer.BadParameter(f"--{name} takes a number of seconds, not {given[name]!r}")
    return value
