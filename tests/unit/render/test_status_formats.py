"""`cst status` in the words of other bars: what each of them parses, and nothing that it would act upon."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cst.render import status_formats
from tests.testing import ROOT, Live, cst, registry_entry, started, write_registry
from tests.unit.render.test_shell_exports import NOW, session

NASTY = "<b>&amp;|bash=rm -rf /|\n---\x1b[31m\u202e"
SOME = [session(1, "permission", name="api"), session(2, "working", name=NASTY, last_prompt=NASTY), session(3, "ended", pid=None)]


def test_waybar() -> None:
    """One line of JSON: three strings, the text and the tooltip as Pango markup."""
    (line,) = status_formats.waybar(SOME, NOW, 0, 0)
    found = json.loads(line)
    tags = re.findall(r"<|>|&(?!amp;|lt;|gt;)", found["text"] + found["tooltip"])

    assert {"text": str, "tooltip": str, "class": str} == {key: type(value) for key, value in found.items()}
    assert (found["class"], found["tooltip"].count("\n"), tags) == ("permission", 1, [])
    assert found["text"].startswith("1 needs you · permission 1m")


def test_i3blocks() -> None:
    """Full text, short text, colour."""
    full, short, color = status_formats.i3blocks(SOME, NOW, 0, 0)

    assert full.startswith(short + " · ")
    assert short == "1 needs you"
    assert re.fullmatch("#[0-9a-f]{6}", color)


def test_swiftbar() -> None:
    """A title, the line that ends it, and one line of a menu for each session; one `|` in each, the one of ours."""
    title, rule, *menu = status_formats.swiftbar(SOME, NOW, 0, 0)

    assert (rule, len(menu)) == ("---", 2)
    assert [line.count("|") for line in (title, *menu)] == [1, 1, 1]
    assert [line for line in (title, *menu) if not line.isprintable() or line.startswith("-")] == []


@pytest.mark.parametrize("form", status_formats.FORMS)
def test_nobody(form: str) -> None:
    """No session: the bar shows nothing, or says so where it must show something."""
    lines = status_formats.FORMS[form]([], NOW, 0, 0)

    assert lines == {"waybar": ['{ "text": "", "tooltip": "", "class": "none" }'], "i3blocks": [],
                     "swiftbar": ["no session | color=#7f848e", "---"]}[form]  # fmt: skip


@pytest.mark.parametrize(
    ("states", "problems", "kind"),
    [
        (["working", "question"], 1, "question"), (["unknown", "working"], 0, "unknown"), (["unknown"], 1, "problem"),
        (["background"], 0, "working"), (["idle"], 0, "clear"), (["ended"], 0, "none"), ([], 1, "problem"),
    ],
)  # fmt: skip
def test_kind(states: list[str], problems: int, kind: str) -> None:
    """What needs you comes first; what is not known is not hidden behind what works."""
    assert kind == status_formats.kind([session(n, state) for n, state in enumerate(states, 1)], problems)


def test_a_long_menu_is_cut() -> None:
    """Fifty sessions do not fill the screen; how many are left out is said."""
    found = json.loads(status_formats.waybar([session(n) for n in range(1, 51)], NOW, 0, 0)[0])

    assert found["tooltip"].splitlines()[-1] == "and 35 more"


@pytest.mark.parametrize("form", status_formats.FORMS)
def test_the_verb(form: str, claude: Path, live: Live) -> None:
    """`cst status --format` prints them."""
    pid = live.start()
    write_registry(claude, registry_entry(pid, procStart=started(pid), status="busy", tmux=None))
    done = cst("status", "--format", form)

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 working" in done.stdout.splitlines()[0]


# ------------------------------------------------------------------------------------------ docs/tmux.md


def blocks(language: str) -> list[str]:
    """The snippets of docs/tmux.md in a language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs/tmux.md").read_text(), re.S)


def test_the_waybar_snippet() -> None:
    """It is JSON, calls an existing form, and wants the type that this form has."""
    found: dict[str, Any] = json.loads("{" + blocks("json")[0] + "}")["custom/cst"]

    assert (found["exec"], found["return-type"]) == ("cst status --format waybar", "json")
    assert found["interval"] >= 1


def test_the_starship_snippet() -> None:
    """`cst init starship` is TOML and shows the variable that the shells set."""
    done = cst("init", "starship")

    assert set(tomllib.loads(done.stdout)["env_var"]["CST_PROMPT"]) == {"description", "format", "style"}


def test_the_i3blocks_snippet() -> None:
    """One section with the command and how often."""
    found = dict(line.split("=", 1) for line in blocks("ini")[0].splitlines() if "=" in line)

    assert (found["command"], found["interval"]) == ("cst status --format i3blocks", "5")
