"""Programmes, cohorts, and the enrolment of a person on a cohort."""

from tracker.training.models.enrolments import Enrolment, EnrolmentKey, EnrolmentLeaving, EventCohort
from tracker.training.models.programmes import Cohort, Programme
from tracker.training.models.skills import CapabilitySkill

__all__ = [
    "CapabilitySkill",
    "Cohort",
    "Enrolment",
    "EnrolmentKey",
    "EnrolmentLeaving",
    "EventCohort",
    "Programme",
]
