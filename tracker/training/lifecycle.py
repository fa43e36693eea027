"""The enrolment lifecycle, as data."""

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise

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
        (Stage.APPLIED, "Applied", "grey"),
        (Stage.ACCEPTED, "Accepted", "teal"),
        (Stage.NOT_ACCEPTED, "Not accepted", "magenta"),
        (Stage.ENROLLED, "Enrolled", "teal"),
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


class LeavingTrigger(StrEnum):
    """Who brought a withdrawal about."""

    PERSON = "person"
    DEPARTMENT = "department"
    PROVIDER = "provider"
    PROGRAMME = "programme"


LEAVING_TRIGGERS: dict[str, str] = {
    LeavingTrigger.PERSON: "The person asked to leave",
    LeavingTrigger.DEPARTMENT: "Their department withdrew them",
    LeavingTrigger.PROVIDER: "The training provider withdrew them",
    LeavingTrigger.PROGRAMME: "The programme team withdrew them",
}

LEAVING_REASONS: dict[str, str] = {
    "workload": "Too much work in their post",
    "left-post": "Moved to another post",
    "left-civil-service": "Left the Civil Service",
    "not-suited": "The training did not suit them",
    "attendance": "Attendance or progress fell short",
    "health": "Health or caring responsibilities",
    "funding": "Funding or approval was withdrawn",
    "place-not-run": "The course did not run",
    "did-not-return": "Did not return from a break",
    "other": "Another reason",
    "not-known": "Not known",
}
"""What the list of reasons begins with, by codes that are for ever. Administrators keep the list from then on."""

LINE = (
    Stage.NOMINATED,
    Stage.ENDORSED,
    Stage.APPLIED,
    Stage.ACCEPTED,
    Stage.ENROLLED,
    Stage.IN_TRAINING,
    Stage.COMPLETED,
    Stage.IN_ROLE,
)
"""The stages of an enrolment that goes well, in order."""

ENDED = frozenset({Stage.COMPLETED, Stage.NOT_ACCEPTED, Stage.WITHDRAWN, Stage.IN_ROLE, Stage.NOT_COMPLETED})
"""Stages at which nobody waits for anything."""

USUAL_NEXT: dict[str, Stage] = {
    **dict(pairwise(LINE)),
    Stage.NOT_COMPLETED: Stage.IN_TRAINING,
}
"""The stage that usually follows: what a page offers first."""

MOVABLE = frozenset({Stage.NOMINATED, Stage.ENDORSED, Stage.APPLIED, Stage.ACCEPTED, Stage.ENROLLED, Stage.IN_TRAINING})
"""The stages at which an enrolment can be put off to another cohort."""


def furthest(reached: Iterable[str]) -> Stage:
    """Where somebody who withdrew goes on: the furthest stage they had reached that can be gone back to.

    Somebody of whom nothing but the withdrawal is known has reached nothing, and begins anew.
    """
    been = set(reached)
    if been & {Stage.IN_TRAINING, Stage.COMPLETED, Stage.NOT_COMPLETED, Stage.IN_ROLE}:
        return Stage.IN_TRAINING
    if been & {Stage.ENROLLED, Stage.ON_BREAK}:
        return Stage.ENROLLED
    return Stage.NOMINATED


BEFORE_A_PLACE = frozenset({Stage.NOMINATED, Stage.ENDORSED, Stage.APPLIED})
"""Where somebody asks for a place on a cohort and has none yet."""

HOLDS_A_PLACE = frozenset(
    {
        Stage.ACCEPTED,
        Stage.ENROLLED,
        Stage.IN_TRAINING,
        Stage.ON_BREAK,
        Stage.COMPLETED,
        Stage.NOT_COMPLETED,
        Stage.IN_ROLE,
    }
)
"""Where somebody has, or had to the end, one of the places of a cohort. Who withdrew left theirs."""

UNFINISHED = BEFORE_A_PLACE | {Stage.ACCEPTED, Stage.ENROLLED, Stage.IN_TRAINING, Stage.ON_BREAK}
"""Where something has still to happen: nobody may be left there when a cohort is closed."""
