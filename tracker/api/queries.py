"""What other systems are answered with, as far as it is not read by the questions of the pages."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.api.models import FeedEntry, FeedHead
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.fellowships.models import Placement
from tracker.leadership.models import Vacancy
from tracker.ledger.models import Event, EventVoid, Journey, StageSpan, Strand
from tracker.organisations.models import Organisation
from tracker.people.models import Person, PostingSpan
from tracker.progress.models import TargetVersion
from tracker.register.queries import Wanted, people
from tracker.training.models import Cohort, EventCohort, Programme
from tracker.training.queries import EVERY_COHORT


def events_without_place(settled_id: int, last_id: int) -> Select[int]:
    """The ids of events that have no place in the feed, up to the last id, in order.

    :param settled_id: up to here all have one.
    """
    placed = and_(FeedEntry.event_id == Event.id, FeedEntry.is_void.is_(False))
    missing = select(Event.id).outerjoin(FeedEntry, placed).where(FeedEntry.position.is_(None))
    return missing.where(Event.id > settled_id, Event.id <= last_id).order_by(Event.id)


def voids_without_place() -> Select[int]:
    """The ids of events that were taken back, which the feed has as recorded only, in the order they were."""
    recorded = exists().where(FeedEntry.event_id == EventVoid.event_id, FeedEntry.is_void.is_(False))
    placed = exists().where(FeedEntry.event_id == EventVoid.event_id, FeedEntry.is_void)
    return select(EventVoid.event_id).where(recorded, ~placed).order_by(EventVoid.voided_at, EventVoid.event_id)


def number_of_voids() -> int:
    """How many events were ever taken back."""
    return db.session.scalar(select(func.count()).select_from(EventVoid)) or 0


def feed_is_behind() -> bool:
    """Whether the ledger holds something that has no place in the feed yet."""
    head = db.session.scalar(select(FeedHead))
    settled_id, voids = (head.settled_id, head.voids) if head else (0, 0)
    last_id = db.session.scalar(select(func.max(Event.id))) or 0
    waiting = db.session.scalar(events_without_place(settled_id, last_id).limit(1))
    return waiting is not None or number_of_voids() > voids


def end_of_feed() -> int:
    """The last place of the feed that was given; 0 before any."""
    return db.session.scalar(select(func.coalesce(func.max(FeedEntry.position), 0))) or 0


def feed(user: User, after: int, limit: int, end: int) -> tuple[Sequence[Any], int]:
    """The lines of the feed behind a place, up to its end, that are within somebody's reach, at most so many; and how
    far that looked.

    What lies beyond reach takes places too: the next question goes on behind what was looked at.
    """
    rows = db.session.execute(
        select(
            FeedEntry.position,
            FeedEntry.is_void,
            Event,
            Journey.ref.label("journey"),
            Journey.strand,
            Person.ref.label("person"),
            func.coalesce(Placement.ref, Vacancy.ref).label("named"),
            Cohort.code.label("cohort"),
            EventVoid.voided_at,
            EventVoid.replaced_by_id,
        )
        .join(Event, Event.id == FeedEntry.event_id)
        .join(Journey, Journey.id == Event.journey_id)
        .outerjoin(Person, Person.id == Journey.person_id)
        .outerjoin(PostingSpan, and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY))
        .outerjoin(Placement, Placement.journey_id == Journey.id)
        .outerjoin(Vacancy, Vacancy.journey_id == Journey.id)
        .outerjoin(EventCohort, EventCohort.event_id == Event.id)
        .outerjoin(Cohort, Cohort.id == EventCohort.cohort_id)
        .outerjoin(EventVoid, and_(EventVoid.event_id == Event.id, FeedEntry.is_void))
        .where(FeedEntry.position > after, FeedEntry.position <= end, _within(user))
        .order_by(FeedEntry.position)
        .limit(limit)
    ).all()
    return rows, rows[-1].position if len(rows) == limit else end


def _within(user: User) -> ColumnElement[bool]:
    """Which lines somebody may see: of enrolments as the people list, of placements and vacancies as theirs.

    Of candidates nothing is told: a candidacy is no vacancy.
    """
    own = Person.user_id
    return or_(
        and_(
            Journey.strand == Strand.TRAINING,
            user.sees(Permission.PEOPLE_VIEW, PostingSpan.organisation_id, own),
        ),
        and_(
            Journey.strand == Strand.FELLOWSHIPS,
            user.sees(Permission.PLACEMENTS_VIEW, Placement.host_id, own),
        ),
        and_(Vacancy.journey_id.is_not(None), user.sees(Permission.VACANCIES_VIEW, Vacancy.organisation_id)),
    )


def people_after(wanted: Wanted, user: User, after: int, limit: int) -> Sequence[int]:
    """The ids of people within somebody's reach behind an id, in order, at most so many."""
    scope = user.sees(Permission.PEOPLE_VIEW, PostingSpan.organisation_id, Person.user_id)
    return db.session.scalars(people(wanted, scope).where(Person.id > after).order_by(Person.id).limit(limit)).all()


def slugs_of(person_ids: Collection[int]) -> dict[str, str]:
    """Where people are posted now: the slugs of organisations, by the people's references."""
    here = and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY)
    placed = select(Person.ref, Organisation.slug).join(PostingSpan, here)
    placed = placed.join(Organisation, Organisation.id == PostingSpan.organisation_id)
    return dict(db.session.execute(placed.where(Person.id.in_(person_ids))).all())


def current_targets(figures: Collection[str]) -> Sequence[TargetVersion]:
    """The targets that hold now, or those of some figures, in a fixed order."""
    version = TargetVersion
    held = (
        select(func.max(version.id))
        .where(version.undone_at.is_(None))
        .group_by(version.figure, version.organisation_id)
    )
    found = select(version).where(version.id.in_(held)).options(selectinload(version.points))
    if figures:
        found = found.where(version.figure.in_(figures))
    return db.session.scalars(found.order_by(version.figure, version.id)).all()


def cohorts_after(after: int, limit: int) -> Sequence[Cohort]:
    """Cohorts behind an id, in order, at most so many."""
    found = select(Cohort).join(Programme, Programme.id == Cohort.programme_id).where(Cohort.id > after, EVERY_COHORT)
    return db.session.scalars(found.options(selectinload(Cohort.programme)).order_by(Cohort.id).limit(limit)).all()


def events_since(journey_id: int, last_id: int) -> Sequence[int]:
    """The ids of events of a journey behind an id, in order."""
    added = select(Event.id).where(Event.journey_id == journey_id, Event.id > last_id)
    return db.session.scalars(added.order_by(Event.id)).all()


def stage_of(journey_id: int) -> str | None:
    """Where a journey stands now."""
    standing = select(StageSpan.stage).where(StageSpan.journey_id == journey_id, StageSpan.ends_on == LAST_DAY)
    return db.session.scalar(standing)


def last_event_id() -> int:
    """The id of the last event there is."""
    return db.session.scalar(select(func.coalesce(func.max(Event.id), 0))) or 0
