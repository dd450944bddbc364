"""`cst pick` in a real tmux: the keys that change what is shown, marked rows, other sizes, colours; and that no key of
the table is without a test."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cst.demo import fleet
from cst.picker.operations import KEYS
from cst.text import width
from tests.e2e.picking import PATIENCE, Picker, config
from tests.e2e.test_demo import becomes, look, place, press
from tests.e2e.test_pick_acts import Person, person  # noqa: F401  # the fixture
from tests.testing import until

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

FIXED = ("esc", "ctrl-c", "ctrl-g", "ctrl-n", "ctrl-j", "up", "down", "bspace", "btab")


def sent(key: str) -> str:
    """What tmux calls a key of fzf's."""
    named = {"enter": "Enter", "tab": "Tab", "btab": "BTab", "esc": "Escape", "bspace": "BSpace", "up": "Up", "down": "Down",
             "shift-up": "S-Up", "shift-down": "S-Down"}  # fmt: skip
    return named.get(key) or key.replace("ctrl-", "C-").replace("alt-", "M-")


def pressed() -> set[str]:
    """Every word in the feature tests of the picker that a call of theirs may press: arguments and cases."""
    found = set()
    for path in Path(__file__).parent.glob("test_pick*.py"):
        for test in ast.parse(path.read_text()).body:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                found |= {node.value for node in ast.walk(test) if isinstance(node, ast.Constant)}
    return {word for word in found if isinstance(word, str)} | {"Up", "Down", "Tab"}  # by `goes_to`, `marks`


@pytest.mark.parametrize("key", [*(key for one in KEYS for key in one.keys.split(",")), *FIXED])
def test_every_key_is_in_some_test(key: str) -> None:
    """A key of the table, or one with a fixed meaning, that no feature test presses is nobody's."""
    assert sent(key) in pressed()


# ------------------------------------------------------------------------------------------------ what is shown


@pytest.mark.long
def test_look_at_once(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """ctrl-r shows what changed although the next look is a minute away."""
    picker = opened(env="CST_CONFIG=" + config(demo, "refresh = 60"))
    picker.sees("integration")
    press(demo, "tests", "Escape")
    becomes(demo, "tests", "interrupted")
    assert not re.search("interrupted .*integration", picker.screen())

    picker.press("C-r")

    picker.sees("‖ interrupted .*integration")


@pytest.mark.long
def test_sort_again(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Who needs you since a moment stays in place, until ctrl-s: then those that need you are first again."""
    becomes(demo, "ranking", "working")
    picker = opened()
    picker.sees("run +● working .*search-ranking")
    press(demo, "ranking", "Escape")
    becomes(demo, "ranking", "interrupted")
    press(demo, "ranking", "say hi", "Enter")
    becomes(demo, "ranking", "done")
    picker.sees("you +✓ done .*search-ranking")
    before = _place(picker, "search-ranking")

    picker.press("C-s")

    picker.sees("sorted: most urgent first")
    until(lambda: _place(picker, "search-ranking") < before, PATIENCE)
    assert before > _place(picker, "playground")


def _place(picker: Picker, text: str) -> int:
    return next(i for i, row in enumerate(picker.rows()) if text in row)


@pytest.mark.long
def test_the_first_column(opened: Callable[..., Picker]) -> None:
    """Says for whom each waits, and those that wait for you come first."""
    picker = opened(columns=250)

    rows = until(lambda: len(picker.rows()) >= 12 and picker.rows(), PATIENCE)
    groups = [row[2:5].strip() for row in rows]

    assert set(groups) <= {"you", "run", "zzz", "?", "end", ""}
    assert groups.count("you") >= 6
    assert groups[: groups.count("you")] == ["you"] * groups.count("you")


@pytest.mark.long
def test_the_preview_is_hidden(opened: Callable[..., Picker]) -> None:
    """ctrl-/ takes it away and brings it back; hidden it stays hidden when the terminal has another size."""
    picker = opened(lines=40)
    picker.sees(r"\[tools\]")

    picker.press("C-/")
    picker.sees_not(r"\[tools\]|│")
    picker.sees("CTX +PLACE")
    picker.sees_not("/home/code/")  # what only the search looks at stays out of sight
    picker.resizes(100, 40)
    until(lambda: max(map(width, picker.lines())) <= 100, PATIENCE)
    picker.press("M-p")
    picker.sees("pinned")  # heard after the size
    picker.sees_not(r"\[tools\]|│")
    picker.resizes(180, 40)
    picker.press("C-/")

    picker.sees(r"│.*\[tools\]")


@pytest.mark.long
def test_a_page_shows_the_preview(opened: Callable[..., Picker]) -> None:
    """Hidden, it comes back for the page that a key asks for."""
    picker = opened(columns=180, lines=40)
    picker.sees(r"\[tools\]")
    picker.press("C-/")
    picker.sees_not(r"\[tools\]|│")

    picker.press("?")

    picker.sees(r"│.*keys  \(")


@pytest.mark.long
def test_another_size(opened: Callable[..., Picker]) -> None:
    """The preview goes beside or below, columns come and go, nothing is wider than the terminal; the cursor stays."""
    picker = opened(columns=180, lines=45)
    picker.goes_to("rounding")
    for columns, lines, beside in ((90, 40, False), (220, 50, True), (129, 30, False), (180, 45, True)):
        picker.resizes(columns, lines)
        until(lambda: _fits(picker, columns, beside), PATIENCE)  # noqa: B023  # runs at once
        assert "rounding" in picker.pointed()


def _fits(picker: Picker, columns: int, beside: bool) -> bool:
    """Whether the list has its whole room and no more: what a session wants ends where the preview begins."""
    shown = picker.lines()
    heads = next((line for line in shown if re.match(r" +FOR +STATE", line)), "")
    assert heads, shown
    below = any(line.startswith("────") for line in shown[shown.index(heads) :])
    assert max(map(width, shown)) <= columns, shown
    assert below != beside, shown
    assert ("│" in heads) == beside, shown
    assert ("PLACE" in heads) == (columns > 90), heads
    assert "[tools]" in "".join(shown), shown
    return True


@pytest.mark.long
def test_too_small_for_a_preview(opened: Callable[..., Picker]) -> None:
    """25 lines are for the list; ctrl-/ shows the preview there too, and then it stays."""
    picker = opened(columns=100, lines=25)
    assert "[tools]" not in picker.screen()

    picker.press("C-/")
    picker.sees(r"\[tools\]")
    picker.resizes(90, 25)
    picker.press("C-r")
    until(lambda: max(map(width, picker.lines())) <= 90, PATIENCE)

    picker.sees(r"\[tools\]")


@pytest.mark.long
@pytest.mark.parametrize(("down", "up"), [("S-Down", "S-Up"), ("C-f", "C-b")])
def test_the_preview_scrolls(opened: Callable[..., Picker], down: str, up: str) -> None:
    """Either pair of keys, to and fro."""
    picker = opened(lines=14)
    picker.press("C-p", "C-p")
    picker.sees(r"\[why\][^$]*rule +permission")

    picker.press(down, down)
    picker.sees_not(r"rule +permission")
    picker.press(up, up)

    picker.sees(r"rule +permission")


@pytest.mark.long
@pytest.mark.parametrize("query", ["#winter", "live reload", "background", "用語集"])
def test_search(opened: Callable[..., Picker], query: str, demo: fleet.Demo) -> None:
    """Tag, title and state find a session, and so do wide characters."""
    picker = opened()
    if query == "#winter":
        picker.goes_to("playground")
        picker.press("M-g")
        picker.sees("tags> ")
        picker.press(*"winter")
        picker.reply("Enter")
        picker.sees("playground #winter")
    picker.tmux("send-keys", "-t", picker.pane, "-l", query)

    until(lambda: len(picker.rows()) == 1, PATIENCE)
    wanted = {"#winter": "playground", "用語集": "用語集"}.get(query, "Storefront")
    assert wanted in picker.rows()[0]


@pytest.mark.long
@pytest.mark.parametrize("theme", ["dark", "light", "16", "none"])
def test_themes(demo: fleet.Demo, opened: Callable[..., Picker], theme: str) -> None:
    """Colours of our own where they are wanted, only the terminal's in `16`, none in `none`; no state by colour alone."""
    path = config(demo, f'theme = "{theme}"')
    picker = opened(env=f"-u NO_COLOR COLORTERM=truecolor CST_CONFIG={path}")

    shown = picker.sees("permission") and picker.screen("-e")

    own = re.findall(r"\x1b\[[0-9;:]*[34]8[;:][25][;:]", shown)
    any_colour = re.findall(r"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7])[0-9;:]*m", shown)
    assert bool(own) == (theme in ("dark", "light"))
    assert bool(any_colour) == (theme != "none")


@pytest.mark.long
@pytest.mark.parametrize("key", ["C-c", "C-g"])
def test_other_keys_that_close(opened: Callable[..., Picker], key: str) -> None:
    """As Esc does; ctrl-g leaves a question first."""
    picker = opened()
    picker.goes_to("playground")
    if key == "C-g":
        picker.press("M-c")
        picker.sees("Copy from playground")
        picker.press(key)
        picker.sees_not("Copy from")

    picker.press(key)

    picker.sees("left with 130")


@pytest.mark.long
def test_moving(opened: Callable[..., Picker]) -> None:
    """ctrl-n and ctrl-j go down, as Down does."""
    picker = opened()
    drawn = until(lambda: len(rows := picker.rows()) >= 12 and rows, PATIENCE)
    rows = [row.lstrip("▌ ") for row in drawn]
    for number, key in enumerate(("C-n", "C-j"), 1):
        picker.press(key)
        until(lambda: picker.pointed().lstrip("▌ ")[:60] == rows[number][:60], PATIENCE)  # noqa: B023  # runs at once


# ------------------------------------------------------------------------------------------------- the mouse


def mouse(picker: Picker, button: int, text: str, times: int = 1) -> None:
    """Press and release a button (64 and 65: the wheel, up and down) where that text stands, as a terminal tells it."""
    part = 2 if text.startswith("[") else 0  # of the preview, or of the list
    line, shown = next((i, line) for i, line in enumerate(picker.lines(), 1) if text in line.partition("│")[part])
    at = f"{width(shown.partition(text)[0]) + 1};{line}"
    released = f"\x1b[<{button};{at}m" if button < 64 else ""
    picker.tmux("send-keys", "-t", picker.pane, "-l", (f"\x1b[<{button};{at}M" + released) * times)


def test_the_mouse(
    demo: fleet.Demo, opened: Callable[..., Picker], person: Callable[[str], Person],  # noqa: F811  # the fixture
) -> None:  # fmt: skip
    """A click takes the cursor there, the wheel moves it, a right click marks, a double click is Enter."""
    picker = opened()
    here = person(picker.name)
    there = place(demo, "parser")
    picker.goes_to("playground")

    mouse(picker, 0, "billing-parser")
    until(lambda: "billing-parser" in picker.pointed(), PATIENCE)
    at = picker.at()
    mouse(picker, 65, "billing-parser")
    until(lambda: picker.at() == at + 1, PATIENCE)
    mouse(picker, 64, "billing-parser")
    until(lambda: picker.at() == at, PATIENCE)
    mouse(picker, 2, "playground")
    until(lambda: any("playground" in row for row in picker.marked()), PATIENCE)
    mouse(picker, 2, "playground")
    until(lambda: not picker.marked(), PATIENCE)
    mouse(picker, 0, "billing-parser", times=2)

    until(lambda: here.pane() == there, PATIENCE)
    picker.sees("left with 0")


@pytest.mark.long
def test_the_wheel_on_the_preview(opened: Callable[..., Picker]) -> None:
    """There it scrolls the page and leaves the cursor where it is."""
    picker = opened(lines=14)
    picker.press("C-p", "C-p")
    picker.sees(r"\[why\][^$]*rule +permission")
    pointed = picker.pointed()

    mouse(picker, 65, "[why]", times=6)
    picker.sees_not(r"rule +permission")
    mouse(picker, 64, "[why]", times=6)

    picker.sees(r"rule +permission")
    assert picker.pointed() == pointed


# --------------------------------------------------------------------------------------------------- several


@pytest.mark.long
def test_marked_rows(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Tag, snooze, pin and seen act on all that are marked and take the marks away; the rows beside stay as they are."""
    both = ("web-shop-checkout", "api-queries")
    picker = opened(columns=250)
    for action, answer, pattern in (
        ("M-g", "kind Enter", "{} #kind"), ("M-s", "2", "zzz .*{}"), ("M-p", "", "★ .*{}"), ("M-v", "", "{}"),
    ):  # fmt: skip
        for name in both:
            picker.marks(name)
        picker.sees("the list is not updated")
        assert len(picker.marked()) == 2
        picker.press(action)
        if answer:
            picker.sees("Tags of 2 sessions|Snooze 2 sessions")
            *letters, last = answer.split()
            picker.press(*"".join(letters))
            picker.reply(last)
        picker.sees_not("the list is not updated")
        for name in both:
            picker.sees(pattern.format(name))
        until(lambda: not picker.marked(), PATIENCE)

    found = look(demo)
    assert [found[who]["tags"] for who in ("checkout", "queries", "parser")] == [["kind"], ["kind"], []]
    assert [found[who]["state"] for who in ("checkout", "queries")] == ["idle", "idle"]


@pytest.mark.long
def test_marks_and_refresh(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Marks outlive looks in which the fleet changes; taken back with Shift-Tab, the list goes on."""
    picker = opened(env="CST_CONFIG=" + config(demo, "refresh = 0.2"))
    picker.marks("playground")
    press(demo, "rounding", "1")
    becomes(demo, "rounding", "done")
    kept = picker.marked()
    shown = picker.screen()
    picker.goes_to("playground")

    picker.press("BTab")

    picker.sees("✓ done .*rounding")
    assert len(kept) == 1
    assert "playground" in kept[0]
    assert not re.search("✓ done .*rounding", shown)


# --------------------------------------------------------------------------------------------------- ask


@pytest.mark.long
def test_snooze_for_a_time(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """1, 2 and 3: half an hour, two and eight; the session needs nobody until then."""
    picker = opened(columns=250)
    picker.goes_to("用語集")
    for key, said in (("1", "30m"), ("2", "2h"), ("3", "8h")):
        picker.press("M-s")
        picker.sees("Snooze 日本語-docs-用語集")
        picker.reply(key)
        picker.sees(f"snoozed for {said}: 日本語-docs-用語集")
        picker.sees("zzz .*用語集")
    assert not look(demo)["glossary"]["needs_you"]


@pytest.mark.long
@pytest.mark.parametrize(("key", "what"), [("i", "id"), ("p", "cwd")])
def test_copy(demo: fleet.Demo, opened: Callable[..., Picker], key: str, what: str) -> None:
    """alt-c, then i or p: the id, or the folder, stands in tmux's buffer."""
    picker = opened()
    picker.goes_to("billing-parser")
    picker.press("M-c")
    picker.sees("Copy from")

    picker.reply(key)

    picker.sees("copied")
    assert picker.tmux("show-buffer") == look(demo)["parser"][what]


@pytest.mark.long
def test_ended_ones_come_and_go(opened: Callable[..., Picker]) -> None:
    """ctrl-a twice."""
    picker = opened()
    picker.press("C-a")
    picker.sees("日本語-docs: Lic")
    picker.press("C-a")

    picker.sees_not("日本語-docs: Lic")


@pytest.mark.long
def test_rename_to_nothing(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """alt-n shows the name to be edited; an empty one gives its own name back."""
    picker = opened()
    picker.goes_to("rounding")
    picker.press("M-n")
    picker.sees("name> rounding")
    picker.press("2")
    picker.reply("Enter")
    until(lambda: "rounding2" in picker.pointed(), PATIENCE)
    picker.press("M-n")
    picker.sees("name> rounding2")
    picker.press(*["BSpace"] * 9)
    picker.reply("Enter")

    picker.sees_not("rounding2")
    assert look(demo)["rounding"]["name"] == "rounding"
