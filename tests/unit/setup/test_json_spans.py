"""The JSON reader that knows places: it takes what Python's takes, and says where it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cst.model import CstError
from cst.setup import json_spans

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
SHAPES = st.sampled_from([{}, {"indent": 2}, {"indent": "\t"}, {"separators": (",", ":")}, {"ensure_ascii": False}])


@given(VALUES, SHAPES, st.sampled_from(["", " ", "\n", "\r\n\t"]))
def test_what_python_reads(value: object, shape: dict[str, Any], around: str) -> None:
    """The same value, and the span of every part of it is that part."""
    text = around + json.dumps(value, **shape) + around
    root = json_spans.parse(text, "x")

    def check(node: json_spans.Node) -> None:
        assert json.loads(text[node.start : node.end]) == json_spans.plain(node)
        for member in node.members:
            assert node.kind == json_spans.ARRAY or json.loads(text[member.start : member.key_end].rstrip()) == member.key
            check(member.node)

    check(root)
    assert json.loads(text) == json_spans.plain(root)


def test_a_number_of_ten_thousand_digits() -> None:
    """It is a number, and its bytes are kept. Bug shown: a ValueError, for Python makes no int of it."""
    text = f'{{"a": {"9" * 10_000}}}'
    member = json_spans.parse(text, "x").members[0]

    assert text[member.node.start : member.node.end] == "9" * 10_000
    assert isinstance(member.node.plain, float)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "line 1, column 1: a value is missing"),
        ("{", "line 1, column 2: a key in double quotes is missing"),
        ("[1 2]", "line 1, column 4: a comma or ] is missing"),
        ('{"a" 1}', "line 1, column 6: a colon is missing"),
        ('{"a":}', "line 1, column 6: a value is missing"),
        ('{\n  "a": 1,\n}', "line 3, column 1: a key in double quotes is missing"),
        ("[1,]", "line 1, column 4: a value is missing"),
        ("{'a': 1}", "line 1, column 2: a key in double quotes is missing"),
        ('{"a": 1}\n// mine\n', "line 2, column 1: there is something behind its end"),
        ('// mine\n{"a": 1}', "line 1, column 1: this is no value"),
        ('{"a": 1} {}', "line 1, column 10: there is something behind its end"),
        ('\ufeff{"a": x}', "line 1, column 7: this is no value"),
        ('{"a": "b\nc"}', "line 1, column 9: a string is broken here"),
        ('{"a": "b', "line 1, column 7: a string is broken here"),
        ('["\\x"]', "line 1, column 3: a string is broken here"),
        ("[NaN]", "line 1, column 2: this is no value"),
        ("[01]", "line 1, column 3: a comma or ] is missing"),
        ("[+1]", "line 1, column 2: this is no value"),
        ('{"b": {"a": 1, "a": 1}}', "line 1, column 16: the key 'a' stands there twice"),
        ("[" * 200, "it is nested more than 100 deep"),
    ],
)
def test_what_is_not_json_is_named_with_its_place(text: str, where: str) -> None:
    """The file, line and column, what is wrong there, and what to do."""
    with pytest.raises(CstError) as caught:
        json_spans.parse(text, "/s.json")

    assert str(caught.value).startswith("/s.json is not JSON, line ")
    assert where in str(caught.value)
    assert str(caught.value).endswith("; fix that line")
