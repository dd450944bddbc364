"""The table of dialogs names plays and instants that there are."""
from __future__ import annotations

import inspect

from tests.lab import dialogs, plays, plays_newest


def test_each_dialog_names_an_instant_of_a_play() -> None:
    """A play that was renamed would leave an empty line in docs/conformance.md."""
    source = inspect.getsource(plays) + inspect.getsource(plays_newest)

    assert [kind for kind in dialogs.KINDS if kind.play not in plays_newest.PLAYS] == []
    assert [kind for kind in dialogs.KINDS if f'"{kind.instant}"' not in source] == []
    assert len({kind.name for kind in dialogs.KINDS}) == len(dialogs.KINDS)
