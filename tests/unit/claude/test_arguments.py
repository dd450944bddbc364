"""Which arguments of a client are given again: from a list, with the words that the client itself takes for values."""

from __future__ import annotations

import pytest

from cst.claude import arguments


@pytest.mark.parametrize(
    ("line", "again", "withheld"),
    [
        ("", "", ""),
        ("--model|opus|fix it", "--model|opus", ""),
        ("fix it|--model|opus", "--model|opus", ""),
        ("--model=opus|--permission-mode=plan", "--model=opus|--permission-mode=plan", ""),
        ("--resume|11111111-2222-4333-8444-555555555555|--effort|high", "--effort|high", ""),
        ("-c|-n|api|--worktree|login|--model|opus", "--model|opus", ""),
        ("--add-dir|../lib|/b c|--verbose|fix it", "--add-dir|../lib|/b c|--verbose", ""),
        ("--mcp-config|a.json|b.json|--strict-mcp-config", "--mcp-config|a.json|b.json|--strict-mcp-config", ""),
        ("--model|opus|--|--add-dir|/etc", "--model|opus", ""),
        ("--disallowedTools|Bash(rm:*)|--restricted", "--disallowedTools|Bash(rm:*)|--restricted", ""),
        ("--settings|my.json", "--settings|my.json", ""),
        ("--append-system-prompt|-x", "--append-system-prompt|-x", ""),
    ],
)
def test_what_is_given_again(line: str, again: str, withheld: str) -> None:
    """Options with their values; never a prompt, nor what was about that one start."""
    found = arguments.read(["claude", *line.split("|")] if line else ["claude"])

    assert ("|".join(found.again), "|".join(found.withheld)) == (again, withheld)


@pytest.mark.parametrize(
    ("line", "withheld"),
    [
        ("--dangerously-skip-permissions", "--dangerously-skip-permissions"),
        ("--allow-dangerously-skip-permissions|--model|opus", "--allow-dangerously-skip-permissions"),
        ("--permission-mode|bypassPermissions", "--permission-mode bypassPermissions"),
        ("--permission-mode=bypassPermissions", "--permission-mode bypassPermissions"),
        ("--permission-mode|somethingNew", "--permission-mode somethingNew"),
        ('--settings|{"env":{"TOKEN":"x"}}', "--settings"),
        ('--mcp-config|a.json| {"mcpServers":{}}', "--mcp-config"),
        ("--some-new-flag|value", "--some-new-flag"),
        ("--model", "--model"),
        ("--add-dir|/a\ufffdb", "--add-dir"),
        ("--append-system-prompt|" + "x" * 2000, "--append-system-prompt"),
    ],
)
def test_what_is_not(line: str, withheld: str) -> None:
    """What switches the question for permission off, what may hold a password, what nobody here knows: its name alone."""
    found = arguments.read(["claude", *line.split("|")])

    assert found.withheld == (withheld,)
    assert set(found.again) <= {"--model", "opus"}


@pytest.mark.parametrize("program", [["/opt/claude"], ["node", "/x/claude-code/cli.js"], ["/v/2.1.332"], ["claude", "cli.js"]])
def test_however_it_is_run(program: list[str]) -> None:
    """By its path, its version, or by node; of a process that cannot be read nothing is known."""
    assert arguments.read([*program, "--model", "opus"]).again == ("--model", "opus")
    assert arguments.read([""]) == arguments.Arguments()
