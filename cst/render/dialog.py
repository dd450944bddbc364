"""A dialog as text: what it is about, its options, and the key for each."""

from __future__ import annotations

from cst.core import replies
from cst.core.naming import display_name
from cst.text import age, clean, counted, cut, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.core.dialogs import Dialog, Option
    from cst.model import Session
    from cst.render.paint import Paint

_MOST_BODY, _MOST_WRAPPED = 100, 40  # lines: what is approved is to be seen
_LETTERS = {"yes": "y", "always": "a", "no": "n"}


def lines(dialog: Dialog, session: Session, now: float, columns: int, paint: Paint) -> list[str]:
    """The dialog as it stands, each option with its number and, where a word means it, the letter of that word; no
    letter where nothing can be replied."""
    columns = max(20, columns or 100)
    title = clean(dialog.title or dialog.kind, 80)
    head = f"{display_name(session)} · {title} · {age(now - session.since)}"
    found = [paint.state(_state(dialog), cut(head, columns)), *_answered(dialog, columns)]
    if dialog.then:
        found += wrap(dialog.deadline(), columns, 2)
    for text in _body(dialog, session):
        found += [f"  {line}" for line in wrap(text, columns - 2, _MOST_WRAPPED)]
    if dialog.kind not in ("question", "review", "trust", "consent", "form", "link"):
        found += wrap(clean(dialog.asks, 400), columns, 3)
    closed = replies.refusal(dialog)
    single = [] if closed else [m for m in _LETTERS if [o.means for o in dialog.options].count(m) == 1]
    for option in dialog.options:
        found += _option(option, columns, single, paint)
    if closed:
        return found
    if dialog.several:
        found.append(paint.dim(cut("  a number ticks or unticks, y goes on, n dismisses", columns)))
    elif "no" not in single:
        found.append(paint.dim(cut("  n dismisses it (Esc)", columns)))
    return found


def _state(dialog: Dialog) -> str:
    states = {"permission": "permission", "plan": "plan", "trust": "dialog", "consent": "dialog"}
    return states.get(dialog.kind, "question")


def _answered(dialog: Dialog, columns: int) -> list[str]:
    """Of several questions: which are answered."""
    if len(dialog.tabs) < 2:
        return []
    shown = [f"{'☒' if done else '☐'} {clean(header, 30)}" for header, done in dialog.tabs]
    return [cut("  " + "  ".join(shown), columns)]


def _body(dialog: Dialog, session: Session) -> list[str]:
    """The body, clean; where its beginning is not on the screen, what the transcript says is asked."""
    body = [text for text in (clean(line, 400) for line in dialog.body) if text]
    if len(body) > _MOST_BODY:
        body = [*body[:_MOST_BODY], f"… {counted(len(body) - _MOST_BODY, 'line')} more"]
    if not dialog.clipped:
        return body
    wants = session.wants
    whole = [f"{clean(wants.tool, 40)}: {clean(wants.detail)}"] if wants else []
    return [*whole, "… the pane is too small to show it all; its end:", *body[-3:]]


def _option(option: Option, columns: int, single: list[str], paint: Paint) -> list[str]:
    tick = "" if option.ticked is None else "[✔] " if option.ticked else "[ ] "
    key = _LETTERS[option.means] if option.means in single else " "
    number = "-" if option.means == "field" else str(option.number)
    takes = " (and a text)" if option.means == "text" else ""
    first, *more = wrap(f"{tick}{clean(option.label, 400)}{takes}", columns - 7, _MOST_WRAPPED) or [""]
    return [f"  {paint('1', key)} {paint('1', number)}  {first}", *(" " * 7 + line for line in more)]
