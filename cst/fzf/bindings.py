"""What each key does inside fzf, as `--bind` options. Almost all of them write a message into the pipe (see messages).

The commands are run by `sh`. {1} is the highlighted row's key, {+1} those of the marked rows, {q} the query.
"""

from __future__ import annotations

from cst.fzf import keymap, messages
from cst.fzf.messages import SEARCH
from cst.fzf.prompt import CHOICE_KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cst.fzf.keymap import Key


def options(keys: Sequence[Key]) -> list[str]:
    """A `--bind` option for every binding of a picker with these keys."""
    unbound = ",".join([*CHOICE_KEYS, "focus"])
    found = [
        f'start:unbind({unbound})+transform-header(cat "$CST_RUN/header")', f"load:transform:{_KEEP}",
        f"change:execute-silent:{_TYPED}", f"result:transform:{_FOUND}",
    ]  # fmt: skip
    for key in keys:
        found += _of(key)
        if key.enter and not any({"enter", "ctrl-m"} & {*one.keys.split(",")} for one in keys):
            found.append(f"enter:execute-silent:{_enter(key.name)}")  # by itself fzf closes at it, whatever is typed
    found += [f"{choice}:execute-silent:{messages.write_chosen(choice)}" for choice in CHOICE_KEYS]
    found += [
        "ctrl-z:ignore",  # stopped, it would leave its terminal mode to the shell
        f"esc,ctrl-g:transform:{_ESC}",
        f"btab:change-multi+toggle+execute-silent({_MARKS})+up",
        f"right-click:change-multi+toggle+execute-silent:{_MARKS}",
        f"focus:execute-silent:{messages.WRITE_MOVED}",
        f"multi:execute-silent:{messages.WRITE_MARKED}",
        f"resize:execute-silent:{messages.WRITE_RESIZED}",
        f"preview-scroll-up:execute-silent:{messages.write_pressed(keymap.UP)}",
        f"preview-scroll-down:execute-silent:{messages.write_pressed(keymap.DOWN)}",
    ]
    return [f"--bind={binding}" for binding in found]


def _of(key: Key) -> Iterator[str]:
    """The bindings of one key of the table. Anything in the colon form is the last action of its binding."""
    if key.enter:
        action = f"execute-silent:{_enter(key.name)}"
        yield f"double-click:execute-silent:{_click(key.name)}"
    elif key.name == keymap.MARK:
        action = f"change-multi+toggle+execute-silent({_MARKS})+down"
    elif key.name == keymap.PREVIEW:
        action = f"toggle-preview+execute-silent:{messages.WRITE_TOGGLED}"
    else:
        rows = "" if key.listing or key.is_own() else "{+1}" if key.many else "{1}"
        action = f"execute-silent:{messages.write_pressed(key.name, rows)}"
    for one in key.keys.split(","):
        yield f"{one}:{action}"


def _enter(name: str) -> str:
    """Enter a line of text if one is being typed. fzf's own prompt decides, not what it was told to become."""
    searched = messages.write_searched(name)
    return f'if [ "$FZF_PROMPT" = "{SEARCH}" ]; then {searched}; else {messages.WRITE_ENTERED}; fi'


def _click(name: str) -> str:
    return f'[ "$FZF_PROMPT" != "{SEARCH}" ] || {{ {messages.write_pressed(name, "{1}")}; }}'


# Leaves a question, the page of keys, the picker. `read` fails at a file without a line end, and has read it.
_ESC = (
    f'page=; [ ! -e "$CST_RUN/page" ] || read -r page <"$CST_RUN/page"; '
    f'if [ -e "$CST_RUN/asking" ]; then {messages.WRITE_CANCELLED}; '
    f'elif [ "$page" = {keymap.HELP} ] && [ -n "$FZF_PREVIEW_LINES" ]; then {messages.write_pressed(keymap.HELP)}; '
    "else echo abort; fi"
)
# Which rows are marked, for the moment in which a reload takes the marks away.
_MARKS = 'if [ "$FZF_SELECT_COUNT" = 0 ]; then : >"$CST_RUN/marks"; else printf "%s\\n" {+1} >"$CST_RUN/marks"; fi'
# A reload keeps the cursor's line number and no marks. This puts the cursor on the row that it was on, or as far from
# it as it was moved while the rows were read, and marks again what was marked. If the order is the same (`row` is
# empty) and no row is marked, there is nothing to do.
_KEEP = (
    '[ ! -s "$CST_RUN/row" ] && [ ! -s "$CST_RUN/marks" ] || exec awk -v at="$FZF_POS" \''
    "FILENAME == ARGV[1] { if (FNR == 1) key = $0; else was = $0; next } "
    "FILENAME == ARGV[2] { marked[$0]; next } "
    "$0 == key { here = FNR + at - was } "
    '$0 in marked { act = act "pos(" FNR ")+select+" } '
    'END { if (here < 1) here = at; print act "pos(" here ")" }\' '
    '"$CST_RUN/row" "$CST_RUN/marks" {*f1}'
)
# A search keeps the cursor's line number too, whatever comes to stand there. So what was typed is noted, with the row
# that was highlighted then; a query that a question gives back was not typed.
_TYPED = (
    'q=; [ ! -e "$CST_RUN/searched" ] || IFS= read -r q <"$CST_RUN/searched"; '
    f'[ "$FZF_PROMPT" != "{SEARCH}" ] || [ {{q}} = "$q" ] || {{ '
    'printf "%s\\n" {q} >"$CST_RUN/searched"; printf "%s\\n" {1} "$FZF_POS" >"$CST_RUN/typed"; }'
)
# When a search is over, the cursor goes to the first row found that needs the user, or else to the first; it stays on
# the row that the user had moved it to, if that is found, and where it was moved to since, or asked about. On a busy
# machine that may be the search for less than what is typed by now, and fzf does not say so: the note stays, with where
# the cursor is and the word `done`, for the next search to be over; rows that are read anew take it away (list_pane).
_FOUND = (
    f'[ ! -s "$CST_RUN/typed" ] || {{ if [ "$FZF_PROMPT" = "{SEARCH}" ] && [ ! -e "$CST_RUN/asking" ]; then '
    'awk -v at="$FZF_POS" \''
    "FILENAME == ARGV[1] { if (FNR == 1) key = $0; else if (FNR == 2) was = $0; next } "
    "FILENAME == ARGV[2] { put = $0; next } "
    "FILENAME == ARGV[3] { needs[$0]; next } "
    "FNR == 1 { row = $0; to = 1 } "
    "$0 in needs && !best { best = 1; row = $0; to = FNR } "
    "$0 == key { here = FNR } "
    "END { last = was < 1 ? 1 : was < FNR ? was : FNR; if (at != last || !to) exit; "
    'if (here && key != put) to = here; else { if (key == put) key = row; print row >(ENVIRON["CST_RUN"] "/put") } '
    'print "pos(" to ")"; print key "\\n" to "\\ndone" >(ENVIRON["CST_RUN"] "/next") }\' '
    '"$CST_RUN/typed" "$CST_RUN/put" "$CST_RUN/needing" {*f1}; fi; '
    'if [ -e "$CST_RUN/next" ]; then mv "$CST_RUN/next" "$CST_RUN/typed"; else : >"$CST_RUN/typed"; fi; }'
)
