"""Enrolments, cohorts and programmes, as they are asked for."""

from tracker.training.queries.cohorts import (
    cohort,
    cohorts,
    cohorts_to_return_to,
    number_of_cohorts,
    open_cohorts,
    people_by_stage,
    programmes,
)
from tracker.training.queries.enrolments import (
    Entry,
    EntryOf,
    enrolment,
    enrolment_on,
    enrolments_of,
    entries,
    entry,
    standing,
)

__all__ = [
    "Entry",
    "EntryOf",
    "cohort",
    "cohorts",
    "cohorts_to_return_to",
    "enrolment",
    "enrolment_on",
    "enrolments_of",
    "entries",
    "entry",
    "number_of_cohorts",
    "open_cohorts",
    "people_by_stage",
    "programmes",
    "standing",
]
