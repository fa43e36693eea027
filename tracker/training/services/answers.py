"""The three answers to a break whose day has passed: returned, extended, withdrawn. Each needs nothing more said."""

from datetime import date, timedelta

from tracker.accounts.models import User
from tracker.core.clock import today
from tracker.training import queries
from tracker.training.lifecycle import LeavingTrigger, Stage
from tracker.training.models import Enrolment
from tracker.training.queries import Pause
from tracker.training.services.breaks import ReturnPromise, end_break, extend_break
from tracker.training.services.enrolments import EnrolmentNotAllowed, withdraw

EXTENDED_BY = timedelta(days=91)
"""A quarter: whoever extends without saying more is asked again then."""
REASON = "did-not-return"


def answer_day(pause: Pause) -> date:
    """The day an answer holds from: that of the promise, or today where it was only the day to ask again."""
    return pause.promised_on if pause.is_known else today()


def extended_to(day: date) -> date:
    """Until when a break lasts that is extended on a day without saying more."""
    return day + EXTENDED_BY


def returned(enrolment: Enrolment, *, by: User) -> date:
    """They returned as they had promised: on the day, into the cohort, to what the break had interrupted.

    :raises EnrolmentNotAllowed: if no break is overdue, or its cohort takes nobody any more: then another is chosen on
        the page of the return.
    """
    pause = _overdue(enrolment)
    cohort = queries.cohort(pause.return_cohort) if pause.return_cohort else enrolment.cohort
    assert cohort is not None  # a promise names a cohort that exists
    if cohort.closed_at is not None:
        raise EnrolmentNotAllowed(f"{cohort.code} is closed: record the return on their page, into another cohort")
    stage = Stage.IN_TRAINING if pause.stage_before in {None, Stage.IN_TRAINING} else Stage.ENROLLED
    end_break(enrolment, answer_day(pause), stage, cohort, by=by)
    return answer_day(pause)


def extended(enrolment: Enrolment, *, by: User) -> date:
    """They stay on the break for another quarter; where to they return stays as it was.

    :raises EnrolmentNotAllowed: if no break is overdue.
    """
    pause = _overdue(enrolment)
    until = extended_to(today())
    cohort = queries.cohort(pause.return_cohort) if pause.return_cohort and pause.is_known else None
    extend_break(enrolment, today(), ReturnPromise(until, cohort), by=by)
    return until


def withdrawn(enrolment: Enrolment, *, by: User) -> date:
    """They did not return: withdrawn from the day they had promised to.

    :raises EnrolmentNotAllowed: if no break is overdue, or the reason is no longer on the list.
    """
    pause = _overdue(enrolment)
    if REASON not in queries.reasons_to_give():
        raise EnrolmentNotAllowed("The list of reasons has changed: withdraw them on their page")
    withdraw(enrolment, answer_day(pause), LeavingTrigger.PROGRAMME, REASON, by=by)
    return answer_day(pause)


def _overdue(enrolment: Enrolment) -> Pause:
    pause = queries.break_of(enrolment.journey_id, today())
    if pause is None:
        raise EnrolmentNotAllowed("This break has been answered already")
    return pause
