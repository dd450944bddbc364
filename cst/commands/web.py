"""`cst web`: the fleet in a browser, for as long as this runs."""

from __future__ import annotations

import contextlib
import os

from cst.model import CstError, UsageError
from cst.output import print_lines, warn
from cst.system import spawn, trust
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cst.args import Args
    from cst.settings import Settings

PORT = 8278
_REMOVES = 'read -r _; rm -f -- "$1"'  # ends when its standard input does: when we are gone, for whatever reason
_OPENERS = ("xdg-open", "open")
# What a browser needs that is given a file: no address on a command line, where others on this machine could read it.
_PAGE = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={url}"><title>cst</title>\n'


def run(args: Args, settings: Settings) -> int:
    """Serve until ctrl-c (exit 130), SIGTERM or the end of the terminal (128 and the signal's number)."""
    port, names = _port(args["port"]), [_host(name) for name in args["allow-host"]]
    try:
        from cst.web import app, server
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in ("starlette", "uvicorn", "anyio", "h11"):
            raise
        what = "the web page needs starlette and uvicorn, an optional extra"
        raise CstError(what, "install cst as 'claude-session-toolkit[web]', or from a checkout as '.[web]'") from None
    listening = server.listen(port)
    port = listening.getsockname()[1]
    web = app.Web(settings, port, args["act"], names)
    url = f"http://127.0.0.1:{port}/#{web.keys.token}"
    path = f"{settings.state_dir}/web/{port}.html"
    _remove_stale(os.path.dirname(path), server.answers)
    with _Kept(path, _PAGE.format(url=url)):
        print_lines([url, f"{_may(args['act'])}; ctrl-c ends it"], settings)
        _flush()
        if args["open"]:
            _open(path)
        number = server.serve(web.app, listening, web.feed.close)
    return 128 + number if number else 0


class _Kept:
    """The file with the address, for us alone; gone with us, also where we are killed."""

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text
        self._end = -1

    def __enter__(self) -> None:
        try:
            trust.put(self._path, self._text.encode())
        except OSError as error:
            raise CstError(f"cannot write {self._path}: {error.strerror}", "fix its permissions") from None
        _, self._end = spawn.beside("/bin/sh", ["-c", _REMOVES, "sh", self._path])

    def __exit__(self, *_: object) -> None:
        if self._end >= 0:
            os.close(self._end)
        try:
            os.unlink(self._path)
        except OSError:
            return


def _remove_stale(folder: str, answers: Callable[[int], bool]) -> None:
    """The files of starts that were killed together with their helper: nobody listens on their ports."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        port = name.removesuffix(".html")
        if _is_port(port) and not answers(int(port)):
            with contextlib.suppress(OSError):
                os.unlink(f"{folder}/{name}")


def _may(acts: bool) -> str:
    return "it may answer, send and mark (--act)" if acts else "read-only (--act lets it answer, send and mark)"


def _open(path: str) -> None:
    """Show the page in the user's browser."""
    program = next((found for found in map(spawn.found, _OPENERS) if found), "")
    if program:
        spawn.detached(program, [path])
    else:
        warn("there is no xdg-open or open on PATH; open the address yourself")


def _flush() -> None:
    import sys

    sys.stdout.flush()


def _port(text: str) -> int:
    if not text:
        return PORT
    if not _is_port(text):
        raise UsageError("--port takes a number up to 65535; 0 is any that is free")
    return int(text)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 65536


def _host(name: str) -> str:
    """A host name, with or without a port, as a browser sends it."""
    if not name or set(name.lower()) - set("abcdefghijklmnopqrstuvwxyz0123456789.-:"):
        raise UsageError(f"{clean(name, 60)!r} is not the name of a host")
    return name
