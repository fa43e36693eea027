"""Recording a change in the machinery of government, placing the people it leaves unplaced, and taking it back."""

from tracker.admin.changes.services.placing import place
from tracker.admin.changes.services.planning import ChangeNotAllowed, Plan, Settled, settle
from tracker.admin.changes.services.preview import Preview, preview
from tracker.admin.changes.services.recording import record
from tracker.admin.changes.services.undoing import undo

__all__ = ["ChangeNotAllowed", "Plan", "Preview", "Settled", "place", "preview", "record", "settle", "undo"]
