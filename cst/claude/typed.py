"""What was typed in a session, by the client's own list of prompts, where its transcript has too much since."""

from __future__ import annotations

from cst.jsonl import Backwards, parse, text_of
from cst.wording import typed_prompt

_LIMIT = 128 * 1024  # bytes from the end of the list: some 500 prompts


def last_prompt(path: str) -> str:
    """The newest prompt of the session whose transcript is at `path`; "" where the end of the list has none of it, or
    there is no list."""
    folder, _, name = path.rpartition("/")
    config_dir = folder.rpartition("/")[0].rpartition("/")[0]
    mark = b'"sessionId":"' + name.removesuffix(".jsonl").encode() + b'"'
    try:
        for line in Backwards(f"{config_dir}/history.jsonl", limit=_LIMIT):
            if mark not in line:
                continue
            try:
                said = typed_prompt(text_of(parse(line).get("display")))
            except ValueError:
                continue
            if said:
                return said
    except OSError:
        pass  # the list cannot be read: then the prompt is not known
    return ""
