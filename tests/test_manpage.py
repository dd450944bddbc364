"""The manual page: all that the table of verbs has, and nothing that troff complains of."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from cst import settings
from cst.verbs import every
from tests.testing import ROOT

PAGE = ROOT / "docs/cst.1"
PUBLIC = [verb for verb in every() if not verb.hidden]


@pytest.fixture(scope="module")
def text() -> str:
    """The page as it is read."""
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    done = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-rLL=500n", str(PAGE)], capture_output=True, text=True, check=True)
    return re.sub(r"[ \t]+", " ", done.stdout)


def test_every_verb_and_option(text: str) -> None:
    """Each public verb with its help, each of its options, arguments and examples; no hidden verb."""
    words = text.replace("\n", " ")
    missing = [
        wanted for verb in PUBLIC
        for wanted in (f"cst {verb.name}", verb.help, *(f"--{o.name}" for o in verb.options), *(o.help for o in verb.options),
                       *(a.help for a in verb.arguments), *(e for pair in verb.examples for e in pair))
        if wanted not in words
    ]  # fmt: skip

    assert missing == []
    assert [verb.name for verb in every() if verb.hidden and f"\n cst {verb.name}" in text] == []


def test_the_environment(text: str) -> None:
    """Every variable that the settings read."""
    assert [name for name, _ in settings.ENVIRONMENT if name not in text] == []


def test_troff_has_nothing_to_say() -> None:
    """No warning of any kind."""
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    done = subprocess.run(["groff", "-man", "-ww", "-z", str(PAGE)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_generated_files_are_what_the_code_says() -> None:
    """Completions, the page and the tables are made from the verbs of today."""
    done = subprocess.run([sys.executable, str(ROOT / "tools/generate.py"), "--check"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
