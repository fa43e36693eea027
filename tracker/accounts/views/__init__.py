"""The pages of signing in, of one's own account, and behind one-time links."""
