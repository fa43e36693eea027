"""Floor 0: what every slice stands on. Knows nothing of the programme."""
