# fish completion for cst, made by tools/generate.py from cst/verbs/

# The lines `WORD<TAB>ABOUT` of a file; behind it the states that are meant. fish quotes what it inserts.
function __cst_lines
    set -l dir "$HOME/.local/state/cst"
    test -z "$XDG_STATE_HOME"; or set dir "$XDG_STATE_HOME/cst"
    test -z "$CST_STATE_DIR"; or set dir "$CST_STATE_DIR"
    set -l wanted '.+'
    set -q argv[2]; and set wanted '.+\t(?:'(string join '|' $argv[2..])')(?: .*)?$'
    test -r "$dir/$argv[1]"; and string match --entire -r $wanted <"$dir/$argv[1]"
end

# Ended sessions by their ids, newest first.
function __cst_ended
    command -q cst; and command cst past --names 2>/dev/null
end

# Whether the line is one of this verb and, where a number is given, at its argument of that number.
function __cst_at
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"; or return
    set -q argv[2]; or return 0
    set -l valued
    switch $argv[1]
        case pick
            set valued --client -c
        case next
            set valued --client -c
        case back
            set valued --client -c
        case jump
            set valued --client -c --through
        case status
            set valued --format --width
        case ls
            set valued --state --tag --sort --host --color
        case show
            set valued --color
        case why
            set valued --color
        case limits
            set valued --check --color
        case cost
            set valued --by --since --until --color
        case budget
            set valued --per --project --tag --color
        case statusline
            set valued --preset --separator --time --context --limits --text --wrap
        case answer
            set valued --token
        case open
            set valued --client -c
        case copy
            set valued --client -c
        case resume
            set valued --client -c
        case new
            set valued --prompt -p --worktree --fork --tag -t --client -c
        case park
            set valued --resurrect
        case seen
            set valued --client -c
        case pin
            set valued --note --client -c
        case snooze
            set valued --for --note --client -c
        case archive
            set valued --client -c
        case tag
            set valued --add -a --remove -r --client -c
        case rename
            set valued --client -c
        case report
            set valued --by --color
        case grep
            set valued --most --color
        case wait
            set valued --until --timeout
        case record
            set valued --seconds --every
        case replay
            set valued --at
        case init
            set valued --command --key
        case hooks
            set valued --scope --client
        case web
            set valued --port --allow-host
        case doctor
            set valued --color
        case prune
            set valued --older-than
    end
    set -l place 1
    set -l skip 0
    for word in $words[3..]
        if test $skip = 1
            set skip 0
        else if contains -- $word $valued
            set skip 1
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
    end
    test $skip = 0; and test $place = $argv[2] -o $argv[2] = many
end

function __cst_first
    test (count (commandline -opc)) = 1
end

complete -c cst -f
complete -c cst -n __cst_first -l version -d 'print the version'
complete -c cst -n __cst_first -a pick -d 'Choose a session in fzf, live: jump there, answer, send, end it'
complete -c cst -n __cst_first -a next -d 'Jump to the session that most needs you; again, to the next one'
complete -c cst -n __cst_first -a back -d 'Jump back to where you were before this walk with `cst next` began'
complete -c cst -n __cst_first -a jump -d 'Show a session\'s pane on your tmux client'
complete -c cst -n __cst_first -a status -d 'Print one line: how many need you, and for how long'
complete -c cst -n __cst_first -a ls -d 'List the sessions, most urgent first'
complete -c cst -n __cst_first -a show -d 'Show all about one session, with its tool history'
complete -c cst -n __cst_first -a why -d 'Show why a session has its state: every rule and the evidence'
complete -c cst -n __cst_first -a limits -d 'Show how full the usage limits are, as the sessions were told'
complete -c cst -n __cst_first -a cost -d 'Show what sessions have cost, by day, project, session or model'
complete -c cst -n __cst_first -a budget -d 'Set what you want to spend at most, and see how much is spent'
complete -c cst -n __cst_first -a statusline -d 'Print Claude Code\'s status line, with who else waits for you'
complete -c cst -n __cst_first -a answer -d 'Answer a session\'s dialog from here, if it is still the same'
complete -c cst -n __cst_first -a send -d 'Send a prompt to a session that is at its prompt'
complete -c cst -n __cst_first -a open -d 'Open a session\'s folder, a shell there, or its transcript'
complete -c cst -n __cst_first -a copy -d 'Copy a session\'s id, its folder, or the command that resumes it'
complete -c cst -n __cst_first -a resume -d 'Resume an ended session in its folder'
complete -c cst -n __cst_first -a new -d 'Start a session in a tmux window, and print its key'
complete -c cst -n __cst_first -a park -d 'Record where sessions are, to restore them later'
complete -c cst -n __cst_first -a restore -d 'Restore lost and parked sessions, each where it was'
complete -c cst -n __cst_first -a kill -d 'End sessions (SIGTERM to exactly that process), after confirmation'
complete -c cst -n __cst_first -a seen -d 'Mark sessions as seen'
complete -c cst -n __cst_first -a pin -d 'Pin sessions to the top'
complete -c cst -n __cst_first -a snooze -d 'Snooze sessions'
complete -c cst -n __cst_first -a archive -d 'Put sessions out of sight, and keep them'
complete -c cst -n __cst_first -a tag -d 'Tag sessions, or print their tags'
complete -c cst -n __cst_first -a rename -d 'Rename a session, in cst only'
complete -c cst -n __cst_first -a report -d 'Show what waiting has cost: how long sessions waited for you'
complete -c cst -n __cst_first -a grep -d 'Search what sessions said and did, and what their panes show'
complete -c cst -n __cst_first -a wait -d 'Wait until a session is done, needs you, or has ended'
complete -c cst -n __cst_first -a events -d 'Print the state of each session, and with --follow its changes'
complete -c cst -n __cst_first -a record -d 'Record what cst sees, until ctrl-c: for a bug report, or a test'
complete -c cst -n __cst_first -a replay -d 'Run a read-only command on a recording, or list what changed when'
complete -c cst -n __cst_first -a init -d 'Print the shell, prompt or tmux integration'
complete -c cst -n __cst_first -a hooks -d 'Install or remove the hooks that make states more precise'
complete -c cst -n __cst_first -a web -d 'Show the fleet in a browser on this machine, while it runs'
complete -c cst -n __cst_first -a doctor -d 'Check sources, tools and integrations, and suggest fixes'
complete -c cst -n __cst_first -a prune -d 'Remove old event logs and marks that no longer count'
complete -c cst -n __cst_first -a demo -d 'Try it all on made-up sessions in a private tmux'
complete -c cst -n '__cst_at pick' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at pick' -l all -s a -d 'include ended sessions (of the last 7 days)'
complete -c cst -n '__cst_at pick' -l stay -d 'stay open: Enter shows the session, the list waits'
complete -c cst -n '__cst_at next' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at next' -l peek -d 'only print which session it would be'
complete -c cst -n '__cst_at next' -l all-hosts -d 'those of every host in config.toml too (docs/hosts.md)'
complete -c cst -n '__cst_at back' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at jump' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at jump' -l through -x -a '' -d 'on the tmux client that came this way, and no other: ssh: and SSH_CONNECTION with slashes, or pid:N; cst elsewhere passes it (docs/hosts.md)'
complete -c cst -n '__cst_at jump 1' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at status' -l format -x -a 'tmux ansi plain json waybar i3blocks swiftbar' -d 'output format (default: ansi on a terminal, otherwise plain)'
complete -c cst -n '__cst_at status' -l width -x -a '' -d 'the columns of the screen: of fewer than 100, a short line'
complete -c cst -n '__cst_at status' -l badges -d 'also set options of tmux panes and windows, for badges (docs/tmux.md)'
complete -c cst -n '__cst_at status' -l all-hosts -d 'with what every host in config.toml said last (docs/hosts.md)'
complete -c cst -n '__cst_at ls' -l json -d 'print JSON (docs/json.md)'
complete -c cst -n '__cst_at ls' -l all -s a -d 'include ended sessions (of the last 7 days)'
complete -c cst -n '__cst_at ls' -l state -x -a 'permission question plan dialog error limited asked done unknown interrupted menu idle background working compacting starting stopped elsewhere ended' -d 'only these states'
complete -c cst -n '__cst_at ls' -l needs-you -s n -d 'only those that need you'
complete -c cst -n '__cst_at ls' -l tag -x -a '(__cst_lines tags)' -d 'only those with one of these tags'
complete -c cst -n '__cst_at ls' -l archived -d 'only those that are archived; without it they are left out'
complete -c cst -n '__cst_at ls' -l sort -x -a 'urgency since activity name project context tokens cost' -d 'sort by this (default: urgency)'
complete -c cst -n '__cst_at ls' -l watch -s w -d 'keep updating until q or ctrl-c; in a pipe, print again at each change'
complete -c cst -n '__cst_at ls' -l host -x -a '' -d 'only the sessions of this host in config.toml (docs/hosts.md)'
complete -c cst -n '__cst_at ls' -l all-hosts -d 'those of every host in config.toml too (docs/hosts.md)'
complete -c cst -n '__cst_at ls' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at show' -l json -d 'print JSON (docs/json.md)'
complete -c cst -n '__cst_at show' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at show 1' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at why' -l json -d 'print JSON (docs/json.md)'
complete -c cst -n '__cst_at why' -l redact -d 'letters as x, digits as 0 in prompts, answers, titles, paths'
complete -c cst -n '__cst_at why' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at why 1' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at limits' -l check -x -a '' -d 'exit 1 where one is at this percentage or over'
complete -c cst -n '__cst_at limits' -l json -d 'print JSON (docs/json.md)'
complete -c cst -n '__cst_at limits' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at cost' -l by -x -a 'day project session model branch tag' -d 'what makes a line (default: day)'
complete -c cst -n '__cst_at cost' -l since -x -a '' -d 'from this day on'
complete -c cst -n '__cst_at cost' -l until -x -a '' -d 'up to this day'
complete -c cst -n '__cst_at cost' -l check -d 'only say which budgets are spent, and exit 1 then'
complete -c cst -n '__cst_at cost' -l json -d 'print JSON (docs/json.md)'
complete -c cst -n '__cst_at cost' -l csv -d 'print CSV'
complete -c cst -n '__cst_at cost' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at cost 1' -k -a 'today week month all'
complete -c cst -n '__cst_at budget' -l per -x -a 'day week month session' -d 'for each of these (default: month)'
complete -c cst -n '__cst_at budget' -l project -x -a '' -d 'only for this project: its folder, or the name of that'
complete -c cst -n '__cst_at budget' -l tag -x -a '(__cst_lines tags)' -d 'only for sessions with this tag'
complete -c cst -n '__cst_at budget' -l json -d 'print JSON (docs/json.md)'
complete -c cst -n '__cst_at budget' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at budget 1' -k -a 'set off'
complete -c cst -n '__cst_at statusline' -l preset -x -a 'full essential minimal' -d 'parts that go together (default: essential)'
complete -c cst -n '__cst_at statusline' -l separator -x -a '' -d 'what stands between two parts (default: a middle dot)'
complete -c cst -n '__cst_at statusline' -l bars -d 'a bar beside each percentage'
complete -c cst -n '__cst_at statusline' -l time -x -a 'clock left' -d 'when things end: the time of day (default), or how long that is'
complete -c cst -n '__cst_at statusline' -l context -x -a '' -d 'percentages of the context that warn, and are urgent (default: 70,85)'
complete -c cst -n '__cst_at statusline' -l limits -x -a '' -d 'the same for the limits (default: 75,90)'
complete -c cst -n '__cst_at statusline' -l text -x -a '' -d 'what the part `text` says'
complete -c cst -n '__cst_at statusline' -l wrap -x -a '' -d 'run this command too, with the same input, and print what it says first'
complete -c cst -n '__cst_at statusline' -l keep-only -d 'print nothing of our own, only keep what the client tells'
complete -c cst -n '__cst_at statusline' -l dry-run -d 'with install and uninstall: only show what would change'
complete -c cst -n '__cst_at statusline' -l yes -s y -d 'with install and uninstall: do not ask'
complete -c cst -n '__cst_at statusline many' -k -a 'install uninstall preview'
complete -c cst -n '__cst_at answer' -l json -d 'without a reply, print the dialog as JSON (docs/json.md)'
complete -c cst -n '__cst_at answer' -l token -x -a '' -d 'only if the dialog is the one that --json gave this token for'
complete -c cst -n '__cst_at answer 1' -k -a '(__cst_lines names permission question plan dialog unknown)'
complete -c cst -n '__cst_at answer 2' -k -a 'yes always no'
complete -c cst -n '__cst_at send' -l edit -s e -d 'write it in your editor'
complete -c cst -n '__cst_at send' -l queue -s q -d 'also to a session that works: it gets the prompt after its turn'
complete -c cst -n '__cst_at send' -l allow-exit -d 'also what ends, empties or leaves the session, as exit, :q, /clear and /resume do'
complete -c cst -n '__cst_at send 1' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at open' -l detach -s d -d 'in the background: the client stays where it is'
complete -c cst -n '__cst_at open' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at open 1' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at open 2' -k -a 'folder shell transcript'
complete -c cst -n '__cst_at copy' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at copy 1' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at copy 2' -k -a 'id path resume'
complete -c cst -n '__cst_at resume' -l detach -s d -d 'in the background: the client stays where it is'
complete -c cst -n '__cst_at resume' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at resume 1' -k -a '(__cst_ended)'
complete -c cst -n '__cst_at new' -l prompt -s p -x -a '' -d 'what to ask it at once; - reads it from standard input'
complete -c cst -n '__cst_at new' -l worktree -d 'in a git worktree, which claude makes; without NAME, or with -, it chooses one. A word with a / behind it is the folder: write --worktree=NAME'
complete -c cst -n '__cst_at new' -l fork -x -a '(__cst_lines names)' -d 'begin with the conversation of that session, in its folder'
complete -c cst -n '__cst_at new' -l tag -s t -x -a '(__cst_lines tags)' -d 'tag it'
complete -c cst -n '__cst_at new' -l window -d 'in a new window (the default)'
complete -c cst -n '__cst_at new' -l split -d 'beside this pane'
complete -c cst -n '__cst_at new' -l popup -d 'in a popup, on a tmux session of its own'
complete -c cst -n '__cst_at new' -l detach -s d -d 'in the background: the client stays where it is'
complete -c cst -n '__cst_at new' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at new 1' -F
complete -c cst -n '__cst_at park' -l all -s a -d 'every live session that is in tmux'
complete -c cst -n '__cst_at park' -l end -d 'end them too, after confirmation'
complete -c cst -n '__cst_at park' -l yes -s y -d 'do not ask'
complete -c cst -n '__cst_at park' -l resurrect -x -a '' -d 'put `claude --resume` into this file that tmux-resurrect has saved'
complete -c cst -n '__cst_at park many' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at restore' -l lost -d 'only what was lost'
complete -c cst -n '__cst_at restore' -l parked -d 'only what was parked'
complete -c cst -n '__cst_at restore' -l dismiss -d 'do not offer these again'
complete -c cst -n '__cst_at restore' -l yes -s y -d 'do not ask'
complete -c cst -n '__cst_at kill' -l yes -s y -d 'do not ask'
complete -c cst -n '__cst_at kill' -l dry-run -d 'only say who it is and what would be lost'
complete -c cst -n '__cst_at kill' -l force -d 'SIGKILL what SIGTERM did not end'
complete -c cst -n '__cst_at kill many' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at seen' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at seen many' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at pin' -l off -d 'unpin'
complete -c cst -n '__cst_at pin' -l note -x -a '' -d 'a note on why, shown in the row; --off removes it'
complete -c cst -n '__cst_at pin' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at pin many' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at snooze' -l for -x -a '' -d 'how long, e.g. 30m, 2h or 1d (default: 30m)'
complete -c cst -n '__cst_at snooze' -l until-changes -d 'until its state changes'
complete -c cst -n '__cst_at snooze' -l off -d 'wake it'
complete -c cst -n '__cst_at snooze' -l note -x -a '' -d 'a note on why, shown in the row; --off removes it'
complete -c cst -n '__cst_at snooze' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at snooze many' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at archive' -l off -d 'bring them back'
complete -c cst -n '__cst_at archive' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at archive many' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at tag' -l add -s a -x -a '(__cst_lines tags)' -d 'tags to add, each one word; -TAG removes one, as in the picker'
complete -c cst -n '__cst_at tag' -l remove -s r -x -a '(__cst_lines tags)' -d 'tags to remove'
complete -c cst -n '__cst_at tag' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at tag many' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at rename' -l off -d 'remove the name that you gave it'
complete -c cst -n '__cst_at rename' -l client -s c -x -a '' -d 'the tmux client to act for; a key binding passes #{client_name}'
complete -c cst -n '__cst_at rename 1' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at report' -l by -x -a 'project state tag' -d 'a line for each of these, not for each day'
complete -c cst -n '__cst_at report' -l json -d 'print JSON (docs/json.md)'
complete -c cst -n '__cst_at report' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at report 1' -k -a 'today week month'
complete -c cst -n '__cst_at grep' -l most -x -a '' -d 'lines for each session (default: 3)'
complete -c cst -n '__cst_at grep' -l live -d 'only live sessions'
complete -c cst -n '__cst_at grep' -l all -s a -d 'ended ones of any age too, not just of the last few days (the newest 200)'
complete -c cst -n '__cst_at grep' -l json -d 'print one JSON object in each line (docs/json.md)'
complete -c cst -n '__cst_at grep' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at wait' -l until -x -a 'needs-you permission question plan dialog error limited asked done unknown interrupted menu idle background working compacting starting stopped elsewhere ended' -d 'state to wait for (default: done or needs-you; idle and asked count as done)'
complete -c cst -n '__cst_at wait' -l timeout -x -a '' -d 'give up after this long, e.g. 90s, 30m or 2h: exit 1'
complete -c cst -n '__cst_at wait 1' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at events' -l follow -s f -d 'keep printing changes, until ctrl-c'
complete -c cst -n '__cst_at events' -l json -d 'print one JSON object in each line (docs/json.md)'
complete -c cst -n '__cst_at events many' -k -a '(__cst_lines names)'
complete -c cst -n '__cst_at record' -l seconds -x -a '' -d 'stop after this many seconds'
complete -c cst -n '__cst_at record' -l every -x -a '' -d 'how often to look (default: 1)'
complete -c cst -n '__cst_at record' -l redact -d 'letters as x, digits as 0 in prompts, answers, titles, paths'
complete -c cst -n '__cst_at record 1' -F
complete -c cst -n '__cst_at replay' -l at -x -a '' -d 'the moment, in seconds from its beginning (default: its end)'
complete -c cst -n '__cst_at replay 1' -F
complete -c cst -n '__cst_at replay many' -k -a 'ls show why status next'
complete -c cst -n '__cst_at init' -l command -x -a '' -d 'how tmux calls cst (default: this installation, by its absolute path)'
complete -c cst -n '__cst_at init' -l key -x -a '' -d 'tmux: another key; NAME is next, back, pick or seen, KEY as g, C-g, -n M-g, or off'
complete -c cst -n '__cst_at init' -l plugin -d 'load the tmux plugin instead, which has options (docs/tmux.md)'
complete -c cst -n '__cst_at init' -l off -d 'tmux: remove it from tmux.conf and running tmux servers; shows the change and asks'
complete -c cst -n '__cst_at init' -l dry-run -d 'with --off: only show it'
complete -c cst -n '__cst_at init' -l yes -s y -d 'with --off: do not ask'
complete -c cst -n '__cst_at init 1' -k -a 'tmux bash zsh fish starship'
complete -c cst -n '__cst_at hooks' -l scope -x -a 'user project local' -d 'which settings.json (default: user)'
complete -c cst -n '__cst_at hooks' -l dry-run -d 'only show what would change'
complete -c cst -n '__cst_at hooks' -l yes -s y -d 'do not ask'
complete -c cst -n '__cst_at hooks' -l client -x -a '' -d 'the Claude Code version to install for (default: the oldest in use, or any)'
complete -c cst -n '__cst_at hooks' -l json -d 'print the status as JSON (docs/json.md)'
complete -c cst -n '__cst_at hooks 1' -k -a 'install uninstall status print'
complete -c cst -n '__cst_at web' -l port -x -a '' -d 'where it listens, on 127.0.0.1 only (default: 8278; 0: any that is free)'
complete -c cst -n '__cst_at web' -l act -d 'let the page answer, send, mark and jump, too'
complete -c cst -n '__cst_at web' -l open -d 'open the page in your browser'
complete -c cst -n '__cst_at web' -l allow-host -x -a '' -d 'another name that it is reached by, behind a proxy of yours'
complete -c cst -n '__cst_at doctor' -l verify -d 'prove it on made-up sessions in a private tmux too; takes a few seconds'
complete -c cst -n '__cst_at doctor' -l json -d 'print JSON (docs/json.md)'
complete -c cst -n '__cst_at doctor' -l color -x -a 'auto always never' -d 'when to colour'
complete -c cst -n '__cst_at prune' -l dry-run -d 'only show what would go'
complete -c cst -n '__cst_at prune' -l list -d 'show each file, not how many there are in a folder'
complete -c cst -n '__cst_at prune' -l older-than -x -a '' -d 'keep what is newer than this (default: 30d)'
complete -c cst -n '__cst_at prune' -l all -d 'everything that cst wrote, to leave nothing behind when you uninstall it; asks'
complete -c cst -n '__cst_at prune' -l yes -s y -d 'with --all: do not ask'
complete -c cst -n '__cst_at demo many' -k -a 'pick next back jump status ls show why limits cost budget statusline answer send open copy resume new park restore kill seen pin snooze archive tag rename report grep wait events record replay init hooks web doctor prune demo'
