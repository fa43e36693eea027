"""Compiling figures, and keeping targets."""
