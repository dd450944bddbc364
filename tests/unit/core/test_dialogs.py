"""Reading dialogs from screens: recorded ones of three clients, and screens made to deceive.

`python -m tests.unit.core.test_dialogs` rewrites the expectations; read the diff.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.core import dialogs, screens
from cst.core.dialogs import Dialog
from tests.testing import DATA

FOLDER = DATA / "dialogs"
EXPECTED = FOLDER / "expected.json"
SCREENS = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.txt"))}


def told(screen: str) -> dict[str, Any]:
    """What is read from a screen, short."""
    dialog, why = dialogs.read(screen)
    if dialog is None:
        box = screens.box(screens.read(screen))
        return {"why": why, "box": box and {"text": box.text, "clipped": box.clipped}}
    flags = [name for name in ("several", "typing", "clipped", "numbered") if getattr(dialog, name)]
    options = [f"{'❯' if o.selected else ' '}{o.number} {o.means}{'' if o.ticked is None else f' {o.ticked}'}: {o.label}"
               for o in dialog.options]  # fmt: skip
    return {"kind": dialog.kind, "title": dialog.title, "subject": dialog.subject, "asks": dialog.asks,
            "options": options, "tabs": [list(tab) for tab in dialog.tabs], "is": flags}  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_recorded(name: str) -> None:
    """Each recorded screen is read as tests/data/dialogs/expected.json says."""
    assert json.loads(EXPECTED.read_text())[name] == told(SCREENS[name])


@pytest.mark.parametrize("name", [name for name, text in SCREENS.items() if "Tip: " in text and name.count("bash")])
def test_the_tip_is_no_part_of_what_is_asked(name: str) -> None:
    """However the pane wraps it.

    Bug shown: its second line, `below`, stood first in what `cst answer` showed.
    """
    dialog = _read(SCREENS[name])

    assert dialog.title.startswith("Bash command")
    assert dialog.body[0] in ("Do as the lab says", "Run a lab command")
    assert not [line for line in dialog.drawn if "Tip: " in line or "auto mode" in line or line.strip() == "below"]


@pytest.mark.parametrize("width", range(40, 201))
def test_a_tip_of_any_width(width: int) -> None:
    """Also where its last line is full, so that what follows could be more of it: it ends where its bold letters do."""
    tip = textwrap.wrap('Tip: auto mode handles these prompts for you — choose "switch to auto mode" below', width - 2)
    head, *rest = _bash("touch a", width=width).split(" Bash command\n")
    shown = "".join([head, " \x1b[1mBash command\x1b[0m\n", *(f" \x1b[1m{line}\n\x1b[0m\x1b[39m" for line in tip), *rest])

    assert _read(shown).body == ("touch a", "What for")


@pytest.mark.parametrize("name", ["2.1.329-questions-first", "2.1.332-questions-first"])
def test_a_question_that_begins_as_a_tip_stays(name: str) -> None:
    """It is bold as a tip is. Bug shown: it was hidden, and two of them passed for one dialog."""
    asks = _read(SCREENS[name]).asks
    keep, delete = (_read(SCREENS[name].replace(asks, f"Tip: {word} it where?")) for word in ("keep", "delete"))

    assert (keep.asks, delete.asks) == ("Tip: keep it where?", "Tip: delete it where?")
    assert not keep.same(delete)


def test_a_command_with_the_words_of_a_tip_stays() -> None:
    """It is not bold; hidden, it would be approved unseen. Bug shown: `Tip: ` at the beginning of a line of a command took that line away."""
    assert "Tip: rm -rf /" in _read(_bash("bash <<X", "Tip: rm -rf /", "X")).body


def _bash(
    *body: str, options: tuple[str, ...] = (" ❯ 1. Yes", "   2. No"), end: str = " Esc to cancel · Tab to amend", width: int = 80
) -> str:
    lines = ["● text", "─" * width, " Bash command", "", *(f"   {line}" for line in body), "   What for", "",
             " Do you want to proceed?", *options, "", end]  # fmt: skip
    return "\n".join(lines)


def _read(screen: str) -> Dialog:
    dialog, why = dialogs.read(screen)
    assert dialog, why
    return dialog


def test_the_screen_below_counts() -> None:
    """A whole dialog in the transcript, with the input box below it, is none."""
    shown = _bash("touch a") + "\n\n" + "─" * 80 + "\n❯ \n" + "─" * 80 + "\n  ? for shortcuts"

    assert dialogs.read(shown)[0] is None


@pytest.mark.parametrize(
    "body",
    [
        ("cat <<X", "Do you want to proceed?", "❯ 1. Yes", "  2. No", "", "Esc to cancel · Tab to amend", "X"),
        ("❯ 1. Yes",),
        ("echo 1", "❯ ", "2. No"),
    ],
)
def test_a_cursor_inside_the_command(body: tuple[str, ...]) -> None:
    """A command that brings a cursor of its own makes the dialog doubtful: it is not answered from elsewhere."""
    dialog, why = dialogs.read(_bash(*body))

    assert (dialog, why) == (None, "a second cursor stands above the options")


def test_options_inside_the_command() -> None:
    """Numbered lines inside a command stay in its body."""
    dialog = _read(_bash("cat <<X", "1. Yes", "2. No, and tell Claude", "3. Maybe", "X"))

    assert [option.label for option in dialog.options] == ["Yes", "No"]
    assert "3. Maybe" in dialog.body


def test_a_rule_inside_the_command() -> None:
    """A line drawn inside the command does not cut off what stands above it: it begins in no first column."""
    dialog = _read(_bash("rm -rf precious", "─" * 78, "echo harmless"))

    assert dialog.title == "Bash command"
    assert "rm -rf precious" in dialog.body


@pytest.mark.parametrize(
    "options",
    [
        (" ❯ 1. Yes", "   3. No"),
        (" ❯ 1. Yes", "   2. No", "   2. No"),
        (" ❯ 2. Yes", "   3. No"),
        ("   1. Yes", "   2. No"),
        (" ❯ 1. Yes", " ❯ 2. No"),
        (" ❯ 1. Yes", "     2. No"),
        (" ❯ 1. Yes", "", "   2. No"),
        (" ❯ 1. Yes",),
        (" ❯ 1. Yes", "   2. Yes, always"),
    ],
    ids=["gap", "twice", "from 2", "no cursor", "two cursors", "two columns", "blank", "one", "last is no No"],
)
def test_doubtful_options(options: tuple[str, ...]) -> None:
    """Options that are not as a client draws them are none."""
    dialog, why = dialogs.read(_bash("touch a", options=options))

    assert dialog is None
    assert why


def test_the_numbers_are_those_of_the_screen() -> None:
    """No is where the screen has it."""
    options = (" ❯ 1. Yes", "   2. Yes, and don't ask again for: npm", "      test *", "   3. Yes, and switch to auto mode", "   4. No")
    dialog = _read(_bash("npm test", options=options))

    assert [(o.number, o.means) for o in dialog.options] == [(1, "yes"), (2, "always"), (3, "other"), (4, "no")]
    assert dialog.options[1].label == "Yes, and don't ask again for: npm test *"


def test_a_diff_that_is_not_drawn_yet() -> None:
    """The client shows an ellipsis until it has worked out the diff: nobody can approve that."""
    shown = SCREENS["2.1.50-write"]
    edge = next(i for i, line in enumerate(shown.split("\n")) if "╌" in line)
    lines = shown.split("\n")
    lines[edge + 1] = " …"

    assert dialogs.read("\n".join(lines)) == (None, "its diff is not drawn yet; look again")


def test_another_width_and_another_cursor_make_no_other_dialog() -> None:
    """Another word does."""
    one = _read(_bash("git -C /a log --oneline"))
    wrapped = _read(_bash("git -C /a", "log --one", "line", options=("   1. Yes", " ❯ 2. No"), width=12))
    other = _read(_bash("git -C /b log --oneline"))

    assert one.same(wrapped)
    assert wrapped.same(one)
    assert not one.same(other)
    assert not wrapped.same(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("rm -rf ./build",), ("rm -rf ./ build",)),
        (("git commit -m 'a b'",), ("git commit -m 'a  b'",)),
        (("rm -rf ./build",), ("rm -rf ./", "build")),
        (("if x:", "    a", "b"), ("if x:", "    a", "    b")),
        (("echo", "to"), ("echo",)),  # "to" stands in the sentence above the options too
    ],
)
def test_white_space_is_part_of_a_command(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """In a pane as wide as before each character counts. Bug shown: all white space was left out."""
    assert not _read(_bash(*one)).same(_read(_bash(*other)))
    assert _read(_bash(*one)).same(_read(_bash(*one, options=("   1. Yes", " ❯ 2. No"))))


@pytest.mark.parametrize("width", [12, 100])
def test_a_space_that_is_new_is_seen_at_another_width_too(width: int) -> None:
    """But for the ends of lines, where the client may have wrapped."""
    one = _read(_bash("rm -rf ./build"))

    assert not one.same(_read(_bash("rm -rf ./ build", width=width)))
    assert not one.same(_read(_bash("rm", "-rf ./ build", width=width)))
    assert one.same(_read(_bash("rm -rf", "./build", width=width)))


@pytest.mark.parametrize("name", [name for name in SCREENS if dialogs.read(SCREENS[name])[0]])
def test_a_recorded_dialog_is_itself(name: str) -> None:
    """Each is the same on a second look."""
    assert _read(SCREENS[name]).same(_read(SCREENS[name]))


def test_a_recorded_dialog_at_two_widths() -> None:
    """One question, drawn on 80 and on 100 columns, is one."""
    narrow, wide = _read(SCREENS["2.1.329-question-text"]), _read(SCREENS["2.1.50-question"])

    assert narrow.width < wide.width
    assert narrow.same(wide)


def test_a_countdown_makes_no_other_dialog() -> None:
    """The same dialog two seconds later is the same, and says how much is left."""
    one, later = _read(SCREENS["2.1.332-bash-countdown"]), _read(SCREENS["2.1.332-bash-countdown-later"])
    question = _read(SCREENS["2.1.332-question-countdown"])

    assert one.same(later)
    assert [(d.left, d.then) for d in (one, later, question)] == [(118, "is blocked"), (116, "is blocked"), (1, "goes on")]
    assert not any("automatically block" in line for line in one.body)


@pytest.mark.parametrize("name", ["2.1.110-bash", "2.1.332-bash-subagent", "2.1.332-bash-countdown"])
def test_a_countdown_in_a_command_is_part_of_the_command(name: str) -> None:
    """Only what the client says below the command counts down; words of a command are never left out."""
    shown = [line.text for line in screens.read(SCREENS[name])]
    edge = max(i for i, text in enumerate(shown) if screens.rule(text))
    command = _read(SCREENS[name]).subject
    line = next(i for i, text in enumerate(shown) if i > edge and command in text)
    fake = " ⚠ Claude Code will automatically block this request in 9:59, to avoid holding up an unattended session"
    inside = _read("\n".join([*shown[: line + 1], fake, "   rm -rf ~", *shown[line + 1 :]]))

    assert inside.left == _read(SCREENS[name]).left
    assert any("9:59" in text for text in inside.body)
    assert any("rm -rf ~" in text for text in inside.body)
    assert not inside.same(_read(SCREENS[name]))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:58", 118), ("13s", 13), ("1m 5s", 65), ("about 2 minutes", 120), ("about 45 seconds", 45), ("a while", 0), ("", 0)],
)
def test_how_much_is_left(text: str, seconds: float) -> None:
    """The client says it in several ways."""
    question = SCREENS["2.1.332-question-countdown"].replace("auto-continue in 1s", f"auto-continue in {text}")

    assert _read(question).left == seconds


def test_a_preview_beside_the_options() -> None:
    """It changes with the cursor, so it is no part of the question."""
    one = "\n".join(line.text for line in screens.read(SCREENS["2.1.332-question-preview"]))
    other = one.replace("| G  |", "|xxxx|").replace("❯ 1", "  1").replace("  2. Tabs", "❯ 2. Tabs")

    assert [option.label for option in _read(one).options] == ["Sidebar", "Tabs"]
    assert [option.selected for option in _read(other).options] == [False, True]
    assert _read(one).same(_read(other))


def test_a_preview_that_looks_like_options() -> None:
    """What stands in it is never an option."""
    one = "\n".join(line.text for line in screens.read(SCREENS["2.1.332-question-preview"]))
    shown = one.replace("| G  |", "3. No ")
    assert shown != one

    assert [option.label for option in _read(shown).options] == ["Sidebar", "Tabs"]


@pytest.mark.parametrize(
    "rows",
    [(" ❯ No", "   Yes", "     Maybe"), (" ❯ No", " ❯ Yes"), ("   No", "   Yes"), (" ❯ No",), (" ❯ No", "", "   Yes")],
    ids=["two columns", "two cursors", "no cursor", "one", "blank"],
)
def test_doubtful_options_without_numbers(rows: tuple[str, ...]) -> None:
    """Without numbers they stand in one column, one below the other, one with the cursor."""
    dialog, _ = dialogs.read(_bash("touch a", options=rows))

    assert dialog is None


def test_a_sandbox_request() -> None:
    """It ends with its options, as a request to fetch a page does."""
    options = (" ❯ 1. Yes", "   2. Yes, and don't ask again for example.com",
               "   3. No, and tell Claude what to do differently (esc)")  # fmt: skip
    lines = ["─" * 80, " Network request outside of sandbox", "", " Host: example.com", "",
             " Do you want to allow this connection?", *options]  # fmt: skip
    dialog = _read("\n".join(lines))

    assert (dialog.kind, dialog.title, dialog.subject) == (
        "permission", "Network request outside of sandbox", "Host: example.com")  # fmt: skip
    assert [option.means for option in dialog.options] == ["yes", "always", "no"]


@pytest.mark.parametrize("ticked", ["multi", "single"])
def test_a_question_with_a_false_option(ticked: str) -> None:
    """A description that looks like an option makes the count wrong."""
    sign = "[ ] " if ticked == "multi" else ""
    shown = "\n".join(["─" * 80, " ☐ Way", "", "Where?", "", f"❯ 1. {sign}North", "  2. South", f"  2. {sign}South",
                       "  3. Type something.", "─" * 80, "  4. Chat about this", "", "Enter to select · Esc to cancel"])  # fmt: skip

    assert dialogs.read(shown) == (None, "the options are not numbered from 1 on")


@pytest.mark.parametrize("name", [name for name in SCREENS if "-prompt" not in name and "-none" not in name])
def test_a_line_more(name: str) -> None:
    """A recorded dialog with anything below it is not the last thing on the screen, so it is none."""
    assert dialogs.read(SCREENS[name].rstrip("\n") + "\n\n$ ls")[0] is None


_LINES = st.sampled_from([
    "", "─" * 40, "╌" * 40, " ❯ 1. Yes", "   2. No", "   1. Yes", "   2. Yes, and don't ask again", "   3. No", "❯ 1. North",
    "  2. South", "  3. Type something.", " Do you want to proceed?", " Esc to cancel · Tab to amend", "❯ ", " ☐ Way",
    "Enter to select · Esc to cancel", "Enter to confirm · Esc to cancel", " ↑ 4 more lines", " Bash command", "  $ x",
    "Review your answers", "❯ 1. Submit answers", "  2. Cancel", "\x1b[7mx\x1b[0m", "   1. ❯ 1. Yes",
])  # fmt: skip


@given(st.lists(st.one_of(_LINES, st.text(max_size=30)), max_size=24))
def test_any_screen(lines: list[str]) -> None:
    """No screen makes it fail; options come from the end of the screen, numbered from 1, with one cursor."""
    shown = "\n".join(lines)
    dialog, why = dialogs.read(shown)
    if dialog is None:
        assert why
        return
    plain = [line.text for line in screens.read(shown)]
    first = max(i for i, line in enumerate(plain) if dialog.options[0].label.split("\n")[0] in line)

    assert [option.number for option in dialog.options] == list(range(1, len(dialog.options) + 1))
    assert sum(option.selected for option in dialog.options) == 1
    assert "❯" not in "".join(plain[max(first + len(dialog.options) * 4 + 4, 0) :])
    assert plain[-1].strip().startswith(("Esc", "Enter", "2. Cancel", "❯ 2", "ctrl")) or not dialog.body or dialog.options


@given(st.sampled_from(sorted(SCREENS)), st.data())
def test_a_recorded_screen_with_lines_missing(name: str, data: st.DataObject) -> None:
    """A screen that is cut anywhere gives the same options or none: never other ones."""
    lines = SCREENS[name].rstrip("\n").split("\n")
    cut = data.draw(st.integers(0, len(lines)))
    whole, _ = dialogs.read(SCREENS[name])
    found, _ = dialogs.read("\n".join(lines[cut:]))

    if found:
        assert whole
        assert [(o.number, o.label, o.means) for o in found.options] == [(o.number, o.label, o.means) for o in whole.options]


if __name__ == "__main__":
    EXPECTED.write_text(json.dumps({name: told(text) for name, text in SCREENS.items()}, indent=1, ensure_ascii=False) + "\n")
