"""Pages on which administrators keep the structure of government up to date."""
