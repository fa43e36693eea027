"""Programmes and cohorts, as they are asked for."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.accounts.models import RoleGrant, User
from tracker.accounts.permissions import Role
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.ledger.models import StageSpan
from tracker.training.lifecycle import HOLDS_A_PLACE, Stage
from tracker.training.models import Cohort, Enrolment, Programme, ProgrammeQualification

EVERY_COHORT = Cohort.removed_at.is_(None)
"""The cohorts there are: not those that an undo took away."""
_WITH = (joinedload(Cohort.programme), joinedload(Cohort.owner))


def cohort(code: str) -> Cohort | None:
    """The cohort with a code."""
    return db.session.scalar(select(Cohort).where(Cohort.code == code, EVERY_COHORT).options(*_WITH))


def programmes() -> Sequence[Programme]:
    """Every programme, by name."""
    return db.session.scalars(select(Programme).order_by(Programme.name)).all()


def programme(code: str) -> Programme | None:
    """The programme with a code."""
    return db.session.scalar(select(Programme).where(Programme.code == code))


def qualifications(programme: Programme) -> list[ProgrammeQualification]:
    """From which days completing a programme counted or did not, in order; empty where that never changed."""
    row = ProgrammeQualification
    read = select(row).where(row.programme_id == programme.id).order_by(row.starts_on, row.id)
    return list(db.session.scalars(read.options(joinedload(row.recorded_by))))


def cohorts_of(programme: Programme) -> Sequence[Cohort]:
    """The cohorts of a programme, the latest to begin first."""
    read = select(Cohort).where(Cohort.programme_id == programme.id, EVERY_COHORT)
    return db.session.scalars(read.order_by(Cohort.starts_on.desc().nulls_last(), Cohort.code)).all()


def managers() -> Sequence[User]:
    """Who may look after a cohort: programme managers who may sign in, by name."""
    manages = select(RoleGrant.user_id).where(RoleGrant.role == Role.PROGRAMME_MANAGER)
    active = select(User).where(User.id.in_(manages), User.disabled_at.is_(None))
    return db.session.scalars(active.order_by(User.name, User.id)).all()


def is_open(day: date) -> ColumnElement[bool]:
    """Whether a cohort is neither closed nor over by a day: under way, to come, or without an end."""
    return and_(or_(Cohort.ends_on.is_(None), Cohort.ends_on >= day), Cohort.closed_at.is_(None))


def open_cohorts(day: date, also: int | None = None) -> Sequence[Cohort]:
    """Cohorts that somebody may join on a day: those not closed nor ended by then, and one more that is named."""
    still = or_(is_open(day), Cohort.id == also)
    read = select(Cohort).join(Cohort.programme).where(EVERY_COHORT, still).order_by(Programme.name, Cohort.code)
    return db.session.scalars(read.options(contains_eager(Cohort.programme))).all()


def cohorts_to_return_to(day: date, left: Cohort) -> Sequence[Cohort]:
    """Cohorts of the same programme that somebody may join on a day, and the one that was left."""
    return [cohort for cohort in open_cohorts(day, left.id) if cohort.programme_id == left.programme_id]


def other_cohorts(day: date, left: Cohort) -> Sequence[Cohort]:
    """The other cohorts of the same programme that somebody may join on a day."""
    return [cohort for cohort in open_cohorts(day) if cohort.programme_id == left.programme_id and cohort.id != left.id]


def begins_with_places(first: date, last: date) -> ColumnElement[bool]:
    """Whether a cohort begins between two days, is not closed, and has places left."""
    held = case((StageSpan.stage.in_(sorted(HOLDS_A_PLACE)), StageSpan.person_id))
    taken = (
        select(func.count(func.distinct(held)))
        .select_from(Enrolment)
        .join(StageSpan, and_(StageSpan.journey_id == Enrolment.journey_id, StageSpan.ends_on == LAST_DAY))
        .where(Enrolment.cohort_id == Cohort.id)
        .correlate(Cohort)
        .scalar_subquery()
    )
    has_places = or_(Cohort.capacity.is_(None), taken < Cohort.capacity)
    return and_(Cohort.starts_on.between(first, last), Cohort.closed_at.is_(None), has_places)


def number_of_cohorts(which: ColumnElement[bool] = EVERY_COHORT) -> int:
    """How many cohorts there are, or of some."""
    return db.session.scalar(select(func.count()).select_from(Cohort).where(EVERY_COHORT, which)) or 0


def cohorts(limit: int, offset: int, which: ColumnElement[bool] = EVERY_COHORT) -> Sequence[Row[Cohort, int, int, int]]:
    """Some cohorts by code: with the programme, how many people stand on it now, how many of them in training, and how
    many places are taken."""
    person = func.count(func.distinct(StageSpan.person_id))
    training = func.count(func.distinct(case((StageSpan.stage == Stage.IN_TRAINING, StageSpan.person_id))))
    held = case((StageSpan.stage.in_(sorted(HOLDS_A_PLACE)), StageSpan.person_id))
    shown = select(Cohort.id).where(EVERY_COHORT, which).order_by(Cohort.code).limit(limit).offset(offset).subquery()
    standing_now = and_(StageSpan.journey_id == Enrolment.journey_id, StageSpan.ends_on == LAST_DAY)
    taken = func.count(func.distinct(held))
    counted = (
        select(shown.c.id, person.label("people"), training.label("in_training"), taken.label("taken"))
        .outerjoin(Enrolment, Enrolment.cohort_id == shown.c.id)
        .outerjoin(StageSpan, standing_now)
        .group_by(shown.c.id)
        .subquery()
    )
    return db.session.execute(
        select(Cohort, counted.c.people, counted.c.in_training, counted.c.taken)
        .join(counted, counted.c.id == Cohort.id)
        .order_by(Cohort.code)
        .options(joinedload(Cohort.programme))
    ).all()
