"""Pages on which administrators keep the lists that everything else chooses from."""
