"""What is fast, measured against the start of Python in the same run."""
