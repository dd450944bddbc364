"""Puts our hooks into a settings file of Claude Code and takes them out again: first as a plan, which shows what
would change, then for good, if the file still is as the plan found it.

A receipt in the data folder keeps the bytes from before, so that `uninstall` gives back exactly those.
"""

from __future__ import annotations

import base64
import contextlib
import difflib
import hashlib
import json
import os
import time

from cst.model import CstError, Value
from cst.setup import hooks, json_splice, locked_file, policy
from cst.setup.locked_file import Found
from cst.system import files, trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings
    from cst.setup.json_splice import Entry


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
    found: Found
    after: bytes | None
    before: bytes | None  # what `uninstall` is to give back
    installs: bool

    @property
    def already(self) -> bool:
        return self.after == self.found.data

    def diff(self) -> list[str]:
        """The change as a unified diff, in lines without their ends."""
        old, new = (_lines(data) for data in (self.found.data, self.after))
        was, becomes = (self.path if data is not None else "/dev/null" for data in (self.found.data, self.after))
        return [line.rstrip("\r\n") for line in difflib.unified_diff(old, new, was, becomes)]


def plan_install(settings: Settings, scope: str, cwd: str, version: str) -> Plan:
    """What `install` would do. `version` is the client's, "" = not known: then hooks that are there and current stay.
    CstError, with the reason, where it must not be done."""
    reason = policy.forbidden(settings, cwd, ("user",) if scope == "user" else policy.SCOPES)
    if reason:
        raise CstError(str(reason))
    path, found, text = _read(settings, scope, cwd)
    locked_file.check(found, scope == "user")
    wanted = hooks.entries(settings, version)
    if is_current(settings, json_splice.entries(text, path, hooks.ours(settings)), version):
        return Plan(path, scope, found, found.data, found.data, True)
    receipt = _receipt(settings, found.path)
    clean = _clean(settings, text, path, receipt, found)
    after = _encoded(json_splice.inserted(clean, path, wanted), path)
    was_none = found.data is None or (receipt and receipt.after == _hash(found.data) and receipt.before is None)
    return Plan(path, scope, found, after, None if was_none else clean.encode(), True)


def plan_uninstall(settings: Settings, scope: str, cwd: str) -> Plan:
    """What `uninstall` would do: give back the bytes from before `install`; where the file was changed since, take out
    only what is ours."""
    path, found, text = _read(settings, scope, cwd)
    receipt = _receipt(settings, found.path)
    if found.data is None or not json_splice.entries(text, path, hooks.ours(settings)):
        return Plan(path, scope, found, found.data, None, False)
    locked_file.check(found)
    clean = _clean(settings, text, path, receipt, found)
    none = receipt is not None and receipt.before is None and json_splice.blank(clean)
    return Plan(path, scope, found, None if none else clean.encode(), None, False)


def apply(settings: Settings, plan: Plan) -> str:
    """Do it; the path of the backup, "" if none was needed. CstError if the file was changed since the plan was made,
    or cannot be written: then it is untouched."""
    if plan.installs:
        hooks.put_hook(settings)
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
        receipt = _receipt(settings, found.path)
        untouched = receipt is not None and receipt.after == _hash(found.data)  # all of it is ours, or in the receipt
        backup = locked_file.back_up(found) if found.data is not None and not untouched else ""
        if plan.installs:
            folders = receipt.folders if receipt and untouched else made
            _keep(settings, found.path, Receipt(plan.before, _hash(plan.after), time.time(), folders))
        try:
            locked_file.replace(found, plan.after)
        except BaseException:
            if plan.installs:  # the receipt comes first, so that a crash loses no bytes; it tells of nothing now
                _put_back(settings, found.path, receipt)
            raise
    if not plan.installs:
        _forget(settings, found.path, receipt if plan.after is None else None)
    return backup


def installed_at(settings: Settings, path: str) -> float:
    """When `install` last wrote a settings file, epoch seconds; 0.0 if it did not, or is not known to have."""
    receipt = _receipt(settings, os.path.realpath(path))
    return receipt.t if receipt else 0.0


def _read(settings: Settings, scope: str, cwd: str) -> tuple[str, Found, str]:
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


def _encoded(text: str, path: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CstError(f"the path of the hook cannot stand in {path}", "set XDG_DATA_HOME to another folder") from None


def _clean(settings: Settings, text: str, path: str, receipt: Receipt | None, found: Found) -> str:
    """The text without our hooks; where it is as we left it, the text from before."""
    before = (receipt.before or b"").decode() if receipt else None
    if receipt and receipt.after == _hash(found.data):
        return before or ""
    return json_splice.removed(text, path, hooks.ours(settings), before)


def is_current(settings: Settings, there: list[Entry], version: str) -> bool:
    """Whether these are the entries that `install` would put there. Where the client is not known, those for any."""
    tiers = [hooks.entries(settings, version)] if version else hooks.tiers(settings)
    return any(_same(there, tier) for tier in tiers)


def _same(one: list[Entry], other: list[Entry]) -> bool:
    left, right = ([(e.event, e.matcher, json.dumps(e.call, sort_keys=True)) for e in some] for some in (one, other))
    return sorted(left) == sorted(right)


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode("utf-8", "replace").splitlines(keepends=True)


# ----------------------------------------------------------------------------------------------- receipts


def _hash(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def _receipt_path(settings: Settings, path: str) -> str:
    return f"{settings.data_dir}/receipts/{hashlib.sha256(os.fsencode(path)).hexdigest()[:32]}.json"


def _receipt(settings: Settings, path: str) -> Receipt | None:
    """The receipt of a settings file; None where there is none, or none that can be used."""
    try:
        fields = json.loads(files.read(_receipt_path(settings, path), 2 * locked_file.MOST))
        before = base64.b64decode(fields["before"]) if fields["before"] is not None else None
        if before is not None:
            before.decode()
        return Receipt(before, str(fields["after"]), float(fields["t"]), list(map(str, fields["folders"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(settings: Settings, path: str, receipt: Receipt) -> None:
    place = _receipt_path(settings, path)
    before = base64.b64encode(receipt.before).decode() if receipt.before is not None else None
    fields = {"path": path, "before": before, "after": receipt.after, "t": receipt.t, "folders": receipt.folders}
    try:
        trust.make_private(os.path.dirname(place))
        files.replace(place, json.dumps(fields).encode())
    except OSError as error:
        raise CstError(f"cannot write {place}: {error.strerror}", "fix its permissions") from None


def _put_back(settings: Settings, path: str, receipt: Receipt | None) -> None:
    """Make the receipt of a settings file what it was."""
    if receipt is None:
        _forget(settings, path, None)
    else:
        with contextlib.suppress(CstError):  # the error that led here is the one to tell
            _keep(settings, path, receipt)


def _forget(settings: Settings, path: str, removed: Receipt | None) -> None:
    with contextlib.suppress(OSError):
        os.unlink(_receipt_path(settings, path))
    for folder in reversed(removed.folders if removed else []):
        with contextlib.suppress(OSError):  # somebody put something into it
            os.rmdir(folder)
