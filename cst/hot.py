"""The hot verbs, parsed from the table in `verbs` without typer, and sent to the room of each."""

from __future__ import annotations

from cst import settings, verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from cst.settings import Settings

    Given = dict[str, Any]

def run(words: list[str], env: Mapping[str, str]) -> int | None:
    """The exit code; None for what is not hot: help, usage errors and the other verbs are `cli`'s."""
    verb = verbs.verb(words[0]) if words else None
    if verb is None or not verb.hot:
        return None
    given = parse(verb, words[1:])
    if given is None:
        return None
    code: int = call(verb, given, settings.load(env))
    return code


def call(verb: verbs.Verb, given: Given, own: Settings) -> int:
    """Run a hot verb with what was parsed; its exit code."""
    code: int = function(verb)(given, own)
    return code


def function(verb: verbs.Verb) -> Callable[[Given, Settings], int]:
    """What runs a hot verb; its room is imported only now."""
    room: Any
    if verb.room == "reading":
        from cst import reading as room
    elif verb.room == "picking":
        from cst import picking as room
    elif verb.room == "marking":
        from cst import marking as room
    elif verb.room == "opening":
        from cst import opening as room
    elif verb.room == "answering":
        from cst import answering as room
    elif verb.room == "waiting":
        from cst import waiting as room
    else:
        from cst import acting as room
    found: Callable[[Given, Settings], int] = getattr(room, "do_" + verb.name)
    return found


def parse(verb: verbs.Verb, words: Sequence[str]) -> Given | None:
    """The options and arguments of a verb by name; None where a word does not fit, or asks for help."""
    options = {name: o for o in verb.options for name in ("--" + o.name, "-" + o.short) if name != "-"}
    given: Given = {o.name: [] if o.many else "" if o.value else False for o in verb.options}
    plain: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            plain += rest
        elif word.startswith("-") and word != "-":
            name, equals, value = word.partition("=")
            option = options.get(name)
            if option is None or (equals and not option.value):
                return None
            if not option.value:
                given[option.name] = True
                continue
            value = value if equals else next(rest, "")
            values = value.split(",") if option.many else [value]
            odd = equals and not name.startswith("--")
            if odd or not value or (option.choices and not set(values) <= set(option.choices)):
                return None
            given[option.name] = given[option.name] + values if option.many else value
        else:
            plain.append(word)
    return _placed(verb, plain, given)


def _placed(verb: verbs.Verb, plain: list[str], given: Given) -> Given | None:
    for argument in verb.arguments:
        taken = plain if argument.many else plain[:1]
        if (argument.required and not taken) or (argument.choices and not set(taken) <= {"", *argument.choices}):
            return None
        given[argument.name] = taken if argument.many else "".join(taken)
        plain = plain[len(taken) :]
    return None if plain else given


def show_problem() -> None:
    """What tmux's status line shows where `status` could not begin: an empty one would say that nothing runs."""
    from cst import reading

    reading.show_problem()
