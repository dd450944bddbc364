"""Sessions in, text out. Pure: the time, the width, the colours and the home are arguments."""
