"""What fellowships hold about somebody: as a fellow, and as the supervisor of others."""

from tracker.core.subject import Part
from tracker.fellowships.held.forgetting import forget, objections
from tracker.fellowships.held.knowing import recognise
from tracker.fellowships.held.telling import tell

PART = Part(tell, forget, recognise, objections)
