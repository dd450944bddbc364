"""How wide text is: what cst counts is what the real tmux and the real fzf draw, whatever a session has written."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from cst import text
from cst.fzf import launch
from tests.testing import TmuxServer, until
from tests.unit.test_text import ATTACKS

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

HOSTILE = [attack for attack, _ in ATTACKS.values() if text.clean(attack)] + [
    "plain", "한국어", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "\u1161\u1161x", "\u11a8\u11a8y", "\ud7b0\ud7cbz", "ᄀᄀᄀ", "\ua960\u1161",
    "a\ufffdb\ufffdc", "e\u0301e\u0301", "a\u0300\u0301\u0302\u0303", "\u0e01\u0e33\u0e44\u0e17\u0e22", "नमस्ते नि कि", "கி ನೀ", "ក្សា មា",
    "👍🏽👍🏿", "🇩🇪🇫🇷", "🇩", "👨\u200d👩\u200d👧", "❤\ufe0f☎\ufe0f", "1\ufe0f\u20e3", "🏴", "🏳\ufe0f\u200d🌈", "\U0001f3fb\U0001f3fbx", "שלום",
    "مرحبا", "日本語", "ｆｕｌｌ", "ﾊﾝｶﾞ", "\u4dc0\u4dff", "\u3248\u3249", "⚠①②", "\u3164x", "\uffa0x", "\u115f\u1160x", "𝕳𝖊𝖑𝖑𝖔", "𠀀𠀁", "ཀྵ",
    "\u0600\u0601a", "ก็็็", "\u2e3b—", "\ufdfd", "𒐫", "ೆx", "\u302e\u302fa", "か\u3099", "〰〰〽〽㊗㊗㊙㊙", "🈂🈂🈷🈷", "™©®🅰🅱", "├─│▌┃·…✓",
]  # fmt: skip


def test_tmux_draws_what_is_counted(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """After a clean text the cursor of a tmux pane stands as many columns further as cst counts."""
    lines = [text.clean(line)[:50] for line in HOSTILE]
    (tmp_path / "lines").write_text("".join(line + "\n" for line in lines))
    (tmp_path / "ask.py").write_text(
        "import os, re, sys, tty\n"
        "tty.setraw(0)\n"
        f"for line in open({str(tmp_path / 'lines')!r}, encoding='utf-8').read().splitlines():\n"
        "    os.write(1, b'\\r\\x1b[2K' + line.encode() + b'\\x1b[6n')\n"
        "    answer = b''\n"
        "    while b'R' not in answer: answer += os.read(0, 64)\n"
        f"    open({str(tmp_path / 'columns')!r}, 'a').write(re.search(rb';(\\d+)R', answer)[1].decode() + '\\n')\n"
        "os.read(0, 1)\n"
    )
    tmux_server.new("main", sys.executable, str(tmp_path / "ask.py"))
    columns = until(lambda: [int(n) - 1 for n in (tmp_path / "columns").read_text().split()] if (tmp_path / "columns").exists() else [])
    until(lambda: len((tmp_path / "columns").read_text().split()) == len(lines))
    columns = [int(n) - 1 for n in (tmp_path / "columns").read_text().split()]

    assert {line: drawn for line, drawn in zip(lines, columns, strict=True) if drawn != text.width(line)} == {}


def test_fzf_draws_what_is_counted(tmux_server: TmuxServer, tmp_path: Path) -> None:
    """Rows of one width end in one column, and the border behind them is straight."""
    rows = [text.fit(text.clean(line), 30) + "¦" for line in HOSTILE]
    (tmp_path / "rows").write_text("".join(row + "\n" for row in rows))
    command = f"{launch.bundled()} --no-sort --layout=reverse --no-info --no-scrollbar --preview true --preview-window right,50%,border-left"
    command += f" <{tmp_path}/rows"
    words = ["new-session", "-d", "-x", "120", "-y", str(len(rows) + 3), "-s", "main", command]
    tmux_server.run(*words)

    def drawn() -> list[str]:
        lines = [line for line in tmux_server.run("capture-pane", "-p", "-t", "main").splitlines() if "¦" in line]
        assert len(lines) == len(rows)
        assert [line for line in lines if "│" not in line[30:]] == []
        return lines

    ends = [(text.width(line[: line.index("¦")]), text.width(line[: line.rindex("│")])) for line in until(drawn)]

    assert {row: end for row, end in zip(rows, ends, strict=True) if end != (32, 60)} == {}
