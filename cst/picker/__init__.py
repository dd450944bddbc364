"""The fzf interface."""
