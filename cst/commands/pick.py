"""`cst pick`: choose a session in fzf, live: jump there, answer, send, end it."""

from __future__ import annotations

from cst.actions import jump, resume
from cst.core import route
from cst.fzf import launch
from cst.model import host_of
from cst.output import config_folders, hold, print_lines, require_cursor, warn_problems
from cst.picker.live_list import LiveList
from cst.picker.operations import my_keys
from cst.setup import assets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.args import Args
    from cst.settings import Settings


def run(args: Args, settings: Settings) -> int:
    """Open the picker; exit 1 where there is no session to pick, 130 where the user left it."""
    require_cursor(settings)
    keys = my_keys(settings)
    look = launch.Look(settings.theme, settings.ascii, keys, args["stay"], settings.lines == 2)
    program = assets.program()
    picker = LiveList(settings, args["client"], args["all"], look, program)
    if not picker.sessions and not settings.hosts:
        from cst.render import restore, table  # few pickers are empty
        from cst.sessions import lost_count

        days = settings.ended_days if args["all"] else 0
        count, unread = lost_count(settings, picker.snapshot, picker.sessions)
        said = table.nothing(config_folders(settings), settings.home, 0, days, bool(picker.snapshot.problems))
        if count:
            said.append(f"{restore.lost(count)}.")
        warn_problems(picker.snapshot._replace(problems=[*picker.snapshot.problems, *unread]))
        print_lines(said, settings)
        if settings.tmux and not settings.tmux_pane:
            hold()
        return 1
    try:
        row = launch.run(
            picker, picker.operations, look, picker.layout, settings.refresh, program, settings.run_dirs
        )
    finally:
        picker.closed()
    if host_of(row):  # outside tmux: this terminal is free now
        from cst.actions import remote_jump

        remote_jump.jump(settings, row, picker.snapshot, None)
    elif row:
        target = picker.current([row])
        if target.first.pid is None:
            stands = resume.last_turn(settings, target.snapshot, target.first)
            resume.resume(settings, target.first, None, target.now, stands=stands)
        else:
            way = route.to_session(target.snapshot, target.first, None)
            jump.jump(settings, target.first, None, target.now, way)
    return 0
