"""`cst demo`: a fleet of made-up Claude Code sessions in a private tmux server."""
