"""Floor 5: senior data posts, from approval to in post, and the candidates for them."""
