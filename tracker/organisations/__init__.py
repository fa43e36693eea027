"""Floor 1: departments and bodies, the dates they existed, and the lists that postings take their words from."""
