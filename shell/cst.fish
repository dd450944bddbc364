# cst for fish 3.6 or newer. In ~/.config/fish/config.fish:
#
#   cst init fish | source
#   function fish_right_prompt; echo -n "$CST_PROMPT"; end
#
# CST_PROMPT holds `2 need you: permission`, `5 working` or nothing. `cst status` (tmux's status line runs it) writes it
# into a file; a prompt only reads that file, starts no process, and shows nothing that is older than a minute.
# `__cst_off` takes all of this out of the running shell.

set -gx CST_PROMPT ''
set -g __cst_dir "$CST_STATE_DIR"
if test -z "$__cst_dir"
    set -g __cst_dir "$HOME/.local/state/cst"
    test -z "$XDG_STATE_HOME"; or set -g __cst_dir "$XDG_STATE_HOME/cst"
end

# fish has no clock of its own, but it tells the age of a file.
function __cst_prompt --on-event fish_prompt
    set -l was $status
    set -l text ''
    set -l file $__cst_dir/prompt
    if test -r $file
        read --local --null --list words <$file # without --null it reads byte by byte
        string match -qr '^[0-9]{1,15} [0-9]{1,6} [a-z0-9:, ]+$' -- "$words"
        and test (path mtime --relative -- $file) -lt $words[2]
        and set text "$words[3..]"
    end
    test "$text" = "$CST_PROMPT"; or set -gx CST_PROMPT $text
    return $was
end

function __cst_off
    complete --erase -c cst
    set -e CST_PROMPT
    set -e __cst_dir
    functions --erase (functions --all --names | string match '__cst_*')
end
