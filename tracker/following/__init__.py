"""Floor 7: what users keep for themselves: views of lists under a name, and whom and what they follow."""
