"""Floor 0: the rules and the names of a jam. Pure: no input or output, no clock, no randomness."""
