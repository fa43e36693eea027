"""Floor 6: figures compiled, explained and compared with their targets."""
