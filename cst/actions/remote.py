"""Act on a session of another host: `cst` there does it, and checks there again that it is that session.

What goes there is a verb of ours, options of ours, a key whose form was checked, and what the user typed, each as one
word. What comes back is text: clean lines, and an exit code.
"""

from __future__ import annotations

import os

from cst.jsonl import parse
from cst.model import CstError, UncertainError, is_session_id
from cst.system import hosts, parallel
from cst.system.hosts import Host
from cst.text import clean, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from cst.settings import Settings
    from cst.system.spawn import Finished, Started

_ACTS = 30.0  # seconds that an action may take there; a kill waits five for its process
_MOST = 1 << 20  # bytes of what it says


class RefusedError(CstError):
    """`cst` there was reached, and said no."""


def host_named(settings: Settings, name: str) -> Host:
    """A configured host. CstError where the config file has none of that name (any more)."""
    found = next((host for host in hosts.configured(settings.hosts) if host.name == name), None)
    if found is None:
        raise CstError(f"no host is called {clean(name, 60)!r}", "config.toml names them")
    return found


def do(
    settings: Settings, host: Host, words: Sequence[str], text: str = "", seconds: float = 0.0, acts: bool = True,
    began: Callable[[Started], object] = lambda _: None,
) -> list[str]:  # fmt: skip
    """Run `cst` with these words there, `text` on its standard input; what it prints, in clean lines. CstError where it
    fails or does not answer, in so many seconds (0: in those that an action has): `sent` where a text had gone there by
    then; UncertainError where it `acts` and that may have happened. `began` is called with what was started."""
    answer = _run(settings, host, words, text, seconds, acts, began)
    said = answer.output.decode("utf-8", "replace").splitlines()
    return [visible(line).rstrip() for line in said]


def json(settings: Settings, host: Host, words: Sequence[str]) -> dict[str, Any]:
    """The JSON object that it prints there; nothing in it is clean. CstError as `do`."""
    try:
        return parse(_run(settings, host, words, "", 0.0, acts=False).output)
    except ValueError:
        raise CstError(f"{host.name}: its answer is not JSON", "is its cst the same version?") from None


def _run(
    settings: Settings, host: Host, words: Sequence[str], text: str, seconds: float, acts: bool,
    began: Callable[[Started], object] = lambda _: None,
) -> Finished:  # fmt: skip
    seconds = seconds or max(_ACTS, host.timeout)
    source = _holding(text) if text else -1
    try:
        started = hosts.run(host, words, settings.run_dirs, source)
    finally:
        if source >= 0:
            os.close(source)
    began(started)
    [answer] = parallel.finish_all([started], [seconds], _MOST)
    if answer.code or answer.late or answer.long:
        late = seconds if answer.late else 0.0
        raise failed(host, answer.code, answer.errors.decode("utf-8", "replace"), late, answer.long, bool(text), acts)
    return answer


def require(settings: Settings, host: Host, word: str) -> None:
    """CstError where cst there says which session it does not know. Of a host that cannot be asked so, nothing: on a
    terminal ssh may ask for a password."""
    try:
        json(settings, host, ["show", "--json", "--", word])
    except RefusedError:
        raise
    except CstError:
        return


def copied(host: str, id: str, cwd: str, what: str) -> str:
    """What can be copied of a session there: its id, its folder, or the command that resumes it from here. Nothing that
    a host says becomes a command."""
    known = {"id": id, "path": cwd, "resume": f"cst resume {host}/{id}" if id else ""}[what]
    if not known or not known.isprintable() or (what != "path" and not is_session_id(id)):
        raise CstError(f"{host}: that session has no known {what}", "`cst show` there says what is known")
    return known


def _holding(text: str) -> int:
    """A descriptor from which a program reads this text: of a file without a name."""
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(text.encode("utf-8", "replace"))
        file.flush()
        file.seek(0)
        return os.dup(file.fileno())


def failed(
    host: Host, code: int, errors: str, late: float = 0.0, long: bool = False, sent: bool = False, acts: bool = False
) -> CstError:
    """The error of a program that failed there: in cst's own words, else why the host did not answer. What `acts` may
    have been done if the connection broke or the time ran out: then it is an UncertainError."""
    failure = hosts.failure(host, code, errors, late, long)
    if failure is None:
        said = [line.removeprefix("cst: ") for line in errors.splitlines() if line.startswith("cst: ")]
        return RefusedError(f"{host.name}: {clean(said[-1] if said else f'cst there ended with {code}', 600)}")
    what = f"{host.name}: {clean(failure.what, 300)}"
    if (failure.silent or long) and acts and not hosts.never_began(errors):
        remedy = f"look with `cst ls --host {host.name}` before you do it again"
        return UncertainError(f"{what}; it may or may not have been done there", remedy, sent=sent or None)
    done = "nothing was done there" if acts and failure.silent else ""
    return CstError(what, "; ".join(filter(None, (done, failure.remedy))), sent=(late and sent) or None)
