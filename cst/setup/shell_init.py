"""What a shell or a prompt needs to know of cst: files that are shipped, printed as they are."""

from __future__ import annotations

from cst.model import CstError
from cst.setup.assets import shipped

# What `cst init WORD` prints -> (its name in the package, in a checkout) of each file.
_FILES = {
    "bash": (("cst.bash", "shell/cst.bash"), ("complete.bash", "completions/cst.bash")),
    "zsh": (("cst.zsh", "shell/cst.zsh"), ("complete.zsh", "completions/_cst")),
    "fish": (("cst.fish", "shell/cst.fish"), ("complete.fish", "completions/cst.fish")),
    "starship": (("starship.toml", "shell/starship.toml"),),
}
KNOWN = tuple(_FILES)


def integration(name: str) -> str:
    """The text for bash, zsh, fish (prompt and completion) or starship; CstError for another word."""
    if name not in _FILES:
        raise CstError(f"no shell {name!r} is known", f"say one of {', '.join(KNOWN)}")
    return "\n".join(shipped(installed, checkout) for installed, checkout in _FILES[name])
