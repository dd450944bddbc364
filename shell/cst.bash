# cst for bash 4.2 or newer. In ~/.bashrc, after everything else that changes PROMPT_COMMAND:
#
#   eval "$(cst init bash)"
#   PS1='${CST_PROMPT:+$CST_PROMPT }'$PS1
#
# CST_PROMPT holds `2 need you: permission`, `5 working` or nothing. `cst status` (tmux's status line runs it) writes it
# into a file; a prompt only reads that file, starts no process, and shows nothing that is older than a minute.
# `__cst_off` takes all of this out of the running shell.
#
# Where an administrator has made PROMPT_COMMAND read-only, nothing is put there, and this line does the same for the
# price of a fork:  PS1='$(__cst_show)'$PS1

__cst_prompt() {
  local __cst_was=$? __cst_until='' __cst_text='' __cst_now
  export CST_PROMPT=
  if [[ -r $__cst_dir/prompt ]]; then
    IFS=' ' read -r __cst_until _ __cst_text <"$__cst_dir/prompt" || :
  fi
  if [[ -n $__cst_until && $__cst_until != *[!0-9]* && $__cst_text != *[!a-z0-9:,\ ]* ]]; then
    printf -v __cst_now '%(%s)T' -1
    ((10#$__cst_until <= __cst_now)) || CST_PROMPT=$__cst_text
  fi
  return "$__cst_was"
}

__cst_show() {
  __cst_prompt || : # it leaves $? as it was
  [[ -z $CST_PROMPT ]] || printf '%s ' "$CST_PROMPT"
}

__cst_readonly() {
  local __cst_said
  __cst_said=$(declare -p PROMPT_COMMAND 2>/dev/null) || return
  __cst_said=${__cst_said#declare -}
  [[ ${__cst_said%% *} == *r* ]]
}

__cst_off() {
  local __cst_i
  if __cst_readonly; then
    :
  elif [[ "$(declare -p PROMPT_COMMAND 2>/dev/null)" == 'declare -a'* ]]; then
    for __cst_i in "${!PROMPT_COMMAND[@]}"; do
      [[ ${PROMPT_COMMAND[__cst_i]} != __cst_prompt ]] || unset "PROMPT_COMMAND[$__cst_i]"
    done
  fi
  if ! __cst_readonly; then
    PROMPT_COMMAND=${PROMPT_COMMAND-}
    PROMPT_COMMAND=${PROMPT_COMMAND//$'\n__cst_prompt'/}
    if [[ -z ${PROMPT_COMMAND[*]} ]]; then
      unset PROMPT_COMMAND
    elif [[ -z $PROMPT_COMMAND ]]; then
      unset 'PROMPT_COMMAND[0]'
    fi
  fi
  complete -r cst 2>/dev/null || :
  unset -f __cst_prompt __cst_show __cst_readonly __cst_off __cst_complete __cst_words __cst_offer __cst_lines __cst_ended 2>/dev/null || :
  unset CST_PROMPT __cst_dir
}

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
  __cst_dir=${CST_STATE_DIR:-${XDG_STATE_HOME:-${HOME-}/.local/state}/cst}
  # shellcheck disable=SC2034  # it is the person's own prompt that uses it
  export CST_PROMPT=
  case "${PROMPT_COMMAND[*]-}" in
    *__cst_prompt*) ;;
    *)
      if __cst_readonly; then
        :
      elif [[ "$(declare -p PROMPT_COMMAND 2>/dev/null)" == 'declare -a'* ]] &&
        ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
        PROMPT_COMMAND+=(__cst_prompt)
      else
        # shellcheck disable=SC2178  # of an array, older ones run the first element only: it gets one line more
        PROMPT_COMMAND="${PROMPT_COMMAND-}"$'\n__cst_prompt'
      fi
      ;;
  esac
else
  unset -f __cst_prompt __cst_show __cst_readonly __cst_off
fi
