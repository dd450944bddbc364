#!/bin/sh
# cst notify: a word, a bell, or a notification of the desktop, when a session asks for you while you look elsewhere.
# hook.sh runs the program `notify` of the state folder as `notify EVENT`, and cst.tmux links this file there where
# @cst-notify, @cst-bell or @cst-desktop is on. They are asked again here, of the tmux server that the session lives on.
# Takes any program in its place.
#
# The message goes to each client that does not show the pane; the bell, where none shows it, into the pane, so that
# tmux does with it what you have told it to do with bells; the notification too where none shows it: by notify-send,
# osascript, or OSC 9 on the terminal of each client. Prints nothing and exits 0.

tab=$(printf '\t')

# The options and the pane's terminal; then the clients. A tmux session's name is free text, so it is not
# asked for: tmux itself puts it into the message. No field is empty: `read` would move those behind it.
ask() {
    tmux -u -S "$socket" display-message -p -t "$pane" "#{?@cst-notify,#{@cst-notify},off}$tab#{?@cst-bell,#{@cst-bell},off}$tab#{?@cst-desktop,#{@cst-desktop},off}$tab#{pane_tty}" \; \
        list-clients -F "#{?client_control_mode,1,0}$tab#{pane_id}$tab#{client_tty}$tab#{client_name}"
}

on() {
    case $1 in off | none | no) return 1 ;; esac
}

# Sets $path to $1 without symlinks. Fails unless only you and root can write it and every folder above it, as tmux
# demands of its socket and ssh of its keys (and cst/system/trust.py, for the rest of cst).
only_ours() {
    path=$1 links=0
    while [ -h "$path" ]; do
        links=$((links + 1))
        [ "$links" -lt 9 ] && link=$(readlink "$path") || return
        case $link in /*) path=$link ;; *) path=${path%/*}/$link ;; esac
    done
    folder=$(CDPATH='' cd -P -- "${path%/*}/" && pwd -P) && me=$(id -u) || return
    path=${folder%/}/${path##*/}
    set -- "$path" /
    while [ -n "${folder#/}" ]; do
        set -- "$@" "$folder"
        folder=${folder%/*}
    done
    nobody=$me # in a user namespace root's own /tmp belongs to nobody
    if [ -r /proc/self/uid_map ] && read -r _ _ known </proc/self/uid_map && [ "$known" != 4294967295 ]; then
        nobody=65534
    fi
    # shellcheck disable=SC2012 # only what stands before the names is read
    ls -ldn -- "$@" | (
        lines=0
        while read -r mode _ owner group _; do
            lines=$((lines + 1))
            case $mode$owner in *[!0-9]0 | *[!0-9]"$me" | d*[!0-9]"$nobody") ;; *) exit 1 ;; esac
            case $mode in
                d????????[tT]*) ;; # what is ours in it is nobody else's to take away
                ????????w*) exit 1 ;;
                s*) ;; # tmux lets a group connect
                ?????w*) case $group in 0 | "$me") ;; *) exit 1 ;; esac ;;
            esac
        done
        [ "$lines" = $# ]
    )
}

# What a session calls itself is free text. Without control characters (C1 in UTF-8 too, and what turns the direction of
# writing), without what AppleScript or the markup of a notification would read, and at most 60 bytes of it.
harmless() {
    LC_ALL=C tr -d '\000-\037\177"\\<>&' |
        LC_ALL=C sed "s/$(printf '\302')[$(printf '\200-\237')]//g; s/$(printf '\342\200')[$(printf '\252-\256')]//g; s/$(printf '\342\201')[$(printf '\246-\251')]//g; /^.\{61\}/{s/^\(.\{60\}\).*/\1/;s/[$(printf '\300-\377')][$(printf '\200-\277')]*\$//;}"
}

# Sets $name, by the title that the client gives the pane or else by the folder, and $place.
describe() {
    mark=$(printf '\342\234\263 ')
    {
        IFS= read -r place && IFS= read -r title && IFS= read -r folder
        place=$(printf %s "$place" | harmless)
        case $title in "$mark"?*) name=${title#"$mark"} ;; *) name='' ;; esac
        case $name in '' | 'Claude Code') name=${folder##*/} ;; esac
        name=$(printf %s "$name" | harmless)
    } <<EOF
$(tmux -u -S "$socket" display-message -p -t "$pane" '#{session_name}:#{window_index}' \; display-message -p -t "$pane" '#{pane_title}' \; display-message -p -t "$pane" '#{pane_current_path}')
EOF
}

# What a permission is asked for, from the event that the hook has just logged: ": a question", ": permission for Bash".
wanted() {
    case ${XDG_STATE_HOME-} in /*) dir=$XDG_STATE_HOME/cst ;; *) dir=${HOME-}/.local/state/cst ;; esac
    log=${CST_STATE_DIR:-$dir}/events/v1/${CLAUDE_CODE_SESSION_ID-}.jsonl
    tool=$(tail -c 70000 "$log" | grep '"event":"PermissionRequest"' | tail -n 1 |
        sed -n "s/\"tool_name\" *: *\"\([A-Za-z0-9_-]\{1,64\}\)\".*/$tab\1/; s/.*$tab//p")
    case $tool in
        '') ;;
        AskUserQuestion) printf ': a question' ;;
        ExitPlanMode) printf ': a plan' ;;
        *) printf ': permission for %s' "$tool" ;;
    esac
}

# Tells the desktop, by its own program or, where there is none or the option says osc, the terminals $3 and so on:
# which session it is, what it waits for, and where.
tell_desktop() {
    by=$1 what=$2
    shift 2
    describe
    if [ "$by" != osc ] && [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ] && command -v notify-send; then
        notify-send -a cst "cst: $name" "$what, in $place" &
    elif [ "$by" != osc ] && command -v osascript; then
        osascript -e "display notification \"$what, in $place\" with title \"cst: $name\"" &
    else
        for terminal; do
            case $terminal in
                /dev/*) [ -c "$terminal" ] && printf '\033]9;cst: %s %s, in %s\a' "$name" "$what" "$place" >"$terminal" ;;
            esac
        done
    fi
}

main() {
    case $1 in
        PermissionRequest) what="waits for you$(wanted)" ;;
        Stop) what='is done' ;;
        StopFailure) what='ended in an error' ;;
        *) return ;;
    esac
    socket=${TMUX%,*,*}
    pane=${TMUX_PANE-}
    case $socket in /*) ;; *) return ;; esac
    case $pane in %*[!0-9]* | % | '') return ;; %*) ;; *) return ;; esac
    only_ours "$socket" || return # tmux, as our client, does what that server says
    socket=$path
    ask | {
        IFS=$tab read -r message bell desktop tty || return
        looked='' terminals=''
        while IFS=$tab read -r control shown terminal client; do
            [ "$control" = 1 ] || terminals="$terminals $terminal"
            if [ "$shown" = "$pane" ]; then
                looked=1
            elif [ "$control" = 0 ] && on "$message"; then
                tmux -u -S "$socket" display-message -d 5000 -c "$client" -t "$pane" \
                    "cst: #{session_name}:#{window_index} $what"
            fi
        done
        [ -z "$looked" ] || return
        # shellcheck disable=SC2086 # names of terminals
        on "$desktop" && tell_desktop "$desktop" "$what" $terminals
        on "$bell" && [ -c "$tty" ] && printf '\a' >"$tty"
    }
}

trap 'exit 0' EXIT
main "${1-}" >/dev/null 2>&1
exit 0
