"""Floor 3: a person – the one table of names and addresses – and where they were posted."""
