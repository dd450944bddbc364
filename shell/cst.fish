# cst for fish 3.6 or newer. In ~/.config/fish/config.fish:
#
#   cst init fish | source
#   function fish_right_prompt; echo -n "$CST_PROMPT"; end
#
# CST_PROMPT holds `2 need you: permission`, `5 working` or nothing. `cst status` (tmux's status line runs it) writes it
# into a file; a prompt only reads that file, starts no process, and shows nothing that is older than a minute.
# `__cst_off` takes all of this out of the running shell.

set -gx CST_PROMPT ''
set -g __cst_limit 0
set -g __cst_dir "$CST_STATE_DIR"
if test -z "$__cst_dir"
    set -g __cst_dir "$HOME/.local/state/cst"
    test -z "$XDG_STATE_HOME"; or set -g __cst_dir "$XDG_STATE_HOME/cst"
end

# fish has no clock of its own, but it tells the age of a file. What was read before is not taken apart again. An event
# leaves $status as it was.
function __cst_prompt --on-event fish_prompt
    set -l text ''
    if test -r $__cst_dir/prompt
        read --local --null line <$__cst_dir/prompt # without --null it reads byte by byte
        test "$line" = "$__cst_line"; or __cst_read $line
        test (path mtime --relative -- $__cst_dir/prompt) -lt $__cst_limit; and set text $__cst_text
    end
    test "$text" = "$CST_PROMPT"; or set -gx CST_PROMPT $text
end

# `EPOCH LIMIT TEXT`: the text, and for how many seconds it may be shown.
function __cst_read --argument-names line
    set -g __cst_line $line
    set -g __cst_limit 0
    set -g __cst_text ''
    set -l words (string match -r --groups-only '^[0-9]{1,15} ([0-9]{1,6}) ([a-z0-9:, ]+)$' -- (string trim -- $line))
    and set __cst_limit $words[1]
    and set __cst_text $words[2]
end

function __cst_off
    complete --erase -c cst
    set -e CST_PROMPT
    set -e __cst_dir __cst_line __cst_limit __cst_text
    functions --erase (functions --all --names | string match '__cst_*')
end
