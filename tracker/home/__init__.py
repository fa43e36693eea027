"""Floor 9: each role's own front page, and the sections of the service it may open."""
