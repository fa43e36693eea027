"""Follow-ups: who is to be asked what came of the training, and what was answered."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, and_, func, select

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.ledger.models import Journey, StageSpan, Strand
from tracker.people.models import Person
from tracker.training.lifecycle import Stage
from tracker.training.models import Cohort, Enrolment, FollowUp, Programme


def completed_between(first: date, last: date) -> Sequence[Row[int, str, str, str, str, date]]:
    """Enrolments that were completed between two days, both included, and still stand so or in a role, of people who
    were not anonymised.

    Each with its reference, the person's name and address, the programme and the day of its last completion.
    """
    done = (
        select(StageSpan.journey_id, func.max(StageSpan.starts_on).label("completed_on"))
        .where(StageSpan.strand == Strand.TRAINING, StageSpan.stage == Stage.COMPLETED)
        .group_by(StageSpan.journey_id)
        .subquery()
    )
    now = StageSpan.__table__.alias("now")
    stands = and_(now.c.journey_id == Journey.id, now.c.ends_on == LAST_DAY)
    name = (Person.first_name + " " + Person.last_name).label("name")
    return db.session.execute(
        select(Journey.id, Journey.ref, name, Person.email, Programme.name.label("programme"), done.c.completed_on)
        .join(done, done.c.journey_id == Journey.id)
        .join(now, stands)
        .join(Person, Person.id == Journey.person_id)
        .join(Enrolment, Enrolment.journey_id == Journey.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(done.c.completed_on.between(first, last), now.c.stage.in_((Stage.COMPLETED, Stage.IN_ROLE)))
        .where(Person.removed_at.is_(None), Person.anonymised_at.is_(None))
        .order_by(Journey.id)
    ).all()


def asked_already(journey_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Of which enrolments somebody was asked already, and after how many months."""
    found = select(FollowUp.journey_id, FollowUp.months).where(FollowUp.journey_id.in_(journey_ids))
    return {(journey_id, months) for journey_id, months in db.session.execute(found)}


def follow_ups(journey_id: int) -> Sequence[FollowUp]:
    """What was asked of an enrolment, the first first."""
    found = select(FollowUp).where(FollowUp.journey_id == journey_id).order_by(FollowUp.months)
    return db.session.scalars(found).all()
