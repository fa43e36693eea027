"""Breaks: whose queue each stands in once its day has passed, and what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.ledger.models import Journey, StageSpan, Strand
from tracker.people.models import Person, PostingSpan
from tracker.training.lifecycle import Stage
from tracker.training.models import (
    BreakReminder,
    Cohort,
    Endorsement,
    Endorser,
    Enrolment,
    EventCohort,
    Programme,
)

OFFICE = "office"
"""The queue of the programme office: of cohorts that nobody looks after, or only somebody who is gone."""


@dataclass(frozen=True)
class Pause:
    """Somebody on a break.

    `promised_on` is the planned return, or, where it is not known, the day to ask again. `stage_before` is what the
    break interrupted; `extended` how often it was extended; `began_on` its first day.
    """

    ref: str
    version: int
    person_ref: str
    first_name: str
    last_name: str
    cohort: str
    programme: str
    promised_on: date
    is_known: bool
    return_cohort: str | None
    owner: str
    owner_name: str | None
    began_on: date
    stage_before: str | None
    extended: int

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return f"{self.first_name} {self.last_name}"

    def days(self, today: date) -> int:
        """Calendar days from its first day to a day."""
        return (today - self.began_on).days


def _current() -> Select[Any]:
    """Breaks that go on, with the person and where each is posted: to be narrowed by who may be seen."""
    owner, into = aliased(User), aliased(Cohort)
    looked_after = and_(owner.id == Cohort.owner_id, owner.disabled_at.is_(None))
    found: Select[Any] = (
        select(StageSpan.journey_id, StageSpan.position, Journey.ref, Journey.version)
        .add_columns(Person.ref.label("person_ref"), Person.first_name, Person.last_name)
        .add_columns(Cohort.code.label("cohort"), Programme.name.label("programme"))
        .add_columns(StageSpan.promised_on, EventCohort.is_known, into.code.label("return_cohort"))
        .add_columns(func.coalesce(owner.ref, OFFICE).label("owner"), owner.name.label("owner_name"))
    )
    return (
        found.join(Journey, Journey.id == StageSpan.journey_id)
        .join(Person, Person.id == Journey.person_id)
        .outerjoin(PostingSpan, and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY))
        .join(Enrolment, Enrolment.journey_id == Journey.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .outerjoin(owner, looked_after)
        .outerjoin(EventCohort, EventCohort.event_id == StageSpan.event_id)
        .outerjoin(into, into.id == EventCohort.cohort_id)
        .where(StageSpan.strand == Strand.TRAINING, StageSpan.stage == Stage.ON_BREAK, StageSpan.ends_on == LAST_DAY)
        .where(Person.removed_at.is_(None), StageSpan.promised_on.is_not(None))
    )


def overdue_breaks(day: date, scope: ColumnElement[bool]) -> list[Pause]:
    """Breaks whose day lies before a day, of those who may be seen: each with its one owner, the longest overdue first.

    :param scope: speaks of `PostingSpan.organisation_id` and `Person.user_id`.
    """
    return _told(overdue(day, scope))


def overdue(day: date, scope: ColumnElement[bool]) -> Select[Any]:
    """What `overdue_breaks` tells, to be counted."""
    return _current().where(StageSpan.promised_on < day, scope)


def breaks_ending(first: date, last: date, scope: ColumnElement[bool]) -> list[Pause]:
    """Breaks whose day lies between two days, both included, the first due first."""
    return _told(_current().where(StageSpan.promised_on.between(first, last), scope))


def break_of(journey_id: int, day: date) -> Pause | None:
    """The break that an enrolment stands on, if its day lies before a day."""
    found = _told(_current().where(StageSpan.journey_id == journey_id, StageSpan.promised_on < day))
    return found[0] if found else None


def _told(read: Select[Any]) -> list[Pause]:
    rows = db.session.execute(read.order_by(StageSpan.promised_on, Person.sort_key, StageSpan.journey_id)).all()
    spans: dict[int, list[tuple[str, date]]] = {row.journey_id: [] for row in rows}
    history = select(StageSpan.journey_id, StageSpan.stage, StageSpan.starts_on)
    ordered = history.where(StageSpan.journey_id.in_(spans)).order_by(StageSpan.journey_id, StageSpan.position)
    for journey_id, stage, starts_on in db.session.execute(ordered) if spans else ():
        spans[journey_id].append((stage, starts_on))
    return [_pause(row, spans[row.journey_id]) for row in rows]


def _pause(row: Any, history: Sequence[tuple[str, date]]) -> Pause:
    began = len(history)
    while began and history[began - 1][0] == Stage.ON_BREAK:
        began -= 1
    _, _, *known = row
    ref, version, person_ref, first, last, cohort, programme, promised_on, is_known, into, owner, owner_name = known
    return Pause(
        *(ref, version, person_ref, first, last, cohort, programme, promised_on, is_known is not False, into),
        *(owner, owner_name),
        began_on=history[began][1],
        stage_before=history[began - 1][0] if began else None,
        extended=len(history) - began - 1,
    )


@dataclass(frozen=True)
class Reminder:
    """Somebody to be reminded of the return they promised, and who else."""

    event_id: int
    name: str
    email: str
    manager: str | None
    owner: str | None
    cohort: str
    promised_on: date
    is_known: bool


def reminders_due(first: date, last: date) -> list[Reminder]:
    """Promises whose day lies between two days, both included, of which nobody was reminded yet."""
    owner, into = aliased(User), aliased(Cohort)
    asked = select(Endorsement.email).where(
        Endorsement.journey_id == StageSpan.journey_id, Endorsement.endorser == Endorser.LINE_MANAGER
    )
    manager = asked.order_by(Endorsement.id.desc()).limit(1).correlate(StageSpan).scalar_subquery()
    found = (
        select(StageSpan.event_id, Person.first_name, Person.last_name, Person.email, manager.label("manager"))
        .add_columns(owner.email.label("owner"), func.coalesce(into.code, Cohort.code), StageSpan.promised_on)
        .add_columns(EventCohort.is_known)
        .join(Person, Person.id == StageSpan.person_id)
        .join(Enrolment, Enrolment.journey_id == StageSpan.journey_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(owner, and_(owner.id == Cohort.owner_id, owner.disabled_at.is_(None)))
        .outerjoin(EventCohort, EventCohort.event_id == StageSpan.event_id)
        .outerjoin(into, into.id == EventCohort.cohort_id)
        .outerjoin(BreakReminder, BreakReminder.event_id == StageSpan.event_id)
        .where(StageSpan.strand == Strand.TRAINING, StageSpan.stage == Stage.ON_BREAK, StageSpan.ends_on == LAST_DAY)
        .where(StageSpan.promised_on.between(first, last), BreakReminder.event_id.is_(None))
        .where(Person.removed_at.is_(None))
        .order_by(StageSpan.event_id)
    )
    return [
        Reminder(event_id, f"{one} {other}", email, manager_at, owner_at, cohort, promised_on, is_known is not False)
        for event_id, one, other, email, manager_at, owner_at, cohort, promised_on, is_known in db.session.execute(
            found
        )
    ]
