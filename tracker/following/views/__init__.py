"""The pages of what users keep for themselves."""
