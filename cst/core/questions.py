"""Whether a session's last words ask the user something, in any of a dozen languages. Pure.

What counts is the last thing said in prose: options, code, tables, quotations, rules and a recommendation behind it are
passed over. A question that is answered in the same breath asks nobody; one behind which something else is said, or a
list stands, asks only where it speaks to the user. Some requests have no question mark: "tell me which one".
tests/data/questions has the endings that this was made for; docs/state.md says how often it is right.

The words of each language are in core/question_words.py.
"""

from __future__ import annotations

from cst.core import question_words as known

_LONGEST = 4000  # characters from the end that are looked at
_BEHIND = 2  # sentences that may stand behind a question
_ENDS = ".!?…。！？؟։"  # of a sentence
_ASKS = "?？؟"
_ANYWHERE = "。！？؟։…"  # those that end a sentence without a blank behind them
_QUOTES = (
    ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"), ("「", "」"), ("『", "』"), ("‘", "’"), ('"', '"'),
)  # fmt: skip

_asked: tuple[str, bool] = "", False  # what was asked for last, and the answer


def asks(words: str) -> bool:
    """Whether a text ends in a question to the user, or in a request for a decision."""
    global _asked
    if words != _asked[0]:  # several rules in a row ask it of the same words
        _asked = words, _answer(words)
    return _asked[1]


def _answer(words: str) -> bool:
    if len(words) < 2:
        return words in _ASKS and bool(words)
    listed = False
    for kind, text in reversed(_blocks(words[-_LONGEST:])):
        if kind == "list":
            if not listed and any(_is_question(one) for one in _sentences(_plain(text))[-1:]):
                return True  # the last item is a question of its own
            listed = True
        elif kind == "prose":
            if _asks(text, listed):
                return True
            if not _is_advice(text):
                return False
    return False


def _blocks(words: str) -> list[tuple[str, str]]:
    """The text in pieces, in order: prose (a paragraph), list (an item), aside (code, table, quotation, rule)."""
    found: list[tuple[str, str]] = []
    fence, fresh = "", True
    for line in words.splitlines():
        bare = line.strip()
        if fence or bare.startswith(("```", "~~~")):
            fence = "" if fence and bare.startswith(fence) else fence or bare[:3]
            fresh = True
        elif not bare or not bare.strip("-*_=─ "):
            fresh = True
        elif bare.startswith((">", "|")) or (line.startswith("    ") and fresh and not _item(bare)):
            found.append(("aside", bare))
            fresh = True
        elif _item(bare):
            found.append(("list", _item(bare)))
            fresh = True
        elif fresh or found[-1][0] != "prose":
            found.append(("prose", bare))
            fresh = False
        else:
            found[-1] = ("prose", f"{found[-1][1]} {bare}")
    return found


def _item(line: str) -> str:
    """What an item of a list says; "" for a line that is none."""
    if line[:2] in ("- ", "* ", "+ ", "• ", "– ") and not line.startswith("**"):
        return line[2:].strip()
    head, _, rest = line.partition(" ")
    name = head.strip("()[].:*")
    marked = head != name and (name.isdigit() or (len(name) == 1 and name.isalpha() and name.isascii()))
    if marked and rest:
        return rest.strip()
    letter, _, said = rest.partition(" ")
    if name.lower() in known.OPTION and said and len(letter.strip("*:.)")) == 1:
        return said.strip("—–-: ")
    return line[1:].strip() if line[0] in "①②③④⑤⑥⑦⑧⑨☐☑❯" else ""


def _plain(text: str) -> str:
    """A piece without code, quotations and the signs of Markdown."""
    pieces = text.split("`")
    if len(pieces) % 2:
        text = "x".join(piece for i, piece in enumerate(pieces) if i % 2 == 0)
    for opening, closing in _QUOTES:
        text = _unquoted(text, opening, closing)
    text = text.replace("**", "").replace("__", "").strip().rstrip("*_")
    for opening, closing in ("()", "[]"):  # (yes/no), [y/N]
        if text.endswith(closing) and text.rpartition(opening)[0].rstrip().endswith(tuple(_ASKS)):
            text = text.rpartition(opening)[0].rstrip()
    return text.strip().strip("“”„\"'»«」』’ ").strip()


def _unquoted(text: str, opening: str, closing: str) -> str:
    """A text with "x" for each quotation: who quotes a question asks none."""
    begin = text.find(opening)
    while begin >= 0:
        end = text.find(closing, begin + 1)
        if end < 0:
            return text
        whole = not text[:begin].strip() and not text[end + 1 :].strip()
        text = text[:begin] + (text[begin + 1 : end] if whole else "x") + text[end + 1 :]
        begin = text.find(opening, begin + 1)
    return text


def _sentences(text: str) -> list[str]:
    """The sentences of a piece. A sign ends one only where a blank, the end, or a letter of its own script follows."""
    if any("Ͱ" <= char <= "Ͽ" for char in text):
        text = text.replace(";", "?").replace("\u037e", "?")
    found, begin = [], 0
    for i, char in enumerate(text):
        behind = text[i + 1 : i + 2]
        if char in _ENDS and (not behind or behind.isspace() or char in _ANYWHERE or behind in "\"”»“)’'"):
            if behind and behind in _ENDS:
                continue
            found.append(text[begin : i + 1].strip(" \"”»“)’'"))
            begin = i + 1
    found.append(text[begin:].strip())
    return [one for one in found if one.strip(_ENDS + " ")]


def _is_question(sentence: str) -> bool:
    bare = sentence.rstrip("。. !！")
    return sentence.endswith(tuple(_ASKS)) or "՞" in sentence or bare.endswith(known.ENDS_AS_QUESTION)


def _asks(text: str, listed: bool) -> bool:
    """Whether a piece of prose asks; `listed`: a list stands behind it."""
    sentences = _sentences(_plain(text))
    for behind, sentence in enumerate(reversed(sentences[-1 - _BEHIND :])):
        if behind < _BEHIND and _is_request(sentence):
            return True
        if not _is_question(sentence):
            continue
        low = f" {sentence.lower().rstrip(_ENDS + ' ')} "
        low = low.replace(",", " ,").replace(":", " :").replace("¿", " ")
        if _is_rhetorical(f"{low}?"):
            return False
        if not behind:
            return not listed or _speaks_to_you(low) or not low.strip().startswith(known.OPEN_WORDS)
        following = sentences[len(sentences) - behind]
        return _waits(following.lower()) or (
            not _answers(following, low)
            and (_speaks_to_you(low) or (_is_closed(low.strip()) and not _weighs(following)))
        )
    return False


def _is_rhetorical(low: str) -> bool:
    """Whether a question is asked of nobody. "Or something else?" offers one thing more to choose."""
    found = next((word for word in known.RHETORICAL if word in low), "")
    return bool(found) and not low.partition(found)[0].endswith(known.OR)


def _waits(following: str) -> bool:
    """Whether what is said behind a question waits for the answer, or goes on by it: "Then I'll merge it"."""
    goes_on = any(following.startswith(then) and who in f"{following} " for then, who in known.THEN)
    return any(word in following for word in known.WAITS) or (goes_on and " würde " not in following)


def _answers(following: str, low: str) -> bool:
    """Whether a sentence answers the question before it: with yes or no, or with one of its words."""
    head = following.lower().split(" ")[0]
    first = head.strip(",.;:!،、，—")
    if first in known.YES_NO:  # "No veo …" is no answer
        return first not in known.NO or first != head or head == following.lower()
    short = len(following.split()) <= 3 and first in ("it", "they", "this", "that", "we", "i", "he", "she")
    if first in known.ANSWERS or short or following.startswith(known.ANSWER_BEGINS):
        return True
    if following.lower().startswith(known.OPINIONS):
        return True
    repeated = len(first) > 1 and f" {first} " in low.replace("`", " ")  # "Redis or Memcached? Redis, since …"
    return repeated and not _speaks_to_you(low)


def _weighs(following: str) -> bool:
    """Whether a sentence weighs up what was asked: a yes or a no within it, or a but."""
    low = following.lower()
    words = {word.strip(",.;:!") for word in low.split()}
    but = not words.isdisjoint(known.BUT) or any(word in low for word in known.BUT_WITHIN)
    return but or not words.isdisjoint(known.YES_NO - known.NO)


def _is_closed(low: str) -> bool:
    """Whether a question wants yes or no, or one of two things: what is said behind it then is seldom an answer."""
    words = low.replace("`", " ").removeprefix("est-ce que ").split()
    wide = any(char > "\u2e7f" for char in low)
    open_ones = not known.WH.isdisjoint(word.strip("'\"¿") for word in words[:3])
    open_ones = open_ones or any(word in low for word in known.WH_WITHIN)
    told = any(word in f" {low}" for word in known.TOLD) or low.startswith(known.PAST) or low.endswith(known.PAST_ENDS)
    return not told and not open_ones and not low.startswith(known.AND) and (wide or len(words) >= 3)


def _speaks_to_you(low: str) -> bool:
    return any(word in low for word in known.TO_YOU) and not any(word in low for word in known.TOLD)


def _is_request(sentence: str) -> bool:
    """Whether a sentence without a question mark wants an answer."""
    low = sentence.lower().lstrip("¡¿ ").removeprefix("and ").removeprefix("so ").removeprefix("then ")
    for polite in known.POLITE:
        low = low.replace(polite, "")
    bare = " ".join(word for word in low.split() if word.strip(",") not in known.FILLERS)
    behind_dash = bare.replace(" – ", " — ").rpartition(" — ")[2]
    wants = any(some.startswith(known.REQUESTS) for some in (low, bare, behind_dash, low.rpartition("，")[2]))
    wants = wants or low.rstrip(_ENDS + ": ").endswith(known.REQUEST_ENDS)
    wants = wants or (low.startswith(known.DO) and any(word in low for word in known.THEN_I))
    return _needs_you(f" {low}") or (wants and not any(word in low for word in known.COURTESIES))


def _needs_you(low: str) -> bool:
    """Whether a sentence says that something is needed or waited for which only you can give, your consent above all:
    "I need your go-ahead", "if you're happy with it, tell me and I'll merge"."""
    yours = any(word in low for word in known.YOURS) and any(word in low for word in known.NEED)
    agreed = any(word in low for word in known.IF_AGREED) and any(word in low for word in known.TELL)
    return yours or agreed or any(word in low for word in known.NEED_TO_KNOW)


def _is_advice(text: str) -> bool:
    """Whether a paragraph only recommends an answer, notes something, waits, or says behind an emoji how things are."""
    low = text.lower().lstrip("*_ ")
    drawn = ord(text[0]) >= 0x2190 and not text[0].isalnum() and not 0x3000 <= ord(text[0]) < 0xFF00
    return drawn or low.startswith((*known.ADVICE, *known.WAITS))
