"""`cst pick` in a real tmux, with the real fzf, over the demo's fleet: what a person does there, key by key."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest

from cst.demo import fleet, folder
from cst.text import width
from tests.e2e.picking import PATIENCE, Picker, config
from tests.e2e.test_demo import becomes, press
from tests.testing import until

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


def runs(demo: fleet.Demo) -> list[str]:
    """The run folders that are there."""
    return [name for name in os.listdir(f"{demo.folder}/tmp") if name.startswith("cst-pick.")]


# --------------------------------------------------------------------------------------------------- live


def test_a_change_shows_by_itself(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Without a key the state of a row changes; cursor, query and scrolled preview stay."""
    picker = opened()
    picker.press(*"index")
    picker.sees(r"> index")
    until(lambda: "reindex" in picker.pointed(), PATIENCE)

    press(demo, "audit", "Enter")
    becomes(demo, "audit", "done")

    picker.sees(r"> index")
    assert "reindex" in picker.pointed()
    picker.press(*["BSpace"] * 5)
    picker.sees(r"✓ done .* web-shop: Audit")


def test_completions_know_what_a_picker_shows(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """The file that TAB reads is there once a picker has opened, and follows what it shows."""
    names = Path(demo.env["HOME"], ".local/state/cst/names")
    names.write_text("")
    opened()
    until(lambda: "playground" in names.read_text(), PATIENCE)
    pane = folder.tmux(
        demo.folder, "new-session", "-d", "-s", "named", "-P", "-F", "#{pane_id}", f"mkdir -p {demo.env['HOME']}/named; "
        f"cd {demo.env['HOME']}/named; {demo.folder}/bin/claude", env=demo.env,
    ).strip()  # fmt: skip
    until(lambda: "· named" in names.read_text(), PATIENCE)
    folder.tmux(demo.folder, "kill-pane", "-t", pane, env=demo.env)

    until(lambda: "· named" not in names.read_text(), PATIENCE)


def test_a_folder_that_cannot_be_written_opens_a_picker(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """What the completions miss is no error of the picker's."""
    opened(env="CST_STATE_DIR=/proc/version").sees("playground")


def test_an_open_picker_has_an_old_bill_made_again(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """In the background, where there is a budget and the last bill is of two hours ago."""
    program = str(Path(sys.executable).parent / "cst")
    subprocess.run([program, "budget", "set", "500", "--per", "day"], env=demo.env, check=True, capture_output=True)
    kept = Path(demo.env["HOME"], ".local/state/cst/costs/budgets.json")
    try:
        opened()
        old = json.loads(kept.read_text())["t"] - 7200
        kept.write_text(json.dumps({**json.loads(kept.read_text()), "t": old}))
        os.utime(kept, (1, 1))

        until(lambda: json.loads(kept.read_text())["t"] > old + 7000, PATIENCE)
    finally:
        subprocess.run([program, "budget", "off"], env=demo.env, check=True, capture_output=True)


def test_the_cursor_stays_on_its_session(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Ten refreshes, with changes among them, and the row under the cursor is the same."""
    picker = opened(env="CST_CONFIG=" + config(demo, "refresh = 0.2"))
    picker.goes_to("playground")

    press(demo, "tests", "Escape")
    becomes(demo, "tests", "interrupted")
    seen = {"playground" in row for _ in range(40) if not time.sleep(0.05) and (row := picker.pointed())}  # "" in a reload

    assert seen == {True}
    picker.sees(r"‖ interrupted .* integration")


def test_new_sessions_come_last_and_dead_ones_stay_dim(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """A session that starts meanwhile says that it is new; one that ends leaves its row; ctrl-s tidies up."""
    folder.tmux(
        demo.folder, "new-session", "-d", "-s", "late", f"mkdir -p {demo.env['HOME']}/late; cd {demo.env['HOME']}/late; "
        f"{demo.folder}/bin/claude", env=demo.env,
    )  # fmt: skip
    picker = opened()
    picker.sees("late")
    folder.tmux(
        demo.folder, "new-session", "-d", "-s", "later", f"mkdir -p {demo.env['HOME']}/later; "
        f"cd {demo.env['HOME']}/later; {demo.folder}/bin/claude", env=demo.env,
    )  # fmt: skip
    picker.sees(r"new: later")

    folder.tmux(demo.folder, "kill-session", "-t", "=late", env=demo.env)
    picker.sees(r"end  · ended .*gone: late")
    last = picker.rows()[-1]
    picker.press("C-s")

    picker.sees_not("gone: late")
    assert "new: later" in last
    assert "later" not in picker.rows()[-1]


@pytest.mark.parametrize("how", ["escape", "pane", "hangup", "kill", "fzf"])
def test_nothing_is_left_behind(demo: fleet.Demo, opened: Callable[..., Picker], how: str) -> None:
    """Closed by a key, with its pane, by SIGHUP, or because cst or fzf was killed: no process, no run folder, and the
    terminal is as it was."""
    picker = opened()
    pid = int(picker.tmux("display-message", "-p", "-t", picker.pane, "#{pane_pid}"))
    [cst] = [child for child in _family(pid) if _comm(child) not in ("sh", "bash", "cat")][:1]
    family = _family(cst)
    fzf = next(child for child in family if _comm(child) == "fzf")
    assert len(runs(demo)) == 1

    if how == "escape":
        picker.press("Escape")
    elif how == "pane":
        picker.tmux("kill-pane", "-t", picker.pane)
    elif how in ("hangup", "kill"):
        os.kill(cst, signal.SIGHUP if how == "hangup" else signal.SIGKILL)
    else:
        os.kill(fzf, signal.SIGKILL)

    until(lambda: not runs(demo), PATIENCE)
    until(lambda: not [child for child in [cst, *family] if _comm(child)], PATIENCE)
    if how != "pane":
        flags = "#{alternate_on}#{mouse_any_flag}#{cursor_flag}"
        until(lambda: picker.tmux("display-message", "-p", "-t", picker.pane, flags) == "001", PATIENCE)
    if how == "escape":
        picker.sees("left with 130")
    elif how == "fzf":
        assert "fzf failed or was killed" in picker.sees("left with 1")


def _comm(pid: int) -> str:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return "" if state == "Z" else Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    return found


# --------------------------------------------------------------------------------------------------- rows


@pytest.mark.parametrize("columns", [80, *(pytest.param(n, marks=pytest.mark.long) for n in (100, 129, 130, 177, 178)), 250])
def test_rows_fit_any_width(opened: Callable[..., Picker], columns: int) -> None:
    """Each session has one line, nothing is cut in the middle of it without saying so, wide characters included."""
    picker = opened(columns=columns, lines=60)

    until(lambda: len(picker.rows()) >= 12, PATIENCE)
    heads = next(line for line in picker.lines() if re.match(r" +FOR +STATE", line))
    assert max(map(width, picker.lines())) <= columns
    assert "WHAT IT WANTS OR DOES" in heads
    assert ("PLACE" in heads) == (columns > 80)


def test_two_lines(opened: Callable[..., Picker]) -> None:
    """alt-r puts the last prompt below each row, and takes it away again."""
    picker = opened(lines=60)

    picker.press("M-r")
    picker.sees(r"release \(api\).*\n.*» Cut the 2.4.0 release")
    picker.press("M-r")

    picker.sees_not("» Cut the 2.4.0 release")


def test_groups(opened: Callable[..., Picker]) -> None:
    """alt-b puts a head above each group. The cursor stays on its session, and a mark is that session's."""
    picker = opened(lines=60)
    picker.goes_to("playground")

    picker.press("M-b")
    picker.sees("grouped by state")
    until(lambda: [picker.screen().count(f"── {state} · ") for state in ("permission", "question", "idle")] == [1, 1, 1], PATIENCE)
    until(lambda: any("playground" in line for line in at_cursor(picker)), PATIENCE)
    picker.press("M-b")
    picker.sees("grouped by project")
    picker.sees(r"── playground · 1")
    picker.press("Tab")
    picker.sees("╻.*playground.*\n.*╹.*playground")  # fzf's sign of a mark, over the two lines of a row
    picker.press("Up", "Tab")
    picker.sees_not("╻|╹")
    picker.press("M-b")
    picker.sees("no groups|grouped by tag")
    while "grouped by tag" in picker.screen():
        picker.press("M-b")
        picker.sees("no groups")

    picker.sees_not("── playground")


@pytest.mark.parametrize("lines", [24, 25])
def test_no_sign_of_a_break_that_has_no_line_left(opened: Callable[..., Picker], lines: int) -> None:
    """Of a group's head or a row of two lines at the edge of the list, at an odd or an even number of lines.

    Bug shown: fzf's ␊ behind it, and the beginning of the next line.
    """
    picker = opened(lines=lines)
    for key, sees, sign in (
        ("M-r", picker.sees, "» "), ("M-b", picker.sees, "── .* · "), ("M-r", picker.sees_not, "» ")
    ):  # two lines; and heads; heads alone
        picker.press(key)
        sees(sign)
        for _ in range(3):
            picker.press("Down")
            assert "␊" not in picker.screen()


def at_cursor(picker: Picker) -> list[str]:
    """The lines of the row under the cursor: those that the pointer stands before."""
    return [row for row in picker.rows() if row.startswith(("▌", "|"))]


@pytest.mark.parametrize("query", ["2.4.0", "permission", "shop:2.1", *(pytest.param(word, marks=pytest.mark.long) for word in ("shoos", "api"))])
def test_search_finds_what_is_not_seen(opened: Callable[..., Picker], query: str) -> None:
    """Branch, prompt, state, place and project are searched, whatever the width shows."""
    picker = opened(columns=80, lines=40)

    picker.press(*query)

    picker.sees(rf"> {re.escape(query)}")
    until(lambda: 0 < len(picker.rows()) < 11 or query == "permission", PATIENCE)
    picker.press("z", "q", "x")
    until(lambda: not picker.rows(), PATIENCE)


def test_a_pinned_match_that_needs_nobody_takes_no_cursor(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """It stands first in the list and among the matches, and the cursor is on the first that needs you all the same, at
    the start and in a search."""
    subprocess.run([demo.cst, "pin", "playground"], env=demo.env, check=True, capture_output=True)
    try:
        picker = opened()
        until(lambda: "★ playground" in picker.rows()[0], PATIENCE)
        until(lambda: picker.pointed().startswith("▌ you"), PATIENCE)

        picker.press(*"docs")

        until(lambda: len(picker.rows()) == 3 and "★ playground" in picker.rows()[0], PATIENCE)
        until(lambda: picker.at() == 1 and picker.pointed().startswith("▌ you"), PATIENCE)
    finally:
        subprocess.run([demo.cst, "pin", "--off", "playground"], env=demo.env, check=True, capture_output=True)


def test_a_search_keeps_the_order(opened: Callable[..., Picker]) -> None:
    """Who needs you comes first, however well others match."""
    picker = opened()
    before = until(lambda: len(rows := picker.rows()) >= 12 and rows, PATIENCE)

    picker.press(*"billing")
    picker.sees("> billing")
    until(lambda: 1 < len(picker.rows()) < len(before), PATIENCE)

    names = [row.lstrip("▌ ")[:60] for row in before]
    found = [row.lstrip("▌ ")[:60] for row in picker.rows()]
    assert found == [name for name in names if name in found]
    assert "billing-parser" not in found[0]


def test_a_popup_on_a_laptop_has_room_for_both(opened: Callable[..., Picker]) -> None:
    """On 120 x 35 the popup has 118 x 33: twelve sessions and more above a preview of twelve lines and more."""
    picker = opened(columns=118, lines=33)

    picker.sees(r"\[tools\]")
    until(lambda: len(picker.rows()) >= 12, PATIENCE)
    preview = next(i for i, line in enumerate(picker.lines()) if "[tools]" in line)
    assert 33 - preview >= 12


def test_a_question_has_room_on_a_small_terminal(opened: Callable[..., Picker]) -> None:
    """On 80 x 24 the popup has 78 x 22, and no preview: a dialog stands there in full, and the list gives way."""
    picker = opened(columns=78, lines=22)
    picker.goes_to("rounding")
    before = until(lambda: len(rows := picker.rows()) >= 12 and len(rows), PATIENCE)

    picker.press("C-y")
    picker.sees("or a number")
    shown = picker.sees(r"4  Chat about this(.*\n)+.*dismisses it \(Esc\)")
    assert "Which rounding" in shown.rpartition("────")[2]
    until(lambda: len(picker.rows()) >= 4, PATIENCE)
    picker.press("Escape")

    picker.sees("search> ")
    until(lambda: len(picker.rows()) == before, PATIENCE)


def test_the_scrollbar_is_no_second_border(opened: Callable[..., Picker]) -> None:
    """Beside the preview's border, the list's scrollbar looks another way."""
    picker = opened(columns=178, lines=14)

    picker.sees(r"▐│")
    assert "││" not in picker.screen()


def test_the_row_under_the_cursor_is_seen(opened: Callable[..., Picker]) -> None:
    """Without a config all of it is reversed, whatever the terminal's background; every other row is not.

    Bug shown: a thin bar before it, and bold, were all.
    """
    picker = opened(env="-u COLORTERM -u COLORFGBG -u NO_COLOR")
    picker.goes_to("playground")
    screen = pyte.Screen(200, 45)
    pyte.ByteStream(screen).feed(picker.screen("-e").replace("\n", "\r\n").encode())

    def reversed_part(name: str) -> str:
        at = next(at for at, line in enumerate(screen.display) if name in line.partition("│")[0])
        return "".join(screen.buffer[at][x].data for x in range(screen.columns) if screen.buffer[at][x].reverse)

    assert re.search(r"· idle .* playground .* docs:", reversed_part("playground"))
    assert reversed_part("integration") == ""


def test_a_small_terminal(opened: Callable[..., Picker]) -> None:
    """80 x 24 shows ten sessions and more, no preview, and which key shows it; then the list still has the most of it."""
    picker = opened(columns=80, lines=24)
    until(lambda: len(picker.rows()) >= 12, PATIENCE)
    assert "[tools]" not in picker.screen()

    picker.sees(r"ctrl-/ preview")
    picker.press("C-/")
    picker.sees(r"\[tools\]")

    until(lambda: len(picker.rows()) >= 10, PATIENCE)
    assert "(0)" not in picker.screen()


def test_without_colour_and_without_unicode(opened: Callable[..., Picker]) -> None:
    """NO_COLOR gives no colour, an ASCII locale nothing but ASCII."""
    picker = opened(env="NO_COLOR=1 LC_ALL=C LANG=C")

    shown = picker.screen("-e")
    assert re.findall(r"\x1b\[(?:[0-9]+;)*(?:3[0-8]|9[0-7])[0-9;]*m", shown) == []
    assert [char for char in shown if not char.isascii()] == []
    assert "you  ! permission" in shown


def test_keys_are_shown_and_can_be_moved(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """`?` lists every key, a person's own among them."""
    picker = opened(env="CST_CONFIG=" + config(demo, '[keys]\nkill = "f8"\n'))

    picker.press("?")

    shown = picker.sees("End the session; asks first")
    assert re.search(r"f8 +End the session", shown)
    picker.press("C-k")
    time.sleep(0.5)
    assert "(pid" not in picker.screen()


def test_enter_enters_whichever_key_jumps(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """Questions name the key that the user has; Enter does it too. Bug shown: fzf closed at Enter, and what was typed was
    lost."""
    picker = opened(env="CST_CONFIG=" + config(demo, '[keys]\njump = "alt-j"\n'))
    picker.goes_to("integration")
    picker.press("M-w")
    picker.sees("alt-j starts claude there")
    picker.press("Escape")
    picker.sees_not("alt-j starts claude there")
    picker.press("M-n")
    picker.sees("name> integration")
    picker.press("x")
    picker.reply("Enter")

    picker.sees("renamed: .*integrationx")


def test_the_search_finds_what_needs_you(opened: Callable[..., Picker]) -> None:
    """A word is enough, and with ! before it what needs nobody; `?` says so."""
    picker = opened()
    before = picker.rows()
    picker.press("needs-you")
    until(lambda: (rows := picker.rows()) and len(rows) < len(before) and all(" you " in row for row in rows))
    picker.press("C-u", "!needs-you")
    until(lambda: (rows := picker.rows()) and not any(" you " in row[:12] for row in rows))
    picker.press("?")
    picker.sees("needs-you finds what needs you")


def test_esc_leaves_the_page_of_keys(opened: Callable[..., Picker]) -> None:
    """And the next one the picker: what is typed after it does not land in the shell below."""
    picker = opened()
    picker.press("?")
    picker.sees("Leave the question or this page")
    picker.press("Escape")
    picker.sees(r"\[tools\]")

    picker.press("Escape")

    picker.sees("left with 130")


def test_a_clash_of_keys_is_named(demo: fleet.Demo, opened: Callable[..., Picker]) -> None:
    """One line, and no picker."""
    path = config(demo, '[keys]\nkill = "ctrl-y"\n')
    picker = Picker.__new__(Picker)
    picker.demo, picker.name = demo, f"pick-{os.urandom(3).hex()}"
    command = f"env CST_CONFIG={path} {demo.cst} pick; echo left with $?; exec cat"
    picker.pane = picker.tmux("new-session", "-d", "-s", picker.name, "-x", "120", "-P", "-F", "#{pane_id}", command)

    shown = picker.sees("left with 1")

    assert "ctrl-y is both answer and kill" in shown
    picker.close()
