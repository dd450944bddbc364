"""Finds and removes all that cst has written into a home, and ssh for it into the folder for what lives short.

Only files with names that cst gives; whatever else is beside them stays, and so does its folder.
"""

from __future__ import annotations

import contextlib
import glob
import os
import stat

from cst.jsonl import parse
from cst.model import CstError
from cst.setup import hooks, json_splice, locked_file
from cst.system import files, hosts, trust
from cst.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cst.settings import Settings

# Below the state folder and the data folder; `*` stands for no slash.
_STATE = ("events/v1/*.jsonl", "events/v1/*.jsonl.*.aside", "marks/v1.jsonl", "marks/v1.jsonl.*",
          "marks/past.jsonl", "marks/past.jsonl.*",
          "statusline/v1/*.json", "statusline/v1/*.json.*", "statusline/v1/*.git", "statusline/v1/*.git.*",
          "statusline/v1/*.slow", "statusline/v1/*.slow.*", "ledgers/v1/??", "ledgers/v1/??.*",
          "costs/budgets.json", "costs/budgets.json.*", "budgets/v1.json",
          "budgets/v1.json.*", "hosts/v1/*.json", "hosts/v1/*.json.*", "hosts/v1/*.asking",
          "places/v1.json", "places/v1.json.*", "places/lost", "places/lost.*", "registry/v1/*",
          "web/*.html", "web/*.html.*",
          "prompt", "prompt.*", "names", "names.*", "tags", "tags.*", "prune.lock", "send-*", "answering.*",
          ".cst-doctor.*")  # fmt: skip
_DATA = ("hook.sh", "hook.sh.*", "receipts/*.json", "receipts/*.json.*")
_HOOK = b"/cst/hook.sh"  # ends every command of ours in a settings file
_FOLDERS = ("events/v1", "events", "hosts/v1", "hosts", "statusline/v1", "statusline", "costs", "budgets",
            "ledgers/v1", "ledgers", "registry/v1", "registry", "places", "marks", "receipts", "web", "")  # fmt: skip


class Leftovers(Value):
    """`files`: to be removed. `folders`: if nothing else is in them, the deepest first. `strange`: not cst's, in its
    folders. `beside`: which of the files a killed cst left, and beside which settings file."""

    files: tuple[str, ...]
    folders: tuple[str, ...]
    strange: tuple[str, ...]
    beside: Mapping[str, str]


def find(settings: Settings) -> Leftovers:
    """All that there is now."""
    state, data = settings.state_dir, settings.data_dir
    files = [*_matching(state, _STATE), *_matching(data, _DATA), *_notify(settings), *_backups(settings)]
    beside = dict(_left_behind(settings))
    files += beside
    roots = [root for root in (state, data) if os.path.isdir(root) and not os.path.islink(root)]
    folders = {f"{root}/{name}".rstrip("/") for root in roots for name in _FOLDERS}
    folders |= {above for root in roots for above in _above(root, settings.home)}
    controls = list(_controls(settings))
    files += [path for folder in controls for path in _sockets(folder)]
    folders |= set(controls)
    strange = [path for root in roots for path in _tree(root) if path not in files]
    deepest = sorted(filter(os.path.isdir, folders), key=lambda path: (-path.count("/"), path))
    return Leftovers(tuple(files), tuple(deepest), tuple(strange), beside)


def remove(what: Leftovers) -> list[str]:
    """Remove it; what could not be, with the reason."""
    wrong = []
    for path in what.files:
        try:
            if path in what.beside:
                locked_file.remove_left(what.beside[path], path)
            else:
                os.unlink(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(f"{path}: {error.strerror}")
    for folder in what.folders:
        with contextlib.suppress(OSError):  # something else is in it
            os.rmdir(folder)
    return wrong


def still_installed(settings: Settings) -> list[str]:
    """The settings files that still have our hooks: the user's, and those that our receipts name."""
    found = {path for folder in settings.config_dirs if _calls(settings, path := folder + "/settings.json")}
    for path in glob.glob(glob.escape(settings.data_dir) + "/receipts/*.json"):
        with contextlib.suppress(OSError, ValueError):
            name = parse(files.read(path, locked_file.MOST)).get("path")
            if isinstance(name, str) and _calls(settings, name):
                found.add(name)
    return sorted(found)


def _calls(settings: Settings, path: str) -> bool:
    """Whether a settings file calls our hook; of one that cannot be understood, whether it may."""
    try:
        data = files.read(path, locked_file.MOST)
    except OSError:
        return False
    try:
        return bool(json_splice.entries(data.decode(), path, hooks.ours(settings)))
    except (CstError, UnicodeDecodeError):
        return _HOOK in data


def _matching(root: str, patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        found = glob.glob(f"{glob.escape(root)}/{pattern}")
        yield from sorted(path for path in found if os.path.isfile(path) or os.path.islink(path))


def _notify(settings: Settings) -> Iterator[str]:
    """The link that cst.tmux makes; a program of the user's stays."""
    path = settings.shelf("notify")
    if os.path.islink(path) and os.path.basename(os.readlink(path)) == "notify.sh":
        yield path


def _backups(settings: Settings) -> Iterator[str]:
    for path in _settings_files(settings):
        yield from sorted(glob.glob(glob.escape(f"{path}.cst-backup-") + "*"))


def _left_behind(settings: Settings) -> Iterator[tuple[str, str]]:
    """What a killed cst left beside a settings file, and which file that is."""
    for path in _settings_files(settings):
        with contextlib.suppress(OSError):
            yield from ((left, path) for left in locked_file.left_behind(path))


def _settings_files(settings: Settings) -> list[str]:
    """Each, and what it is a link to."""
    named = [folder + "/settings.json" for folder in settings.config_dirs]
    folders = {os.path.realpath(os.path.dirname(path)) + "/" + os.path.basename(path) for path in named}
    return sorted(folders | set(map(os.path.realpath, named)))


def _controls(settings: Settings) -> Iterator[str]:
    """The folders of ssh's control sockets that are in our hands."""
    for folder in map(hosts.control_folder, settings.run_dirs):
        if os.path.isdir(folder) and not os.path.islink(folder) and not trust.distrust(folder):
            yield folder


def _sockets(folder: str) -> list[str]:
    """Of a connection that is shared for a minute more; who still has it open keeps it."""
    found = glob.glob(glob.escape(folder) + "/" + "[0-9a-f]" * 8 + "-*")
    return sorted(path for path in found if stat.S_ISSOCK(os.lstat(path).st_mode))


def _above(root: str, home: str) -> Iterator[str]:
    """The folders between ours and the home, which may have been made for ours."""
    folder = os.path.dirname(root)
    while folder.startswith(home + "/"):
        yield folder
        folder = os.path.dirname(folder)


def _tree(root: str) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        yield from (f"{folder}/{name}" for name in names)
