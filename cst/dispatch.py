"""From a verb's name to its function: `commands/<verb>.py` is loaded only now, and its `run` called.

This is the one place of the package that imports by a name made at run time.
"""

from __future__ import annotations

import os

from cst import args as arguments
from cst import settings, verbs
from cst.model import CstError, host_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cst.args import Args
    from cst.settings import Settings
    from cst.verb import Verb


def run(words: list[str], env: Mapping[str, str]) -> int | None:
    """Run a command line; the exit code. None where `cli` is to answer: help, and words that do not fit.

    Without words that is the picker, where somebody sits at a terminal; of one that cannot show it, it says so.
    """
    if not words and os.isatty(0) and os.isatty(1):
        words = ["pick"]
    verb = verbs.find(words[0]) if words else None
    args = arguments.parse(verb, words[1:]) if verb else None
    if verb is None or args is None:
        return None
    return start(verb, args, env)


def start(verb: Verb, args: Args, env: Mapping[str, str]) -> int:
    """Load the settings and call the verb; its exit code. A verb may define `on_failure`, called before an error
    leaves."""
    try:
        loaded = _settings(verb, env)
        if client := args.get("client"):
            loaded = loaded._replace(client=client)
        code, here = _elsewhere(verb, args, loaded) if loaded.hosts else (0, args)
        return code if here is None else max(code, call(verb, here, loaded))
    except CstError:
        on_failure = getattr(_module(verb), "on_failure", None)
        if on_failure:
            on_failure(args)
        raise


def _elsewhere(verb: Verb, args: Args, loaded: Settings) -> tuple[int, Args | None]:
    """Run a verb there that is about sessions of a host: its exit code, and what of it is left to do here."""
    plain = [word for argument in verb.arguments for word in _words(args[argument.name])]
    if not any(host_of(word) in loaded.hosts for word in plain):
        return 0, args
    from cst.commands import _remote

    return _remote.run(verb, args, loaded)


def _words(value: object) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def call(verb: Verb, args: Args, loaded: Settings) -> int:
    """Run a verb with what was parsed; its exit code."""
    code: int = _module(verb).run(args, loaded)
    return code


def _module(verb: Verb) -> Any:
    return __import__(f"cst.commands.{verb.name}", fromlist=["run"])


def _settings(verb: Verb, env: Mapping[str, str]) -> Settings:
    """What the environment and the config file say; some verbs go on without a config file that cannot be used."""
    try:
        return settings.load(env)
    except CstError:
        if verb.needs_config:
            raise
        return settings.load({**env, "CST_CONFIG": os.devnull})
