"""The placement lifecycle, as data."""

from enum import StrEnum
from itertools import pairwise

from tracker.ledger.lifecycle import Lifecycle, moves, stages


class Stage(StrEnum):
    """Where a placement stands."""

    PROPOSED = "proposed"
    MATCHED = "matched"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_POST = "in-post"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED_EARLY = "ended-early"


PLACEMENT = Lifecycle(
    strand="fellowships",
    stages=stages(
        (Stage.PROPOSED, "Proposed", "grey"),
        (Stage.MATCHED, "Matched", "grey"),
        (Stage.OFFERED, "Offered", "teal"),
        (Stage.ACCEPTED, "Accepted", "teal"),
        (Stage.IN_POST, "In post", "blue"),
        (Stage.COMPLETED, "Completed", "green"),
        (Stage.DECLINED, "Declined", "magenta"),
        (Stage.WITHDRAWN, "Withdrawn", "red"),
        (Stage.ENDED_EARLY, "Ended early", "orange"),
    ),
    moves=moves(
        {
            Stage.PROPOSED: (Stage.MATCHED, Stage.WITHDRAWN),
            Stage.MATCHED: (Stage.OFFERED, Stage.WITHDRAWN),
            Stage.OFFERED: (Stage.ACCEPTED, Stage.DECLINED, Stage.WITHDRAWN),
            Stage.ACCEPTED: (Stage.IN_POST, Stage.WITHDRAWN),
            Stage.IN_POST: (Stage.COMPLETED, Stage.ENDED_EARLY),
        }
    ),
)
"""Whoever declined, withdrew or left begins a new placement (domain page; fine print A23)."""

LINE = (Stage.PROPOSED, Stage.MATCHED, Stage.OFFERED, Stage.ACCEPTED, Stage.IN_POST, Stage.COMPLETED)
"""The stages of a placement that goes well, in order."""

USUAL_NEXT: dict[str, Stage] = dict(pairwise(LINE))
"""The stage that usually follows: what a page offers first."""

ENDED = (Stage.COMPLETED, Stage.DECLINED, Stage.WITHDRAWN, Stage.ENDED_EARLY)
"""The stages nothing follows."""

BOOKED = (Stage.ACCEPTED, Stage.IN_POST)
"""The stages whose planned days fill a fellow's time: no day may hold more than 1.0 FTE of them (fine print A21)."""

TAKING_A_PLACE = (Stage.OFFERED, Stage.ACCEPTED, Stage.IN_POST)
"""The stages that use up one of the places a project has."""

SUPERVISED_AFTER_END_DAYS = 60
"""How long after a placement ended its supervisor still sees it: long enough to sign the last weeks off."""


LONGEST_MONTHS = 24
"""How long a fellowship lasts at most, with its extensions, where its scheme does not say (domain page: 12 to 24)."""


class LeavingReason(StrEnum):
    """Why a placement was declined, withdrawn or ended early; the codes are for ever."""

    ANOTHER_OFFER = "another-offer"
    TERMS = "terms"
    LOCATION = "location"
    CHANGED_MIND = "changed-mind"
    HOST_CHANGED = "host-changed"
    CLEARANCE = "clearance"
    NEW_POST = "new-post"
    HEALTH = "health"
    NOT_SUITED = "not-suited"
    FUNDING = "funding"
    OTHER = "other"
    NOT_KNOWN = "not-known"


LEAVING_REASONS: dict[str, str] = {
    LeavingReason.ANOTHER_OFFER: "Took another offer",
    LeavingReason.TERMS: "The terms did not suit",
    LeavingReason.LOCATION: "The location did not suit",
    LeavingReason.CHANGED_MIND: "The fellow changed their mind",
    LeavingReason.HOST_CHANGED: "The host could no longer take a fellow",
    LeavingReason.CLEARANCE: "Security clearance was not given",
    LeavingReason.NEW_POST: "Moved to another post",
    LeavingReason.HEALTH: "Health or caring responsibilities",
    LeavingReason.NOT_SUITED: "The work did not suit them",
    LeavingReason.FUNDING: "Funding was withdrawn",
    LeavingReason.OTHER: "Another reason",
    LeavingReason.NOT_KNOWN: "Not known",
}


class LogState(StrEnum):
    """How far the log of a week is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class Decision(StrEnum):
    """What a supervisor says of a submitted log."""

    APPROVED = "approved"
    RETURNED = "returned"


class HostAnswer(StrEnum):
    """Whether an organisation can host fellows in a year."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class ObjectiveState(StrEnum):
    """How far an objective of a placement is."""

    OPEN = "open"
    MET = "met"
    PARTLY_MET = "partly-met"
    DROPPED = "dropped"
