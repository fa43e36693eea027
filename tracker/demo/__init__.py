"""Above the jobs: a fictional programme that shows every page at work: real organisations, invented people."""
