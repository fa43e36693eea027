"""How enrolments come to be counted as trained: what the forecast of the headline is made from."""

from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select

from tracker.core.metric import Knowledge, Leading, Parting
from tracker.ledger.models import Journey
from tracker.people.queries import posting_spans
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.metrics.qualifying import qualifying_cohorts
from tracker.training.metrics.spans import ENDED_WELL
from tracker.training.models import Cohort, Enrolment, Programme
from tracker.training.queries.intakes import planned_cohorts


def _journeys(knowledge: Knowledge, as_at: date) -> Select[Any]:
    """Enrolments on programmes that qualify on the day, each in the organisation the person is in on it."""
    posting = posting_spans(knowledge).subquery()
    counts = qualifying_cohorts(knowledge).subquery()
    here = and_(posting.c.person_id == Journey.person_id, posting.c.starts_on <= as_at, as_at < posting.c.ends_on)
    counting = and_(counts.c.cohort_id == Enrolment.cohort_id, counts.c.starts_on <= as_at, as_at < counts.c.ends_on)
    return (
        select(
            Enrolment.journey_id,
            Journey.person_id.label("record_id"),
            Programme.code.label("programme"),
            posting.c.organisation_id,
            Cohort.code.label("intake"),
            Cohort.starts_on.label("planned_on"),
        )
        .join(Journey, Journey.id == Enrolment.journey_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .join(counts, counting)
        .join(posting, here)
    )


TO_BE_TRAINED = Leading(
    stages=tuple(ENROLMENT.stages),
    moves=ENROLMENT.steps(),
    arrives_at=frozenset(ENDED_WELL),
    journeys=_journeys,
    names=lambda: select(Programme.code, Programme.name),
    starts_at=Stage.IN_TRAINING,
    starts="start training",
    kind="programme",
    plans=planned_cohorts,
    partings=(
        Parting(
            "returns", Stage.ON_BREAK, frozenset({Stage.IN_TRAINING, Stage.ENROLLED}), frozenset({Stage.WITHDRAWN})
        ),
        Parting(
            "completes",
            Stage.IN_TRAINING,
            frozenset({Stage.COMPLETED}),
            frozenset({Stage.NOT_COMPLETED, Stage.WITHDRAWN}),
        ),
    ),
)
