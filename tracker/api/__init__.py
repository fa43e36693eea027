"""Floor 9: JSON for other systems, by tokens, under `/api/v1`; the rules are those of the pages."""
