"""The page on which it is set from when on a status is worked out otherwise."""
