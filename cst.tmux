#!/bin/sh
# ---------------------------------------------------------------------------
#  cst as a tmux plugin: keys, a segment of the status line and, on request,
#  badges of windows and panes, seen by looking, and a word when a session asks
# ---------------------------------------------------------------------------
#  With TPM:     set -g @plugin 'claude-session-toolkit/cst'
#  Without:      run-shell /path/to/cst.tmux
#  To undo it:   /path/to/cst.tmux off   (in a shell inside that tmux; takes the
#                lines of `cst init tmux` away too)
#
#  The options are in docs/tmux.md. It may run any number of times: each run
#  takes away what the last one set, then sets it anew. Prints nothing, exits 0.
# ---------------------------------------------------------------------------

at=278 # our place in each hook's list, so that no hook of yours is replaced
coming='client-session-changed[279]' # client-attached does not come for the client that starts the server
whole='#{==:#{mouse_status_range},cst}'

names='command next-key back-key pick-key seen-key popup-width popup-height status window-marks pane-border
seen-by-looking notify bell desktop'
line='
'

width=' --width #{client_width}' # tmux puts in that of the client whose line it draws

# Asks for all options at once, for tmux waits for us when it starts: a line for each, its name and its value.
ask() {
    asked=
    for name in $names; do
        asked="$asked$line@cst-$name #{@cst-$name}"
    done
    asked=$line$(tmux display-message -p "$asked")$line
}

# Sets $value to an option, to $2 where it is not set, to nothing where it is off.
option() {
    value=${asked#*"$line$1 "}
    value=${value%%"$line"*}
    value=${value:-$2}
    case $value in off | none | no) value= ;; esac
}

# Whether a tool of ours can stand in a command that tmux hands to sh, in quotes where it must.
fits() {
    case $1 in '' | *[[:cntrl:]]* | *[]\[=!\"\#\$%\&\'\(\)\*\;\<\>?\\^\`\{\|\}~]*) return 1 ;; esac
}

# A path as sh reads it, $2 around it where it is not plain.
quoted() {
    case $1 in *[!A-Za-z0-9/._@+-]*) printf '%s%s%s' "$2" "$1" "$2" ;; *) printf '%s' "$1" ;; esac
}

# Whether the server is tmux $1.$2 or newer; one whose version is no number (master) is.
since() {
    version=${version:-$(tmux display-message -p '#{version}')}
    major=${version#next-}
    minor=${major#*.}
    major=${major%%.*}
    minor=${minor%%[!0-9]*}
    case $major$minor in '' | *[!0-9]*) return 0 ;; esac
    [ "$major" -gt "$1" ] || { [ "$major" -eq "$1" ] && [ "$minor" -ge "$2" ]; }
}

# Sets $cst to an absolute path. tmux may have been started with another PATH than yours.
find_cst() {
    option @cst-command ''
    for cst in "$value" "$(command -v cst)" "$here/.venv/bin/cst" "$HOME/.local/bin/cst"; do
        case $cst in /*) [ -x "$cst" ] && return ;; esac
        [ -n "$value" ] && [ "$cst" = "$value" ] && break
    done
    cst=
    [ -z "$value" ] || case $value in /*) ;; *) cst=$(command -v "$value") ;; esac
    case $cst in /*) ;; *) return 1 ;; esac
}

# Says why nothing works, once: now, or to the first client where there is none yet.
say() {
    [ "$(tmux show-option -gqv @cst-said)" = "$1" ] && return
    tmux set-option -g @cst-said "$1"
    clients=$(tmux list-clients -F '#{client_name}')
    [ -n "$clients" ] || tmux set-hook -g "$coming" "display-message -d 4000 '$1' ; set-hook -gu '$coming'"
    for client in $clients; do
        tmux display-message -d 4000 -c "$client" "$1"
    done
}

# Appends $2 to the option $1, and remembers it for `undo`.
add() {
    tmux set-option -g "@cst-added-$1" "$2" \; set-option -g "$1" "$(tmux show-option -gqv "$1")$2"
}

# Sets the option $1 to $3 where it still has its default $2.
raise() {
    [ "$(tmux show-option -gv "$1")" = "$2" ] || return
    tmux set-option -g "$1" "$3" \; set-option -g "@cst-raised-$1" "$3"
}

# All keys of the tmux that the words call: `TABLE KEY bind-key …`, without the blanks that make columns of them. (It is
# asked for all because tmux 3.7 prints nothing where it should print one line.)
listing() {
    "$@" list-keys | sed 's/^bind-key\( -r\)* *-T *\([^ ]*\) *\([^ ]*\) */\2 \3 bind-key\1 -T \2 \3 /'
}

# Their notes: `TABLE KEY NOTE`; before tmux 3.7 those of the tables prefix and root.
notes() {
    if since 3 7; then
        "$@" list-keys -F '#{key_table} #{key_string} #{key_note}'
        return
    fi
    "$@" list-keys -N -P '' -T prefix \; display-message -p '' \; list-keys -N -P '' -T root |
        sed -e '1,/^$/s/^ */prefix /' -e '/^prefix /!s/^ */root /'
}

# Lines of `listing` on stdin, with the notes in $1.
noted() {
    while read -r table key command; do
        case $key in \\?*) name=${key#\\} ;; *) name=$key ;; esac
        note=$(printf '%s\n' "$1" | while read -r in of note; do
            [ "$in $of" != "$table $name" ] || printf '%s' "$note" | sed 's/[\\"$]/\\&/g'
        done)
        printf '%s %s bind-key%s\n' "$table" "$key" "${note:+ -N \"$note\"}${command#bind-key}"
    done
}

# Of lines of `listing` on stdin, those for keys that lines in $1 are about.
same_keys() {
    while IFS= read -r one; do
        command=${one#* * }
        case $line$1 in *"$line${one%"$command"}"*) printf '%s\n' "$one" ;; esac
    done
}

# Takes from the keys of lines of `listing` in $1 what they do, and gives them what lines on stdin say.
give_back() {
    {
        printf '%s\n' "$1" | sed 's/^\([^ ]*\) \([^ ]*\) .*/unbind-key -T \1 \2/'
        same_keys "$1" | sed 's/^[^ ]* [^ ]* //'
    } | tmux source-file -
}

# Binds a key (a; -n M-a; none where $1 is empty) to the tmux command in the other words; `prefix ?` shows the note.
bind() {
    [ -n "$1" ] || return 0
    case $1 in -*) key=$1 ;; *) key="-T prefix $1" ;; esac
    note=$2
    shift 2
    # shellcheck disable=SC2086 # several words on purpose
    tmux bind-key -N "$note" $key "$@"
}

# Keeps for `undo` which lines of `listing` came, and which went.
remember() {
    after=$(listing tmux)
    came=$(printf '%s\n' "$after" | grep -Fxv -e "$before")
    went=$(printf '%s\n' "$before" | grep -Fxv -e "$after" | noted "$told")
    tmux set-option -g @cst-went "$went$line" \; set-option -g @cst-came "loaded$line$came$line"
}

quiet() {
    printf '%s %s >/dev/null 2>&1; true' "$(quoted "$cst" '"')" "$1"
}

keys() {
    client='--client "#{client_name}"'
    option @cst-next-key a
    bind "$value" 'cst: go to the session that most needs you' run-shell -b "$(quiet "next $client")"
    option @cst-back-key A
    bind "$value" 'cst: go back to where you were' run-shell -b "$(quiet "back $client")"
    option @cst-seen-key v
    bind "$value" 'cst: what this session shows is seen' run-shell -b "$(quiet "seen $client \"#{pane_id}\"")"
    option @cst-popup-width ''
    wide=$value
    option @cst-popup-height ''
    high=$value
    case $wide$high in *[!0-9%]*) wide='' high='' ;; esac
    wide=${wide:-'#{?#{e|<:#{client_width},150},100%,90%}'} # a small terminal has nothing to spare
    high=${high:-'#{?#{e|<:#{client_height},40},100%,85%}'}
    option @cst-pick-key g
    bind "$value" 'cst: choose a session' run-shell -C \
        "display-popup -w $wide -h $high -E \"env CST_CLIENT='#{client_name}' $(quoted "$cst" "'") pick\""
}

# The segment; where badges are wanted the same run keeps them, for it has looked already.
status() {
    option @cst-status right
    side=$value
    [ "$side" = on ] && side=right
    case $(tmux show-option -gqv status-right) in # plain lines have put it there
        *'status --format tmux)'* | *"status --format tmux$width)"*) side= ;;
    esac
    [ -n "$side$badges" ] || return 0
    case $side in
        left | right)
            segment="#($(quoted "$cst" '"') status --format tmux$width$badges)"
            since 3 4 && segment="#[range=user|cst]$segment#[range=$side]"
            raise "status-$side-length" "$([ "$side" = right ] && echo 40 || echo 10)" 80
            ;;
        *) side=right segment="#($(quoted "$cst" '"') status --format tmux$badges >/dev/null)" ;;
    esac
    add "status-$side" " $segment"
    raise status-interval 15 5
}

# A click on the segment. Since 3.4 tmux tells it from the rest of the line, and what you have bound to a click
# stays; before, the side of the line that it is on counts, if you have bound nothing to it.
mouse() {
    option @cst-status right
    [ -n "$value" ] || return 0
    case $value in left) side=Left ;; *) side=Right ;; esac
    jump="run-shell -b '$(quiet 'next --client "#{client_name}"')'"
    if since 3 4; then
        was=$(printf '%s\n' "$before" | sed -n 's/^root MouseDown1Status bind-key\( -r\)* -T root MouseDown1Status //p')
        printf 'bind-key -T root MouseDown1Status if-shell -F "%s" { %s } { %s }\n' \
            "$whole" "$jump" "$(printf '%s' "$was" | sed 's/ \\; / ; /g')" | tmux source-file -
        return
    fi
    case $line$before in *"${line}root MouseDown1Status$side "*) return ;; esac
    bind "-n MouseDown1Status$side" 'cst: go to the session that most needs you' \
        run-shell -b "$(quiet 'next --client "#{client_name}"')"
}

# What shows the badges that `cst status --badges` sets.
show_badges() {
    option @cst-window-marks ''
    if [ -n "$value" ]; then
        for format in window-status-format window-status-current-format; do
            add "$format" '#{?@cst_window_badge, #{@cst_window_badge},}'
        done
    fi
    option @cst-pane-border ''
    [ -n "$value" ] || return 0
    add pane-border-format '#{?@cst_pane_badge, #{@cst_pane_badge} #{@cst_pane_state} ,}'
    raise pane-border-status off top
}

# Only where tmux knows the pane that you came to as finished is anything started: a few lines of sh that append one
# mark. The badge goes at once, so that a second hook of the same moment does nothing.
looking() {
    option @cst-seen-by-looking ''
    [ -n "$value" ] || return 0
    done='#{&&:#{session_attached},#{==:#{@cst_pane_state},done}}'
    digits='#{s/[^0-9.]//:@cst_pane_key} #{session_activity}'
    mark="run-shell -b '$(quoted "$tools/seen.sh" '"') $digits >/dev/null 2>&1; true'"
    for hook in session-window-changed client-session-changed window-pane-changed pane-focus-in; do
        tmux set-hook -g "${hook}[$at]" "if-shell -F '$done' { $mark ; set-option -pu @cst_pane_state }"
    done
}

# cst's hook in Claude Code runs the program `notify` in the state folder, if there is one.
notify() {
    option @cst-notify ''
    wanted=$value
    option @cst-bell ''
    wanted=$wanted$value
    option @cst-desktop ''
    [ -n "$wanted$value" ] || return 0
    case $state in /*) ;; *) return ;; esac
    [ -e "$state/notify" ] || { umask 077 && mkdir -p "$state" && ln -sf "$tools/notify.sh" "$state/notify"; }
}

# Takes away all that a run has set. What you have changed since stays.
undo() {
    came=$(tmux show-option -gqv @cst-came)
    [ -n "$came" ] || return 0
    ours=$(listing tmux | grep -Fx -e "$came")
    tmux show-option -gqv @cst-went | give_back "$ours"
    for name in status-left status-right window-status-format window-status-current-format pane-border-format; do
        piece=$(tmux show-option -gqv "@cst-added-$name")
        text=$(tmux show-option -gqv "$name")
        case $piece in '') continue ;; esac
        case $text in *"$piece"*) tmux set-option -g "$name" "${text%%"$piece"*}${text#*"$piece"}" ;; esac
        tmux set-option -gu "@cst-added-$name"
    done
    for name in status-interval status-left-length status-right-length pane-border-status; do
        raised=$(tmux show-option -gqv "@cst-raised-$name")
        [ -n "$raised" ] || continue
        [ "$(tmux show-option -gv "$name")" != "$raised" ] || tmux set-option -gu "$name"
        tmux set-option -gu "@cst-raised-$name"
    done
    for hook in session-window-changed client-session-changed window-pane-changed pane-focus-in; do
        tmux set-hook -gu "${hook}[$at]"
    done
    tmux set-option -gqu @cst-came \; set-option -gqu @cst-went
    tmux list-panes -a -F '#{pane_id} #{?@cst_pane_key,1,}#{?@cst_window_state,1,}' | while read -r pane badged; do
        [ -n "$badged" ] || continue
        for name in state badge key; do
            tmux set-option -qpu -t "$pane" "@cst_pane_$name" \; set-option -qwu -t "$pane" "@cst_window_$name"
        done
    done
}

# Takes away what the plain lines of `cst init tmux` set, which remember nothing: keys that call a verb of ours (they get
# what tmux itself has there, as it tells on a socket of its own), the segment as they put it there, and the two options
# beside it where they still have our values.
undo_lines() {
    ours=$(listing tmux | grep -E '^(prefix|root) .*(cst[^a-z ]* (next|back|seen) --client |display-popup .*cst[^a-z ]* pick)')
    found=$ours
    if [ -n "$ours" ]; then
        own=$(mktemp -d /tmp/cst-XXXXXX) # a socket's path must be short
        set -- tmux -S "$own/tmux" -f /dev/null start-server \;
        listing "$@" | same_keys "$ours" | noted "$(notes "$@")" | give_back "$ours"
        rm -rf "$own"
    fi
    for piece in " status --format tmux$width)" ' status --format tmux)'; do
        text=$(tmux show-option -gqv status-right)
        case $text in
            *"/cst$piece"* | *"/cst\"$piece"* | *"#(cst$piece"*)
                segment=${text%%"$piece"*}
                segment=" #(${segment##*"#("}$piece"
                case $text in
                    *"$segment"*) tmux set-option -g status-right "${text%%"$segment"*}${text#*"$segment"}" && found=1 ;;
                esac
                ;;
        esac
    done
    [ -n "$found" ] || return 0
    [ "$(tmux show-option -gv status-interval)" != 5 ] || tmux set-option -gu status-interval
    [ "$(tmux show-option -gv status-right-length)" != 80 ] || tmux set-option -gu status-right-length
}

main() {
    case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
    here=$(CDPATH='' cd -- "$here" && pwd -P) || return
    tools=$here/shell
    [ -e "$tools/seen.sh" ] || tools=$here
    case ${XDG_STATE_HOME-} in /*) state=$XDG_STATE_HOME/cst ;; *) state=$HOME/.local/state/cst ;; esac
    state=${CST_STATE_DIR:-$state}
    if ! since 3 2; then
        say "cst: this tmux is $version; its keys need tmux 3.2 or newer"
        return
    fi
    undo
    if [ "${1-}" = off ]; then
        undo_lines
        tmux set-option -gqu @cst-said \; set-hook -gu "$coming"
        # Only here: another server may want to be told, and where this one does not, notify.sh asks its options.
        [ "$(readlink "$state/notify")" != "$tools/notify.sh" ] || rm -f "$state/notify"
        return
    fi
    ask
    if ! find_cst; then
        say 'cst: the cst program was not found; install it, or set @cst-command to its path'
        return
    fi
    if ! fits "$cst" || ! fits "$tools"; then
        say 'cst: no quotes, brackets and other signs of a shell may be in the paths of cst and of its plugin; link them elsewhere'
        return
    fi
    tmux set-option -gqu @cst-said \; set-hook -gu "$coming"
    badges=
    for name in window-marks pane-border seen-by-looking; do
        option "@cst-$name" ''
        [ -z "$value" ] || badges=' --badges'
    done
    before=$(listing tmux) told=$(notes tmux)
    keys
    status
    mouse
    show_badges
    looking
    notify
    remember
}

main "${1-}" >/dev/null 2>&1
exit 0
