"""What each key of the picker does: one table, and the one way from a key to what it does."""

from __future__ import annotations

from cst.fzf import keymap
from cst.fzf.backend import Outcome
from cst.fzf.keymap import DOWN, HELP, MARK, PAGE, PREVIEW, UP, Key
from cst.model import CstError, host_of
from cst.picker import answer, copy, jump, kill, listing, marks, new, open, send
from cst.picker.context import Context, refused
from cst.render.theme import ascii_only
from cst.settings import place, raise_together
from cst.text import cut
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cst.fzf.backend import Question
    from cst.picker.context import Target
    from cst.settings import Settings

    Ask = Callable[[Context, Target], Question | None]
    Act = Callable[[Context, Target, object], Outcome]


class Operation(Value):
    """One key. What it asks, if anything, and what it does with the value of the choice or the text that answers it."""

    key: Key
    act: Act | None = None  # None: the toolkit does it
    ask: Ask | None = None


OPERATIONS = (
    Operation(
        Key("jump", "enter", "Go to the session's pane; resume an ended session after asking", "go", enter=True),
        jump.act, jump.ask,
    ),
    Operation(
        Key("answer", "ctrl-y", "Answer its dialog: y (yes), a (always), n (no) or a number", "answer", slow=True),
        answer.act, answer.ask,
    ),
    Operation(
        Key("kill", "ctrl-k,ctrl-x", "End the session; asks first", "end", many=True, slow=True),
        kill.act, kill.ask,
    ),
    Operation(Key(PREVIEW, "ctrl-/", "Show or hide the preview", "preview")),
    Operation(Key(PAGE, "ctrl-p", "Show the next page: tools, screen, why, changes, conversation", "page")),
    Operation(Key(MARK, "tab", "Mark the row: kill, send, seen, snooze, pin, archive, tag act on all marked", "mark")),
    Operation(
        Key("send", "ctrl-t", "Send it a prompt; queue it if it works", "send", many=True, text=True),
        send.act, send.ask,
    ),
    Operation(Key("seen", "alt-v", "Mark as seen: it no longer needs you until it changes", many=True), marks.seen),
    Operation(
        Key("snooze", "alt-s", "Snooze for 30m, 2h, 8h, or until it changes", many=True),
        marks.snooze, marks.ask_snooze,
    ),
    Operation(Key("pin", "alt-p", "Pin to the top, or unpin", many=True), marks.pin),
    Operation(
        Key("archive", "alt-a", "Archive: out of sight, kept; listed with ended ones", many=True),
        marks.archive, marks.ask_archive,
    ),
    Operation(
        Key("tag", "alt-g", "Edit tags: name adds one, -name removes it", many=True, text=True),
        marks.tag, marks.ask_tag,
    ),
    Operation(Key("rename", "alt-n", "Rename", text=True), marks.rename, marks.ask_rename),
    Operation(Key("copy", "alt-c", "Copy its id, its path or the command that resumes it"), copy.act, copy.ask),
    Operation(
        Key("open", "ctrl-o", "Open its folder in your editor, a shell there, or its transcript"), open.act, open.ask,
    ),
    Operation(Key("new", "alt-w", "Start a session in a folder, in a new window", text=True), new.act, new.ask),
    Operation(
        Key("ended", "ctrl-a", "Show or hide ended sessions (last 7 days) and archived ones", listing=True),
        listing.toggle_ended,
    ),
    Operation(
        Key("hosts", "alt-h", "Show sessions of all hosts, of one, of none (docs/hosts.md)", listing=True),
        listing.switch_hosts,
    ),
    Operation(Key("sort", "ctrl-s", "Sort again, most urgent first", listing=True), listing.sort),
    Operation(Key("group", "alt-b", "Group by state, project, host, tag, or not", listing=True), listing.regroup),
    Operation(Key("refresh", "ctrl-r", "Refresh now", listing=True), listing.refresh),
    Operation(Key("rows", "alt-r", "Switch between one and two lines per session", listing=True), listing.toggle_tall),
    Operation(Key(DOWN, "shift-down,ctrl-f", "Scroll the preview down")),
    Operation(Key(UP, "shift-up,ctrl-b", "Scroll the preview up")),
    Operation(Key(HELP, "?", "Show all keys", "keys")),
)  # fmt: skip
KEYS = tuple(operation.key for operation in OPERATIONS)
_BY_NAME = {operation.key.name: operation for operation in OPERATIONS}


def my_keys(settings: Settings) -> list[Key]:
    """The keys as the user has them. CstError names the line of the config file that cannot be."""
    try:
        return keymap.bound(KEYS, settings.keys)
    except keymap.KeysError as error:
        raise_together([
            CstError(f"{place(settings, 'keys', one.name)}: {one.what}", one.remedy) for one in (error, *error.also)
        ])  # fmt: skip
        raise


class Operations:
    """The operations of one open picker. Those of one key are called one after the other."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def ask(self, name: str, rows: Sequence[str]) -> Question | None:
        """What has to be asked first about these rows, as they are listed; None for nothing."""
        operation = _BY_NAME[name]
        target = self._context.listing.shown(rows)
        if self.takes_long(rows):
            from cst.picker import remote

            remote.check(rows)
            question = remote.ask(self._context, name, target)
        else:
            question = operation.ask(self._context, target) if operation.ask else None
        return self._drawn(question, target.columns) if question else None

    def takes_long(self, rows: Sequence[str]) -> bool:
        """A host is asked."""
        return any(map(host_of, rows))

    def act(self, name: str, rows: Sequence[str], answer: object) -> Outcome:
        """Do it to the sessions of these rows, as they are now: the list may be a second old."""
        operation = _BY_NAME[name]
        if operation.act is None:
            raise CstError(f"{name} is no operation on sessions")
        rows_of = self._context.listing
        target = rows_of.current(rows, quick=operation.key.enter) if rows else rows_of.shown(())
        try:
            if self.takes_long(rows):
                from cst.picker import remote

                remote.check(rows)
                outcome = remote.act(self._context, name, target, answer)
                rows_of.ask_hosts(rows)
                return outcome
            outcome = operation.act(self._context, target, answer)
        except CstError as error:
            outcome = self._ask_again(operation, target, answer, error)
        return outcome._replace(again=self._drawn(outcome.again, target.columns)) if outcome.again else outcome

    def _ask_again(self, operation: Operation, target: Target, answer: object, error: CstError) -> Outcome:
        """Ask for a refused text again, below what was wrong with it, so that it need not be typed again. Raises the
        error if no text was asked for, or if it may have been sent."""
        if not operation.ask or not isinstance(answer, str) or not answer.strip() or error.sent:
            raise error
        question = operation.ask(self._context, target)
        if question is None or question.choices:
            raise error
        again = question._replace(lines=refused(error, question, target.columns), text=answer)
        return Outcome(str(error), again=again, failed=True)

    def _drawn(self, question: Question, columns: int) -> Question:
        """No line is longer than the list is wide; the first is bold; everything is ASCII if the terminal shows nothing
        else."""
        first, *others = (cut(line, columns) for line in question.lines)
        page = question.page
        return question._replace(
            lines=[self._plain(line) for line in (self._context.paint("1", first), *others)],
            page=(lambda columns: [self._plain(line) for line in page(columns)]) if page else None,
        )

    def _plain(self, text: str) -> str:
        return ascii_only(text) if self._context.settings.ascii else text
