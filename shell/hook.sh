#!/bin/sh
# ---------------------------------------------------------------------------
#  cst hook: one Claude Code hook event in, one line of the event log out
# ---------------------------------------------------------------------------
#  Reads one hook payload (a JSON object) on stdin and appends
#
#    {"v":1,"t":…,"up":…,"pid":…,"tmux":"…","pane":"…","event":"…","payload":{…}}
#
#  to <state>/events/v1/<session id>.jsonl (files 0600, folders 0700). A payload
#  over 64 KiB leaves only its size: "cut":<bytes>, and "tool":"…" if it has one.
#  Called as `hook.sh plugin` it adds "via":"plugin" before the event: where the
#  settings call it too, readers tell the two lines of one event by that.
#  The contract is docs/events.md.
#
#  Knobs: CST_STATE_DIR   the state folder, an absolute path
#         XDG_STATE_HOME  otherwise $XDG_STATE_HOME/cst, if that is absolute,
#                         else ~/.local/state/cst
#  Also read, and nothing else of the environment (it holds a token):
#         HOME PATH CLAUDE_CODE_SESSION_ID CLAUDE_PID TMUX TMUX_PANE
#         CLAUDE_CODE_SESSION_ATTENDED
#
#  Why one write(2): 50 sessions may append at once. Of 10,000 events of 10 KB,
#  `{ cat; echo; } >>log` lost 7,699 and `printf "$(cat)" >>log` 123; one write on
#  an O_APPEND descriptor lost none (bench/hook_writers.py, docs/decisions/0003).
#  It begins with a newline, so that a line torn by a full disk spoils only itself.
#
#  After an event that asks for you (PermissionRequest, Stop, StopFailure) it starts
#  the program <state>/notify with the event's name, if there is one, and does not
#  wait for it; not where others could have put it there. Whoever wants none pays nothing: perl tells such an event by its exit.
#  Not for a session that nobody sits at, and once where settings and plugin both call
#  (without perl: twice).
#
#  It prints nothing and always exits 0: to Claude Code, exit 2 means "block".
# ---------------------------------------------------------------------------

# The main way. Arguments: folder, session id or "", the envelope's middle part.
# After 20 s it stops waiting for the end of stdin and takes what came. Not sooner:
# on a machine with a load of 50, 4 s lost one event in nine.
# shellcheck disable=SC2016 # perl's variables, not the shell's
in_perl='
my ($dir, $id, $where) = @ARGV;
my $in = "";
eval {
    local $SIG{ALRM} = sub { die };
    alarm 20;
    1 while sysread STDIN, $in, 65536, length $in;
    alarm 0;
};
$in =~ tr/\0-\037/ /;
$in =~ s/^ +//;
my $bytes = 1 + rindex $in, "}";
exit 0 if substr($in, $bytes) =~ /[^ ]/;
substr($in, $bytes) = "";
exit 0 unless $in =~ /^\{/;
exit 0 unless $in =~ /"hook_event_name" *: *"([A-Za-z0-9_]{1,64})"/;
my $event = $1;
if ($id eq "") {
    exit 0 unless $in =~ /"session_id" *: *(.{0,38})/;
    exit 0 unless $1 =~ /^"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"$/;
    $id = $1;
}
my $body = qq("payload":$in);
if ($bytes > 65536) {
    $body = qq("cut":$bytes);
    $body .= qq(,"tool":"$1") if $event =~ /Tool|Permission/
        and $in =~ /"tool_name" *: *"([ !#-\[\]-~]{1,128})"/;
}
my $log = "$dir/$id.jsonl";
exit 0 unless -o $dir;
exit 0 if lstat $log and not -f _;
open my $out, "+>>", $log or exit 0;
syswrite $out, qq(\n{"v":1,"t":$^T,$where,"event":"$event",$body}\n);
my $tells = {PermissionRequest => 101, Stop => 102, StopFailure => 103}->{$event} or exit 0;
# Settings and plugin may both have called us. Of two equal lines within a minute only the first tells: both wrote
# before they look, so the second sees it.
my $end = qq("event":"$event",$body});
my ($pid) = $where =~ /"pid":([0-9]+)/;
my ($mine, $others, $before) = (0, 0, 0);
my $length = -s $out;
$length = 200000 if $length > 200000;
sysseek $out, -$length, 2;
sysread $out, my $tail, $length;
for (split /\n/, $tail) {
    next unless substr($_, -length $end) eq $end;
    my $head = substr $_, 0, -length $end;
    next unless $head =~ /^\{"v":1,"t":([0-9]+),"up":[^,]*,"pid":$pid,/ and $1 > $^T - 60;
    if ($head =~ /"via":"plugin",$/ xor $where =~ /"via":"plugin"$/) { $others++ } else { $mine++; $before = $others }
}
exit($mine && $before >= $mine ? 0 : $tells);  # none of ours: the disk is full
'

# The same for machines without perl: prints "<session id> <line>", or nothing.
# shellcheck disable=SC2016 # awk's fields, not the shell's
in_awk='
function value(key, pattern,    found) {
    if (!match(s, "\"" key "\" *: *" pattern)) return ""
    found = substr(s, RSTART, RLENGTH)
    sub("^\"" key "\" *: *\"?", "", found)
    sub("\"$", "", found)
    return found
}
{
    s = $0
    sub(/^ +/, "", s)
    bytes = length(s)
    for (spaces = 0; spaces < 64 && substr(s, bytes, 1) == " "; spaces++) bytes--
    s = substr(s, 1, bytes)
    if (substr(s, 1, 1) != "{" || substr(s, bytes, 1) != "}") exit
    event = value("hook_event_name", "\"[A-Za-z0-9_]+\"")
    if (event == "" || length(event) > 64) exit
    if (id == "") id = value("session_id", "[^ ,}]*")
    body = "\"payload\":" s
    if (bytes > 65536) {
        body = "\"cut\":" bytes
        tool = event ~ /Tool|Permission/ ? value("tool_name", "\"[^\"]*\"") : ""
        if (tool != "" && length(tool) <= 128 && tool !~ /[^ -~]|\\/)
            body = body ",\"tool\":\"" tool "\""
    }
    print id " {\"v\":1,\"t\":" t "," where ",\"event\":\"" event "\"," body "}"
    exit
}
'

hex='[0-9a-f][0-9a-f][0-9a-f][0-9a-f]'

is_uuid() {
    # shellcheck disable=SC2254 # a pattern on purpose
    case $1 in
        $hex$hex-$hex-$hex-$hex-$hex$hex$hex) return 0 ;;
    esac
    return 1
}

# Sets $value to $1, or to nothing if JSON would have to escape a part of it: half
# a socket path is worse than none.
plain() {
    value=$1
    case $1 in
        *[!\ -~]* | *\"* | *\\*) value= ;;
    esac
    [ "${#value}" -le 512 ] || value=
}

# Sets $pid to the client's: CLAUDE_PID, and for clients that do not set it the
# parent of the `sh -c` that runs us (or our own parent, where that shell is gone).
find_client() {
    pid=${CLAUDE_PID-}
    case $pid in
        '' | 0* | *[!0-9]* | ???????????*) pid=0 ;;
        *) return ;;
    esac
    [ -r "/proc/$PPID/stat" ] || return
    read -r stat <"/proc/$PPID/stat" || return
    comm=${stat#*\(}
    comm=${comm%\)*}
    parent=${stat##*\) ? }
    parent=${parent%% *}
    case $comm in
        claude) pid=$PPID ;;
        sh | dash | bash | ash | busybox | ksh | mksh | zsh) pid=$parent ;;
    esac
    # An orphan's parent is 1, which is no client.
    case $pid in
        1 | *[!0-9]*) pid=0 ;;
    esac
}

# One write without perl: dd gathers its input in one output block.
without_perl() {
    line=$(
        {
            if command -v timeout >/dev/null; then timeout 20 cat; else cat; fi
        } | tr '\000-\037' ' ' | awk -v id="$id" -v t="$(date +%s)" -v where="$where" "$in_awk"
    )
    id=${line%% *}
    is_uuid "$id" || return
    log=$dir/$id.jsonl
    # shellcheck disable=SC3067 # not in POSIX, but in dash, bash, busybox and ksh
    [ -O "$dir" ] || return
    if [ -h "$log" ] || { [ -e "$log" ] && ! [ -f "$log" ]; }; then return; fi
    printf '\n%s\n' "${line#* }" | dd ibs=65536 obs=1048576 >>"$log"
    # The first "event" is the envelope's: no value before it has a quote in it.
    event=${line#*\"event\":\"}
    case ${event%%\"*} in
        PermissionRequest | Stop | StopFailure) notify "${event%%\"*}" ;;
    esac
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

# Starts <state>/notify beside us, but for a session that nobody sits at: a `claude -p`, which may run inside the one of
# this pane, and only if nobody else can have put it there. It takes nothing of ours: stdin is the payload's pipe.
notify() {
    [ "${CLAUDE_CODE_SESSION_ATTENDED-}" = 0 ] && return
    program=${dir%/events/v1}/notify
    if [ -f "$program" ] && [ -x "$program" ] && only_ours "$program"; then "$path" "$1" </dev/null & fi
}

main() {
    # Bytes, not characters. A hangup may follow the SessionEnd of a closed pane.
    LC_ALL=C
    export LC_ALL
    trap '' HUP
    umask 077

    # Typed by hand there is no payload, and nobody wants to wait for one.
    [ -t 0 ] && return

    # A relative path would put a log into whatever project the session works on.
    case ${XDG_STATE_HOME-} in
        /*) dir=$XDG_STATE_HOME/cst ;;
        *) dir=${HOME:+$HOME/.local/state/cst} ;;
    esac
    dir=${CST_STATE_DIR:-$dir}
    case $dir in
        /*) dir=$dir/events/v1 ;;
        *) return ;;
    esac
    [ -d "$dir" ] || mkdir -p "$dir"

    up=null
    [ -r /proc/uptime ] && read -r up _ </proc/uptime
    case $up in
        *[!0-9.]*) up=null ;;
        [0-9]*.[0-9][0-9]) ;;
        *) up=null ;;
    esac
    find_client
    plain "${TMUX-}"
    tmux=$value
    plain "${TMUX_PANE-}"
    where="\"up\":$up,\"pid\":$pid,\"tmux\":\"$tmux\",\"pane\":\"$value\""
    [ "$1" = plugin ] && where="$where,\"via\":\"plugin\""
    id=${CLAUDE_CODE_SESSION_ID-}
    is_uuid "$id" || id=

    # Some of perl's own knobs would break it, or change how it reads bytes.
    unset PERL5OPT PERL5LIB PERLLIB PERL5DB PERL_UNICODE PERLIO
    perl -e "$in_perl" "$dir" "$id" "$where"
    case $? in
        0) ;;
        101) notify PermissionRequest ;;
        102) notify Stop ;;
        103) notify StopFailure ;;
        *) without_perl ;;
    esac
}

# Some errors end a shell on the spot: dash leaves with 2 when it cannot fork.
trap 'exit 0' EXIT
# No stdin at all. Asked before any redirection, which might take its number.
[ -d /dev/fd ] && ! [ -e /dev/fd/0 ] && exit 0
main "${1-}" >/dev/null 2>&1
exit 0
