"""Finding records of one person, making them one, taking that back, and telling people apart."""

from tracker.register.identity.services.deciding import pair_up, say_two_people
from tracker.register.identity.services.merging import Choice, MergeNotAllowed, Side, merge
from tracker.register.identity.services.undoing import undo_merge

__all__ = ["Choice", "MergeNotAllowed", "Side", "merge", "pair_up", "say_two_people", "undo_merge"]
