"""Floor 4: lifecycles, the append-only events of every journey, and the two clocks."""
