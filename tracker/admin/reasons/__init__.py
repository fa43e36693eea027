"""The pages on which administrators keep the reasons for leaving."""
