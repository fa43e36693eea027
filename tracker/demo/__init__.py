"""Floor 9: a fictional programme that shows every page at work: real organisations, invented people."""
