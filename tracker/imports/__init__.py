"""Floor 7: one machine for every kind of file, with its effect on the figures."""
