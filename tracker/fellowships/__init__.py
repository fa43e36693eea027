"""Floor 5: the second strand – fellows placed at host organisations, and the weekly logs their figures rest on."""
