"""Files as they come: what they are, how they are encoded and separated, and their rows as text."""
