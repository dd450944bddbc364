"""`cst past`: the rows of all ended sessions, for fzf: printed as they come, the first few at once."""

from __future__ import annotations

import time

from cst.args import number
from cst.output import print_lines
from cst.picker.history_rows import history_names, history_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Print `id TAB visible and searchable text` for each ended session, newest first; with `--names` less of some."""
    if args["names"]:
        if names := list(history_names(settings, time.time())):
            print_lines(names)
        return 0
    batch, most = [], 50
    for row in history_rows(settings, time.time(), number(args["width"], 100)):
        batch.append(row)
        if len(batch) == most:
            print_lines(batch)
            batch, most = [], 500
    if batch:
        print_lines(batch)
    return 0
