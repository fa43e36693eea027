"""Pages on which targets are read, set anew with a reason, and shared out over organisations."""
