#!/bin/sh
# cst seen by looking: appends one mark to the log (docs/events.md). Called by the hooks that cst.tmux sets, when you
# come to a pane with a finished session, as `seen.sh KEY WHEN`: the session's key, and the second of the last key
# that was pressed in that tmux session. Looking counts only where somebody sits: within the last minute.
# No Python: 0.2 x its start. Prints nothing and exits 0.

main() {
    umask 077
    case $1 in *[!0-9.]* | .* | *.*.* | *. | '') return ;; esac
    case $1 in *.*) ;; *) return ;; esac
    case $2 in '' | *[!0-9]*) return ;; esac
    now=$(date +%s)
    [ $((now - $2)) -le 60 ] || return
    case ${XDG_STATE_HOME-} in /*) dir=$XDG_STATE_HOME/cst ;; *) dir=${HOME:+$HOME/.local/state/cst} ;; esac
    dir=${CST_STATE_DIR:-$dir}
    case $dir in /*) dir=${dir%/}/marks ;; *) return ;; esac
    [ -d "$dir" ] || mkdir -p "$dir"
    log=$dir/v1.jsonl
    [ -h "$log" ] && return
    [ -e "$log" ] && ! [ -f "$log" ] && return
    # A newline at both ends, and less than a pipe's block: one write. Again where a compaction has put a new log there
    # meanwhile (docs/events.md): a mark may be there twice.
    for _ in 1 2 3; do
        # shellcheck disable=SC2094 # only its inode is looked at
        {
            printf '\n{"v":1,"t":%s,"mark":"seen","key":"%s","by":"look"}\n' "$now" "$1" >&9
            # shellcheck disable=SC3013 # not in POSIX, but in dash, bash, busybox and ksh
            [ /dev/fd/9 -ef "$log" ]
        } 9>>"$log" && return
    done
}

trap 'exit 0' EXIT
main "${1-}" "${2-}" >/dev/null 2>&1
exit 0
