"""Whether Claude Code's settings forbid hooks: an administrator's, and the user's own.

Found on 2.1.329 with `claude -p --debug-file`: the settings of a project are read from the folder where a session
starts and from no other, the local ones also from the git root above it. docs/decisions/0008 has the table.
"""

from __future__ import annotations

import glob
import os
import sys

from cst.model import CstError
from cst.setup.json_spans import OBJECT, child, parse
from cst.setup.json_splice import blank
from cst.setup.locked_file import read
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings

SCOPES = ("user", "project", "local")
MANAGED = "/Library/Application Support/ClaudeCode" if sys.platform == "darwin" else "/etc/claude-code"


class Forbidden(Value):
    """A setting that keeps hooks from running, and whether it also keeps those of plugins from it."""

    key: str
    path: str
    managed: bool

    def __str__(self) -> str:
        if self.managed:
            return f"{self.key} in {self.path} keeps your hooks from running; ask your administrator"
        return f"{self.key} in {self.path} keeps all hooks from running; remove it there"


def path_of(settings: Settings, scope: str, cwd: str) -> str:
    """The settings file of a scope for a session that starts in `cwd`."""
    if scope == "user":
        return settings.config_dirs[0] + "/settings.json"
    return f"{cwd}/.claude/settings.json" if scope == "project" else f"{git_root(cwd)}/.claude/settings.local.json"


def git_root(cwd: str) -> str:
    """The folder with `.git` at or above this one; this one where there is none."""
    folder = cwd
    while not os.path.lexists(folder + "/.git"):
        folder, last = os.path.dirname(folder), folder
        if folder == last:
            return cwd
    return folder


def forbidden(settings: Settings, cwd: str, scopes: tuple[str, ...] = SCOPES) -> Forbidden | None:
    """What keeps hooks from running for sessions in `cwd`, if anything does. CstError for a managed file that cannot
    be read: then nobody can tell. What an organization's server or a macOS profile says is not seen, but for the copy
    that the client keeps."""
    files = [MANAGED + "/managed-settings.json", *sorted(glob.glob(MANAGED + "/managed-settings.d/*.json"))]
    files.append(settings.config_dirs[0] + "/remote-settings.json")
    for path in files:
        for key in ("disableAllHooks", "allowManagedHooksOnly", "strictPluginOnlyCustomization"):
            value = _value(path, key)
            if value is True or (isinstance(value, list) and "hooks" in value):
                return Forbidden(key, path, True)
    last: Forbidden | None = None
    for scope in (scope for scope in SCOPES if scope in scopes):  # the last one that says anything counts
        path = path_of(settings, scope, cwd)
        try:
            value = _value(path, "disableAllHooks")
        except CstError:
            continue  # whoever edits that file says what is wrong with it
        if value is not None:
            last = Forbidden("disableAllHooks", path, False) if value is True else None
    return last


def _value(path: str, key: str) -> object:
    """The value of a key in a settings file; None where there is none."""
    data = read(path).data
    if data is None:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise CstError(f"{path} is not UTF-8", "fix it") from None
    root = parse(text, path, key) if not blank(text) else None
    node = child(root, key) if root and root.kind == OBJECT else None
    if node is None:
        return None
    return [member.node.plain for member in node.members] if node.members else node.plain
