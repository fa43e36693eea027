"""Views that are kept, who follows whom, and what happened to those who are followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.db import db
from tracker.following.models import Follow, SavedView
from tracker.ledger.models import Event, EventVoid, Journey
from tracker.organisations.models import Organisation
from tracker.people.models import Person, Posting, PostingSpan
from tracker.training.lifecycle import ENROLMENT
from tracker.training.models import Cohort, Enrolment
from tracker.training.queries import EVERY_COHORT

Rows = Select[*tuple[Any, ...]]


def _open_to(user: User) -> ColumnElement[bool]:
    """The views a user may open: the own, and those shared with a role they hold or an organisation they are for."""
    organisations = sorted({grant.organisation_id for grant in user.grants if grant.organisation_id is not None})
    return or_(
        SavedView.owner_id == user.id,
        SavedView.role.in_(sorted(user.roles)),
        SavedView.organisation_id.in_(organisations),
    )


def view_for(user: User, ref: str) -> SavedView | None:
    """A view a user may open, also one that was deleted."""
    read = select(SavedView).where(SavedView.ref == ref, _open_to(user))
    return db.session.scalar(read.options(joinedload(SavedView.owner), joinedload(SavedView.organisation)))


def own_view(user: User, ref: str) -> SavedView | None:
    """A view of the user's own that was not deleted."""
    read = select(SavedView).where(SavedView.ref == ref, SavedView.owner_id == user.id)
    return db.session.scalar(read.where(SavedView.deleted_at.is_(None)).options(joinedload(SavedView.organisation)))


def views_for(user: User) -> Sequence[SavedView]:
    """The views a user may open, by name."""
    read = select(SavedView).where(SavedView.deleted_at.is_(None), _open_to(user))
    shown = read.order_by(func.lower(SavedView.name), SavedView.id)
    return db.session.scalars(shown.options(joinedload(SavedView.owner), joinedload(SavedView.organisation))).all()


def follow_of(user: User, subject: Person | Cohort) -> Follow | None:
    """That a user follows a person or a cohort, if they do."""
    which = Follow.person_id if isinstance(subject, Person) else Follow.cohort_id
    return db.session.scalar(select(Follow).where(Follow.user_id == user.id, which == subject.id))


def _people_within_reach(user: User) -> ColumnElement[bool]:
    return user.sees(Permission.PEOPLE_VIEW, PostingSpan.organisation_id, Person.user_id)


def followed_people(user: User) -> Sequence[Person]:
    """The people a user follows and may see now, by name."""
    read = select(Person).join(Follow, Follow.person_id == Person.id).outerjoin(Person.current)
    mine = read.where(Follow.user_id == user.id, Person.removed_at.is_(None), _people_within_reach(user))
    return db.session.scalars(mine.order_by(Person.sort_key, Person.id)).all()


def followed_cohorts(user: User) -> Sequence[Cohort]:
    """The cohorts a user follows and may see now, by code."""
    if not user.may(Permission.COHORTS_VIEW):
        return []
    read = select(Cohort).join(Follow, Follow.cohort_id == Cohort.id).where(Follow.user_id == user.id, EVERY_COHORT)
    return db.session.scalars(read.order_by(Cohort.code).options(joinedload(Cohort.programme))).all()


@dataclass(frozen=True)
class Happened:
    """Something that was recorded of somebody who is followed, in words; `is_taken_back` where it no longer counts."""

    person_ref: str
    person: str
    what: str
    on: date
    is_taken_back: bool


MOST_HAPPENED = 200
"""An email says no more than this, and how much more there is."""


def happened(user: User, since: datetime, until: datetime) -> list[Happened]:
    """What was recorded or taken back after one instant and up to another of those whom a user follows.

    Only of people the user may see now: who has moved out of their reach is in it no longer.
    """
    events = _of_followed(
        user,
        select(Person, Event.stage, Cohort.code, Event.effective_on, EventVoid.voided_at)
        .join(Journey, Journey.person_id == Person.id)
        .join(Event, Event.journey_id == Journey.id)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .join(Enrolment, Enrolment.journey_id == Journey.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id),
        _between(Event.recorded_at, EventVoid.voided_at, since, until),
    ).order_by(Event.recorded_at, Event.id)
    moves = _of_followed(
        user,
        select(Person, Organisation.name, Posting.starts_on, Posting.voided_at)
        .join(Posting, Posting.person_id == Person.id)
        .join(Organisation, Organisation.id == Posting.organisation_id),
        _between(Posting.recorded_at, Posting.voided_at, since, until),
    ).order_by(Posting.recorded_at, Posting.id)
    read = db.session.execute
    return [
        *(_line(who, f"{_stage(stage)}, {code}", on, void) for who, stage, code, on, void in read(events)),
        *(_line(who, f"Posted to {name}", on, void) for who, name, on, void in read(moves)),
    ]


def _stage(stage: str | None) -> str:
    return ENROLMENT.label(stage) if stage else "Moved to another cohort"


def _line(who: Person, what: str, on: date, voided_at: datetime | None) -> Happened:
    return Happened(who.ref, who.name, what, on, voided_at is not None)


def _between(recorded: Any, voided: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    """Recorded in the time and standing, or taken back in the time after it was told of."""
    told = and_(recorded > since, recorded <= until, or_(voided.is_(None), voided > until))
    return or_(told, and_(voided > since, voided <= until, or_(recorded.is_(None), recorded <= since)))


def _of_followed(user: User, read: Rows, when: ColumnElement[bool]) -> Rows:
    mine = Follow.user_id == user.id
    followed = [select(Follow.person_id).where(mine, Follow.person_id.is_not(None))]
    if user.may(Permission.COHORTS_VIEW):
        on = select(Journey.person_id).join(Enrolment, Enrolment.journey_id == Journey.id)
        followed.append(on.join(Follow, Follow.cohort_id == Enrolment.cohort_id).where(mine))
    is_followed = or_(*(Person.id.in_(people) for people in followed))
    here = read.outerjoin(Person.current).where(when, Person.removed_at.is_(None), is_followed)
    return here.where(_people_within_reach(user)).limit(MOST_HAPPENED + 1)
