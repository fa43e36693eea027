"""How enrolments come to be counted as trained: what the forecast of the headline is made from."""

from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select

from tracker.core.metric import Knowledge, Leading
from tracker.ledger.models import Journey
from tracker.people.queries import posting_spans
from tracker.training.lifecycle import ENROLMENT
from tracker.training.metrics.spans import ENDED_WELL
from tracker.training.models import Cohort, Enrolment, Programme


def _journeys(knowledge: Knowledge, as_at: date) -> Select[Any]:
    """Enrolments on qualifying programmes, each in the organisation the person is in on the day."""
    posting = posting_spans(knowledge).subquery()
    here = and_(posting.c.person_id == Journey.person_id, posting.c.starts_on <= as_at, as_at < posting.c.ends_on)
    return (
        select(
            Enrolment.journey_id,
            Journey.person_id.label("record_id"),
            Programme.code.label("programme"),
            posting.c.organisation_id,
        )
        .join(Journey, Journey.id == Enrolment.journey_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .join(posting, here)
        .where(Programme.qualifies)
    )


TO_BE_TRAINED = Leading(
    stages=tuple(ENROLMENT.stages),
    moves=tuple((before, after) for before, those in ENROLMENT.moves.items() for after in sorted(those)),
    arrives_at=frozenset(ENDED_WELL),
    journeys=_journeys,
)
