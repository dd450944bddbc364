"""The task list of a session."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.claude import tasks
from cst.model import Tasks
from tests.testing import ID


def put(claude: Path, *given: object) -> Path:
    folder = claude / "tasks" / ID
    folder.mkdir(parents=True, exist_ok=True)
    for number, task in enumerate(given, 1):
        (folder / f"{number}.json").write_bytes(task if isinstance(task, bytes) else json.dumps(task).encode())
    return folder


def one(status: object, subject: str = "Write it", doing: str = "Writing it") -> dict[str, object]:
    return {"id": "1", "subject": subject, "description": "d", "activeForm": doing, "status": status, "blocks": []}


def test_tasks_are_counted(claude: Path) -> None:
    """How many are done, how many there are, and what is being done."""
    put(claude, one("completed"), one("in_progress", doing="Testing it"), one("pending"))

    assert Tasks(1, 3, "Testing it") == tasks.read(str(claude), ID)


def test_a_task_without_a_form_is_told_by_its_subject(claude: Path) -> None:
    """`activeForm` is optional."""
    put(claude, one("in_progress", "Test it", ""))

    assert Tasks(0, 1, "Test it") == tasks.read(str(claude), ID)


def test_deleted_tasks_do_not_count(claude: Path) -> None:
    """A list of deleted tasks is none."""
    put(claude, one("deleted"))

    assert tasks.read(str(claude), ID) is None


def test_the_first_task_in_progress_is_the_current_one(claude: Path) -> None:
    """Tasks are in the order of their numbers, the tenth after the second.

    Bug shown: sorted as text, 10 came before 2.
    """
    put(claude, *[one("completed")], *[one("in_progress", doing=f"Doing {n}") for n in range(2, 12)])

    assert Tasks(1, 11, "Doing 2") == tasks.read(str(claude), ID)


@pytest.mark.parametrize("session_id", [ID, "", "no/such", "x" * 5000])
def test_no_list_is_none(claude: Path, session_id: str) -> None:
    """Most sessions have none."""
    assert tasks.read(str(claude), session_id) is None


@pytest.mark.parametrize("session_id", ["a\0b", "\ud800"])
def test_an_id_that_no_folder_can_have_is_none(claude: Path, session_id: str) -> None:
    """A registry record may hold any text as its session id.

    Bug shown: ValueError out of os.listdir, and with it the end of every verb that shows rows.
    """
    assert tasks.read(str(claude), session_id) is None


def test_a_list_is_counted_up_to_200(claude: Path) -> None:
    """A longer list costs no more."""
    put(claude, *[one("pending")] * 230)
    found = tasks.read(str(claude), ID)

    assert Tasks(0, 200) == found


def test_what_is_no_task_is_left_out(claude: Path) -> None:
    """Locks, folders and other files beside the tasks."""
    folder = put(claude, one("completed"))
    (folder / ".lock").touch()
    (folder / "x.json").mkdir()
    os.symlink("nowhere", folder / "y.json")

    assert Tasks(1, 1) == tasks.read(str(claude), ID)


@given(st.lists(st.binary(max_size=40) | st.builds(one, st.none() | st.integers() | st.lists(st.none()) | st.just("completed")), max_size=4))
def test_any_list_is_read(claude: Path, given: list[object]) -> None:
    """Whatever the files hold, there is a count or none."""
    put(claude, *given)
    found = tasks.read(str(claude), ID)

    assert found is None or 0 <= found.done <= found.total <= 4
