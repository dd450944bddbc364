"""The status line goes into a settings file and out of it again; whatever else is there stays to the byte."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cst.model import CstError
from cst.settings import Settings
from cst.setup import settings_plan, statusline_install
from tests.unit.setup.installing import MINE, put, take
from tests.unit.setup.test_json_splice import EVERY, made_up, squeezed

OLD = b'{\n\t"model": "opus",\n\t"statusLine": { "command":"~/line.sh -x" , "padding": 0, "type": "command"}\n}\n'


@pytest.fixture
def file(claude: Path) -> Path:
    claude.mkdir(parents=True, exist_ok=True)
    return claude / "settings.json"


@pytest.fixture(autouse=True)
def _program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statusline_install, "program", lambda: "/opt/my tools/cst")


def install(own: Settings, *words: str) -> str:
    return settings_plan.apply(own, statusline_install.plan_install(own, words))


def uninstall(own: Settings) -> str:
    return settings_plan.apply(own, statusline_install.plan_uninstall(own))


def line(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes().decode("utf-8-sig"))["statusLine"]
    return found


def test_no_file_comes_back_as_no_file(own: Settings, file: Path) -> None:
    """It is made for us alone, and goes again."""
    install(own, "model", "--text", "it's")

    assert line(file) == {"type": "command", "command": "'/opt/my tools/cst' statusline model --text 'it'\\''s'"}
    assert file.stat().st_mode & 0o777 == 0o600
    uninstall(own)
    assert not file.exists()


def test_a_line_that_is_there_is_wrapped_and_given_back(own: Settings, file: Path) -> None:
    """All but its command stays as it is; a second install does not wrap ours."""
    file.write_bytes(OLD)
    install(own)
    assert line(file) == {
        "type": "command",
        "command": "'/opt/my tools/cst' statusline --wrap '~/line.sh -x'",
        "padding": 0,
    }
    install(own, "--preset", "full")
    assert line(file)["command"] == "'/opt/my tools/cst' statusline --preset full --wrap '~/line.sh -x'"

    uninstall(own)
    assert file.read_bytes() == OLD


def test_what_was_changed_since_stays(own: Settings, file: Path) -> None:
    """Only our line goes; the one from before comes back as it was written."""
    file.write_bytes(OLD)
    install(own)
    file.write_bytes(file.read_bytes().replace(b'"opus"', b'"sonnet"'))
    install(own, "--bars")
    assert line(file)["command"].endswith("statusline --bars --wrap '~/line.sh -x'")

    uninstall(own)
    assert file.read_bytes() == OLD.replace(b'"opus"', b'"sonnet"')


def test_a_line_that_somebody_else_put_there_since_stays(own: Settings, file: Path) -> None:
    """It is theirs."""
    file.write_bytes(OLD)
    install(own)
    file.write_bytes(MINE)

    assert statusline_install.plan_uninstall(own).already


@EVERY
def test_in_and_out_is_identity(own: Settings, file: Path, many: int) -> None:
    """Over made-up settings files of every layout; beside the hooks too, whichever goes in and out first."""
    wrong = []
    ways: list[Callable[[Settings], str]] = [install, put]
    for seed, text in made_up(many).items():
        chance = random.Random(seed)
        file.write_bytes(text.encode())
        for way in chance.sample(ways, chance.choice([1, 2])):
            way(own)
        for away in chance.sample([uninstall, take], 2):
            away(own)
        back = file.read_bytes().decode()
        if back != text and not (
            squeezed(text).removeprefix("\ufeff") == squeezed(back).removeprefix("\ufeff") == "{}"
        ):  # two that were in turns know no blank in it
            wrong.append(seed)
    assert wrong == []


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"statusLine": {}, "statusLine": {}}', b"\xff"])
def test_a_file_that_is_broken_is_left_alone(own: Settings, file: Path, content: bytes) -> None:
    """What is wrong is said, with the place."""
    file.write_bytes(content)
    with pytest.raises(CstError, match=r"settings\.json"):
        install(own)

    assert file.read_bytes() == content


def test_settings_that_forbid_it(own: Settings, file: Path) -> None:
    """disableAllHooks keeps the status line from running too."""
    file.write_bytes(b'{"disableAllHooks": true}')
    with pytest.raises(CstError, match="disableAllHooks"):
        install(own)


@pytest.mark.parametrize("first", [install, put])
@pytest.mark.parametrize("away", [(uninstall, take), (take, uninstall)])
def test_a_file_that_only_we_made_goes_with_the_last_of_us(
    own: Settings, file: Path, first: Callable[[Settings], str], away: tuple[Callable[[Settings], str], ...]
) -> None:
    """Hooks and line in either order, out in either order: nothing is left, not even the folder. Bug shown: a backup of
    what only we had written kept it."""
    file.parent.rmdir()
    first(own)
    (put if first is install else install)(own)
    for out in away:
        out(own)

    assert not file.parent.exists()
