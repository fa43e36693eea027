"""Pages on which administrators add users, give and take roles, and help people who cannot sign in."""
