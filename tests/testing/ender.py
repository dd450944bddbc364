"""What ends with the test process, also where that is killed and no finalizer runs."""

from __future__ import annotations

import contextlib
import subprocess

# For one program: it is killed when the thread that started it ends. unshare hands that on with --kill-child.
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")


class Ender:
    """A shell that waits for our end, and then runs `script`, with `words` as $1, $2, ...: nothing, after `off`."""

    def __init__(self, script: str, *words: str) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", f"read -r over && exit; {script}", "sh", *words], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def off(self) -> None:
        """All is tidy."""
        with contextlib.suppress(OSError):
            self._shell.communicate(b"over\n")
