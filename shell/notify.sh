#!/bin/sh
# cst notify: a word, or a bell, when a session asks for you while you look elsewhere. hook.sh runs the program
# `notify` of the state folder as `notify EVENT`, and cst.tmux links this file there where @cst-notify or @cst-bell is
# on. Both are asked again here, of the tmux server that the session lives on. Takes any program in its place.
#
# The message goes to each client that does not show the pane; the bell, where none shows it, into the pane, so that
# tmux does with it what you have told it to do with bells. Prints nothing and exits 0.

tab=$(printf '\t')

# The options, the pane's terminal and its place; then the clients. A tmux session's name is free text, so it is not
# asked for: tmux itself puts it into the message. No field is empty: `read` would move those behind it.
ask() {
    tmux -u -S "$socket" display-message -p -t "$pane" "#{?@cst-notify,#{@cst-notify},off}$tab#{?@cst-bell,#{@cst-bell},off}$tab#{pane_tty}" \; \
        list-clients -F "#{?client_control_mode,1,0}$tab#{pane_id}$tab#{client_name}"
}

on() {
    case $1 in off | none | no) return 1 ;; esac
}

main() {
    case $1 in
        PermissionRequest) what='waits for you' ;;
        Stop) what='is done' ;;
        StopFailure) what='ended in an error' ;;
        *) return ;;
    esac
    socket=${TMUX%%,*}
    pane=${TMUX_PANE-}
    case $socket in /*) ;; *) return ;; esac
    case $pane in %*[!0-9]* | % | '') return ;; %*) ;; *) return ;; esac
    ask | {
        IFS=$tab read -r message bell tty || return
        looked=
        while IFS=$tab read -r control shown client; do
            if [ "$shown" = "$pane" ]; then
                looked=1
            elif [ "$control" = 0 ] && on "$message"; then
                tmux -u -S "$socket" display-message -d 5000 -c "$client" -t "$pane" \
                    "cst: #{session_name}:#{window_index} $what"
            fi
        done
        [ -z "$looked" ] && on "$bell" && [ -c "$tty" ] && printf '\a' >"$tty"
    }
}

trap 'exit 0' EXIT
main "${1-}" >/dev/null 2>&1
exit 0
