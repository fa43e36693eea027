"""The enrolment lifecycle, as data."""

from enum import StrEnum

from tracker.ledger.lifecycle import Lifecycle, moves, stages


class Stage(StrEnum):
    """Where an enrolment stands."""

    NOMINATED = "nominated"
    ENDORSED = "endorsed"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not-accepted"
    ENROLLED = "enrolled"
    IN_TRAINING = "in-training"
    ON_BREAK = "on-break"
    COMPLETED = "completed"
    NOT_COMPLETED = "not-completed"
    WITHDRAWN = "withdrawn"
    IN_ROLE = "in-role"


ENROLMENT = Lifecycle(
    strand="training",
    stages=stages(
        (Stage.NOMINATED, "Nominated", "grey"),
        (Stage.ENDORSED, "Endorsed", "grey"),
        (Stage.APPLIED, "Applied", "light-blue"),
        (Stage.ACCEPTED, "Accepted", "turquoise"),
        (Stage.NOT_ACCEPTED, "Not accepted", "pink"),
        (Stage.ENROLLED, "Enrolled", "turquoise"),
        (Stage.IN_TRAINING, "In training", "blue"),
        (Stage.ON_BREAK, "On a break", "yellow"),
        (Stage.COMPLETED, "Completed", "green"),
        (Stage.NOT_COMPLETED, "Not completed", "orange"),
        (Stage.WITHDRAWN, "Withdrawn", "red"),
        (Stage.IN_ROLE, "In a data science role", "purple"),
    ),
    moves=moves(
        {
            Stage.NOMINATED: (Stage.ENDORSED, Stage.APPLIED, Stage.WITHDRAWN),
            Stage.ENDORSED: (Stage.APPLIED, Stage.WITHDRAWN),
            Stage.APPLIED: (Stage.ACCEPTED, Stage.NOT_ACCEPTED, Stage.WITHDRAWN),
            Stage.ACCEPTED: (Stage.ENROLLED, Stage.WITHDRAWN),
            Stage.ENROLLED: (Stage.IN_TRAINING, Stage.ON_BREAK, Stage.WITHDRAWN),
            Stage.IN_TRAINING: (Stage.ON_BREAK, Stage.COMPLETED, Stage.NOT_COMPLETED, Stage.WITHDRAWN),
            Stage.ON_BREAK: (Stage.IN_TRAINING, Stage.ENROLLED, Stage.WITHDRAWN),
            Stage.COMPLETED: (Stage.IN_ROLE,),
            Stage.NOT_COMPLETED: (Stage.IN_TRAINING, Stage.COMPLETED),
            Stage.WITHDRAWN: (Stage.NOMINATED, Stage.ENROLLED, Stage.IN_TRAINING),
        }
    ),
)
