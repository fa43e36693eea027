"""Reading figures: live from the ledger, as compiled, and the records behind them."""
