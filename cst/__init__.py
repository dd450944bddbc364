"""cst, the Claude Session Toolkit: one key to the Claude Code session that most needs you."""

__version__ = "0.1.0"
