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
from tracker.training.queries.leaving import all_reasons, leaving_reason, reasons_to_give

__all__ = [
    "Entry",
    "EntryOf",
    "all_reasons",
    "cohort",
    "cohorts",
    "cohorts_to_return_to",
    "enrolment",
    "enrolment_on",
    "enrolments_of",
    "entries",
    "entry",
    "leaving_reason",
    "number_of_cohorts",
    "open_cohorts",
    "people_by_stage",
    "programmes",
    "reasons_to_give",
    "standing",
]
