"""Making two records one, and taking it back."""

from tracker.register.identity.services.merging import Choice, MergeNotAllowed, Side, merge
from tracker.register.identity.services.undoing import undo_merge

__all__ = ["Choice", "MergeNotAllowed", "Side", "merge", "undo_merge"]
