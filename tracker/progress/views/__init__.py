"""`/progress`: the pages of figures, the account of a change, and what is taken away as files."""
