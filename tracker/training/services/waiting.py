"""The waiting list of a cohort: joined at its end, left, and moved up by itself as places become free."""

from sqlalchemy import delete

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.training import queries
from tracker.training.lifecycle import BEFORE_A_PLACE
from tracker.training.models import Enrolment, WaitingPlace
from tracker.training.services.enrolments import written
from tracker.training.services.places import NoPlace, hold_cohort


def join_waiting_list(enrolment: Enrolment, *, by: User) -> None:
    """Put somebody at the end of the waiting list of their cohort; who is on it stays where they are.

    :raises NoPlace: if they have a place, or have left.
    """
    stands = queries.standing([enrolment.journey_id]).get(enrolment.journey_id)
    if stands is None or stands.stage not in BEFORE_A_PLACE:
        raise NoPlace("Only somebody who has no place yet can wait for one", "cohort")
    hold_cohort(enrolment.cohort)
    if enrolment.journey_id in queries.waiting(enrolment.cohort):
        return
    _forget(enrolment)
    db.session.add(WaitingPlace(journey_id=enrolment.journey_id, cohort_id=enrolment.cohort_id))
    db.session.flush()
    written("enrolment.waiting", enrolment, by, {"cohort": enrolment.cohort.code})


def leave_waiting_list(enrolment: Enrolment, *, by: User) -> None:
    """Take somebody off the waiting list; those behind move up.

    :raises NoPlace: if they are not on it.
    """
    hold_cohort(enrolment.cohort)
    if enrolment.journey_id not in queries.waiting(enrolment.cohort):
        raise NoPlace("They are not on the waiting list any more")
    _forget(enrolment)
    written("enrolment.waiting-ended", enrolment, by, {"cohort": enrolment.cohort.code})


def _forget(enrolment: Enrolment) -> None:
    db.session.execute(delete(WaitingPlace).where(WaitingPlace.journey_id == enrolment.journey_id))
