"""What a shell of the Bash tool runs, from the texts that the client gave to one."""

from __future__ import annotations

import pytest

from cst.claude import shells

SOURCE = (
    "source /home/u/.claude/shell-snapshots/snapshot-bash-1795792392150-g7qqp8.sh 2>/dev/null || true "
    "&& \\builtin shopt -u extglob 2>/dev/null || true "
    "&& { \\builtin unalias -- 'which'; \\builtin unset -f -- 'which'; } >/dev/null 2>&1 || true && "
)
BEHIND = " < /dev/null && pwd -P >| /tmp/claude-403f-cwd"


@pytest.mark.parametrize(
    ("given", "command"),
    [
        ("eval 'tail -F /dev/null'", "tail -F /dev/null"),
        ("""eval 'tail -f '"'"'/dev/null'"'"' | grep '"'"'it is'"'"' && echo "a b"'""",
         """tail -f '/dev/null' | grep 'it is' && echo "a b\""""),
        ("eval 'cat <<E\n1\nE'", "cat <<E\n1\nE"),
        ("eval make", "make"),
        ("make", ""),
    ],
)  # fmt: skip
def test_the_command(given: str, command: str) -> None:
    """What the model asked for, with none of what the client puts around it."""
    assert shells.command(SOURCE + given + BEHIND) == command
