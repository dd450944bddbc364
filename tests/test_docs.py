"""The documentation: its links lead somewhere, the files that it names exist, and the index has every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.testing import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FOLDERS = ("bench", "completions", "cst", "docs", "hooks", "shell", "tests", "tools")
NAMED = (
    re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+\.\w+)`"),  # a file, from the root
    re.compile(r"\b((?:docs|tests)/[\w./-]*\w)"),  # also without marks around it, also a folder
    re.compile(r"`([\w/]+\.py)`"),  # a module, from the package
)


def prose(page: Path) -> str:
    """A page without its blocks of code, where `[` and `(` mean other things."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to a page's headings."""
    heads = re.findall(r"^#+ (.*)$", prose(page), re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def dead_links(page: Path) -> list[str]:
    """The relative links of a page that lead to no file, or to no heading of one."""
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not re.match(r"\w+:", link) and not (target.exists() and (not anchor or anchor in anchors(target))):
            dead.append(link)
    return dead


def missing_files(page: Path) -> list[str]:
    """The files that a page names and that are not there. A decision may be named by its number alone."""
    text = prose(page)
    named = {name for pattern in NAMED for name in pattern.findall(text)}
    tops = (ROOT, ROOT / "cst", page.parent)
    return [name for name in sorted(named) if not any(next(top.glob(f"{name}*"), None) for top in tops)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_file_names_resolve(page: Path) -> None:
    """Every relative link, with its heading, and every file that is named."""
    assert dead_links(page) == []
    assert missing_files(page) == []


def test_the_index_has_every_page() -> None:
    """docs/README.md links every page beside it, and the manual page."""
    links = set(re.findall(r"\]\(([^)]+)\)", (ROOT / "docs/README.md").read_text(encoding="utf-8")))
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}

    assert sorted({*pages, "cst.1"} - links) == []


def test_every_decision_has_a_number_of_its_own() -> None:
    """That of its file, in its heading too, and without gaps."""
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    heads = [file.read_text(encoding="utf-8").partition(".")[0] for file in files]

    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    assert heads == [f"# {number}" for number in range(1, len(files) + 1)]


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/pictures").glob("*.svg")), ids=lambda path: path.stem)
def test_pictures_show_no_test_data(picture: Path) -> None:
    """What they show is the demo's fleet. Bug shown: a row `evil name (playground)` in the README."""
    shown = re.sub(r"<[^>]+>", " ", picture.read_text(encoding="utf-8")).replace("&#160;", " ")

    assert re.findall(r"\bevil\b|pwned|pytest|/tmp/|/root\b|\bcst-demo-", shown) == []


def test_dead_links_and_missing_files_are_found(tmp_path: Path) -> None:
    """Of a page with one of each, and of what is right beside them."""
    page = tmp_path / "page.md"
    page.write_text("# One head\n[a](#one-head) [b](#two) [c](nothing.md) [d](https://x.org/)\n"
                    "docs/state.md, docs/gone.md, docs/decisions/0001, `cst/nothing.py`, `model.py`, `gone.py`\n"
                    "```\n[e](nowhere)\n```\n")  # fmt: skip

    assert dead_links(page) == ["#two", "nothing.md"]
    assert missing_files(page) == ["cst/nothing.py", "docs/gone.md", "gone.py"]
