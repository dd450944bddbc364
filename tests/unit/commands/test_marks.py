"""The verbs by which a person says something, through the real program: what they say, and what `ls` shows then."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from cst.model import Mark
from cst.settings import Settings
from cst.store import marks
from tests.testing import (
    ID,
    OTHER_ID,
    Live,
    TmuxServer,
    cst,
    ended_turn,
    registry_entry,
    said,
    started,
    typed,
    until,
    write_registry,
    write_transcript,
)  # fmt: skip


def _add(claude: Path, pid: int, session_id: str, name: str, status: str = "idle") -> None:
    now = time.time()
    wait = "permission prompt" if status == "waiting" else None
    write_registry(claude, registry_entry(
        pid, sessionId=session_id, procStart=started(pid), name=name, nameSource="user", status=status, waitingFor=wait,
        tmux=None, startedAt=int((now - 600) * 1000), statusUpdatedAt=int((now - 60) * 1000), cwd=f"/home/u/{name}",
    ))  # fmt: skip
    write_transcript(claude, [typed("go", now - 90), said("Done.", now - 61), ended_turn(now - 60)], session_id, f"/home/u/{name}")


@pytest.fixture
def fleet(claude: Path, live: Live) -> list[int]:
    """api has finished, web waits for a permission; both outside tmux."""
    pids = [live.start("claude"), live.start("claude")]
    _add(claude, pids[0], ID, "api")
    _add(claude, pids[1], OTHER_ID, "web", "waiting")
    return pids


def _ran(*words: str) -> str:
    """What a verb prints, which has to succeed in silence."""
    done = cst(*words)
    assert (done.returncode, done.stderr) == (0, ""), words
    return done.stdout.removesuffix("\n")


def _listed(*words: str) -> dict[str, Any]:
    return {one["label"]: one for one in json.loads(_ran("ls", "--json", *words))["sessions"]}


def _refused(*words: str, code: int = 1) -> str:
    """What a verb says on stderr, which has to fail with that exit code."""
    done: subprocess.CompletedProcess[str] = cst(*words)
    assert (done.returncode, done.stdout) == (code, ""), words
    return done.stderr


def test_pin(fleet: list[int]) -> None:
    """A pinned session comes first, with a star, until it is pinned no longer."""
    pinned = _ran("pin", "api")
    rows = _ran("ls").splitlines()
    first, loose = list(_listed()), _ran("pin", "--off", "api", "web")

    assert (pinned, first) == ("pinned: api", ["api", "web"])
    assert "★ api" in rows[1]
    assert (loose, list(_listed())) == ("no longer pinned: api, web", ["web", "api"])


def test_snooze_for_a_time(fleet: list[int]) -> None:
    """A snoozed permission needs nobody, says so, and has its end in JSON."""
    snoozed = _ran("snooze", "web", "--for", "25m")
    web = _listed()["web"]
    row = next(line for line in _ran("ls").splitlines() if "web" in line)

    assert snoozed == "snoozed for 25m: web"
    assert (web["needs_you"], web["snoozed"], web["state"]) == (False, True, "permission")
    assert 1400 < web["snoozed_until"] - time.time() <= 1500
    assert "snoozed 25m:" in row
    assert "1 needs you" in _ran("status")
    assert _ran("snooze", "web", "--for", "1h30m") == "snoozed for 1h 30m: web"


def test_snooze_until_it_changes(claude: Path, fleet: list[int]) -> None:
    """It needs you again when it wants something else."""
    snoozed = _ran("snooze", "web", "--until-changes")
    held = _listed()["web"]
    entry = registry_entry(
        fleet[1], sessionId=OTHER_ID, procStart=started(fleet[1]), name="web", nameSource="user", status="waiting", tmux=None,
        waitingFor="permission prompt", statusUpdatedAt=int((time.time() + 1) * 1000),
    )  # fmt: skip
    write_registry(claude, entry)
    again = _listed()["web"]

    assert snoozed == "snoozed until it changes: web"
    assert (held["needs_you"], held["snoozed"], held["snoozed_until"]) == (False, True, None)
    assert (again["needs_you"], again["snoozed"]) == (True, False)


@pytest.mark.parametrize(
    ("then", "kept"), [(None, True), (("--until-changes",), False), (("--off",), False)], ids=["time", "change", "woken"]
)
def test_a_snooze_in_the_next_process(
    claude: Path, fleet: list[int], live: Live, then: tuple[str, ...] | None, kept: bool
) -> None:
    """What is left of one for a time is there when the session is resumed; one until it changes is over.

    Bug shown: a session that was restored after a crash needed its user at once, snoozed or not.
    """
    _ran("snooze", "web", "--for", "2h")
    if then:
        _ran("snooze", "web", *then)
    process = next(one for one in live.processes if one.pid == fleet[1])
    process.kill()
    process.wait(10)
    (claude / "sessions" / f"{fleet[1]}.json").unlink()
    _add(claude, live.start("claude"), OTHER_ID, "web", "waiting")
    web = _listed()["web"]

    assert (web["snoozed"], web["needs_you"]) == (kept, not kept)
    assert web["pid"] != fleet[1]


def test_wake(fleet: list[int]) -> None:
    """`--off` ends a snooze."""
    _ran("snooze", "web")
    woken = _ran("snooze", "--off", "web")

    assert (woken, _listed()["web"]["needs_you"]) == ("no longer snoozed: web", True)


def test_options_of_snooze_exclude_each_other(fleet: list[int]) -> None:
    """Two ends of one snooze are an error."""
    assert _refused("snooze", "web", "--off", "--for", "1h", code=2).startswith("cst: --for, --until-changes and --off cannot be combined")
    said = _refused("snooze", "web", "--for", "soon", code=2)
    assert said == "cst: invalid duration 'soon'; use 90s, 30m, 2h or 1d (at most a year)\n"


def test_a_tag_with_a_plus(fleet: list[int]) -> None:
    """How other programs have it: the option is named. Another word that is no session is left as it is."""
    assert _refused("tag", "api", "+fun") == "cst: no session is called '+fun'; use --add fun\n"
    assert "use --add" not in _refused("tag", "apple+") + _refused("tag", "+") + _refused("tag", "+a b")


def test_a_tag_without_an_option(fleet: list[int]) -> None:
    """As `cst rename` takes a name: the option is named. Of a first word, which has to be a session, it is not."""
    assert _refused("tag", "api", "fun") == "cst: no session is called 'fun'; if it is to be a tag, use --add fun\n"
    assert "use --add" not in _refused("tag", "fun", "api") + _refused("tag", "api", "f un")


def test_tags_in_the_words_of_the_picker(fleet: list[int]) -> None:
    """A line as the picker's question takes it is taken by --add: -name removes. What is no word is no tag."""
    told = [_ran("tag", "api", "--add", "old,x"), _ran("tag", "api", "--add", "new #one +two -old"), _ran("tag", "api", "--add", "-x")]

    assert told == ["tagged old x: api", "tagged new one two, untagged old: api", "untagged x: api"]
    assert _listed()["api"]["tags"] == ["new", "one", "two"]
    assert _refused("tag", "api", "--add", " ").startswith("cst: no tag was given; tags are")


def test_tag(fleet: list[int]) -> None:
    """Tags are added, asked for, shown, filtered by, and removed."""
    told = [_ran("tag", "api", "web", "--add", "x,y"), _ran("tag", "web", "-r", "x", "--add", "z"), _ran("tag", "web", "api")]
    tags = {name: one["tags"] for name, one in _listed().items()}

    assert told == ["tagged x y: api, web", "tagged z, untagged x: web", "web: y z; api: x y"]
    assert tags == {"web": ["y", "z"], "api": ["x", "y"]}
    assert [list(_listed("--tag", tag)) for tag in ("x", "y", "z,nope", "nope")] == [["api"], ["web", "api"], ["web"], []]
    assert "TAGS" in _ran("ls").splitlines()[0]


def test_all_tags(fleet: list[int], claude: Path) -> None:
    """Without a session and an option, also of those that have ended. Bug shown: outside a session's pane it was an error."""
    assert _refused("tag") == "cst: no session has a tag; `cst tag NAME --add TAG` adds one\n"
    _ran("tag", "api", "web", "--add", "urgent")
    _ran("tag", "api", "--add", "x")
    _ran("rename", "api", "mine")
    (claude / "sessions" / f"{fleet[0]}.json").unlink()

    assert _ran("tag").splitlines() == ["urgent  web, mine", "x       mine"]


def test_a_tag_that_is_written_by_others(fleet: list[int], own: Settings) -> None:
    """Bug shown: what a terminal obeys came out as it was."""
    marks.append(own.marks_file, [Mark(time.time(), "tag", ID, value="a\x1b[31mb")])

    assert _ran("tag").splitlines() == ["ab  api"]


@pytest.mark.parametrize("verb", ["pin", "snooze", "archive", "seen"])
def test_what_acts_asks_for_a_session_where_there_is_none(fleet: list[int], verb: str) -> None:
    """One word alone is for the session of this pane."""
    assert _refused(verb) == "cst: not inside tmux, so no session is this pane's; name one, `cst ls` lists them\n"


def test_rename(fleet: list[int], claude: Path) -> None:
    """A name of yours is what everything calls the session; Claude Code's files stay as they are."""
    before = (claude / "sessions" / f"{fleet[0]}.json").read_bytes()
    told = [_ran("rename", "api", "the  parser"), _ran("tag", "the parser"), _ran("rename", "the parser", "")]

    assert told == ["renamed: api is now the parser", "the parser: no tag", "no longer renamed: the parser"]
    assert [_ran("rename", "api", "--off"), _ran("rename", "web", "")] == ["api has no name of yours", "web has no name of yours"]
    assert (list(_listed()), before) == (["web", "api"], (claude / "sessions" / f"{fleet[0]}.json").read_bytes())


def test_a_name_that_another_session_has(fleet: list[int]) -> None:
    """Bug shown: two sessions had one name without a word. What tells them apart is in the answer; a free name has none."""
    told = [_ran("rename", "web", "api"), _ran("rename", str(fleet[1]), "shop"), _ran("rename", "shop", "shop")]

    assert told == [
        f"renamed: web is now api; {ID[:8]} is called that too; this one is {OTHER_ID[:8]}",
        f"renamed: api @ {OTHER_ID[:8]} is now shop",
        "renamed: shop is now shop",
    ]  # fmt: skip


def test_rename_takes_one_session(fleet: list[int]) -> None:
    """Anything else than a session and a name is refused."""
    wrong = "cst: rename takes a session and a name, or --off instead; quote a name of several words\n"

    assert [_refused("rename", *words, code=2) for words in ([], ["api", "a", "b"], ["api", "a", "--off"])] == [wrong] * 3


def test_rename_with_one_word(fleet: list[int]) -> None:
    """What it was taken for is said. Bug shown: `no session is this pane's; name one`, and one had been named."""
    assert _refused("rename", "api") == (
        "cst: not inside tmux, so no session is this pane's; to call another one 'api', use `cst rename SESSION NAME`\n"
    )
    assert _refused("rename", "--off") == _refused("pin")


def test_seen_of_several(fleet: list[int]) -> None:
    """Finished ones are seen; a dialog among them refuses all."""
    refused = _refused("seen", "api", "web")
    before = _listed()["api"]["state"]
    seen = _ran("seen", "api", "api")

    assert refused.startswith("cst: a permission stays until it is answered")
    assert (before, seen, _listed()["api"]["state"]) == ("done", "seen: api (done)", "idle")


def test_an_ended_session_keeps_its_marks(claude: Path, fleet: list[int]) -> None:
    """What was said while it lived is still said when it is over, and more can be said."""
    _ran("tag", "api", "--add", "kept")
    _ran("rename", "api", "mine")
    (claude / "sessions" / f"{fleet[0]}.json").unlink()
    _ran("pin", "mine")
    one = _listed("--all")["mine"]

    assert (one["state"], one["tags"], one["pinned"]) == ("ended", ["kept"], True)
    assert list(_listed("--all"))[-1] == "mine"  # a pin lifts what lives
    assert "cst resume" in _refused("snooze", "mine")


def test_here_and_with_a_message(home: Path, claude: Path, tmux_server: TmuxServer) -> None:
    """Without a name the session of this pane is meant; a key binding's client is told on its message line."""
    pane = tmux_server.new("work")
    pid = tmux_server.pid_of(pane)
    _add(claude, pid, ID, "api", "waiting")
    client = tmux_server.attach("work")
    tmux_server.run("set-option", "-g", "display-time", "0")
    here = {"TMUX": f"{tmux_server.socket},1,0"}
    told = [cst(*words, env={**here, "TMUX_PANE": pane}).stdout for words in (
        ("pin",), ("snooze", "--for", "2h"), ("snooze", "--off"), ("tag", "--add", "x"), ("rename", "mine"), ("rename", "--off"),
    )]  # fmt: skip
    cst("pin", "--client", client.name, pane, env=here)
    until(lambda: b"pinned: api" in client.shown, 30)
    shell = tmux_server.run("split-window", "-t", pane, "-P", "-F", "#{pane_id}", "sh").strip()
    nobody = cst("seen", "--client", client.name, shell, env=here)
    by_hand = cst("seen", shell, env=here)

    assert told == [
        "pinned: api\n", "snoozed for 2h: api\n", "no longer snoozed: api\n", "tagged x: api\n", "renamed: api is now mine\n",
        "no longer renamed: mine\n",
    ]  # fmt: skip
    assert nobody.stderr == "cst: no Claude Code session is in this pane\n"
    assert by_hand.stderr.startswith(f"cst: no session is called '{shell}'")


def test_which_of_two_was_marked(claude: Path, live: Live) -> None:
    """Of two with one name the message says which. Bug shown: `pinned: alpha`, whichever it was."""
    for number, pid in enumerate((live.start("claude"), live.start("claude"))):
        _add(claude, pid, f"{number}{ID[1:]}", "alpha")
    done = cst("pin", f"1{ID[1:]}")

    assert done.stdout == "pinned: alpha @ 11111111\n"


def test_an_archived_session_is_out_of_sight_and_kept(fleet: list[int]) -> None:
    """No list has it, it needs nobody, and it is found again and brought back."""
    assert _ran("archive", "web") == "archived: web"
    assert set(_listed()) == {"api"}
    assert _listed("--archived")["web"]["needs_you"] is False
    assert "you archived it, so it needs nobody" in "\n".join(_ran("why", "web").splitlines()[:6])
    assert _ran("ls").endswith("1 archived: cst ls --archived")
    assert "web" not in _ran("rows")

    assert _ran("archive", "web", "--off") == "no longer archived: web"
    assert _listed()["web"]["needs_you"] is True


def test_a_note_stands_in_the_row(fleet: list[int]) -> None:
    """Given with a snooze or a pin; it goes when that is taken back, and not before."""
    _ran("snooze", "api", "--for", "2h", "--note", "PR #1")
    assert "snoozed 2h: (PR #1) " in _ran("ls")
    _ran("snooze", "api", "--off")
    assert _listed()["api"]["note"] is None

    _ran("pin", "api", "--note", "look\x1b[2J here")
    _ran("snooze", "api")
    _ran("snooze", "api", "--off")
    assert _listed()["api"]["note"] == "look here"
    _ran("pin", "api", "--off")
    assert _listed()["api"]["note"] is None
    assert _refused("pin", "api", "--note", "\u200f") == (
        "cst: that note has no printable character; give another one\n"
    )


def test_a_snooze_ends_early_if_the_settings_say_so(fleet: list[int], claude: Path, home: Path) -> None:
    """When the session opens a dialog; without the setting it does not."""
    for ends, snoozed in (("asked", False), ("time", True)):
        (home / ".config/cst").mkdir(parents=True, exist_ok=True)
        (home / ".config/cst/config.toml").write_text(f'snooze_ends = "{ends}"\n')
        _add(claude, fleet[0], ID, "api")
        _ran("snooze", "api", "--for", "2h")
        assert _listed()["api"]["snoozed"]
        now = int(time.time() * 1000) + 1
        write_registry(claude, registry_entry(
            fleet[0], sessionId=ID, procStart=started(fleet[0]), name="api", nameSource="user", status="waiting", tmux=None,
            waitingFor="permission prompt", startedAt=now - 600_000, statusUpdatedAt=now, cwd="/home/u/api",
        ))  # fmt: skip
        assert _listed()["api"]["snoozed"] is snoozed
