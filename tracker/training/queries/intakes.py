"""Cohorts that are still to begin, with their places: what a forecast may count on."""

from datetime import date, timedelta

from sqlalchemy import and_, case, func, select

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.core.metric import Intake, Plans
from tracker.ledger.models import StageSpan
from tracker.training.lifecycle import BEFORE_A_PLACE, HOLDS_A_PLACE, Stage
from tracker.training.models import Cohort, Enrolment, Programme

TELLING = timedelta(days=730)
"""How far back cohorts tell how full they get."""


def planned_cohorts(day: date) -> Plans:
    """Cohorts of qualifying programmes that begin after a London day and are not closed, by their first day.

    Without a number of places nobody knows how many a cohort means: such a one is left out.
    """
    on_it = case((StageSpan.stage.in_(sorted(HOLDS_A_PLACE | BEFORE_A_PLACE)), StageSpan.person_id))
    standing = and_(StageSpan.journey_id == Enrolment.journey_id, StageSpan.ends_on == LAST_DAY)
    planned = (
        select(Cohort.code, Programme.code, Cohort.starts_on, Cohort.capacity, func.count(func.distinct(on_it)))
        .join(Programme, Programme.id == Cohort.programme_id)
        .outerjoin(Enrolment, Enrolment.cohort_id == Cohort.id)
        .outerjoin(StageSpan, standing)
        .where(Cohort.starts_on > day, Cohort.closed_at.is_(None), Cohort.capacity.is_not(None), Programme.qualifies)
        .group_by(Cohort.id, Cohort.code, Programme.code, Cohort.starts_on, Cohort.capacity)
        .order_by(Cohort.starts_on, Cohort.code)
    )
    intakes = [Intake(*row, None) for row in db.session.execute(planned)]  # type: ignore[arg-type]
    return Plans(intakes, *_filled(day))


def _filled(day: date) -> tuple[int, int]:
    """The places of cohorts that began in the years up to a day, and how many people were in training on them."""
    begun = and_(Cohort.starts_on > day - TELLING, Cohort.starts_on <= day, Cohort.capacity.is_not(None))
    offered = db.session.scalar(select(func.sum(Cohort.capacity)).where(begun)) or 0
    started = (
        select(func.count(func.distinct(StageSpan.journey_id)))
        .join(Enrolment, Enrolment.journey_id == StageSpan.journey_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(begun, StageSpan.stage == Stage.IN_TRAINING)
    )
    return offered, min(offered, db.session.scalar(started) or 0)
