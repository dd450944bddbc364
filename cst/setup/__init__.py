"""What the user lets cst put into the files of other programs: hook settings, key bindings, shell integration."""
