"""The registry: what Claude Code wrote, however torn, foreign or strange it is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cst.claude import registry
from cst.core import fleet
from cst.jsonl import parse
from cst.model import Process, Record, Snapshot
from tests.testing import DATA, ID, NOW, registry_entry, write_registry

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none()) | st.just({"a": 1})
KEY = "a" * 64 + ".key"
GONE = 10**8  # above the pids that there can be


def read(claude: Path) -> list[Record]:
    """The records; none may be a problem, so each has to be readable."""
    records, problems = registry.read(str(claude))

    assert problems == []
    return records


def test_a_record_is_read(claude: Path) -> None:
    """A record of 2.1.329 gives every field that we have a use for."""
    data = (DATA / "registry" / "waiting.json").read_text()
    path = write_registry(claude, json.loads(data))
    (record,) = read(claude)

    assert record == Record(
        pid=7129, start="221346", session_id=ID, cwd="/home/u/proj/beta", started_at=NOW - 600, version="2.1.329",
        kind="interactive", entrypoint="cli", pane="%7", name="beta-4f", name_by="derived", status="waiting",
        waiting_for="permission prompt", status_at=NOW - 60, config_dir=str(claude), written_at=path.stat().st_mtime,
    )  # fmt: skip


def test_a_name_that_is_given_changes_no_status(claude: Path) -> None:
    """/rename moves `updatedAt` and not `statusUpdatedAt`, also while the session works: it works since its prompt, and no
    name makes that later (tests/lab/plays.py plays it)."""
    write_registry(claude, registry_entry(11, status="busy", statusUpdatedAt=(NOW - 60) * 1000, updatedAt=NOW * 1000, name="other", nameSource="user"))
    (record,) = read(claude)
    [session] = fleet.sessions(Snapshot(now=NOW + 1, records=[record], processes={11: Process(11, record.start, name="claude")}))

    assert (session.state, session.rule, session.name, session.since) == ("working", "busy", "other", NOW - 60)


def test_a_record_of_an_older_client_is_read(claude: Path) -> None:
    """2.1.110 writes six fields; the others are unknown, not guessed."""
    write_registry(claude, json.loads((DATA / "registry" / "2.1.110.json").read_text()))
    (record,) = read(claude)

    assert (record.pid, record.session_id, record.started_at) == (7131, ID, NOW - 600)
    assert (record.start, record.status, record.version, record.pane, record.status_at) == ("", "", "", "", 0.0)


def test_old_records_of_others_than_the_living_are_left_out(claude: Path) -> None:
    """Of the pids that run every record is read; of others only what was written lately, whatever else is there."""
    for pid, age in ((11, 9999), (12, 9999), (13, 10)):
        os.utime(write_registry(claude, registry_entry(pid)), (NOW - age, NOW - age))
    (claude / "sessions" / f"12.{KEY}").touch()
    os.utime(claude / "sessions" / f"12.{KEY}", (NOW - 9999, NOW - 9999))
    records, _ = registry.read(str(claude), listed=lambda folder: registry.fresh(folder, {"11"}, NOW - 3600)[0])

    assert [record.pid for record in records] == [11, 13]
    assert [record.pid for record in read(claude)] == [11, 12, 13]


def test_no_registry_is_no_problem(tmp_path: Path) -> None:
    """Before the first session there is no folder, and nothing is wrong; a file in its place neither."""
    (tmp_path / "sessions").write_text("")

    assert ([], []) == registry.read(str(tmp_path / "nothing")) == registry.read(str(tmp_path))


@pytest.mark.parametrize("torn", [b"", b"{", b'{"pid":7129,"sess', b"null", b"[]", b"{}", b'{"pid": 7129}', b"\xff\xfe\x00"])
def test_a_torn_record_is_a_problem_with_a_name(claude: Path, torn: bytes) -> None:
    """What is no record of a live process is named with its path, and the others are read."""
    pid = os.getpid()
    write_registry(claude, registry_entry(1))
    write_registry(claude, registry_entry(pid)).write_bytes(torn)
    records, problems = registry.read(str(claude))

    assert ([1], [f"{claude}/sessions/{pid}.json is not a registry record"]) == ([r.pid for r in records], problems)


@pytest.mark.parametrize("torn", [b"", b"\0" * 600, b"{", b"null"])
def test_a_torn_record_of_nobody_is_passed_over(claude: Path, torn: bytes) -> None:
    """A crash or a full disk leaves empty records and such of NUL bytes, and nobody takes them away.

    Bug shown: `2 problems` in the status line for ever, and `prune` refused.
    """
    for pid in (GONE, GONE + 1, 10**30):
        write_registry(claude, registry_entry(pid)).write_bytes(torn)
    (claude / "sessions" / f"{GONE + 2}.json").mkdir()

    assert registry.read(str(claude)) == ([], [])


def test_a_torn_record_of_a_pid_that_is_anothers_now(claude: Path) -> None:
    """Who looks at the processes can tell; the age of the file is told with the pid."""
    path = write_registry(claude, registry_entry(os.getpid()))
    path.write_bytes(b"")
    os.utime(path, (NOW, NOW))
    asked: list[tuple[int, float]] = []

    assert registry.read(str(claude), lives=lambda *given: bool(asked.append(given))) == ([], [])
    assert asked == [(os.getpid(), NOW)]


def test_a_torn_record_is_read_again(claude: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client writes in place: a record that is torn once is whole a moment later."""
    path = write_registry(claude, registry_entry(7129))
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    def parse_then_mend(data: bytes) -> dict[str, Any]:
        path.write_bytes(whole)
        return parse(data)

    monkeypatch.setattr("cst.claude.registry.parse", parse_then_mend)

    assert [record.pid for record in read(claude)] == [7129]


def test_a_writer_that_has_to_wait_is_waited_for(claude: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between emptying a file and filling it a busy machine may do something else. Bug shown: a problem was told."""
    path = write_registry(claude, registry_entry(os.getpid()))
    whole = path.read_bytes()
    path.write_bytes(b"")
    monkeypatch.setattr("time.sleep", lambda seconds: seconds and path.write_bytes(whole))

    records, problems = registry.read(str(claude))

    assert ([record.pid for record in records], problems) == ([os.getpid()], [])


def test_a_folder_in_a_records_place_is_a_problem(claude: Path) -> None:
    """A record that cannot be read is named with its reason; a fifo does not hang."""
    path = claude / "sessions" / f"{os.getpid()}.json"
    path.mkdir(parents=True)
    as_folder = registry.read(str(claude))
    path.rmdir()
    os.mkfifo(path)

    assert ([], [f"cannot read {path}: Is a directory"]) == as_folder
    assert ([], [f"cannot read {path}: it is not a regular file"]) == registry.read(str(claude))


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_a_problem(claude: Path) -> None:
    """Unreadable is not empty."""
    (claude / "sessions").mkdir(mode=0)
    records, problems = registry.read(str(claude))
    (claude / "sessions").chmod(0o700)

    assert ([], [f"cannot read {claude}/sessions: Permission denied"]) == (records, problems)


def test_a_registry_in_a_loop_is_a_problem(claude: Path) -> None:
    """A folder that is a link to itself is named."""
    (claude / "sessions").symlink_to("sessions")
    records, problems = registry.read(str(claude))

    assert ([], [f"cannot read {claude}/sessions: Too many levels of symbolic links"]) == (records, problems)


@given(st.dictionaries(st.sampled_from(sorted(registry_entry(1))), ANYTHING))
@example({"startedAt": 10**400, "statusUpdatedAt": float("inf"), "tmux": "...", "pidDomain": {}})
@example({"sessionId": "a\0b", "cwd": "\ud800"})
def test_a_field_of_any_type_is_read(claude: Path, changes: dict[str, object]) -> None:
    """A field of a wrong type is as if it were not there; the pid is that of the file's name."""
    entry = {**registry_entry(7129), **changes}
    if isinstance(entry.get("pidDomain"), str):
        del entry["pidDomain"]
    (claude / "sessions").mkdir(exist_ok=True)
    (claude / "sessions" / "7129.json").write_text(json.dumps(entry))
    (record,) = read(claude)
    plain = Record(pid=7129)
    wrong = [f for f in Record._fields if type(getattr(record, f)) is not type(getattr(plain, f))]

    assert (wrong, record.pid) == ([], 7129)


@pytest.mark.parametrize(
    ("domain", "elsewhere"),
    [("linux:00000000000000000000000000000000:pid:[1]", True), ("", False), (None, False), ("here", False)],
)
def test_a_record_of_another_machine_says_so(
    claude: Path, monkeypatch: pytest.MonkeyPatch, domain: str | None, elsewhere: bool
) -> None:
    """In a shared home, a record of another machine or container says nothing about a pid of this one."""
    monkeypatch.setattr(registry, "_domain", lambda: "here")
    write_registry(claude, registry_entry(7129, pidDomain=domain))

    assert [elsewhere] == [record.elsewhere for record in read(claude)]


@pytest.mark.parametrize(("domain", "namespace"), [
    ("linux:0123:pid:[4026531836]", "pid:[4026531836]"), ("linux::pid:[4026531836]", "pid:[4026531836]"), ("darwin:x", ""), ("", ""),
])  # fmt: skip
def test_a_domain_names_its_pid_namespace(domain: str, namespace: str) -> None:
    """With the name of the machine or, as in a container without /etc/machine-id, without one."""
    assert namespace == registry.namespace(domain)


def test_what_a_background_session_says_of_itself(claude: Path) -> None:
    """Its job, the job that a conversation went on in, and that it waits for a conversation."""
    write_registry(claude, registry_entry(1, kind="bg", jobId="2a3f05e6", spare=True))
    write_registry(claude, registry_entry(2, parkedJobId="2a3f05e6"))

    assert [(r.job, r.parked, r.spare) for r in read(claude)] == [("2a3f05e6", "", True), ("", "2a3f05e6", False)]


def test_this_machine_has_a_domain() -> None:
    """The domain is written as the client writes it, or unknown."""
    domain = registry._domain()

    assert domain == "" or (domain.startswith("linux:") and ":pid:[" in domain)


def test_a_key_without_a_record_is_a_start(claude: Path) -> None:
    """A session that has its key and no record yet is known by its pid; a key beside a record adds nothing."""
    write_registry(claude, registry_entry(1))
    (claude / "sessions" / f"1.{KEY}").write_text("token")
    (claude / "sessions" / f"2.{KEY}").write_text("token")
    one, two = read(claude)

    assert (one.pid, one.key_file) == (1, False)
    assert (2, True, "", str(claude)) == (two.pid, two.key_file, two.session_id, two.config_dir)
    assert two.written_at == (claude / "sessions" / f"2.{KEY}").stat().st_mtime


def test_a_key_is_never_opened(claude: Path) -> None:
    """Key files hold tokens: a fifo in the place of one would block, or fail, if it were opened."""
    (claude / "sessions").mkdir()
    os.mkfifo(claude / "sessions" / f"2.{KEY}", 0o000)
    (record,) = read(claude)

    assert (record.pid, record.key_file) == (2, True)


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt", ".json", "a.json", "12a.json", "-5.json", "1.5.json", " 7.json", "7.json.bak", "7.json~", "json", "key", ".key",
        "x.key", "٣.json",
        # Bug shown by the last two: "²" is a digit to `isdigit` and no number to `int`, which raised ValueError.
        "²3.json", f"²3.{KEY}",
    ],
)  # fmt: skip
def test_a_junk_name_is_no_record(claude: Path, name: str) -> None:
    """Only `<pid>.json` and `<pid>.<hex>.key` are looked at."""
    write_registry(claude, registry_entry(7129))
    (claude / "sessions" / name).write_text("{}")

    assert [record.pid for record in read(claude)] == [7129]


def test_a_name_that_is_no_text_is_no_record(claude: Path) -> None:
    """A file name of any bytes is passed over."""
    write_registry(claude, registry_entry(7129))
    with open(os.fsencode(claude) + b"/sessions/\xff\xfe7.json", "wb"):
        pass

    assert [record.pid for record in read(claude)] == [7129]
