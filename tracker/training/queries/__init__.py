"""Enrolments, cohorts and programmes, as they are asked for."""

from tracker.training.queries.cohorts import (
    cohort,
    cohorts,
    cohorts_of,
    cohorts_to_return_to,
    managers,
    number_of_cohorts,
    open_cohorts,
    other_cohorts,
    programme,
    programmes,
    qualifications,
)
from tracker.training.queries.enrolments import (
    Entry,
    EntryOf,
    enrolment,
    enrolment_on,
    enrolments_named,
    enrolments_of,
    entries,
    entry,
    standing,
)
from tracker.training.queries.leaving import all_reasons, leaving_reason, reasons_to_give
from tracker.training.queries.places import Member, members, places_taken, unfinished, waiting

__all__ = [
    "Entry",
    "EntryOf",
    "Member",
    "all_reasons",
    "cohort",
    "cohorts",
    "cohorts_of",
    "cohorts_to_return_to",
    "enrolment",
    "enrolment_on",
    "enrolments_named",
    "enrolments_of",
    "entries",
    "entry",
    "leaving_reason",
    "managers",
    "members",
    "number_of_cohorts",
    "open_cohorts",
    "other_cohorts",
    "places_taken",
    "programme",
    "programmes",
    "qualifications",
    "reasons_to_give",
    "standing",
    "unfinished",
    "waiting",
]
