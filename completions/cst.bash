# bash completion for cst, made by tools/generate.py from cst/verbs/
# shellcheck disable=SC2034,SC2154  # functions read and set the variables of the one that calls them

# The words of the line up to the cursor: bash hands `a:b` and `--sort=x` over in pieces.
__cst_words() {
  local rest=${COMP_LINE:0:COMP_POINT} piece i n=-1
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if [[ $n == -1 || $rest == [[:space:]]* ]]; then
      rest=${rest#"${rest%%[![:space:]]*}"} n=$((n + 1)) given[n]=
    fi
    ((i < COMP_CWORD)) || piece=$rest
    rest=${rest#"$piece"} given[n]+=$piece
  done
}

# Offer what begins like the current word, quoted as it was begun, so that it stays one word and runs nothing.
__cst_offer() {
  local word bare=$cur quote="" head=""
  case $cur in
    \'* | \"*) quote=${cur:0:1} bare=${cur:1} ;;
    *) bare=${cur//\\/} ;;
  esac
  [[ $quote || $COMP_WORDBREAKS != *:* || $cur != *:* ]] || head=${cur%"${cur##*:}"}
  for word; do
    [[ $word == "$bare"* ]] || continue
    case $quote$word in
      \'*\'* | \"*[\"\$\`\\\!]*) continue ;;
    esac
    [[ $quote ]] || printf -v word %q "$word"
    COMPREPLY+=("${word#"$head"}")
  done
}

# The first words of a file's lines; with a second argument of those that are in one of these states.
__cst_lines() {
  local line about file=${CST_STATE_DIR:-${XDG_STATE_HOME:-${HOME-}/.local/state}/cst}/$1
  [[ -r $file ]] || return 0
  while IFS=$'\t' read -r line about; do
    [[ ${2-} && " $2 " != *" ${about%% *} "* ]] || lines+=("$line")
  done <"$file"
}

# Ended sessions by their ids, newest first. What each is stands beside it, unless it would be put on the line.
__cst_ended() {
  local id about
  while IFS=$'\t' read -r id about; do
    [[ $id == "$cur"* ]] || continue
    COMPREPLY+=("$id") lines+=("$id  $about")
  done < <(command cst past --names 2>/dev/null)
  if ((${#COMPREPLY[@]} > 1 && ${COMP_TYPE:-9} != 37 && ${COMP_TYPE:-9} != 42)); then
    COMPREPLY=("${lines[@]}")
  fi
  compopt -o nosort 2>/dev/null || :
}

__cst_complete() {
  local cur verb option="" options="" valued="" words="" from="" states="" i place=1
  local -a given=() lines=()
  COMPREPLY=()
  __cst_words
  local n=$((${#given[@]} - 1))
  cur=${given[n]} verb=${given[1]-}
  if ((n < 2)); then
    words="pick next back jump status ls show why limits cost budget statusline answer send open copy resume new park restore kill seen pin snooze archive tag rename report grep wait events record replay init hooks web doctor prune demo --help --version"
  else
    case $verb in
      pick) options="--client -c --all -a --stay --help" valued="--client -c" ;;
      next) options="--client -c --peek --all-hosts --help" valued="--client -c" ;;
      back) options="--client -c --help" valued="--client -c" ;;
      jump) options="--client -c --through --help" valued="--client -c --through" ;;
      status) options="--format --width --badges --all-hosts --help" valued="--format --width" ;;
      ls) options="--json --all -a --state --needs-you -n --tag --archived --sort --watch -w --host --all-hosts --color --help" valued="--state --tag --sort --host --color" ;;
      show) options="--json --color --help" valued="--color" ;;
      why) options="--json --redact --color --help" valued="--color" ;;
      limits) options="--check --json --color --help" valued="--check --color" ;;
      cost) options="--by --since --until --check --json --csv --color --help" valued="--by --since --until --color" ;;
      budget) options="--per --project --tag --json --color --help" valued="--per --project --tag --color" ;;
      statusline) options="--preset --separator --bars --time --context --limits --text --wrap --keep-only --dry-run --yes -y --help" valued="--preset --separator --time --context --limits --text --wrap" ;;
      answer) options="--json --token --help" valued="--token" ;;
      send) options="--edit -e --queue -q --allow-exit --help" valued="" ;;
      open) options="--detach -d --client -c --help" valued="--client -c" ;;
      copy) options="--client -c --help" valued="--client -c" ;;
      resume) options="--detach -d --client -c --help" valued="--client -c" ;;
      new) options="--prompt -p --worktree --fork --tag -t --window --split --popup --detach -d --client -c --help" valued="--prompt -p --worktree --fork --tag -t --client -c" ;;
      park) options="--all -a --end --yes -y --resurrect --help" valued="--resurrect" ;;
      restore) options="--lost --parked --dismiss --yes -y --help" valued="" ;;
      kill) options="--yes -y --dry-run --force --help" valued="" ;;
      seen) options="--client -c --help" valued="--client -c" ;;
      pin) options="--off --note --client -c --help" valued="--note --client -c" ;;
      snooze) options="--for --until-changes --off --note --client -c --help" valued="--for --note --client -c" ;;
      archive) options="--off --client -c --help" valued="--client -c" ;;
      tag) options="--add -a --remove -r --client -c --help" valued="--add -a --remove -r --client -c" ;;
      rename) options="--off --client -c --help" valued="--client -c" ;;
      report) options="--by --json --color --help" valued="--by --color" ;;
      grep) options="--most --live --all -a --json --color --help" valued="--most --color" ;;
      wait) options="--until --timeout --help" valued="--until --timeout" ;;
      events) options="--follow -f --json --help" valued="" ;;
      record) options="--seconds --every --redact --help" valued="--seconds --every" ;;
      replay) options="--at --help" valued="--at" ;;
      init) options="--command --key --plugin --off --dry-run --yes -y --help" valued="--command --key" ;;
      hooks) options="--scope --dry-run --yes -y --client --json --help" valued="--scope --client" ;;
      web) options="--port --act --open --allow-host --help" valued="--port --allow-host" ;;
      doctor) options="--verify --json --color --help" valued="--color" ;;
      prune) options="--dry-run --list --older-than --all --yes -y --help" valued="--older-than" ;;
      demo) options="--help" valued="" ;;
    esac
    for ((i = 2; i < n; i++)); do
      if [[ " $valued " == *" ${given[i]} "* ]]; then
        option=${given[i]} i=$((i + 1))
        ((i == n)) || option=""
      elif [[ ${given[i]} != -* ]]; then
        place=$((place + 1))
      fi
    done
    if [[ $cur == --*=* ]]; then
      option=${cur%%=*} cur=${cur#*=}
    elif [[ $cur == -* && ! $option ]]; then
      words=$options verb=-
    fi
    case "$verb ${option:-$place}" in
      "jump 1") from=names ;;
      "status --format") words="tmux ansi plain json waybar i3blocks swiftbar" ;;
      "ls --state") words="permission question plan dialog error limited asked done unknown interrupted menu idle background working compacting starting stopped elsewhere ended" ;;
      "ls --tag") from=tags ;;
      "ls --sort") words="urgency since activity name project context tokens cost" ;;
      "ls --color") words="auto always never" ;;
      "show --color") words="auto always never" ;;
      "show 1") from=names ;;
      "why --color") words="auto always never" ;;
      "why 1") from=names ;;
      "limits --color") words="auto always never" ;;
      "cost --by") words="day project session model branch tag" ;;
      "cost --color") words="auto always never" ;;
      "cost 1") words="today week month all" ;;
      "budget --per") words="day week month session" ;;
      "budget --tag") from=tags ;;
      "budget --color") words="auto always never" ;;
      "budget 1") words="set off" ;;
      "statusline --preset") words="full essential minimal" ;;
      "statusline --time") words="clock left" ;;
      "statusline "[0-9]*) words="install uninstall preview" ;;
      "answer 1") from=names states="permission question plan dialog unknown" ;;
      "answer 2") words="yes always no" ;;
      "send 1") from=names ;;
      "open 1") from=names ;;
      "open 2") words="folder shell transcript" ;;
      "copy 1") from=names ;;
      "copy 2") words="id path resume" ;;
      "resume 1") from=ended ;;
      "new --fork") from=names ;;
      "new --tag" | "new -t") from=tags ;;
      "new 1") from=files ;;
      "park "[0-9]*) from=names ;;
      "kill "[0-9]*) from=names ;;
      "seen "[0-9]*) from=names ;;
      "pin "[0-9]*) from=names ;;
      "snooze "[0-9]*) from=names ;;
      "archive "[0-9]*) from=names ;;
      "tag --add" | "tag -a") from=tags ;;
      "tag --remove" | "tag -r") from=tags ;;
      "tag "[0-9]*) from=names ;;
      "rename 1") from=names ;;
      "report --by") words="project state tag" ;;
      "report --color") words="auto always never" ;;
      "report 1") words="today week month" ;;
      "grep --color") words="auto always never" ;;
      "wait --until") words="needs-you permission question plan dialog error limited asked done unknown interrupted menu idle background working compacting starting stopped elsewhere ended" ;;
      "wait 1") from=names ;;
      "events "[0-9]*) from=names ;;
      "record 1") from=files ;;
      "replay 1") from=files ;;
      "replay "[0-9]*) words="ls show why status next" ;;
      "init 1") words="tmux bash zsh fish starship" ;;
      "hooks --scope") words="user project local" ;;
      "hooks 1") words="install uninstall status print" ;;
      "doctor --color") words="auto always never" ;;
      "demo "[0-9]*) words="pick next back jump status ls show why limits cost budget statusline answer send open copy resume new park restore kill seen pin snooze archive tag rename report grep wait events record replay init hooks web doctor prune demo" ;;
    esac
  fi
  if [[ $from == files ]]; then
    compopt -o default 2>/dev/null || :
  elif [[ $from == ended ]]; then
    __cst_ended
  elif [[ $from ]]; then
    __cst_lines "$from" "$states"
    __cst_offer ${lines[@]+"${lines[@]}"}
  else
    # shellcheck disable=SC2086  # words of ours, without anything to expand
    __cst_offer $words
  fi
}
complete -F __cst_complete cst
