"""Floor 2: users, sign-in, who may do what, and the trail of what they did."""
