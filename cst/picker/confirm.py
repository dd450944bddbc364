"""The question inside fzf before a session is ended.

The target is fixed in a file when ctrl-k is pressed. Question and answer travel through files in the private run
directory too: text inside an fzf action could end it with a parenthesis and begin another.
"""

from __future__ import annotations

import os

from cst.model import CstError

_ACTIONS = (
    "hide-input+transform-header(cat \"$CST_RUN/question\")+unbind(enter,double-click,ctrl-k,ctrl-x,ctrl-r)"
    "+rebind(y,n,focus)+bell"
)


def ask(key: str, question: list[str]) -> str:
    """Write the target and the question down; the fzf actions that put it on the screen."""
    folder = os.environ.get("CST_RUN", "")
    if not folder:
        raise CstError("ask works only inside `cst pick`")
    _write(f"{folder}/target", key)
    _write(f"{folder}/question", "\n".join([*question, "  y = end it (SIGTERM)    n, esc = keep it"]))
    return _ACTIONS


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
