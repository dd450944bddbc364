"""Which row Enter is about when a search is typed: the one that the query found which stood there at Enter.

fzf 0.67 searches beside its keys. When a query and Enter come at once, from a paste or a slow line, Enter is heard
while the rows of an older query are shown, and neither its bindings nor its socket say of which query they are. So the
rows are given to a second fzf, which filters them: if it drops one, the search is not over.
"""

from __future__ import annotations

import os
import time

from cst.system import spawn
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cst.fzf.messages import Searched
    from cst.fzf.remote import Remote

PATIENCE = 0.3  # seconds for a search that is not over yet
HOW = ("--exact", "--read0", "--delimiter=\t")  # what is a match, for the picker and for the filter alike
_STEP = 0.01
_MOST_ROWS = 200  # that are looked at
_MOST_BYTES = 60_000  # of them: what `spawn.start` can give to a program


class Target(Value):
    """The row that Enter is about, or why none is."""

    row: str = ""
    why: str = ""


def target(remote: Remote, fzf: str, asked: Searched, enter: str = "Enter") -> Target:
    """The row that Enter meant, or the key that the user has for it. It matches the query in any case."""
    if not asked.query:
        return Target(asked.row)
    end = time.monotonic() + PATIENCE
    while (found := remote.found(_MOST_ROWS)) and found.query == asked.query:
        if found.row and match(fzf, asked.query, _texts(found.rows, (found.row, asked.row))):
            # Of the same search, the cursor may have been moved since; of another one, it was on any row.
            same = asked.number == found.number and asked.row in found.rows
            return Target(asked.row if same else found.row)
        if time.monotonic() >= end:
            return Target(why=f"press {enter} again: the search was not over" if found.number else "no row matches")
        time.sleep(_STEP)
    return Target(why=f"press {enter} again: {'the search has changed' if found else 'fzf was busy'}")


def _texts(rows: Mapping[str, str], first: Sequence[str]) -> list[str]:
    """The texts of these rows, those named first before the others, as many as there is room for."""
    kept: list[str] = []
    room = _MOST_BYTES
    for row in dict.fromkeys((*(row for row in first if row in rows), *rows)):
        room -= len(rows[row].encode("utf-8", "replace")) + 1
        if room < 0 and kept:
            break
        kept.append(rows[row])
    return kept


def match(fzf: str, query: str, texts: Sequence[str]) -> bool:
    """Whether all of these texts match the query, as fzf understands it."""
    given = "".join(text + "\0" for text in texts).encode("utf-8", "replace")
    env = {**os.environ, "FZF_DEFAULT_OPTS": "", "FZF_DEFAULT_OPTS_FILE": ""}
    words = [f"--filter={query}", "--print0", *HOW]
    answer = spawn.finish(spawn.start(fzf, words, env, given), PATIENCE)
    return answer.code == 0 and answer.output.count(b"\0") == len(texts)
