"""One person, one record: comparing two records, making them one, and taking that back."""
