"""What a programme office says of its cohorts: how many places each has, and who looks after those under way."""

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.core.clock import today
from tracker.core.db import db
from tracker.training.models import Cohort, Enrolment

STEP = 5
"""Places come in fives: enough for everybody who ever joined, so that those who left left some free."""


def give_places(manager: User) -> None:
    """Give every cohort its places, and those under way or ahead to somebody. The caller owns the transaction."""
    joined = select(Enrolment.cohort_id, func.count()).group_by(Enrolment.cohort_id)
    people = {row[0]: row[1] for row in db.session.execute(joined)}
    for cohort in db.session.scalars(select(Cohort)):
        cohort.capacity = STEP * max(1, -(-people.get(cohort.id, 0) // STEP))
        if cohort.ends_on is None or cohort.ends_on >= today():
            cohort.owner_id = manager.id
    db.session.flush()
