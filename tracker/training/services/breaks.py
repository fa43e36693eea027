"""Breaks: never without a day to ask again by, and ended into whichever cohort the person returns to."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.ledger import services as ledger
from tracker.ledger.models import Event
from tracker.ledger.services import Recorder
from tracker.training import queries
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import Cohort, Enrolment, EventCohort
from tracker.training.services.enrolments import EnrolmentNotAllowed, check_cohort, move_to_cohort, written

LONGEST = timedelta(days=5 * 366)
"""No return is planned further ahead than this: a year typed wrong is no promise."""


@dataclass(frozen=True)
class ReturnPromise:
    """What a break is saved with: the day of the planned return and the cohort returned to.

    Where the return is not known yet, `cohort` is None and `on` the day to ask again.
    """

    on: date
    cohort: Cohort | None

    def check(self, begins_on: date) -> None:
        """Refuse a promise that could not be kept.

        :raises EnrolmentNotAllowed: if it does not lie after the day, or lies years ahead.
        """
        if self.on <= begins_on:
            raise EnrolmentNotAllowed("The date must be after the day this takes effect", "return_on")
        if self.on > begins_on + LONGEST:
            raise EnrolmentNotAllowed("The date must be within five years", "return_on")


def start_break(enrolment: Enrolment, began_on: date, promise: ReturnPromise, *, by: User, note: str = "") -> Event:
    """Record that somebody is on a break from a day on.

    :raises EnrolmentNotAllowed: if the promise does not lie after the day.
    :raises MoveNotAllowed: as the ledger's `record_stage`. Nothing has been changed.
    """
    promise.check(began_on)
    event = ledger.record_stage(
        enrolment.journey, ENROLMENT, Stage.ON_BREAK, began_on, Recorder(by.id), promised_on=promise.on, note=note
    )
    _keep(event, promise)
    written("enrolment.break", enrolment, by, {"effective_on": began_on, "return_on": promise.on})
    return event


def extend_break(enrolment: Enrolment, agreed_on: date, promise: ReturnPromise, *, by: User, note: str = "") -> Event:
    """Record that a break goes on, with a new promise.

    :param agreed_on: the day it was agreed.
    :raises EnrolmentNotAllowed: if the promise does not lie after that day.
    :raises MoveNotAllowed: if the enrolment did not stand on a break then.
    """
    promise.check(agreed_on)
    event = ledger.record_extension(
        enrolment.journey, ENROLMENT, Stage.ON_BREAK, agreed_on, Recorder(by.id), promised_on=promise.on, note=note
    )
    _keep(event, promise)
    written("enrolment.break-extended", enrolment, by, {"effective_on": agreed_on, "return_on": promise.on})
    return event


def end_break(
    enrolment: Enrolment, returned_on: date, stage: str, cohort: Cohort, *, by: User, note: str = ""
) -> Event:
    """Record that somebody returned from a break, into the same cohort or another.

    :param stage: in training again, or enrolled where they had not started.
    :param cohort: into another one the same enrolment moves on: a `transferred` entry (fine print A18).
    :raises EnrolmentNotAllowed: if the cohort is of another programme or the person has another enrolment on it, or
        the stage is no return.
    :raises MoveNotAllowed: if they are not on a break, or returned before it began.
    """
    if stage not in {Stage.IN_TRAINING, Stage.ENROLLED}:
        raise EnrolmentNotAllowed("Select what they returned to", "stage")
    stands = queries.standing([enrolment.journey_id]).get(enrolment.journey_id)
    if stands is None or stands.stage != Stage.ON_BREAK:
        raise EnrolmentNotAllowed("This enrolment is not on a break")
    check_cohort(enrolment, cohort)
    left, recorder = enrolment.cohort, Recorder(by.id)
    event = ledger.record_stage(enrolment.journey, ENROLMENT, stage, returned_on, recorder, note=note)
    if cohort.id != left.id:
        move = ledger.record_transfer(enrolment.journey, returned_on, recorder)
        db.session.add(EventCohort(event_id=move.id, cohort_id=cohort.id, left_cohort_id=left.id))
        move_to_cohort(enrolment, cohort)
    written(
        "enrolment.returned",
        enrolment,
        by,
        {"effective_on": returned_on, "stage": stage, "cohort": cohort.code},
        cohort=left.code,
    )
    return event


def _keep(event: Event, promise: ReturnPromise) -> None:
    cohort_id = promise.cohort.id if promise.cohort else None
    db.session.add(EventCohort(event_id=event.id, cohort_id=cohort_id, is_known=cohort_id is not None))
    db.session.flush()
