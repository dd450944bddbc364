"""One file per verb, named as the verb: `run(args, settings)` does it and returns the exit code."""
