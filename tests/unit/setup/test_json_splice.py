"""Entries in and out of the text of a settings file: 2,000 files of every style, and what each keeps."""

from __future__ import annotations

import copy
import functools
import json
import random
from typing import Any

import pytest

from cst.model import CstError
from cst.setup import hooks, json_spans, json_splice
from cst.setup.json_splice import Entry
from tests.testing.campaign import chance

COMMAND = "[ -x /home/u/.local/share/cst/hook.sh ] && /home/u/.local/share/cst/hook.sh || :"
OLD = COMMAND.replace("/home/u/.local", "/old")
WANTED = [
    Entry("SessionStart", "", {"type": "command", "command": COMMAND, "async": True, "timeout": 5}),
    Entry("PreToolUse", "AskUserQuestion|ExitPlanMode", {"type": "command", "command": COMMAND, "timeout": 5}),
    Entry("Stop", "", {"type": "command", "command": COMMAND, "async": True, "timeout": 5}),
]  # fmt: skip
EVENTS = ["SessionStart", "PreToolUse", "Stop", "Notification", "Später"]
WORDS = ["a", "model", "permissions", "größe", "日本", "🙂", 'q"uote', "back\\slash", "new\nline", "\u2028", "\x7f", "$schema", "[ -x", "{"]
EVERY = pytest.mark.parametrize("many", [300, pytest.param(2000, marks=pytest.mark.long)])


@functools.cache
def with_ours(text: str) -> str:
    return json_splice.inserted(text, "s.json", WANTED)


def ins(text: str, wanted: list[Entry] | None = None) -> str:
    return json_splice.inserted(text, "s.json", wanted) if wanted else with_ours(text)


def out(text: str, before: str | None = None) -> str:
    return json_splice.removed(text, "s.json", hooks.is_ours, before)


# --------------------------------------------------------------------------------------- made-up files


class Maker:
    """Settings files from a seed: JSON with random layout, which `json.dumps` could not write."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        pick = self.random
        self.newline = pick.choice(["\n", "\n", "\r\n"])
        self.unit: str | None = pick.choice(["  ", "  ", "    ", "\t", " ", "", None, None])
        self.colon = pick.choice([": ", ": ", ":", " : "])
        self.comma = pick.choice([", ", ","]) if self.unit is None else ","
        self.wild = pick.random() < 0.2  # white space anywhere
        self.ascii = pick.random() < 0.5

    def file(self) -> str:
        value = self.settings()
        text = self.text(value, "")
        bom = "\ufeff" if self.random.random() < 0.1 else ""
        return bom + self.space() + text + self.random.choice(["", self.newline, self.newline * 2, " "])

    def settings(self) -> dict[str, Any]:
        pairs = [(word, self.value(3)) for word in self.random.sample(WORDS, self.random.randrange(4))]
        if self.random.random() < 0.7:
            pairs.insert(self.random.randrange(len(pairs) + 1), ("hooks", self.hooks()))
        return dict(pairs)

    def hooks(self) -> dict[str, Any]:
        return {event: [self.group() for _ in range(self.random.randrange(3))]
                for event in self.random.sample(EVENTS, self.random.randrange(4))}  # fmt: skip

    def group(self) -> dict[str, Any]:
        calls = [{"type": "command", "command": self.word()} for _ in range(self.random.randrange(3))]
        group: dict[str, Any] = {"hooks": calls}
        if self.random.random() < 0.5:
            group = {"matcher": self.word(), **group}
        return {**group, "note": self.value(1)} if self.random.random() < 0.1 else group

    def value(self, depth: int) -> Any:
        kind = self.random.randrange(8 if depth else 6)
        if kind == 6:
            return [self.value(depth - 1) for _ in range(self.random.randrange(3))]
        if kind == 7:
            return {word: self.value(depth - 1) for word in self.random.sample(WORDS, self.random.randrange(3))}
        return [None, True, -1.5e10, 7, self.word(), ""][kind]

    def word(self) -> str:
        return self.random.choice(WORDS)

    def space(self) -> str:
        return self.random.choice(["", "", " ", "\t", self.newline, self.newline + "  "]) if self.wild else ""

    def text(self, value: Any, indent: str) -> str:
        """JSON of a value in this file's layout."""
        if not isinstance(value, (dict, list)):
            return json.dumps(value, ensure_ascii=self.ascii)
        first, last = "{}" if isinstance(value, dict) else "[]"
        if not value:
            return first + self.random.choice(["", "", "", " ", self.newline + indent]) + last
        line = self.unit is None or (not isinstance(value, dict) and self.random.random() < 0.2)
        inner = indent if line else indent + (self.unit or "")
        lead, tail = ("", "") if line else (self.newline + inner, self.newline + indent)
        parts = (
            [json.dumps(key, ensure_ascii=self.ascii) + self.colon + self.space() + self.text(item, inner) for key, item in value.items()]
            if isinstance(value, dict)
            else [self.text(item, inner) for item in value]
        )
        comma = self.comma if line else ","
        return first + lead + (self.space() + comma + self.space() + lead).join(parts) + self.space() + tail + last


@functools.cache
def made_up(many: int) -> dict[int, str]:
    """So many settings files; `CST_SEED` chooses others."""
    return {number: Maker(chance("settings", number).getrandbits(64)).file() for number in range(many)}


def expected(before: str) -> dict[str, Any]:
    """What the settings are to be with our hooks in them, by Python's own reader."""
    settings: dict[str, Any] = copy.deepcopy(json.loads(before.removeprefix("\ufeff")))
    for entry in WANTED:
        group = {**({"matcher": entry.matcher} if entry.matcher else {}), "hooks": [entry.call]}
        settings.setdefault("hooks", {}).setdefault(entry.event, []).append(group)
    return settings


@EVERY
def test_the_made_up_files_are_of_every_kind(many: int) -> None:
    """The generator makes what the tests below claim to have tried."""
    texts = list(made_up(many).values())
    kinds = {
        "crlf": lambda t: "\r\n" in t, "bom": lambda t: t.startswith("\ufeff"), "tab": lambda t: "\n\t\"" in t,
        "one line": lambda t: "\n" not in t.strip() and len(t) > 20, "no hooks": lambda t: '"hooks"' not in t,
        "empty": lambda t: json.loads(t.removeprefix("\ufeff")) == {}, "unicode": lambda t: "日" in t,
        "ours too": lambda t: '"Stop"' in t, "no final newline": lambda t: t.endswith("}"),
        "empty list": lambda t: '"Stop": []' in t, "empty object": lambda t: '"hooks": {}' in t,
    }  # fmt: skip

    assert {name for name, has in kinds.items() if sum(map(has, texts)) < many / 200} == set()
    assert len(set(texts)) > many * 0.9


@EVERY
def test_out_is_the_inverse_of_in(many: int) -> None:
    """With the text from before, every byte comes back; without it, all but what stood there empty."""
    wrong = [seed for seed, text in made_up(many).items() if out(ins(text), text) != text]
    alone = [seed for seed, text in made_up(many).items() if "{}" not in squeezed(text) and "[]" not in squeezed(text) and out(ins(text)) != text]

    assert (wrong, alone) == ([], [])


def squeezed(text: str) -> str:
    return "".join(text.split())


@EVERY
def test_only_our_entries_are_new(many: int) -> None:
    """Python's reader sees the old settings and our entries behind all others; keys keep their order."""
    def same(text: str) -> bool:
        return json.dumps(json.loads(ins(text).removeprefix("\ufeff"))) == json.dumps(expected(text))

    assert [seed for seed, text in made_up(many).items() if not same(text)] == []


@EVERY
def test_no_other_character_is_changed(many: int) -> None:
    """The old text is what is left when some characters of the new one are struck out; but for the white space in an
    empty object or list that became a full one."""
    def kept(text: str) -> bool:
        new = iter(ins(text))
        return all(char in new for char in text if not char.isspace())

    assert [seed for seed, text in made_up(many).items() if not kept(text)] == []
    assert [seed for seed, text in made_up(many).items() if text.count("\r\n") == text.count("\n") > 0 and ins(text).replace("\r\n", "").count("\n")] == []


@EVERY
def test_an_older_entry_goes_before_a_newer_comes(many: int) -> None:
    """In after out after in is in: nothing piles up."""
    older = [entry._replace(call={**entry.call, "command": OLD}) for entry in WANTED]
    wrong = [seed for seed, text in made_up(many).items() if ins(out(ins(text, older), text)) != ins(text)]

    assert wrong == []


# ------------------------------------------------------------------------------------------- by hand

ONE = [WANTED[2]]
LINE = '{"matcher": "", "hooks": []}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '{\n  "hooks": {\n    "Stop": [\n      {\n        "hooks": [\n          {\n            "x": 1\n          }\n        ]\n      }\n    ]\n  }\n}\n'),
        ('{"a":1}', '{"a":1,"hooks":{"Stop":[{"hooks":[{"x":1}]}]}}'),
        ('{"a": 1, "b": 2}\n', '{"a": 1, "b": 2, "hooks": {"Stop": [{"hooks": [{"x": 1}]}]}}\n'),
        ('{\r\n\t"a": 1\r\n}', '{\r\n\t"a": 1,\r\n\t"hooks": {\r\n\t\t"Stop": [\r\n\t\t\t{\r\n\t\t\t\t"hooks": [\r\n\t\t\t\t\t{\r\n\t\t\t\t\t\t"x": 1\r\n\t\t\t\t\t}\r\n\t\t\t\t]\r\n\t\t\t}\r\n\t\t]\r\n\t}\r\n}'),
        ('{\n "hooks": {"Stop": [{"hooks": []}]}\n}', '{\n "hooks": {"Stop": [{"hooks": []}, {"hooks": [{"x": 1}]}]}\n}'),
        ('{\n    "hooks": {\n        "Stop": []\n    }\n}', '{\n    "hooks": {\n        "Stop": [\n            {\n                "hooks": [\n                    {\n                        "x": 1\n                    }\n                ]\n            }\n        ]\n    }\n}'),
    ],
)  # fmt: skip
def test_an_entry_takes_on_the_style_of_the_file(before: str, after: str) -> None:
    """Indentation, line ends, spaces behind colons and commas, one line or many."""
    assert after == ins(before, [Entry("Stop", "", {"x": 1})])


def test_ours_among_others_of_one_group_goes_alone() -> None:
    """Merged by hand into a group of somebody's: that group stays."""
    call = json.dumps({"type": "command", "command": COMMAND})
    text = '{"hooks": {"Stop": [{"matcher": "", "hooks": [#, {"command": "a"}, #]}, {"note": 1, "hooks": [#]}]}}'.replace("#", call)

    assert out(text) == '{"hooks": {"Stop": [{"matcher": "", "hooks": [{"command": "a"}]}, {"note": 1, "hooks": []}]}}'


def test_what_was_added_behind_ours_stays() -> None:
    """A hook and a key that came after the installation are kept when ours goes."""
    text = ins('{"hooks": {"Stop": [ ]}}', ONE)
    text = text.replace("}]}]}}", '}]}, {"hooks": [{"command": "theirs"}]}]}, "later": true}')

    assert out(text, '{"hooks": {"Stop": [ ]}}') == '{"hooks": {"Stop": [{"hooks": [{"command": "theirs"}]}]}, "later": true}'


@pytest.mark.parametrize("before", ["", " \n", "\ufeff", "\ufeff\r\n"])
def test_a_blank_file_comes_back_blank(before: str) -> None:
    """Nothing but white space and a byte order mark is no settings, as Claude Code takes it; CRLF and mark are kept."""
    full = ins(before)

    assert before == out(full, before)
    assert full.startswith("\ufeff") == before.startswith("\ufeff")
    assert ("\r\n" in full) == ("\r\n" in before)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "the settings must be an object, and is a list (line 1, column 1)"),
        ('{"hooks": []}', '"hooks" must be an object, and is a list (line 1, column 11)'),
        ('{"hooks": null}', '"hooks" must be an object, and is a single value'),
        ('{"hooks": {"Stop": {}}}', "the hooks of 'Stop' must be a list, and is an object"),
        ('{"hooks": {"Stop": ["x"]}}', "a hook of 'Stop' must be an object, and is a single value"),
        ('{"hooks": {"Stop": [{}]}}', "a hook of 'Stop' has no \"hooks\""),
        ('{"hooks": {"Stop": [{"hooks": 1}]}}', "must be a list, and is a single value"),
        ('{"hooks": {"Stop": [{"hooks": [1]}]}}', "a call of 'Stop' must be an object"),
        ('{"hooks": {}, "hooks": {}}', "the key 'hooks' stands there twice"),
        ('{"a": 1, // mine\n}', "line 1, column 10: a key in double quotes is missing"),
    ],
)
def test_another_schema_is_refused(text: str, why: str) -> None:
    """Neither in nor out, with the place and the reason."""
    for edit in (ins, out):
        with pytest.raises(CstError) as caught:
            edit(text)
        assert why in str(caught.value)


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        (COMMAND, True), (OLD, True), ("/home/u/cst/hook.sh", False), ("'/home/o u/cst/hook.sh'", False),
        ("[ -x '/o u/cst/hook.sh' ] && '/o u/cst/hook.sh' || :", True), (f"  {COMMAND}\n", True),
        ("[ -x /a/cst/hook.sh ] && /b/cst/hook.sh || :", False), ("cat /home/u/cst/hook.sh", False),
        ("/bin/cat /home/u/cst/hook.sh", False), ("/home/u/cst/shell/hook.sh", False), ("/home/u/mycst/hook.sh", False),
        ("cst/hook.sh", False), ("", False), ("/x/cst/hook.sh && rm -r /", False), ("[ -x /cst/hook.sh ] || :", False),
    ],
)  # fmt: skip
def test_ours_is_known_by_its_command(command: str, ours: bool) -> None:
    """Our form with any path that ends in cst/hook.sh; that path alone, or a command that does more, is somebody's. Bug
    shown: a hook of somebody's in a folder called cst was taken out."""
    assert ours == hooks.is_ours(command)


# ------------------------------------------------------------------------------------------------- cost


@pytest.mark.parametrize(("part", "most"), [("permissions", 0.0), ("hooks", 1.0)])
def test_the_cost_grows_no_faster_than_the_file(monkeypatch: pytest.MonkeyPatch, part: str, most: float) -> None:
    """Putting hooks in and taking them out reads what is no hook as a whole, and each hook once for each text.

    Bug shown: each of seventeen entries read the whole file anew, 5 MB in ten seconds.
    """
    read = []
    value = json_spans._Reader.value
    monkeypatch.setattr(json_spans._Reader, "value", lambda self, *at: (read.append(at), value(self, *at))[1])

    def nodes(many: int) -> int:
        read.clear()
        call = {"type": "command", "command": "true"}
        rules = {"permissions": {"allow": [f"Bash({many} {n}:*)" for n in range(many)]},
                 "hooks": {"PreToolUse": [{"matcher": f"M{n}", "hooks": [call]} for n in range(many)]}}[part]  # fmt: skip
        text = json.dumps({part: rules}, indent=2)
        json_splice.entries(text, "s.json", hooks.is_ours)
        made = ins(text, WANTED)
        assert out(made, text) == text
        return len(read)

    small, large = nodes(400), nodes(800)

    assert large - small <= most * 400 * 18 + 3  # six nodes a hook, in three texts
    assert large < 400 or large <= 2.1 * small
