"""The question before an ended session is resumed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cst.model import CstError, Session, Transcript
from cst.picker import jump
from cst.settings import Settings
from cst.text import width
from tests.testing import ID, typed, write_transcript


def asked(own: Settings, session: Session, columns: int = 80) -> str:
    context: Any = SimpleNamespace(settings=own)
    target: Any = SimpleNamespace(first=session, columns=columns)
    question = jump.ask(context, target)
    assert question
    assert len(question.lines) in (3, 4)
    assert all(width(line) <= columns for line in question.lines)
    return " ".join(map(str, question.lines))


def ended(cwd: str, path: str = "") -> Session:
    return Session(key=ID, id=ID, pid=None, state="ended", since=1.0, because="", rule="", cwd=cwd, transcript=Transcript(path))


def test_it_names_the_folder(own: Settings) -> None:
    """With the home short."""
    assert "Resume it in ~/there?" in asked(own, ended(f"{own.home}/there"))


@pytest.mark.parametrize("folder", ["/var/lib/" + "long/" * 9 + "web", "/var/lib/" + "long/" * 90 + "web"])
def test_a_long_folder_has_the_second_line(own: Settings, folder: str) -> None:
    """Of one that is longer than that, the end. Bug shown: `…de/web?`, above an empty line."""
    said = asked(own, ended(folder)._replace(name="a session with a name"))
    where = said.partition("has ended. Resume it in ")[2].partition("?")[0]

    assert where == (folder if len(folder) < 79 else "…" + folder[-78:])


def test_a_long_name_leaves_room_for_the_question(own: Settings) -> None:
    """Bug shown: at 40 columns the name was all there was."""
    said = asked(own, ended("/srv/web")._replace(name="x" * 60), 40)

    assert said.startswith("xxxxxxxxxxxxxxx… has ended. Resume it in /srv/web?")


def test_it_is_where_it_was_started(own: Settings, claude: Path) -> None:
    """The client resumes it there, wherever it was last."""
    path = write_transcript(claude, [{**typed("go"), "cwd": "/x/begun"}], ID, "/x/begun")

    assert "Resume it in /x/begun?" in asked(own, ended("/x/last", str(path)))


def test_a_folder_that_is_not_known(own: Settings) -> None:
    """Bug shown: `Resume it in ?`."""
    with pytest.raises(CstError, match="has ended and its folder is not known, so it cannot be resumed"):
        asked(own, ended(""))
