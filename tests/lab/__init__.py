"""The lab: real Claude Code sessions in named situations, cut off from this machine's own.

`Lab` starts them, `scenarios` drives them into a situation.  What a situation *means* is left to cst,
which is the thing under test: the lab looks at raw facts only.  Linux, tmux and npm are required.
"""
