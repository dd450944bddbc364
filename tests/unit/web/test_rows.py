from __future__ import annotations

from typing import Any

from cst.model import Place, Session, Transcript
from cst.render import cells
from cst.web import rows


def session(**changes: Any) -> Session:
    given: dict[str, Any] = {
        "key": "1.2", "id": "x", "pid": 1, "state": "permission", "since": 40.0, "because": "", "rule": "",
        "needs_you": True, "title": "Release <b>now</b>", "cwd": "/home/u/code/api", "branch": "main", "tokens": 150_000,
        "tags": ("urgent",),
    }  # fmt: skip
    return Session(**{**given, **changes})


def test_a_row_has_the_words_of_the_table() -> None:
    one = session(place=Place("/s", "work", "w", "%1", "work:2.1", "=x"), pinned=True)

    row = rows.row(one, 100.0, "/home/u", 200_000)

    words = cells.cells(one, 100.0)
    assert tuple(row[name] for name in ("shown", "since", "name", "branch", "what")) == words[:5]
    assert (row["context"], row["place"]) == ("150k", "work:2.1")
    assert row["tags"] == ["urgent"]
    assert (row["colour"], row["group"], row["folder"], row["full"]) == ("1;31", "you", "~/code/api", 0.75)


def test_the_page_draws_its_own_bar() -> None:
    one = session(transcript=Transcript("/t", window=1_000_000))

    assert cells.context(one) == "▁ 15%"
    assert rows.row(one, 100.0, "", 0)["context"] == "15%"


def test_all_text_is_clean() -> None:
    evil = "\x1b[31m<script>\u202e\x07"
    one = session(title=evil, branch=evil, cwd=f"/{evil}", last_prompt=evil, last_words=evil, tags=(evil,), name=evil)

    text = repr(rows.row(one, 100.0, "/home/u", 0))

    assert "<script>" in text, "the page shows it as text"
    assert not any(char in text for char in (r"\x1b", r"\u202e", r"\x07"))


def test_ended_sessions_come_last_and_are_bounded() -> None:
    many = [session(key=f"e{i}", state="ended", pid=None) for i in range(rows.MOST_ENDED + 5)] + [session()]

    made = rows.make(many, 100.0, "", 0)

    assert made[0]["key"] == "1.2"
    assert len(made) == rows.MOST_ENDED + 1
