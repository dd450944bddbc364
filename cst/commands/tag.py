"""`cst tag`: tag sessions, or print their tags."""

from __future__ import annotations

from cst import sessions
from cst.actions import marks
from cst.commands._marks import mark
from cst.core.annotation import tag_words
from cst.core.lookup import NobodyError
from cst.core.naming import display_names
from cst.model import CstError
from cst.output import print_lines, warn
from cst.snapshot import ROWS
from cst.text import clean, fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings

_TAG = 100  # characters


def run(args: Args, settings: Settings) -> int:
    """Add and remove tags; without either, print those of the sessions, or all tags and who has them."""
    words, (add, remove) = args["session"], tag_words(" ".join(args["add"]))
    for also in tag_words(" ".join(args["remove"])):
        remove += also
    try:
        if args["add"] or args["remove"]:
            return mark(args, settings, words, lambda found, now: marks.tag(settings, found, now, add, remove))
        if not words and not args["client"]:
            return _print_all(settings)
        return mark(args, settings, words, lambda found, _: marks.tags(found))
    except NobodyError as error:
        meant = next((word for word in words if word[0] in "+#" and marks.is_tag(word[1:])), "")
        if meant:
            raise CstError(f"no session is called {clean(meant, 60)!r}", f"use --add {meant[1:]}") from None
        if error.word not in words[1:] or not marks.is_tag(error.word):
            raise
        raise CstError(error.what, f"if it is to be a tag, use --add {error.word}") from None


def _print_all(settings: Settings) -> int:
    """Each tag and the sessions that have it, also those that have ended; exit 1 where there is none."""
    _, fleet = sessions.load_and_mark_seen(settings, ROWS, ended=True)
    tagged = [session for session in fleet if session.tags]
    if not tagged:
        warn("no session has a tag; `cst tag NAME --add TAG` adds one")
        return 1
    names = display_names(tagged)
    shown = [{clean(tag, _TAG) for tag in session.tags} for session in tagged]
    every = set().union(*shown)
    has = {tag: [name for name, some in zip(names, shown, strict=True) if tag in some] for tag in every}
    wide = max(map(width, has))
    print_lines([f"{fit(tag, wide)}  {', '.join(has[tag])}" for tag in sorted(has)], settings)
    return 0
