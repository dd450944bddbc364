"""The completions of bash, zsh and fish, made from the table of verbs.

They read the names of sessions and the tags from the files that `cst status` and `ls` leave in the state folder. Only
for ended sessions a process is started at TAB: `cst past --names`.
"""

from __future__ import annotations

from cst.verb import Argument, Option, Verb

_MADE = "made by tools/generate.py from cst/verbs/"
_FILES = {"session": "names", "tag": "tags"}  # what is offered -> the file that lists it
_WAITING = "permission question plan dialog unknown"  # the states of sessions that `cst answer` may find a dialog of
_ASKED = "command cst past --names 2>/dev/null"


def flags(option: Option) -> list[str]:
    """The ways to write an option."""
    return [f"--{option.name}"] + ([f"-{option.short}"] if option.short else [])


def _valued(verb: Verb) -> str:
    return " ".join(flag for option in verb.options if option.value for flag in flags(option))


def _offered(one: Argument | Option, verbs: list[Verb]) -> str:
    """The words to offer, separated by spaces; "" for a file, sessions or tags, and where there are none."""
    if one.choices:
        return " ".join(one.choices)
    if one.complete == "verb":
        return " ".join(verb.name for verb in verbs)
    return "" if one.complete in (*_FILES, "file", "waiting", "ended") else one.complete


# ---------------------------------------------------------------------------------------------------- bash

_BASH = r"""# bash completion for cst, %(made)s
# shellcheck disable=SC2034,SC2154  # functions read and set the variables of the one that calls them

# The words of the line up to the cursor: bash hands `a:b` and `--sort=x` over in pieces.
__cst_words() {
  local rest=${COMP_LINE:0:COMP_POINT} piece i n=-1
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if [[ $n == -1 || $rest == [[:space:]]* ]]; then
      rest=${rest#"${rest%%%%[![:space:]]*}"} n=$((n + 1)) given[n]=
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
  [[ $quote || $COMP_WORDBREAKS != *:* || $cur != *:* ]] || head=${cur%%"${cur##*:}"}
  for word; do
    [[ $word == "$bare"* ]] || continue
    case $quote$word in
      \'*\'* | \"*[\"\$\`\\\!]*) continue ;;
    esac
    [[ $quote ]] || printf -v word %%q "$word"
    COMPREPLY+=("${word#"$head"}")
  done
}

# The first words of a file's lines; with a second argument of those that are in one of these states.
__cst_lines() {
  local line about file=${CST_STATE_DIR:-${XDG_STATE_HOME:-${HOME-}/.local/state}/cst}/$1
  [[ -r $file ]] || return 0
  while IFS=$'\t' read -r line about; do
    [[ ${2-} && " $2 " != *" ${about%%%% *} "* ]] || lines+=("$line")
  done <"$file"
}

# Ended sessions by their ids, newest first. What each is stands beside it, unless it would be put on the line.
__cst_ended() {
  local id about
  while IFS=$'\t' read -r id about; do
    [[ $id == "$cur"* ]] || continue
    COMPREPLY+=("$id") lines+=("$id  $about")
  done < <(%(asked)s)
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
    words="%(verbs)s --help --version"
  else
    case $verb in
%(verb_cases)s
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
      option=${cur%%%%=*} cur=${cur#*=}
    elif [[ $cur == -* && ! $option ]]; then
      words=$options verb=-
    fi
    case "$verb ${option:-$place}" in
%(value_cases)s
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
"""


def bash(verbs: list[Verb]) -> str:
    """For bash 4.2 or newer; one may source it, or `cst init bash` brings it."""
    heads, values = [], []
    for verb in verbs:
        options = " ".join([flag for option in verb.options for flag in flags(option)] + ["--help"])
        heads.append(f'      {verb.name}) options="{options}" valued="{_valued(verb)}" ;;')
        for option in verb.options:
            if found := _bash_values(option, verbs):
                pattern = " | ".join(f'"{verb.name} {flag}"' for flag in flags(option))
                values.append(f"      {pattern}) {found} ;;")
        for number, argument in enumerate(verb.arguments, 1):
            if found := _bash_values(argument, verbs):
                pattern = f'"{verb.name} "[0-9]*' if argument.many else f'"{verb.name} {number}"'
                values.append(f"      {pattern}) {found} ;;")
    return _BASH % {
        "made": _MADE, "verbs": " ".join(verb.name for verb in verbs), "verb_cases": "\n".join(heads),
        "value_cases": "\n".join(values), "asked": _ASKED,
    }  # fmt: skip


def _bash_values(one: Argument | Option, verbs: list[Verb]) -> str:
    if one.complete == "file":
        return "from=files"
    if one.complete in _FILES:
        return f"from={_FILES[one.complete]}"
    if one.complete == "waiting":
        return f'from=names states="{_WAITING}"'
    if one.complete == "ended":
        return "from=ended"
    words = _offered(one, verbs)
    return f'words="{words}"' if words else ""


# ----------------------------------------------------------------------------------------------------- zsh

_ZSH = r"""#compdef cst
# zsh completion for cst, %(made)s

# Offer the lines `WORD<TAB>ABOUT` of a file; zsh quotes what it inserts.
__cst_lines() {
  local file=${CST_STATE_DIR:-${XDG_STATE_HOME:-${HOME-}/.local/state}/cst}/$1 line word
  local -a words
  [[ -r $file ]] || return 1
  for line in ${(f)"$(<$file)"}; do
    word=${line%%%%$'\t'*}
    [[ -z $3 || " $3 " == *" ${${line#*$'\t'}%%%% *} "* ]] || continue
    words+=("${${word//\\/\\\\}//:/\\:}:${line#*$'\t'}")
  done
  (( $#words )) && _describe -t $1 "$2" words
}
__cst_sessions() { __cst_lines names session "" }
__cst_waiting() { __cst_lines names session "%(waiting)s" }
__cst_ended() {
  local line
  local -a words
  for line in ${(f)"$(%(asked)s)"}; do
    words+=("${line/$'\t'/:}")
  done
  (( $#words )) && _describe -V -t ended 'ended session' words
}
__cst_tags() {
  local file=${CST_STATE_DIR:-${XDG_STATE_HOME:-${HOME-}/.local/state}/cst}/tags
  local -a words
  [[ -r $file ]] || return 1
  words=(${(f)"$(<$file)"})
  _sequence compadd - -a words
}

__cst_complete() {
  local -a verbs=(
%(verbs)s
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=$words[2] curcontext=$curcontext
  local -a state line
  typeset -A opt_args
  shift words
  (( CURRENT-- ))
  case $verb in
%(cases)s
  esac
}

if [[ $funcstack[1] == _cst ]]; then
  __cst_complete "$@"
elif (( $+functions[compdef] )); then
  compdef __cst_complete cst
fi
"""


def zsh(verbs: list[Verb]) -> str:
    """For a folder on fpath; `cst init zsh` brings it too."""
    names = "\n".join(f"    '{verb.name}:{_in_zsh(verb.help)}'" for verb in verbs)
    cases = "\n".join(f"    {verb.name}) _arguments -s -S {' '.join(_zsh_specs(verb, verbs))} ;;" for verb in verbs)
    return _ZSH % {"made": _MADE, "verbs": names, "cases": cases, "waiting": _WAITING, "asked": _ASKED}


def _zsh_specs(verb: Verb, verbs: list[Verb]) -> list[str]:
    found = ["'(- *)--help[show help]'"]
    for option in verb.options:
        value = f"{':' * bool(option.bare)}:{option.value.lower()}:{_zsh_action(option, verbs)}" if option.value else ""
        names = flags(option)
        once = "" if option.many else f"({' '.join(names)})"
        about = f"[{_in_brackets(option.help)}]{value}"
        found += [f"'{once or '*'}{name}{'=' * bool(option.value and name[1] == '-')}{about}'"
                  for name in names]  # fmt: skip
    for number, argument in enumerate(verb.arguments, 1):
        place = "*" if argument.many else number
        found.append(f"'{place}:{argument.name}:{_zsh_action(argument, verbs)}'")
    return found


def _zsh_action(one: Argument | Option, verbs: list[Verb]) -> str:
    if one.complete == "file":
        return "_files"
    if one.complete in _FILES:
        return "__cst_sessions" if one.complete == "session" else "__cst_tags"
    if one.complete in ("waiting", "ended"):
        return f"__cst_{one.complete}"
    words = _offered(one, verbs)
    if isinstance(one, Option) and one.many and words:
        return f"_sequence compadd - {words}"
    return f"({words})" if words else " "


# ---------------------------------------------------------------------------------------------------- fish

_FISH = r"""# fish completion for cst, %(made)s

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
    command -q cst; and %(asked)s
end

# Whether the line is one of this verb and, where a number is given, at its argument of that number.
function __cst_at
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"; or return
    set -q argv[2]; or return 0
    set -l valued
    switch $argv[1]
%(valued)s
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
%(lines)s
"""


def fish(verbs: list[Verb]) -> str:
    """For a completions folder of fish; `cst init fish` brings it too."""
    lines = ["complete -c cst -n __cst_first -l version -d 'print the version'"]
    lines += [f"complete -c cst -n __cst_first -a {v.name} -d '{_in_fish(v.help)}'" for v in verbs]
    for verb in verbs:
        here = f"complete -c cst -n '__cst_at {verb.name}'"
        for option in verb.options:
            short = f" -s {option.short}" if option.short else ""
            value = f" -x -a '{_fish_words(option, verbs)}'" if option.value and not option.bare else ""
            lines.append(f"{here} -l {option.name}{short}{value} -d '{_in_fish(option.help)}'")
        for number, argument in enumerate(verb.arguments, 1):
            place = "many" if argument.many else number
            at = f"complete -c cst -n '__cst_at {verb.name} {place}'"
            if argument.complete == "file":
                lines.append(f"{at} -F")
            elif words := _fish_words(argument, verbs):
                lines.append(f"{at} -k -a '{words}'")
    cases = [
        f"        case {verb.name}\n            set valued {_valued(verb)}" for verb in verbs if _valued(verb)
    ]  # fmt: skip
    return _FISH % {"made": _MADE, "valued": "\n".join(cases), "lines": "\n".join(lines), "asked": _ASKED}


def _fish_words(one: Argument | Option, verbs: list[Verb]) -> str:
    if one.complete == "waiting":
        return f"(__cst_lines names {_WAITING})"
    if one.complete == "ended":
        return "(__cst_ended)"
    return f"(__cst_lines {_FILES[one.complete]})" if one.complete in _FILES else _offered(one, verbs)


def _in_zsh(text: str) -> str:
    """A text within single quotes of zsh."""
    return text.replace("'", "'\\''")


def _in_brackets(text: str) -> str:
    """The explanation of an option for zsh's _arguments, within single quotes."""
    for char in "\\[]":
        text = text.replace(char, "\\" + char)
    return _in_zsh(text)


def _in_fish(text: str) -> str:
    """A text within single quotes of fish."""
    return text.replace("\\", "\\\\").replace("'", "\\'")
