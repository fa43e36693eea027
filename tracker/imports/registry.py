"""Every kind of file there is: the slices' lists, added up."""

from tracker.core.intake import Kind
from tracker.fellowships.imports import KINDS as FELLOWSHIPS
from tracker.leadership.imports import KINDS as LEADERSHIP
from tracker.progress.imports import KINDS as PROGRESS
from tracker.training.imports import KINDS as TRAINING

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*TRAINING, *FELLOWSHIPS, *LEADERSHIP, *PROGRESS)}
