"""The tables of the fellowships slice."""

from tracker.fellowships.models.afterwards import Away, Notice, PlacementAnswer
from tracker.fellowships.models.logs import LogDecision, LogDraft, LogSkill, LogVersion, WeekLog
from tracker.fellowships.models.placements import (
    Conversion,
    EventHost,
    Extension,
    HoursChange,
    Placement,
    PlacementLeaving,
    SupervisorAssignment,
)
from tracker.fellowships.models.reviews import Objective, Review
from tracker.fellowships.models.schemes import (
    FellowSkill,
    HostOffer,
    Preference,
    Project,
    ProjectChoice,
    ProjectPlace,
    ProjectSkill,
    Scheme,
    SchemeRound,
    Supervisor,
)

__all__ = [
    "Away",
    "Conversion",
    "EventHost",
    "Extension",
    "FellowSkill",
    "HostOffer",
    "HoursChange",
    "LogDecision",
    "LogDraft",
    "LogSkill",
    "LogVersion",
    "Notice",
    "Objective",
    "Placement",
    "PlacementAnswer",
    "PlacementLeaving",
    "Preference",
    "Project",
    "ProjectChoice",
    "ProjectPlace",
    "ProjectSkill",
    "Review",
    "Scheme",
    "SchemeRound",
    "Supervisor",
    "SupervisorAssignment",
    "WeekLog",
]
