"""Correcting the past: what was wrong stays in the ledger, marked, and what is right takes its place."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.ledger import services as ledger
from tracker.ledger.models import Event, EventKind, EventVoid
from tracker.ledger.queries import standing_events
from tracker.ledger.services import Recorder
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import CompletionEvidence, Enrolment, EnrolmentKey, EnrolmentLeaving, EventCohort
from tracker.training.services.completions import Evidence, keep
from tracker.training.services.enrolments import (
    ACTS_OF_THEIR_OWN,
    EnrolmentNotAllowed,
    check_start,
    has_started,
    written,
)


@dataclass(frozen=True)
class Right:
    """What an entry should have said. `promised_on` only where it was a break; `evidence` where it was a completion
    and was recorded as something else."""

    stage: str
    effective_on: date
    promised_on: date | None = None
    evidence: Evidence | None = None


def take_back(enrolment: Enrolment, event: Event, *, reason: str, by: User) -> None:
    """Void an entry that should not be there.

    :raises MoveNotAllowed: if it is void already, no reason is given, or what is left would be no legal history.
    """
    ledger.void_event(event, ENROLMENT, reason=reason, voided_by_id=by.id)
    if event.kind is EventKind.TRANSFERRED:
        _settle_cohort(enrolment)
    written("enrolment.entry-voided", enrolment, by, {"reason": reason}, **_facts(event))


def correct(enrolment: Enrolment, event: Event, right: Right, *, reason: str, by: User) -> Event:
    """Void an entry and record the right one, as one act.

    What was said with it – the cohort of a break, the reason of a withdrawal, the evidence of a completion – goes over
    to the right one.

    :raises EnrolmentNotAllowed: for a move between cohorts, which is only taken back, a stage with its own act, or a
        completion that nothing shows, or for a start outside the days of the cohort.
    :raises MoveNotAllowed: as the ledger's `correct_event`. Nothing has been changed.
    """
    if event.kind is EventKind.TRANSFERRED:
        raise EnrolmentNotAllowed("A move to another cohort is taken back, and recorded anew")
    if right.stage != event.stage and right.stage in ACTS_OF_THEIR_OWN:
        raise EnrolmentNotAllowed(ACTS_OF_THEIR_OWN[Stage(right.stage)], "stage")
    becomes_completed = right.stage == Stage.COMPLETED != event.stage
    shown = right.evidence or Evidence("")
    if becomes_completed:
        shown.check()
    promised_on = right.promised_on if right.stage == Stage.ON_BREAK else None
    if right.stage == Stage.ON_BREAK and (promised_on is None or promised_on <= right.effective_on):
        raise EnrolmentNotAllowed("The planned return must be after the day the break began", "promised_on")
    _check_start(enrolment, event, right)
    kept = ledger.correct_event(
        event,
        ENROLMENT,
        stage=right.stage,
        effective_on=right.effective_on,
        promised_on=promised_on,
        reason=reason,
        recorder=Recorder(by.id),
    )
    if right.stage == event.stage:
        _carry_over(event, kept)
    elif becomes_completed:
        keep(kept, shown)
    written("enrolment.entry-corrected", enrolment, by, {**_facts(kept), "reason": reason}, **_facts(event))
    return kept


def _check_start(enrolment: Enrolment, event: Event, right: Right) -> None:
    """Hold the start to the days of the cohort, where they are still on the one they started with."""
    others = [one for one in standing_events(enrolment.journey_id) if one.id != event.id]
    has_moved = any(one.kind is EventKind.TRANSFERRED for one in others)
    if not has_moved and not has_started(others):
        check_start(enrolment.cohort, right.stage, right.effective_on)


def _facts(event: Event) -> dict[str, object]:
    return {
        "entry": event.kind,
        "stage": event.stage,
        "effective_on": event.effective_on,
        "return_on": event.promised_on,
    }


def _carry_over(wrong: Event, right: Event) -> None:
    session = db.session()
    named = session.get(EventCohort, wrong.id)
    if named is not None:
        session.add(EventCohort(event_id=right.id, cohort_id=named.cohort_id, is_known=named.is_known))
    leaving = session.get(EnrolmentLeaving, wrong.id)
    if leaving is not None:
        session.add(EnrolmentLeaving(event_id=right.id, trigger=leaving.trigger, reason_code=leaving.reason_code))
    evidence = session.get(CompletionEvidence, wrong.id)
    if evidence is not None:
        session.add(CompletionEvidence(event_id=right.id, text=evidence.text, url=evidence.url))
    session.flush()


def _settle_cohort(enrolment: Enrolment) -> None:
    """Put the enrolment on the cohort of its last move that stands, or on the one it was left for first.

    A cohort that only a move now taken back led to no longer names the enrolment.
    """
    session = db.session()
    moves = session.execute(
        select(EventCohort.cohort_id, EventCohort.left_cohort_id, EventVoid.event_id)
        .join(Event, Event.id == EventCohort.event_id)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .where(Event.journey_id == enrolment.journey_id, Event.kind == EventKind.TRANSFERRED)
        .order_by(Event.id)
    ).all()
    stands = [move.cohort_id for move in moves if move.event_id is None]
    origin = moves[0].left_cohort_id
    enrolment.cohort_id = stands[-1] if stands else origin
    gone = {move.cohort_id for move in moves} - {*stands, origin}
    keys = (EnrolmentKey.journey_id == enrolment.journey_id, EnrolmentKey.cohort_id.in_(gone))
    session.execute(delete(EnrolmentKey).where(*keys))
    session.flush()
