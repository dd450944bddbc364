"""Programs beside each other: each has its own time, and nothing is left of one that is over it."""

from __future__ import annotations

import os
import sys
import time

from cst.system import parallel, spawn
from cst.system.spawn import Started
from tests.testing import until


def start(script: str) -> Started:
    return spawn.start(sys.executable, ["-c", f"import os, sys, time\n{script}"], os.environ, group=True)


def test_each_has_its_own_time() -> None:
    """One that is silent ends at its time, while another is waited for; their answers stand in their order."""
    begun = time.monotonic()
    dead, slow, wrong = start("time.sleep(1000)"), start("time.sleep(2); print('slow')"), Started(wrong="none is installed")
    early: list[int] = []
    answers = parallel.finish_all([dead, slow, wrong], [0.5, 60.0, 60.0], over=lambda place, answer: early.append(place))

    assert [(one.code, one.output, one.late) for one in answers] == [(-9, b"", True), (0, b"slow\n", False), (127, b"", False)]
    assert time.monotonic() - begun < 60
    assert early == []


def test_the_quicker_one_is_handed_over_at_once(tmp_path: object) -> None:
    """While the other is waited for: what it says can be used meanwhile."""
    gate = f"{tmp_path}/gate"
    quick, slow = start("print('quick')"), start(f"while not os.path.exists({gate!r}): time.sleep(0.01)")
    taken = []

    def over(place: int, answer: spawn.Finished) -> None:
        taken.append((place, answer.output))
        open(gate, "w").close()

    answers = parallel.finish_all([quick, slow], [60.0, 60.0], over=over)

    assert taken == [(0, b"quick\n")]
    assert [one.code for one in answers] == [0, 0]


def test_too_much_and_a_time_that_is_over_end_a_whole_group() -> None:
    """Also what the program has started."""
    code = "child = os.fork()\nif not child: time.sleep(1000)\nos.write(2, str(child).encode())\n"
    late, long = start(code + "time.sleep(1000)"), start("while True: os.write(1, b'x' * 65536)")
    answers = parallel.finish_all([late, long], [3.0, 60.0], most=1 << 20)

    assert [(one.late, one.long) for one in answers] == [(True, False), (False, True)]
    until(lambda: not os.path.exists(f"/proc/{int(answers[0].errors)}"))


def test_lines_as_they_come() -> None:
    """Output and errors, the last line without its end too; then the code."""
    started = start("print('a'); print('é' * 3); sys.stderr.write('cst: no'); sys.exit(3)")
    said = set(parallel.lines(started))

    assert said == {(False, b"a"), (False, "ééé".encode()), (True, b"cst: no")}
    assert parallel.reap(started) == 3
