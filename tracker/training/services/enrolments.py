"""What happens to an enrolment: begun, moved on, left, gone back to. The ledger judges the history."""

from collections.abc import Iterable, Mapping
from datetime import date

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import format_day
from tracker.ledger import services as ledger
from tracker.ledger.models import Event, Strand
from tracker.ledger.queries import standing_events
from tracker.ledger.services import Recorder
from tracker.people.models import Person
from tracker.training import queries
from tracker.training.lifecycle import ENROLMENT, HOLDS_A_PLACE, LeavingTrigger, Stage, furthest
from tracker.training.models import Cohort, Enrolment, EnrolmentKey, EnrolmentLeaving
from tracker.training.services.places import take_place

ACTS_OF_THEIR_OWN = {
    Stage.ON_BREAK: "A break needs its planned return: use ‘Put on a break’",
    Stage.WITHDRAWN: "A withdrawal needs its reason: use ‘Withdraw’",
}


class EnrolmentNotAllowed(DomainError):
    """An act on an enrolment that the rules refuse."""


def hold(enrolment: Enrolment) -> None:
    """Have nobody else change the person or the enrolment until the transaction ends, and read both anew.

    Always the person first: whoever needs both waits at the same place.
    """
    session = db.session()
    session.refresh(enrolment.person, ["version"], with_for_update=True)
    session.refresh(enrolment.journey, ["version"], with_for_update=True)


def enrol(person: Person, cohort: Cohort, stage: str, effective_on: date, *, by: User, note: str = "") -> Enrolment:
    """Begin an enrolment of somebody on a cohort, at any stage of the lifecycle that needs no act of its own.

    The same person on the same cohort again is the same enrolment (fine print A18): one whose entries were all taken
    back goes on; any other is reinstated, not begun again.

    :raises EnrolmentNotAllowed: if the person has an enrolment on the cohort, or they would start outside its days.
    :raises NoPlace: if the cohort is closed, or has no place for them at that stage.
    :raises MoveNotAllowed: as the ledger's `record_stage`. Nothing has been changed.

    Flushes; the caller owns the transaction.
    """
    check_own_act(stage)
    session = db.session()
    session.refresh(person, ["version"], with_for_update=True)
    enrolment = queries.enrolment_on(person.id, cohort.id)
    if enrolment is not None and standing_events(enrolment.journey_id):
        raise EnrolmentNotAllowed(f"{person.name} already has an enrolment on {cohort.code}: open it instead", "cohort")
    check_start(cohort, stage, effective_on)
    take_place(cohort, stage)
    if enrolment is None:
        enrolment = _begin(person, cohort, by)
    ledger.record_stage(enrolment.journey, ENROLMENT, stage, effective_on, Recorder(by.id), note=note)
    written("enrolment.begun", enrolment, by, {"cohort": cohort.code, "stage": stage, "effective_on": effective_on})
    return enrolment


def _begin(person: Person, cohort: Cohort, by: User) -> Enrolment:
    journey = ledger.begin_journey(Strand.TRAINING, person.id, Recorder(by.id))
    enrolment = Enrolment(journey=journey, cohort=cohort)
    db.session.add_all([enrolment, EnrolmentKey(person_id=person.id, cohort_id=cohort.id, journey_id=journey.id)])
    db.session.flush()
    return enrolment


def record_stage(enrolment: Enrolment, stage: str, effective_on: date, *, by: User, note: str = "") -> Event:
    """Record that an enrolment entered a stage on a day.

    :raises EnrolmentNotAllowed: for a break, a withdrawal or a completion, which have acts of their own, and for a
        start outside the days of the cohort.
    :raises NoPlace: if they get a place with it and the cohort has none.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    check_own_act(stage)
    if stage == Stage.COMPLETED:
        raise EnrolmentNotAllowed("A completion needs what shows it: use ‘Record completion’", "stage")
    if not has_started(standing_events(enrolment.journey_id)):
        check_start(enrolment.cohort, stage, effective_on)
    _take_place(enrolment, stage, effective_on)
    event = ledger.record_stage(enrolment.journey, ENROLMENT, stage, effective_on, Recorder(by.id), note=note)
    written("enrolment.stage", enrolment, by, {"stage": stage, "effective_on": effective_on})
    return event


def withdraw(
    enrolment: Enrolment, left_on: date, trigger: LeavingTrigger, reason_code: str, *, by: User, note: str = ""
) -> Event:
    """Record that somebody left before the end.

    :param trigger: who brought it about.
    :param reason_code: the code of a reason that can be given now.
    :raises EnrolmentNotAllowed: if there is no such reason.
    :raises MoveNotAllowed: as the ledger's `record_stage`; nobody withdraws from what is completed.
    """
    if reason_code not in queries.reasons_to_give():
        raise EnrolmentNotAllowed("Select why they left", "reason")
    event = ledger.record_stage(enrolment.journey, ENROLMENT, Stage.WITHDRAWN, left_on, Recorder(by.id), note=note)
    db.session.add(EnrolmentLeaving(event_id=event.id, trigger=trigger, reason_code=reason_code))
    db.session.flush()
    written("enrolment.withdrawn", enrolment, by, {"effective_on": left_on, "trigger": trigger, "reason": reason_code})
    return event


def reinstate(enrolment: Enrolment, back_on: date, *, by: User, note: str = "") -> Event:
    """Record that somebody who withdrew goes on, at the furthest stage they had reached.

    :raises EnrolmentNotAllowed: if the enrolment does not stand withdrawn.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    stage = stage_to_reinstate(enrolment)
    _take_place(enrolment, stage, back_on)
    event = ledger.record_stage(enrolment.journey, ENROLMENT, stage, back_on, Recorder(by.id), note=note)
    written("enrolment.reinstated", enrolment, by, {"stage": stage, "effective_on": back_on})
    return event


def stage_to_reinstate(enrolment: Enrolment) -> Stage:
    """The stage a withdrawn enrolment would go back to.

    :raises EnrolmentNotAllowed: if it does not stand withdrawn.
    """
    reached = [event.stage for event in standing_events(enrolment.journey_id) if event.stage is not None]
    if not reached or reached[-1] != Stage.WITHDRAWN:
        raise EnrolmentNotAllowed("Only an enrolment that stands withdrawn can be reinstated")
    return furthest(reached)


def written(verb: str, enrolment: Enrolment, by: User, after: Mapping[str, object], **before: object) -> None:
    """Say in the audit trail what was done to an enrolment."""
    subject = f"enrolment:{enrolment.ref}"
    audit.record(verb, subject, actor=by, before=before or None, after={"person": enrolment.person.ref, **after})


def check_own_act(stage: str) -> None:
    """Refuse a stage that there is not, or that has an act of its own.

    :raises EnrolmentNotAllowed: saying which.
    """
    if stage not in ENROLMENT.stages:
        raise EnrolmentNotAllowed("Select the new stage", "stage")
    for own, words in ACTS_OF_THEIR_OWN.items():
        if stage == own:
            raise EnrolmentNotAllowed(words, "stage")


def outside_days(cohort: Cohort, stage: str, effective_on: date) -> str:
    """Why somebody cannot have started on a cohort on a day: it had not begun, or was over; empty where they can.

    Either the day is wrong or the cohort is. Where nobody has said when it begins or ends, every day will do. Lists say
    what happened elsewhere and are not held to it.
    """
    if stage != Stage.IN_TRAINING:
        return ""
    first, last = cohort.starts_on, cohort.ends_on
    if first is not None and effective_on < first:
        when = f"begins on {format_day(first)}"
    elif last is not None and effective_on > last:
        when = f"ended on {format_day(last)}"
    else:
        return ""
    return f"{cohort.code} {when}: correct the date, or move them to the cohort they started with"


def has_started(events: Iterable[Event]) -> bool:
    """Whether somebody has ever been in training, so that what follows is a return or a resit and no start."""
    return any(event.stage == Stage.IN_TRAINING for event in events)


def check_start(cohort: Cohort, stage: str, effective_on: date) -> None:
    """Refuse a start outside the days of a cohort.

    :raises EnrolmentNotAllowed: saying when it begins or ended.
    """
    refusal = outside_days(cohort, stage, effective_on)
    if refusal:
        raise EnrolmentNotAllowed(refusal, "effective_on")


def check_cohort(enrolment: Enrolment, cohort: Cohort) -> None:
    """Refuse to let an enrolment go on with a cohort.

    :raises EnrolmentNotAllowed: if the cohort is of another programme or closed, or the person has another enrolment
        on it.
    """
    if cohort.programme_id != enrolment.cohort.programme_id:
        raise EnrolmentNotAllowed(
            f"{cohort.code} is a cohort of another programme: withdraw this enrolment and begin a new one", "cohort"
        )
    if cohort.closed_at is not None and cohort.id != enrolment.cohort_id:
        raise EnrolmentNotAllowed(f"{cohort.code} is closed: it takes nobody any more", "cohort")
    other = queries.enrolment_on(enrolment.person.id, cohort.id)
    if other is not None and other.journey_id != enrolment.journey_id:
        raise EnrolmentNotAllowed(f"They already have another enrolment on {cohort.code}", "cohort")


def move_to_cohort(enrolment: Enrolment, cohort: Cohort) -> None:
    """Let the enrolment belong to another cohort from now on; files may name it by either (fine print A18).

    :raises NoPlace: if it needs a place there and there is none.
    """
    stands = queries.standing([enrolment.journey_id]).get(enrolment.journey_id)
    if stands is not None:
        take_place(cohort, stands.stage)
    enrolment.cohort = cohort
    key = (enrolment.person.id, cohort.id)
    if db.session.get(EnrolmentKey, key) is None:
        db.session.add(EnrolmentKey(person_id=key[0], cohort_id=key[1], journey_id=enrolment.journey_id))
    db.session.flush()


def _take_place(enrolment: Enrolment, stage: str, effective_on: date) -> None:
    """Take a place for somebody who has none, unless what is recorded lies before where they stand."""
    if stage not in HOLDS_A_PLACE:
        return
    stands = queries.standing([enrolment.journey_id]).get(enrolment.journey_id)
    if stands is None or (stands.stage not in HOLDS_A_PLACE and stands.starts_on <= effective_on):
        take_place(enrolment.cohort, stage, enrolment.journey_id)
