"""The page of what is not committed: the branch, then the files with their lines."""

from __future__ import annotations

from cst.text import clean, cut, cut_start, fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.changes import Change, Changes
    from cst.render.paint import Paint

_MOST = 200  # files that are shown


def page(changes: Changes, columns: int, paint: Paint) -> list[str]:
    """The branch and how far it is from its upstream, the sums, and one line for each file."""
    if changes.problem:
        return [cut(clean(changes.problem, 400), columns)]
    found = [paint("1", cut(_branch(changes), columns)), cut(_sums(changes), columns)]
    counts = [(f"+{c.added}", f"-{c.removed}") if c.added is not None else ("", "") for c in changes.files[:_MOST]]
    wide = [max((len(pair[i]) for pair in counts), default=0) for i in (0, 1)]
    for change, (added, removed) in zip(changes.files, counts, strict=False):
        left = f"{paint('32', fit(added, wide[0], right=True))} {paint('31', fit(removed, wide[1], right=True))}"
        room = columns - 4 - (sum(wide) + 3 if any(wide) else 0)
        path = cut_start(clean(change.path, 400), max(1, room))
        found.append(f"{_letters(change, paint)}  {left + '  ' if any(wide) else ''}{path}")
    hidden = len(changes.files) - _MOST
    if hidden > 0 or changes.more:
        found.append(paint.dim(f"… {f'{hidden} more' if hidden > 0 and not changes.more else 'and more'}"))
    return found


def _branch(changes: Changes) -> str:
    upstream = f" → {clean(changes.upstream, 80)}" if changes.upstream else ""
    apart = [f"{n} {way}" for n, way in ((changes.ahead, "ahead"), (changes.behind, "behind")) if n]
    even = ["even"] if changes.ahead == changes.behind == 0 else []
    name = clean(changes.branch, 80) or "no branch is checked out"
    return f"{name}{upstream}" + (f": {', '.join(apart or even)}" if apart or even else "")


def _sums(changes: Changes) -> str:
    files = changes.files
    if not files:
        return "nothing to commit"
    kinds = (
        (sum(c.staged not in " ?" for c in files), "staged"),
        (sum(c.unstaged not in " ?" for c in files), "not staged"),
        (sum(c.staged == "?" for c in files), "not tracked"),
    )
    head = f"{'over ' if changes.more else ''}{len(files)} file{'s' * (len(files) > 1)}"
    lines = f"+{sum(c.added or 0 for c in files)} -{sum(c.removed or 0 for c in files)}"
    counted = [lines] if any(c.added is not None for c in files) else []
    return " · ".join([head, *(f"{n} {kind}" for n, kind in kinds if n), *counted])


def _letters(change: Change, paint: Paint) -> str:
    """As `git status --short` has them: what is staged, then what is not."""
    staged, unstaged = clean(change.staged, 1) or " ", clean(change.unstaged, 1) or " "
    return paint("31" if staged in "?U" else "32", staged) + paint("31", unstaged)
