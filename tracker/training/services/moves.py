"""Moving an enrolment to another cohort of its programme: put off before it began, or while it goes on."""

from datetime import date

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.ledger import services as ledger
from tracker.ledger.models import Event
from tracker.ledger.queries import standing_events
from tracker.ledger.services import Recorder
from tracker.training.lifecycle import MOVABLE, Stage
from tracker.training.models import Cohort, Enrolment, EventCohort
from tracker.training.services.enrolments import EnrolmentNotAllowed, check_cohort, move_to_cohort, written


def check_move(stage: str | None, began_on: date | None, moved_on: date) -> None:
    """Refuse to move an enrolment by where it stands.

    A cohort that somebody completed on, left or failed is what the figures count them on, so it stays theirs until
    that is taken back.

    :param stage: where it stands; `began_on`: the day of its first entry.
    :raises EnrolmentNotAllowed: saying what to do instead.
    """
    if stage == Stage.ON_BREAK:
        raise EnrolmentNotAllowed("Somebody on a break moves when they return: record the return into the cohort")
    if stage not in MOVABLE:
        raise EnrolmentNotAllowed("This enrolment has ended on its cohort: take that back first, or begin a new one")
    if began_on is not None and moved_on < began_on:
        raise EnrolmentNotAllowed(f"The enrolment began only on {began_on:%-d %B %Y}", "effective_on")


def defer(enrolment: Enrolment, cohort: Cohort, moved_on: date, *, by: User, note: str = "") -> Event:
    """Record that somebody goes on with another cohort of the same programme, at the stage they stand at.

    One journey, one person, one completion: both cohorts name it from then on (fine print A18).

    :raises EnrolmentNotAllowed: if the cohort is this one or of another programme, the person has another enrolment on
        it, or the enrolment stands on a break or has ended.
    :raises MoveNotAllowed: if the day lies ahead.
    """
    stands = [event for event in standing_events(enrolment.journey_id) if event.stage is not None]
    check_move(stands[-1].stage if stands else None, stands[0].effective_on if stands else None, moved_on)
    left = enrolment.cohort
    if cohort.id == left.id:
        raise EnrolmentNotAllowed(f"They are on {cohort.code} already", "cohort")
    check_cohort(enrolment, cohort)
    event = ledger.record_transfer(enrolment.journey, moved_on, Recorder(by.id), note=note)
    db.session.add(EventCohort(event_id=event.id, cohort_id=cohort.id, left_cohort_id=left.id))
    move_to_cohort(enrolment, cohort)
    written("enrolment.deferred", enrolment, by, {"effective_on": moved_on, "cohort": cohort.code}, cohort=left.code)
    return event
