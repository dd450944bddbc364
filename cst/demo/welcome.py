"""What a visitor of the demo reads first, and the configuration of its tmux. Pure."""

from __future__ import annotations

_KEYS = (
    ("a", "the session that most needs you; again: the next one"),
    ("A", "back to this shell"),
    ("g", "choose in fzf, with a preview: enter jumps, ctrl-k ends"),
    ("v", "what this session shows is seen"),
)


def configuration(prefix: str, bindings: str, shell: str) -> str:
    """A tmux.conf that reads nothing of the user's, and then the text of `cst init tmux`. `shell` is quoted
    for sh."""
    return f"""\
set-option -g prefix {prefix}
bind-key {prefix} send-prefix
set-option -g default-terminal screen-256color
set-option -g default-command "exec {shell}"
set-option -g update-environment ""
set-option -g escape-time 10
set-option -g assume-paste-time 0
set-option -g mouse on
set-option -g focus-events on
set-option -g base-index 1
set-option -g pane-base-index 1
set-option -g renumber-windows off
set-option -g allow-rename off
set-option -g automatic-rename off
set-option -g history-limit 2000
set-option -g status-style "bg=colour236,fg=colour250"
set-option -g status-left-length 40
set-option -g status-left "#[fg=colour236,bg=colour173,bold] cst demo #[default] #S  "
set-option -g status-right ""
set-option -g window-status-current-style "fg=colour231,bold"
set-option -g pane-border-style "fg=colour238"
set-option -g pane-active-border-style "fg=colour173"
{bindings}
set-option -g status-interval 2
"""


def welcome(prefix: str, sessions: int, wrong: str, no_color: bool) -> str:
    """The text above the first prompt. `wrong` is why the keys could not be bound, "" if they are."""

    def paint(codes: str, text: str) -> str:
        return text if no_color else f"\x1b[{codes}m{text}\x1b[0m"

    key = prefix.replace("C-", "ctrl-")
    title = paint("1;38;5;173", "cst demo")
    lines = ["", f"  {title}  {sessions} made-up Claude Code sessions, in a tmux of their own.", ""]
    if wrong:
        lines += [f"  The keys are not bound: {wrong}", ""]
    else:
        lines += [f"  {paint('1', f'{key} {letter}')}   {what}" for letter, what in _KEYS]
        lines += ["", f"  A dialog takes a number; where there is none, type a reply or press {key} v."]
        lines += [paint("2", "  The status line counts those that need you, until all is clear."), ""]
    tries: tuple[tuple[str, str], ...] = (
        (f"{key} a", "a release waits for your permission: press 1"),
        ("cst why reindex", "what went wrong there, and how cst knows"),
        (f"{key} g", "type \"bill\", read the preview (or ctrl-/), answer it"),
    )
    tries = tuple((command, why) for command, why in tries if not (wrong and command.startswith(key)))
    lines.append("  Three things to try:" if len(tries) == 3 else "  To try:")
    room = max(len(command) for command, _ in tries)
    for number, (command, why) in enumerate(tries, 1):
        lines.append(f"    {number}  {paint('36', command.ljust(room))}   {why}")
    verbs = ", ".join(paint("36", f"cst {verb}") for verb in ("ls", "show"))
    lines += [
        "",
        f"  Every verb works: {verbs}, … {paint('36', 'claude')} starts one more session.",
        f"  {paint('1', 'exit')} or {paint('1', f'{key} d')} ends it all and leaves nothing behind.",
        "",
    ]
    return "\n".join(lines) + "\n"
