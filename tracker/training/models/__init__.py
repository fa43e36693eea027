"""Programmes, cohorts, and the enrolment of a person on a cohort."""

from tracker.training.models.drafts import DraftHand, Endorsement, Endorser, EnrolmentDraft
from tracker.training.models.enrolments import Enrolment, EnrolmentKey, EnrolmentLeaving, EventCohort
from tracker.training.models.leaving import LeavingReason
from tracker.training.models.outcomes import BreakReminder, CompletionEvidence, FollowUp, Use
from tracker.training.models.programmes import (
    Cohort,
    Delivery,
    Programme,
    ProgrammeQualification,
    WaitingPlace,
)
from tracker.training.models.skills import Moment, Rater, RoleLevel, SkillRating

__all__ = [
    "BreakReminder",
    "Cohort",
    "CompletionEvidence",
    "Delivery",
    "DraftHand",
    "Endorsement",
    "Endorser",
    "Enrolment",
    "EnrolmentDraft",
    "EnrolmentKey",
    "EnrolmentLeaving",
    "EventCohort",
    "FollowUp",
    "LeavingReason",
    "Moment",
    "Programme",
    "ProgrammeQualification",
    "Rater",
    "RoleLevel",
    "SkillRating",
    "Use",
    "WaitingPlace",
]
