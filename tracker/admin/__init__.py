"""Floor 9: the pages of administrators, a folder for each thing they look after, and of the audit trail."""
