"""The places of a cohort: who has one, who waits, and everybody who is on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.ledger.models import Journey, StageSpan
from tracker.organisations.models import Organisation
from tracker.people.models import Person, PostingSpan
from tracker.training.lifecycle import BEFORE_A_PLACE, ENROLMENT, HOLDS_A_PLACE, UNFINISHED
from tracker.training.models import Cohort, Enrolment, Programme, WaitingPlace
from tracker.training.queries.cohorts import EVERY_COHORT


def _standing(cohort_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Enrolment.cohort_id == cohort_id, StageSpan.ends_on == LAST_DAY)


def places_taken(cohort: Cohort) -> int:
    """How many people have one of the places of a cohort now."""
    held = StageSpan.stage.in_(sorted(HOLDS_A_PLACE))
    person = func.count(func.distinct(StageSpan.person_id))
    taken = select(person).join(Enrolment, Enrolment.journey_id == StageSpan.journey_id)
    return db.session.scalar(taken.where(*_standing(cohort.id), held)) or 0


def cohorts_to_join(day: date, programme: str) -> Sequence[Row[Cohort, int]]:
    """The cohorts of a programme that are neither closed nor ended on a day, by code, each with the places taken."""
    standing = and_(StageSpan.journey_id == Enrolment.journey_id, StageSpan.ends_on == LAST_DAY)
    held = case((StageSpan.stage.in_(sorted(HOLDS_A_PLACE)), StageSpan.person_id))
    taken = (
        select(func.count(func.distinct(held)))
        .select_from(Enrolment)
        .join(StageSpan, standing)
        .where(Enrolment.cohort_id == Cohort.id)
        .correlate(Cohort)
        .scalar_subquery()
    )
    has_time = or_(Cohort.ends_on.is_(None), Cohort.ends_on >= day)
    joinable = select(Cohort, taken).join(Programme, Programme.id == Cohort.programme_id)
    joinable = joinable.where(Programme.code == programme, has_time, Cohort.closed_at.is_(None), EVERY_COHORT)
    return db.session.execute(joinable.order_by(Cohort.code)).all()


def waiting(cohort: Cohort) -> Sequence[int]:
    """The journeys that wait for a place on a cohort, the first in the row first."""
    waits = (
        select(WaitingPlace.journey_id)
        .join(Enrolment, Enrolment.journey_id == WaitingPlace.journey_id)
        .join(StageSpan, StageSpan.journey_id == WaitingPlace.journey_id)
        .where(
            WaitingPlace.cohort_id == cohort.id,
            *_standing(cohort.id),
            StageSpan.stage.in_(sorted(BEFORE_A_PLACE)),
        )
        .order_by(WaitingPlace.joined_at, WaitingPlace.journey_id)
    )
    return db.session.scalars(waits).all()


@dataclass(frozen=True)
class Member:
    """Somebody on a cohort: who, from where, where they stand and since when, and since when they wait for a place."""

    ref: str
    person_ref: str
    first_name: str
    last_name: str
    organisation: str | None
    stage: str
    since: date
    promised_on: date | None
    waits_since: datetime | None

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return f"{self.first_name} {self.last_name}"

    @property
    def label(self) -> str:
        """The words of the stage."""
        return ENROLMENT.stages[self.stage].label

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return ENROLMENT.stages[self.stage].colour

    @property
    def is_waiting(self) -> bool:
        """Whether they are on the waiting list."""
        return self.waits_since is not None and self.stage in BEFORE_A_PLACE


def members(cohort: Cohort) -> list[Member]:
    """Everybody on a cohort by name, with where they stand now."""
    return [Member(*row) for row in db.session.execute(_members(cohort)).all()]


def unfinished(cohort: Cohort) -> list[Member]:
    """Those on a cohort for whom something has still to happen, by name."""
    open_ends = _members(cohort).where(StageSpan.stage.in_(sorted(UNFINISHED)))
    return [Member(*row) for row in db.session.execute(open_ends)]


def _members(cohort: Cohort) -> Select[Any]:
    here = and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY)
    waits = and_(WaitingPlace.journey_id == Enrolment.journey_id, WaitingPlace.cohort_id == Enrolment.cohort_id)
    read: Select[Any] = select(  # type: ignore[assignment]
        Journey.ref,
        Person.ref,
        Person.first_name,
        Person.last_name,
        Organisation.name,
        StageSpan.stage,
        StageSpan.starts_on,
        StageSpan.promised_on,
        WaitingPlace.joined_at,
    )
    return (
        read.join_from(Enrolment, Journey, Journey.id == Enrolment.journey_id)
        .join(StageSpan, StageSpan.journey_id == Enrolment.journey_id)
        .join(Person, Person.id == Journey.person_id)
        .outerjoin(PostingSpan, here)
        .outerjoin(Organisation, Organisation.id == PostingSpan.organisation_id)
        .outerjoin(WaitingPlace, waits)
        .where(*_standing(cohort.id), Person.removed_at.is_(None))
        .order_by(Person.sort_key, Person.id)
    )
