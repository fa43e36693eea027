"""What the pages of fellowships ask, a file for each kind of page."""
