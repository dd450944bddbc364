"""What a person puts into the files of other programs: hook settings, key bindings."""
