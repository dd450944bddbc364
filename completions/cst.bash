# bash completion for cst, made by docs/generate.py from cst/verbs.py
_cst() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words=""
  if ((COMP_CWORD == 1)); then
    words="pick next back status ls show why seen pin snooze tag rename jump open copy resume kill answer send record replay hooks init demo --help --version"
  else
    case $verb in
    pick) words="--client -c --all -a --stay --help" ;;
    next) words="--client -c --peek --help" ;;
    back) words="--client -c --help" ;;
    status) words="--format --badges --help" ;;
    ls) words="--json --all -a --state --needs-you -n --tag --sort --color --help" ;;
    show) words="--json --color --help" ;;
    why) words="--json --redact --color --help" ;;
    seen) words="--client -c --help" ;;
    pin) words="--off --client -c --help" ;;
    snooze) words="--for --until-changes --off --client -c --help" ;;
    tag) words="--add -a --remove -r --client -c --help" ;;
    rename) words="--off --client -c --help" ;;
    jump) words="--client -c --help" ;;
    open) words="--client -c --help folder shell transcript" ;;
    copy) words="--client -c --help id path resume" ;;
    resume) words="--client -c --help" ;;
    kill) words="--yes -y --force --help" ;;
    answer) words="--help" ;;
    send) words="--help" ;;
    record) words="--seconds --every --redact --help" ;;
    replay) words="--at --help" ;;
    hooks) words="--scope --dry-run --yes -y --client --json --help install uninstall status print" ;;
    init) words="--command --plugin --help tmux" ;;
    demo) words="--help" ;;
    esac
    case "$verb $prev" in
    "status --format") words="tmux ansi plain json" ;;
    "ls --state") words="permission question plan dialog error asked done unknown interrupted menu idle background working compacting starting stopped ended" ;;
    "ls --sort") words="urgency since name context" ;;
    "ls --color") words="auto always never" ;;
    "show --color") words="auto always never" ;;
    "why --color") words="auto always never" ;;
    "hooks --scope") words="user project local" ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _cst cst
