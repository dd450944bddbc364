# cst for zsh. In ~/.zshrc, after compinit:
#
#   eval "$(cst init zsh)"
#   setopt prompt_subst; RPROMPT='${CST_PROMPT}'
#
# CST_PROMPT holds `2 need you: permission`, `5 working` or nothing. `cst status` (tmux's status line runs it) writes it
# into a file; a prompt only reads that file, starts no process, and shows nothing that is older than a minute.
# `__cst_off` takes all of this out of the running shell.

zmodload -F zsh/datetime +p:EPOCHSECONDS
typeset -g __cst_dir=${CST_STATE_DIR:-${XDG_STATE_HOME:-${HOME-}/.local/state}/cst}
typeset -gx CST_PROMPT=

__cst_prompt() {
  local __cst_was=$? __cst_line='' __cst_until __cst_text
  CST_PROMPT=
  [[ -r $__cst_dir/prompt ]] && __cst_line=${"$(<$__cst_dir/prompt)"%%$'\n'*} # zsh reads it itself, no process
  __cst_until=${__cst_line%% *} __cst_text="${${__cst_line#* }#* }"
  if [[ $__cst_line == *' '*' '* && $__cst_line != *[^a-z0-9:,\ ]* && $__cst_until != *[^0-9]* ]]; then
    (( __cst_until <= EPOCHSECONDS )) || CST_PROMPT=$__cst_text
  fi
  return $__cst_was
}

__cst_off() {
  precmd_functions=(${precmd_functions:#__cst_prompt})
  (( ! $+functions[compdef] )) || compdef -d cst 2>/dev/null || :
  unset -m CST_PROMPT __cst_dir
  unset -f -m '__cst_*'
}

typeset -ga precmd_functions
precmd_functions=(${precmd_functions:#__cst_prompt} __cst_prompt)
