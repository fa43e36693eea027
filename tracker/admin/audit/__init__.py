"""The audit trail, to be read by auditors; whether it is whole, for administrators too."""
