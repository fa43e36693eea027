"""Changes in the machinery of government, each recorded as one act: a rename, a merger, a split, a body that moves."""
