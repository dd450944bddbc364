# cst for fish 3.6 or newer. In ~/.config/fish/config.fish:
#
#   cst init fish | source
#   function fish_right_prompt; echo -n "$CST_PROMPT"; end
#
# CST_PROMPT holds `2 need you: permission`, `5 working` or nothing. `cst status` (tmux's status line runs it) writes it
# into a file; a prompt only reads that file, starts no process, and shows nothing that is older than a minute.
# `__cst_off` takes all of this out of the running shell.

set -gx CST_PROMPT ''
set -g __cst_file "$HOME/.local/state/cst/prompt"
test -z "$XDG_STATE_HOME"; or set -g __cst_file "$XDG_STATE_HOME/cst/prompt"
test -z "$CST_STATE_DIR"; or set -g __cst_file "$CST_STATE_DIR/prompt"

# fish has no clock, and to take what `path mtime` answers costs it as much as all the rest. So it reads the seconds since
# this boot, and where they are not between the two of the second line, or not to be had, the file's age decides.
# Without --null it reads byte by byte. An event leaves $status as it was.
set -g __cst_clock /proc/uptime
test -r $__cst_clock; or set -g __cst_clock /dev/null
set -g __cst_line '^[0-9]{1,15} (?<__cst_limit>[0-9]{1,6})(?: (?<__cst_text>[a-z0-9:, ]+))?\n'
set -g __cst_boot none
test -r /proc/sys/kernel/random/boot_id; and read --global __cst_boot </proc/sys/kernel/random/boot_id
set -g __cst_lines $__cst_line"(?<__cst_since>[0-9]{1,12}) (?<__cst_until>[0-9]{1,12}) $__cst_boot\n\$"

function __cst_prompt --on-event fish_prompt
    test -r $__cst_file
    and read --local --null line <$__cst_file
    and string match --regex --quiet $__cst_lines -- $line
    and read --local --null --delimiter ' ' now rest <$__cst_clock
    and test $__cst_since -le $now -a $now -lt $__cst_until
    or begin
        string match --regex --quiet $__cst_line -- "$line"
        and test (path mtime --relative -- $__cst_file) -lt $__cst_limit
    end
    or set --function __cst_text ''
    test "$__cst_text" = "$CST_PROMPT"; or set -gx CST_PROMPT $__cst_text
end

function __cst_off
    complete --erase -c cst
    set -e CST_PROMPT
    set -e __cst_file __cst_clock __cst_line __cst_lines __cst_boot
    functions --erase (functions --all --names | string match '__cst_*')
end
