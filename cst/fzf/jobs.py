"""What is being done: operations that run in threads, and their results."""

from __future__ import annotations

import threading

from cst.fzf.backend import Outcome
from cst.fzf.messages import FINISHED
from cst.model import CstError
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cst.fzf.backend import Actions
    from cst.fzf.remote import Remote, State
    from cst.fzf.run_dir import RunDir

LAST = 10.0  # seconds that a closed picker waits for each job: a pasted prompt still needs its Enter


class Job(Value):
    """A key that was pressed on these rows, or the answer to its question."""

    name: str
    rows: Sequence[str]
    answer: object = None
    asking: bool = False  # only make the question, and act if there is none
    state: State | None = None  # what fzf showed then: a question that comes late is asked only if that has not changed


class Result(Value):
    """A job and what it led to. `state`: the job's, or what fzf shows now if it was busy then."""

    job: Job
    outcome: Outcome
    state: State | None


class Jobs:
    """The jobs of one picker. `failure` is an unexpected exception in one of them."""

    def __init__(self, actions: Actions, run_dir: RunDir, remote: Remote) -> None:
        self.failure: BaseException | None = None
        self._actions, self._run_dir, self._remote = actions, run_dir, remote
        self._results: list[Result] = []
        self._threads: list[threading.Thread] = []
        self._asking: Job | None = None

    def is_asking(self) -> bool:
        """Whether a question is being made in a thread."""
        return self._asking is not None

    def start(self, job: Job) -> None:
        """Do it in a thread; the pipe says when there is a result."""
        thread = threading.Thread(target=self.do, args=(job,), daemon=True)
        if job.asking:
            self._asking = job
        else:  # a question that is only being made need not come to its end
            self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()

    def do(self, job: Job) -> None:
        """Do it in this thread; the result is left for `next`."""
        try:
            question = self._actions.ask(job.name, job.rows) if job.asking else None
            outcome = Outcome(again=question) if question else self._actions.act(job.name, job.rows, job.answer)
        except CstError as error:
            outcome = Outcome(str(error), failed=True)
        except BaseException as error:
            self.failure = error
            outcome = Outcome(leave=True)
        state = self._remote.state() if outcome.again and job.state is None else job.state
        self._results.append(Result(job, outcome, state))
        self._run_dir.call(FINISHED)

    def next(self) -> Result:
        """Take the oldest result."""
        result = self._results.pop(0)
        if result.job is self._asking:
            self._asking = None
        return result

    def join(self) -> None:
        """Wait for what was begun."""
        for thread in self._threads:
            thread.join(LAST)
