"""The fleet in a browser: a server on loopback that lives as long as `cst web` does. Facts come from the repeated look
of `ls --watch` and the pages of the picker, words from `render/`, actions from `actions/`."""
