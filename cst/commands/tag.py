"""`cst tag`: tag sessions, or print their tags."""

from __future__ import annotations

from cst.actions import marks
from cst.commands._marks import mark
from cst.core.annotation import tag_words
from cst.core.lookup import NobodyError
from cst.model import CstError
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Add and remove tags; without either, print those that there are."""
    words, (add, remove) = args["session"], tag_words(" ".join(args["add"]))
    for also in tag_words(" ".join(args["remove"])):
        remove += also
    try:
        if args["add"] or args["remove"]:
            return mark(args, settings, words, lambda found, now: marks.tag(settings, found, now, add, remove))
        return mark(args, settings, words, lambda found, _: marks.tags(found))
    except NobodyError as error:
        meant = next((word for word in words if word[0] in "+#" and marks.is_tag(word[1:])), "")
        if meant:
            raise CstError(f"no session is called {clean(meant, 60)!r}", f"use --add {meant[1:]}") from None
        if error.word not in words[1:] or not marks.is_tag(error.word):
            raise
        raise CstError(error.what, f"if it is to be a tag, use --add {error.word}") from None
