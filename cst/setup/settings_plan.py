"""A change of one settings file of Claude Code: planned and shown first, then made, if the file still is as the plan
found it.

A receipt in the data folder keeps the bytes from before, so that uninstalling gives back exactly those. Each kind of
change (hooks, the status line) has receipts of its own.
"""

from __future__ import annotations

import base64
import contextlib
import difflib
import hashlib
import json
import os
import time

from cst.jsonl import number_of, parse
from cst.model import CstError
from cst.setup import locked_file, policy
from cst.setup.locked_file import Contents
from cst.system import files, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings


KINDS = ("hooks", "statusline")
_LONG = 400  # characters of a line that nobody compares


class Receipt(Value):
    """What `install` did to a file: its bytes before (None: there was none), the hash of those after, when (epoch
    seconds), and the folders that were made for it."""

    before: bytes | None
    after: str
    t: float
    folders: list[str]


class Plan(Value):
    """What is to become of a settings file. `after` None: it is removed. `already`: nothing is to be done."""

    path: str  # as it was asked for; `found.path` is where links lead
    scope: str
    found: Contents
    after: bytes | None
    before: bytes | None  # what `uninstall` is to give back
    installs: bool
    kind: str = "hooks"

    @property
    def already(self) -> bool:
        return self.after == self.found.data

    def diff(self) -> list[str]:
        """The change as a unified diff, in lines without their ends. Where a line would be long, as in a file on one
        line, that of the same JSON with one value on each."""
        old, new = (_lines(data) for data in (self.found.data, self.after))
        told = []
        if max(map(len, (*old, *new)), default=0) > _LONG:
            with contextlib.suppress(ValueError):
                old, new = _spread(self.found.data), _spread(self.after)
                told = ["shown with one value on each line; the file keeps its layout"]
        was, becomes = (self.path if data is not None else "/dev/null" for data in (self.found.data, self.after))
        return [line.rstrip("\r\n") for line in difflib.unified_diff(old, new, was, becomes)] + told


def apply(settings: Settings, plan: Plan) -> str:
    """Do it; the path of the backup, "" if none was needed. CstError if the file was changed since the plan was made,
    or cannot be written: then it is untouched."""
    if plan.already:
        return ""
    private = plan.scope == "user"
    made = locked_file.make_folder(plan.found.path, 0o700 if private else 0o777)
    with locked_file.locked(plan.found.path):
        found = locked_file.read(plan.path)
        if found.data == plan.after and found.path == plan.found.path:
            return ""  # another cst did the same meanwhile
        if (found.path, found.data) != (plan.found.path, plan.found.data):
            raise locked_file.Changed(plan.path)
        locked_file.check(found, private)
        if found.data is None:
            found = found._replace(mode=0o600 if private else None)
        receipt = receipt_of(settings, found.path, plan.kind)
        ours = _ours(settings, found)
        backup = locked_file.back_up(found) if found.data is not None and not ours else ""
        if plan.installs:
            folders = receipt.folders if receipt and plan.kind in ours else made
            _keep(settings, found.path, plan.kind, Receipt(plan.before, digest(plan.after), time.time(), folders))
        try:
            locked_file.replace(found, plan.after)
        except BaseException:
            if plan.installs:  # the receipt comes first, so that a crash loses no bytes; it tells of nothing now
                _put_back(settings, found.path, plan.kind, receipt)
            raise
    if not plan.installs:
        if receipt and receipt.before is None and plan.after is not None:
            _pass_on(settings, found.path, plan.kind, receipt, digest(plan.after) if ours else "")
        _forget(settings, found.path, plan.kind, receipt if plan.after is None else None)
    return backup


def backs_up(settings: Settings, plan: Plan) -> bool:
    """Whether `apply` keeps a backup of the file."""
    return plan.found.data is not None and not _ours(settings, plan.found)


def _ours(settings: Settings, found: Contents) -> list[str]:
    """The kinds as which all of the file is ours, or in a receipt."""
    return [kind for kind in KINDS if _is_as_left(settings, found, kind)]


def installed_at(settings: Settings, path: str, kind: str = "hooks") -> float:
    """When `install` last wrote a settings file, epoch seconds; 0.0 if it did not, or is not known to have."""
    receipt = receipt_of(settings, os.path.realpath(path), kind)
    return receipt.t if receipt else 0.0


def read(settings: Settings, scope: str, cwd: str) -> tuple[str, Contents, str]:
    """The settings file of a scope: its path, what is there, its text. CstError for one that cannot be used."""
    path = policy.path_of(settings, scope, cwd)
    found = locked_file.read(path)
    return path, found, decoded(found.data or b"", path)


def decoded(data: bytes, path: str) -> str:
    """The text of a settings file, its byte order mark included; CstError for one that is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CstError(f"{path} is not UTF-8, line {line}", "fix that line") from None


def encoded(text: str, path: str) -> bytes:
    """The bytes of a settings file; CstError where a path in it cannot be written so."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CstError(f"the path of cst cannot stand in {path}", "set XDG_DATA_HOME to another folder") from None


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode("utf-8", "replace").splitlines(keepends=True)


def _spread(data: bytes | None) -> list[str]:
    """The lines of the same JSON with one value on each; ValueError for no JSON."""
    if not data or not data.strip():
        return []
    return [f"{line}\n" for line in json.dumps(json.loads(data), indent=2, ensure_ascii=False).splitlines()]


# ----------------------------------------------------------------------------------------------- receipts


def digest(data: bytes | None) -> str:
    """What a receipt knows a file by."""
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def _receipt_path(settings: Settings, path: str, kind: str) -> str:
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    return f"{settings.data_dir}/receipts/{name}{'' if kind == 'hooks' else '.' + kind}.json"


def receipt_of(settings: Settings, path: str, kind: str) -> Receipt | None:
    """The receipt of a settings file; None where there is none, or none that can be used."""
    try:
        fields = parse(files.read(_receipt_path(settings, path, kind), 2 * locked_file.MOST))
        before = base64.b64decode(fields["before"]) if fields["before"] is not None else None
        if before is not None:
            before.decode()
        return Receipt(before, str(fields["after"]), number_of(fields["t"]), list(map(str, fields["folders"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_as_left(settings: Settings, found: Contents, kind: str) -> bool:
    """Whether a settings file is as `install` of that kind left it."""
    receipt = receipt_of(settings, found.path, kind)
    return receipt is not None and receipt.after == digest(found.data)


def _keep(settings: Settings, path: str, kind: str, receipt: Receipt) -> None:
    place = _receipt_path(settings, path, kind)
    before = base64.b64encode(receipt.before).decode() if receipt.before is not None else None
    fields = {"path": path, "before": before, "after": receipt.after, "t": receipt.t, "folders": receipt.folders}
    try:
        trust.put(place, json.dumps(fields).encode())
    except OSError as error:
        raise CstError(f"cannot write {place}: {error.strerror}", "fix its permissions") from None


def _put_back(settings: Settings, path: str, kind: str, receipt: Receipt | None) -> None:
    """Make the receipt of a settings file what it was."""
    if receipt is None:
        _forget(settings, path, kind, None)
    else:
        with contextlib.suppress(CstError):  # the error that led here is the one to tell
            _keep(settings, path, kind, receipt)


def _pass_on(settings: Settings, path: str, kind: str, receipt: Receipt, after: str) -> None:
    """A file that we made stays, for what the other kind put in is there: whoever takes that out takes the file.
    `after`: what it is known by now; "" if somebody else changed it too."""
    for other in KINDS:
        kept = receipt_of(settings, path, other) if other != kind else None
        if kept:
            folders = [*receipt.folders, *kept.folders]
            _keep(settings, path, other, kept._replace(before=None, after=after or kept.after, folders=folders))


def _forget(settings: Settings, path: str, kind: str, removed: Receipt | None) -> None:
    with contextlib.suppress(OSError):
        os.unlink(_receipt_path(settings, path, kind))
    for folder in reversed(removed.folders if removed else []):
        with contextlib.suppress(OSError):  # somebody put something into it
            os.rmdir(folder)
