"""Open what belongs to a session: a shell in its folder, the folder in the editor, its transcript in the pager."""

from __future__ import annotations

from cst.actions import launch
from cst.core.naming import display_name
from cst.model import Client, CstError, Session
from cst.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cst.settings import Settings

# $VISUAL, $EDITOR and $PAGER may have arguments: they are the user's own shell text, as git takes them. A window that
# closed at once would hide what went wrong.
_WAIT = '|| { echo "cst: that ended with $?; press Enter" >&2; read -r _; }'
_EDITOR = f"""exec /bin/sh -c 'cd -- "$CST_FOLDER" && eval "${{VISUAL:-${{EDITOR:-$CST_EDITOR}}}} ." {_WAIT}'"""
_SHOWN = 'set -- $(stty size </dev/tty); COLUMNS=$2 "$CST_BIN" show --color always -- "$CST_KEY"'
_PAGER = f"""exec /bin/sh -c '{_SHOWN} | eval "${{PAGER:-less -R}}" {_WAIT}'"""


def shell(settings: Settings, session: Session, client: Client | None, detach: bool = False) -> str:
    """A shell in the session's folder; what was opened, in words. Without a client, in place of this process."""
    launch.run(settings, client, launch.command(session, session.cwd, ""), detach=detach)
    return f"a shell in {clean(session.cwd, 200)}"


def editor(settings: Settings, session: Session, client: Client | None, detach: bool = False) -> str:
    """The session's folder in the editor."""
    env = (f"CST_FOLDER={session.cwd}", f"CST_EDITOR={settings.editor}")
    launch.run(settings, client, launch.command(session, session.cwd, _EDITOR, *env), detach=detach)
    return f"{clean(session.cwd, 200)} in the editor"


def transcript(settings: Settings, session: Session, client: Client | None, program: str, detach: bool = False) -> str:
    """What `program` (an absolute path of cst) shows of the session, in the pager."""
    if session.transcript is None:
        raise CstError(f"{display_name(session)} has no transcript yet", "it begins with the first prompt")
    env = (f"CST_BIN={program}", f"CST_KEY={session.key}")
    launch.run(settings, client, launch.command(session, settings.home, _PAGER, *env), detach=detach)
    return f"the transcript of {display_name(session)}"
