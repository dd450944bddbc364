"""Who may forbid hooks: an administrator, the organization, the person; and where a project begins."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cst.model import CstError
from cst.settings import Settings
from cst.setup import policy
from tests.unit.setup.installing import put, take


@pytest.mark.parametrize(
    ("name", "given", "key"),
    [
        ("managed-settings.json", {"allowManagedHooksOnly": True}, "allowManagedHooksOnly"),
        ("managed-settings.json", {"disableAllHooks": True}, "disableAllHooks"),
        ("managed-settings.d/50-hooks.json", {"disableAllHooks": True}, "disableAllHooks"),
        ("managed-settings.d/50-hooks.json", {"strictPluginOnlyCustomization": ["skills", "hooks"]}, "strictPluginOnlyCustomization"),
    ],
)
def test_an_administrator_may_forbid_it(own: Settings, file: Path, no_administrator: Path, name: str, given: object, key: str) -> None:
    """With the key, the file, and whom to ask; out is always allowed."""
    path = no_administrator / name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(given))
    with pytest.raises(CstError, match=f"{key} in .*{os.path.basename(name)} keeps your hooks from running; ask"):
        put(own)
    take(own)

    assert not file.exists()


def test_what_the_organization_sends_counts(own: Settings, claude: Path) -> None:
    """The copy that the client keeps of it."""
    (claude / "remote-settings.json").write_text('{"allowManagedHooksOnly": true}')
    with pytest.raises(CstError, match=r"allowManagedHooksOnly in .*remote-settings\.json"):
        put(own)


def test_an_administrators_file_that_nobody_can_read_is_no_yes(own: Settings, no_administrator: Path) -> None:
    """Unknown is not allowed."""
    no_administrator.mkdir()
    (no_administrator / "managed-settings.json").write_text("{")
    with pytest.raises(CstError, match=r"managed-settings\.json is not JSON"):
        put(own)


@pytest.mark.parametrize(("user", "local", "scope", "fits"), [
    (True, None, "user", False), (False, None, "user", True), (None, True, "user", True), (None, True, "local", False),
    (True, False, "local", True), (True, False, "user", False), (True, None, "project", False), (None, None, "local", True),
])  # fmt: skip
def test_a_person_may_have_switched_hooks_off(own: Settings, claude: Path, tmp_path: Path, user: object, local: object, scope: str, fits: bool) -> None:
    """`disableAllHooks` of the narrowest settings counts, as the client has it; a folder's says nothing of the others."""
    (tmp_path / ".claude").mkdir()
    for path, value in ((claude / "settings.json", user), (tmp_path / ".claude" / "settings.local.json", local)):
        if value is not None:
            path.write_text(json.dumps({"disableAllHooks": value}))
    if fits:
        put(own, scope=scope, cwd=str(tmp_path))
    else:
        with pytest.raises(CstError, match=r"disableAllHooks in .* keeps all hooks from running; remove it there"):
            put(own, scope=scope, cwd=str(tmp_path))


def test_a_folder_without_git_is_its_own_root(tmp_path: Path) -> None:
    """Nothing above it is taken for a project."""
    assert policy.git_root(str(tmp_path)) == str(tmp_path)
