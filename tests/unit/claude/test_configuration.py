"""What a session was configured with is counted; what cannot be read is not."""

from __future__ import annotations

import json
from pathlib import Path

from cst.claude.configuration import counts


def test_what_counts(tmp_path: Path) -> None:
    """The user's and the project's CLAUDE.md, those of the folders above, rules, the project's MCP servers, hooks."""
    own, cwd = tmp_path / "home/.claude", tmp_path / "code/shop/web"
    (own / "rules").mkdir(parents=True)
    (cwd / ".claude/rules").mkdir(parents=True)
    for path in (
        own / "CLAUDE.md",
        cwd / "CLAUDE.md",
        cwd.parent / "CLAUDE.local.md",
        own / "rules/a.md",
        cwd / ".claude/rules/b.md",
    ):
        path.write_text("x")
    (cwd / ".mcp.json").write_text(json.dumps({"mcpServers": {"a": {}, "b": {}}}))
    (own / "settings.json").write_text(json.dumps({"hooks": {"Stop": [{"hooks": [{}, {}]}], "Odd": 7, "Other": [3]}}))
    (cwd / ".claude/settings.local.json").write_text(json.dumps({"hooks": {"Stop": [{"hooks": [{}]}]}}))

    assert counts(str(own), str(cwd)) == [(3, "CLAUDE.md"), (2, "rule"), (2, "MCP server"), (3, "hook")]


def test_nothing_and_what_is_broken(tmp_path: Path) -> None:
    """Broken settings have no hooks that could be counted; a folder that is gone has nothing."""
    (tmp_path / "settings.json").write_text("{")

    assert counts(str(tmp_path), str(tmp_path / "gone")) == [(0, "CLAUDE.md"), (0, "rule"), (0, "MCP server"), (0, "hook")]
    assert counts("", "") == [(0, "CLAUDE.md"), (0, "rule"), (0, "MCP server"), (0, "hook")]
