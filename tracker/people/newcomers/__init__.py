"""Somebody new: entered once, with where they are posted, and found beforehand if they are known already."""
