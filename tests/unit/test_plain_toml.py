"""The quick reader of plain TOML reads what Python's own reads, or leaves it to that one."""

from __future__ import annotations

import random
import tomllib

import pytest

from cst import plain_toml

PLAIN = [
    "", "\n\n# só\n", 'a = "b"', "a='b\\c'", "lines = 2 # two", "x = -1.5", "t = true\nf = false", 'c = ["a", "b", ]', "c = []",
    '[hosts]\ndev = "ssh dev"\nwsl = { prefix = "x --exec", shell = false }\n', '[keys]\n"a b" = "ctrl-y"\r\n', "k = {}", "[ hosts ] # h",
    '[weights]\n"*/hotfix-*" = 10', "prices = { m = [1, 2.0, 3, 4, 5] }", '  indented = "yes"  ', 'a = ""',
]  # fmt: skip
LEFT = [
    'a = "b\\n"', 'a = """b"""', "a.b = 1", "[a.b]", "[[a]]", "a = 1_000", "a = 0x10", "a = 1e3", "a = inf", "a = +1", "a = 1979-05-27",
    "a = [\n1]", "a = 1\na = 2", "[a]\n[a]", "a", "a =", "= 1", "a = 01", "a = 1.", "a = .5", "a = 'x", "a = [1 2]", "a = {b = 1,}",
    "a = 1 2", "[a] b", "a = tru", "a = '\x01'", "# \x01", "a = ''''''", "a = 1\x0b", "a\u00a0= 1", "a = 1\r",
]  # fmt: skip


def own(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


@pytest.mark.parametrize("text", PLAIN)
def test_plain(text: str) -> None:
    assert plain_toml.read(text) == own(text) is not None


@pytest.mark.parametrize("text", LEFT)
def test_left_to_the_other(text: str) -> None:
    assert plain_toml.read(text) is None


def test_never_another_answer() -> None:
    """Thousands of files, made by breaking good ones: what it reads, Python's own reads so."""
    luck = random.Random(7)
    pieces = [*"\"'[]{}=,#.-_\\ \t\r\n\x00\x7f\u00a0é019+eTf", "true", '"""', "= ", "[a]\n", "x = ", "\r\n", "'''", "-0", "00"]
    read = 0
    for _ in range(15_000):
        text = "\n".join(luck.sample(PLAIN, 2))
        for _ in range(luck.randint(0, 3)):
            at = luck.randint(0, len(text))
            text = text[:at] + luck.choice(["", luck.choice(pieces)]) + text[at + luck.randint(0, 2) :]
        found = plain_toml.read(text)
        if found is not None:
            read += 1
            wanted = own(text)
            assert (found, repr(found)) == (wanted, repr(wanted)), text
    assert read > 1500
