"""What the front page says of today: what waits, what runs, what happened last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.fellowships.lifecycle import PLACEMENT
from tracker.following.models import Follow
from tracker.imports.models import ImportBatch, Status
from tracker.imports.queries import AWAITS_DECISION
from tracker.leadership.models import PanelMember
from tracker.ledger.models import Event, EventVoid, Journey, StageSpan, Strand
from tracker.people.models import Person
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import Cohort, Enrolment

LIFECYCLES = {Strand.TRAINING: ENROLMENT, Strand.FELLOWSHIPS: PLACEMENT}
"""The lifecycles of people, by their strand."""
RECENT = 8
SOON_DAYS = 14


@dataclass(frozen=True)
class Happened:
    """Something that was recorded lately."""

    person_ref: str
    person: str
    stage: str
    effective_on: date
    recorded_at: datetime


@dataclass(frozen=True)
class Running:
    """A cohort in progress, or about to begin."""

    cohort: Cohort
    people: int
    in_training: int


@dataclass(frozen=True)
class Accounts:
    """How many users there are, and how many of them cannot sign in yet or any more."""

    active: int
    invited: int
    disabled: int


def recent_events(scope: ColumnElement[bool]) -> list[Happened]:
    """What was recorded last of the people within a scope, which speaks of `PostingSpan` and `Person`.

    An import records thousands at one instant; those stand on its own page and not here.
    """
    found = (
        select(
            Person.ref,
            Person.first_name,
            Person.last_name,
            Journey.strand,
            Event.stage,
            Event.effective_on,
            Event.recorded_at,
        )
        .join(Journey, Journey.id == Event.journey_id)
        .join(Person, Person.id == Journey.person_id)
        .join(Person.current)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .where(Event.stage.is_not(None), EventVoid.event_id.is_(None), Event.import_id.is_(None), scope)
        .where(Journey.strand.in_(LIFECYCLES))
        .where(Person.removed_at.is_(None))
        .order_by(Event.recorded_at.desc(), Event.id.desc())
        .limit(RECENT)
    )
    return [
        Happened(ref, f"{first} {last}", LIFECYCLES[strand].label(stage or ""), effective_on, recorded_at)
        for ref, first, last, strand, stage, effective_on, recorded_at in db.session.execute(found)
    ]


MOST_COHORTS = 1000
"""More cohorts than any programme office has run: the front page reads no further."""


def running_cohorts(day: date) -> list[Running]:
    """Cohorts with people in training, the most first, and those that begin within a fortnight."""
    person = func.count(func.distinct(StageSpan.person_id))
    training = func.count(func.distinct(case((StageSpan.stage == Stage.IN_TRAINING, StageSpan.person_id))))
    begins_soon = Cohort.starts_on.between(day, day + timedelta(days=SOON_DAYS))
    standing = (
        select(Enrolment.cohort_id, person.label("people"), training.label("in_training"))
        .join(StageSpan, and_(StageSpan.journey_id == Enrolment.journey_id, StageSpan.ends_on == LAST_DAY))
        .group_by(Enrolment.cohort_id)
        .subquery()
    )
    in_training = func.coalesce(standing.c.in_training, 0)
    found = (
        select(Cohort, func.coalesce(standing.c.people, 0), in_training)
        .outerjoin(standing, standing.c.cohort_id == Cohort.id)
        .where(or_(in_training > 0, begins_soon))
        .order_by(in_training.desc(), Cohort.code)
        .limit(RECENT)
        .options(joinedload(Cohort.programme))
    )
    return [Running(*row) for row in db.session.execute(found)]


def imports_to_decide(kinds: Collection[str]) -> Select[int]:
    """The imports of some kinds that are checked and wait for somebody to decide whether they are loaded."""
    return select(ImportBatch.id).where(AWAITS_DECISION, ImportBatch.kind.in_(kinds))


def cohorts_of(which: ColumnElement[bool]) -> Select[int]:
    """Some cohorts."""
    return select(Cohort.id).where(which)


def how_many(lists: Sequence[Select[Any]]) -> list[int]:
    """How long some lists are, in one question."""
    counts = [select(func.count()).select_from(one.order_by(None).subquery()).scalar_subquery() for one in lists]
    return list(db.session.execute(select(*counts)).one()) if counts else []


def latest_imports(kinds: Collection[str]) -> Sequence[ImportBatch]:
    """The imports of some kinds that were loaded last."""
    loaded = select(ImportBatch).where(ImportBatch.status.in_((Status.LOADED, Status.UNDONE)))
    loaded = loaded.where(ImportBatch.kind.in_(kinds))
    return db.session.scalars(loaded.order_by(ImportBatch.loaded_at.desc()).limit(3)).all()


class Own(NamedTuple):
    """What is a user's own: their record, and whether they follow anything or sit on a panel."""

    record: Person | None
    is_following: bool
    has_seats: bool


def own(user_id: int) -> Own:
    """What is a user's own, in one question."""
    follows = exists().where(Follow.user_id == user_id)
    sits = exists().where(PanelMember.user_id == user_id)
    is_theirs = and_(Person.user_id == User.id, Person.removed_at.is_(None))
    return Own(
        *db.session.execute(
            select(Person, follows, sits).select_from(User).outerjoin(Person, is_theirs).where(User.id == user_id)
        ).one()
    )


def accounts() -> Accounts:
    """The users counted."""
    is_active = User.disabled_at.is_(None)
    counted = select(
        func.count(User.id).filter(is_active, User.password_hash.is_not(None)),
        func.count(User.id).filter(is_active, User.password_hash.is_(None)),
        func.count(User.id).filter(User.disabled_at.is_not(None)),
    )
    return Accounts(*db.session.execute(counted).one())
