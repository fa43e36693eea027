"""The pages of fellowships."""
