"""Programmes and cohorts, as they are asked for."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.ledger.models import StageSpan
from tracker.training.lifecycle import Stage
from tracker.training.models import Cohort, Enrolment, Programme


def cohort(code: str) -> Cohort | None:
    """The cohort with a code."""
    return db.session.scalar(select(Cohort).where(Cohort.code == code).options(joinedload(Cohort.programme)))


def programmes() -> Sequence[Programme]:
    """Every programme, by name."""
    return db.session.scalars(select(Programme).order_by(Programme.name)).all()


def open_cohorts(day: date, also: int | None = None) -> Sequence[Cohort]:
    """Cohorts that somebody may join on a day: those that have not ended by then, and one more that is named."""
    still = or_(Cohort.ends_on.is_(None), Cohort.ends_on >= day, Cohort.id == also)
    read = select(Cohort).join(Cohort.programme).where(still).order_by(Programme.name, Cohort.code)
    return db.session.scalars(read.options(contains_eager(Cohort.programme))).all()


def cohorts_to_return_to(day: date, left: Cohort) -> Sequence[Cohort]:
    """Cohorts of the same programme that somebody may join on a day, and the one that was left."""
    return [cohort for cohort in open_cohorts(day, left.id) if cohort.programme_id == left.programme_id]


def number_of_cohorts() -> int:
    """How many cohorts there are."""
    return db.session.scalar(select(func.count()).select_from(Cohort)) or 0


def cohorts(limit: int, offset: int) -> Sequence[Row[Cohort, int, int]]:
    """Some cohorts by code: with the programme, how many people stand on it now, and how many of them in training."""
    person = func.count(func.distinct(StageSpan.person_id))
    training = func.count(func.distinct(case((StageSpan.stage == Stage.IN_TRAINING, StageSpan.person_id))))
    shown = select(Cohort.id).order_by(Cohort.code).limit(limit).offset(offset).subquery()
    standing_now = and_(StageSpan.journey_id == Enrolment.journey_id, StageSpan.ends_on == LAST_DAY)
    counted = (
        select(shown.c.id, person.label("people"), training.label("in_training"))
        .outerjoin(Enrolment, Enrolment.cohort_id == shown.c.id)
        .outerjoin(StageSpan, standing_now)
        .group_by(shown.c.id)
        .subquery()
    )
    return db.session.execute(
        select(Cohort, counted.c.people, counted.c.in_training)
        .join(counted, counted.c.id == Cohort.id)
        .order_by(Cohort.code)
        .options(joinedload(Cohort.programme))
    ).all()


def people_by_stage(cohort: Cohort) -> Sequence[Row[str, int]]:
    """How many people of a cohort stand at each stage now: stage, people."""
    return db.session.execute(
        select(StageSpan.stage, func.count(func.distinct(StageSpan.person_id)).label("people"))
        .join(Enrolment, Enrolment.journey_id == StageSpan.journey_id)
        .where(Enrolment.cohort_id == cohort.id, StageSpan.ends_on == LAST_DAY)
        .group_by(StageSpan.stage)
    ).all()
