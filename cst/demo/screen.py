"""Draws a made-up session: header, conversation, and a dialog or the input box at the bottom. Pure."""

from __future__ import annotations

from cst.demo.journal import VERSION
from cst.demo.story import Dialog, Failure, Prompt, Result, Step, Stopped, Tool, Words, headline
from cst.text import clean, cut, cut_start, fit, width, wrap

_RESET = "\x1b[0m"
_VERBS = ("Simmering", "Pondering", "Untangling", "Whittling", "Percolating", "Reticulating")
_SPARKS = "✢✳✶✻✽✻✶✳"


def _paint(codes: str, text: str) -> str:
    return f"\x1b[{codes}m{text}{_RESET}"


def _dim(text: str) -> str:
    return _paint("2", text)


class Scene:
    """What is on one screen. `add` takes the steps as they happen."""

    def __init__(self, cwd: str, branch: str) -> None:
        self.cwd, self.branch = cwd, branch
        self.entries: list[Step] = []
        self.results: dict[int, Result] = {}  # by the place of the tool in `entries`
        self.dialog: Dialog | None = None
        self.cursor = 0  # the chosen option of the dialog
        self.typed = self.queued = self.hint = ""
        self.given = ""  # in the text field of the dialog
        self.busy_since: float | None = None  # epoch seconds
        self.shells = 0

    def add(self, step: Step) -> None:
        """Show one more step of the conversation."""
        if isinstance(step, Result):
            place = next((i for i in reversed(range(len(self.entries))) if self._open(i, step.agent)), None)
            if place is not None:
                self.results[place] = step
        else:
            self.entries.append(step)

    def _open(self, place: int, agent: str) -> bool:
        step = self.entries[place]
        return isinstance(step, Tool) and step.agent == agent and place not in self.results

    def draw(self, columns: int, lines: int, now: float) -> str:
        """The whole screen, as one text for the terminal, with the cursor where one types."""
        bottom, cursor = (self._box(columns), 0) if self.dialog else self._input(columns)
        top = self._header(columns)
        middle = self._conversation(columns) + self._spinner(now, columns)
        room = max(0, lines - len(top) - len(bottom))
        # As in a terminal: the conversation hangs under the header until it is longer than the screen.
        shown = [*top, *middle] if len(middle) <= room else [*top, *middle][-(room + len(top)) :]
        rows = [*shown, *bottom][-lines:]
        text = "\r\n".join(row + "\x1b[K" for row in rows)
        show = f"\x1b[{len(rows) - 2};{cursor + 1}H\x1b[?25h" if cursor else ""
        return f"\x1b[?25l\x1b[H{text}\x1b[J{show}"

    # --------------------------------------------------------------------------------------- its parts

    def _header(self, columns: int) -> list[str]:
        inner = max(10, min(columns - 4, 76))
        first = f"Claude Code v{VERSION}, as played by cst demo"
        where = f"{self.cwd}  ({self.branch})" if self.branch else self.cwd
        edge = "─" * (inner + 2)
        return [
            f"╭{edge}╮",
            f"│ {_paint('38;5;173', '✻')} {_paint('1', fit(first, inner - 2))} │",
            f"│   {_dim(fit(clean(where), inner - 2))} │",
            f"╰{edge}╯",
            "",
        ]

    def _conversation(self, columns: int) -> list[str]:
        rows: list[str] = []
        for place, step in enumerate(self.entries):
            if isinstance(step, Prompt) and step.machine:
                rows += _marked("●", "2", step.text.split("\n")[1], columns)
            elif isinstance(step, Prompt):
                rows += [_paint("48;5;237", fit(f"> {line}", columns - 1)) for line in _lines(step.text, columns - 4)]
            elif isinstance(step, Words):
                rows += _marked("    ●" if step.agent else "●", "2" if step.agent else "", step.text, columns)
            elif isinstance(step, Tool):
                rows += self._tool(step, self.results.get(place), columns)
                if place not in self.results and isinstance(next(iter(self.entries[place + 1 :]), None), Stopped):
                    continue
            elif isinstance(step, Failure):
                rows += _marked("●", "31", step.text, columns)
            elif isinstance(step, Stopped):
                rows.append(_paint("31", cut("  ⎿  Interrupted · What should Claude do instead?", columns - 1)))
            rows.append("")
        return rows

    def _tool(self, step: Tool, result: Result | None, columns: int) -> list[str]:
        stopped = any(isinstance(entry, Stopped) for entry in self.entries[self.entries.index(step) :])
        indent = "    " if step.agent else ""
        mark = "31" if result and result.failed else "32" if result else "2" if stopped else "33"
        head = cut(clean(headline(step.name, step.given)), columns - len(indent) - 3)
        rows = [f"{indent}{_paint(mark, '●')} {_paint('1', head)}"]
        if result:
            words = clean(result.text)
        elif stopped:
            return rows
        else:
            words = "Waiting for you…" if self.dialog and self._is_last_open(step) else "Running…"
        return [*rows, _dim(f"{indent}  ⎿  {cut(words, columns - len(indent) - 6)}")]

    def _is_last_open(self, step: Tool) -> bool:
        return step is self.entries[-1]

    def _spinner(self, now: float, columns: int) -> list[str]:
        if self.busy_since is None or self.dialog:
            return []
        seconds = max(0, int(now - self.busy_since))
        took = f"{seconds // 60}m {seconds % 60}s" if seconds >= 60 else f"{seconds}s"
        spark = _SPARKS[int(now) % len(_SPARKS)]
        verb = _VERBS[int(self.busy_since) % len(_VERBS)]
        return [_paint("38;5;173", cut(f"{spark} {verb}… ({took} · esc to interrupt)", columns - 1)), ""]

    def _input(self, columns: int) -> tuple[list[str], int]:
        """The input box, and the column of its cursor."""
        line = _dim("─" * (columns - 1))
        typed = self.typed
        while len(typed) > 1 and cut(typed, columns - 5) != typed:
            typed = typed[1:]
        hint = self.hint or ("1 shell still running · ↓ to view" if self.shells else "? for shortcuts")
        if self.queued:
            hint = f"queued: {self.queued}"
        return [line, f"❯ {typed}", line, _dim(f"  {cut(clean(hint), columns - 4)}")], width(typed) + 2

    def _box(self, columns: int) -> list[str]:
        """The dialog, drawn as the real client draws its own: `cst answer` reads it."""
        assert self.dialog
        wide = max(20, columns - 1)
        ruled, foot = _dialog(self.dialog, wide)
        rows = [_paint("38;5;111", "─" * wide), *ruled]
        for place, option in enumerate(self.dialog.options):
            chosen = place == self.cursor
            text = cut(f" {'❯' if chosen else ' '} {place + 1}. {option}", wide)
            rows.append(_paint("38;5;111", text) if chosen else text)
        if self.dialog.field:
            rows += self._field(len(self.dialog.options), wide)
        return [*rows, "", _dim(cut(f" {foot}", wide))]

    def _field(self, place: int, wide: int) -> list[str]:
        """The text field, at this place, and below a rule the option after it."""
        text = f" {'❯' if self.cursor == place else ' '} {place + 1}. "
        shown = cut_start(clean(self.given), wide - width(text) - 1) if self.given else "Type something."
        talk = f" {'❯' if self.cursor > place else ' '} {place + 2}. Chat about this"
        return [cut(text + shown, wide), _dim("─" * wide), cut(talk, wide)]


def _dialog(dialog: Dialog, wide: int) -> tuple[list[str], str]:
    """What stands above the options, and the keys below them."""
    title, about, asks = _paint("1;38;5;111", cut(f" {dialog.title}", wide)), dialog.about, _lines(dialog.ask, wide - 2)
    if not about:
        question = [f" {part}" for part in asks]
        keys = "Enter to select · ↑/↓ to navigate · Esc to cancel"
        return [_paint("1;38;5;111", cut(f"☐ {dialog.title}", wide)), "", *question, ""], keys
    edge = _dim("╌" * wide)
    if dialog.title == "Ready to code?":
        plan = [f"  {part}" for part in _lines(about, wide - 3)]
        return [title, edge, *plan, edge, "", *(_paint("1", f" {line}") for line in asks)], "ctrl+g to edit in vi"
    command, *why = about.splitlines()
    shown = [f" │ {part}" for part in _lines(command, wide - 4)]
    reasons = [f" {part}" for line in why for part in _lines(line, wide - 2)]
    asked = [_paint("1", f" {line}") for line in asks]
    return [title, *reasons, edge, *shown, edge, "", *asked], "Esc to cancel · Tab to amend"


def _lines(text: str, columns: int) -> list[str]:
    """A text of several lines, wrapped; an empty line stays one."""
    return [row for line in text.split("\n") for row in wrap(clean(line), max(10, columns), 40) or [""]]


def _marked(mark: str, codes: str, text: str, columns: int) -> list[str]:
    first, *rest = _lines(text, columns - len(mark) - 3)
    rows = [f"{mark} {first}", *(" " * len(mark) + f" {line}" for line in rest)]
    return [_paint(codes, row) if codes else row for row in rows]
