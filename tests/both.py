"""Runs every test: the live lab beside the others, for it mostly waits. `python -m tests.both [--last-failed]`.

The lab's output comes when both are done. Exit code 0 only if both passed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

_NONE = 5  # pytest's code for "no test was selected"


def main(words: list[str]) -> int:
    """The exit code of both."""
    pytest = [sys.executable, "-m", "pytest", *words]
    with tempfile.TemporaryFile() as kept:
        lab = subprocess.Popen([*pytest, "-o", "cache_dir=.pytest_cache/lab", "tests/lab"], stdout=kept, stderr=kept)
        try:
            code = subprocess.run([*pytest, "--ignore=tests/lab"], check=False).returncode
            print("\nThe live lab, which ran meanwhile:", flush=True)
            lab_code = lab.wait()
        except KeyboardInterrupt:
            lab.wait()
            return 130
        kept.seek(0)
        sys.stdout.buffer.write(kept.read())
        sys.stdout.flush()
    return int(code not in (0, _NONE)) or int(lab_code not in (0, _NONE))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
