"""What may be parked, and what tmux-resurrect is told, in both forms of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cst.actions import park
from cst.model import CstError, Place, Session, Transcript
from cst.settings import Settings
from tests.testing import ID, OTHER_ID, Live

SOCKET = "/tmp/tmux-0/default"
NEW = "pane\twork\t1\t1\t:*\t0\ttitle\t:/home/u/api\t1\tclaude\t:claude --permission-mode plan"
OLD = "pane\twork\t1\t:api\t1\t:*\t0\t:/home/u/api\t1\tclaude\t:claude"
OTHERS = ["pane\twork\t1\t1\t:*\t1\t\t:/home/u/api\t0\tbash\t:", "window\twork\t1\t1\t:*\tbfc2,150x45,0,0,5", "state\twork\t", ""]


def _session(**more: Any) -> Session:
    place = Place(SOCKET, "work", "1", "%3", "work:1.0", "=$0:@1.%3")
    given = {"name": "api", "kind": "interactive", "place": place, "transcript": Transcript(path="/t"), **more}
    return Session("7.1", ID, 7, "idle", 0.0, "", "idle", **given)


@pytest.mark.parametrize("line", [NEW, OLD])
def test_resurrect(own: Settings, tmp_path: Path, line: str) -> None:
    """The command of that pane, and nothing else; the file keeps its mode, and a link to it is one."""
    saved, last = tmp_path / "tmux_resurrect_1.txt", tmp_path / "last"
    saved.write_bytes("\n".join([line, *OTHERS]).encode() + b"\xff\n")
    saved.chmod(0o644)
    last.symlink_to(saved.name)
    count = park.resurrect(own._replace(tmux=f"{SOCKET},1,0"), [_session()], str(last))
    head, _, rest = saved.read_bytes().partition(b"\n")

    assert (count, head.decode()) == (1, line.rpartition("\t")[0] + f"\t:claude --resume {ID}")
    assert rest == "\n".join(OTHERS).encode() + b"\xff\n"
    assert (last.is_symlink(), saved.stat().st_mode & 0o777) == (True, 0o644)


def test_resurrect_of_another_config_folder(own: Settings, tmp_path: Path) -> None:
    """The command says which."""
    saved = tmp_path / "saved"
    saved.write_text(NEW)
    park.resurrect(own._replace(tmux=f"{SOCKET},1,0"), [_session(config_dir="/my dir")], str(saved))

    assert saved.read_text().endswith(f"\t:CLAUDE_CONFIG_DIR='/my dir' claude --resume {ID}")


@pytest.mark.parametrize("more", [{"transcript": None}, {"pid": None}, {"place": None}, {"id": "x"}])
def test_resurrect_leaves_what_cannot_be_resumed(own: Settings, tmp_path: Path, more: dict[str, Any]) -> None:
    """And what is on another server."""
    saved = tmp_path / "saved"
    saved.write_text(NEW)

    assert park.resurrect(own._replace(tmux=f"{SOCKET},1,0"), [_session()._replace(**more)], str(saved)) == 0
    assert park.resurrect(own._replace(tmux="/another,1,0"), [_session()], str(saved)) == 0
    assert saved.read_text() == NEW


@pytest.mark.parametrize(
    ("config_dir", "words", "command"),
    [
        ("", ["--model", "opus", "--add-dir", "/a b", "do it all"], f"claude --resume {ID} --model opus --add-dir '/a b' 'do it all'"),
        ("", ["do it", "--model", "opus", "--dangerously-skip-permissions"], f"claude --resume {ID} --model opus"),
        ("", ["--add-dir", "/it's"], f"claude --resume {ID}"),
        ("", ["--add-dir", "/a\\b"], f"claude --resume {ID}"),
        ("", ["--append-system-prompt", "one\ntwo"], f"claude --resume {ID}"),
        ("/it's", [], "claude --permission-mode plan"),  # what stood there
    ],
)
def test_resurrect_with_its_arguments(
    own: Settings, tmp_path: Path, live: Live, config_dir: str, words: list[str], command: str
) -> None:  # fmt: skip
    """Those that may be given again; none where one would not survive the plugin's reading, which takes backslashes away.

    Bug shown: a quote in a folder's name left the shell waiting for another one.
    """
    saved = tmp_path / "saved"
    saved.write_text(NEW)
    session = _session(config_dir=config_dir)._replace(pid=live.start("claude", *words))
    park.resurrect(own._replace(tmux=f"{SOCKET},1,0"), [session], str(saved))

    assert saved.read_text() == NEW.rpartition(":")[0] + ":" + command


def test_resurrect_without_a_file(own: Settings, tmp_path: Path) -> None:
    """Names it."""
    with pytest.raises(CstError) as error:
        park.resurrect(own, [_session()], f"{tmp_path}/none")

    assert str(error.value) == (
        f"cannot change {tmp_path}/none: No such file or directory; name the file that tmux-resurrect has saved")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"pid": None}, "api has already ended; `cst resume 7.1` brings it back"),
        ({"kind": "background"}, "api is not in a terminal; it was not parked"),
        ({"id": OTHER_ID[:8]}, "api is not in a terminal; it was not parked"),
        ({"transcript": None}, "nothing was said in api yet, so there is nothing to resume; it was not parked"),
    ],
)
def test_what_cannot_be_parked(more: dict[str, Any], said: str) -> None:
    """Because it could not be restored."""
    with pytest.raises(CstError) as error:
        park.check(_session()._replace(**more))

    assert str(error.value) == said
