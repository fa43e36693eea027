"""Writing the ledger: a journey begun, an event recorded or voided.

Every rule here asks the lifecycle, and the history as a whole decides.
"""

import base64
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from tracker.core.clock import london_day, now, today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.metric import Knowledge
from tracker.ledger.lifecycle import Lifecycle, Step, first_break
from tracker.ledger.models import Event, EventKind, EventNote, EventVoid, Journey, Source, StageSpan, Strand, VoidCause
from tracker.ledger.queries import SPAN_COLUMNS, derived_stage_spans, standing_events, standing_events_of


class MoveNotAllowed(DomainError):
    """A move that the lifecycle, or the calendar, refuses."""


_way: ContextVar[Source] = ContextVar("way", default=Source.FORM)


@contextmanager
def recorded_by(source: Source) -> Iterator[None]:
    """What people record within the block came another way than by a form: the acts themselves are the same."""
    before = _way.set(source)
    try:
        yield
    finally:
        _way.reset(before)


@dataclass(frozen=True)
class Recorder:
    """Who records, and how it came: by a form, an import, the API or a job."""

    user_id: int | None
    source: Source = field(default_factory=_way.get)
    import_id: int | None = None


@dataclass(frozen=True)
class Fact:
    """What is to be recorded, of one journey or of many: the columns of an event that say what happened."""

    kind: EventKind
    stage: str | None
    effective_on: date
    promised_on: date | None = None


def new_ref() -> str:
    """A reference for a journey that cannot be guessed: 50 random bits, in letters and digits hard to confuse."""
    return base64.b32encode(secrets.token_bytes(7)).decode().rstrip("=")[:10]


def new_refs(many: int) -> list[str]:
    """As many references as wanted, each as `new_ref`; drawn at once, for files of a million rows."""
    text = base64.b32encode(secrets.token_bytes(many * 25 // 4 + 5)).decode()
    return [text[start : start + 10] for start in range(0, many * 10, 10)]


def begin_journey(strand: Strand, person_id: int | None, recorder: Recorder) -> Journey:
    """Begin a journey; it has no events yet. Flushes; the caller owns the transaction."""
    journey = Journey(ref=new_ref(), strand=strand, person_id=person_id, import_id=recorder.import_id)
    db.session.add(journey)
    db.session.flush()
    return journey


def record_stage(
    journey: Journey,
    lifecycle: Lifecycle,
    stage: str,
    effective_on: date,
    recorder: Recorder,
    *,
    promised_on: date | None = None,
    note: str = "",
) -> Event:
    """Record that a journey entered a stage on a day.

    A late event is taken as long as the whole history stays legal with it in its place.

    :param effective_on: the London day it happened; today or before.
    :param promised_on: the day promised with it, such as the planned return from a break.
    :raises MoveNotAllowed: if the day lies ahead, the same stage is already recorded for that day, or the history
        would no longer be legal; nothing has been added.

    Flushes; the caller owns the transaction.
    """
    return _record(journey, lifecycle, Fact(EventKind.STAGE, stage, effective_on, promised_on), recorder, note)


def record_extension(
    journey: Journey,
    lifecycle: Lifecycle,
    stage: str,
    effective_on: date,
    recorder: Recorder,
    *,
    promised_on: date,
    note: str = "",
) -> Event:
    """Record that the stage a journey stands at goes on, with a new day promised. As `record_stage` otherwise."""
    return _record(journey, lifecycle, Fact(EventKind.EXTENDED, stage, effective_on, promised_on), recorder, note)


def record_transfer(journey: Journey, effective_on: date, recorder: Recorder, *, note: str = "") -> Event:
    """Record that a journey moved to another group, such as a cohort, without a change of stage.

    :raises MoveNotAllowed: if the day lies ahead.
    """
    _check_day(effective_on)
    return _keep(journey, _event(journey.id, transferred_on(effective_on), recorder), note)


def transferred_on(effective_on: date) -> Fact:
    """A move to another group on a day."""
    return Fact(EventKind.TRANSFERRED, None, effective_on)


def refusals(journey_ids: Iterable[int], lifecycle: Lifecycle, fact: Fact) -> dict[int, str]:
    """Why a fact cannot be recorded of some journeys, in words, by journey; those of which it can be are missing.

    :raises MoveNotAllowed: if the day lies ahead: it can be recorded of none.
    """
    _check_day(fact.effective_on)
    found: dict[int, str] = {}
    for id, standing in standing_events_of(journey_ids).items():
        try:
            _judge(lifecycle, standing, _event(id, fact, Recorder(None)))
        except MoveNotAllowed as refusal:
            found[id] = refusal.message
    return found


def record_together(
    journeys: Sequence[Journey], lifecycle: Lifecycle, fact: Fact, recorder: Recorder, *, note: str = ""
) -> list[Event]:
    """Record one fact of many journeys: the same as one by one, by a few statements. All of it, or nothing.

    :returns: the events, in the order of the journeys.
    :raises MoveNotAllowed: as `record_stage`, of the first journey that refuses.

    Flushes; the caller owns the transaction, and holds the journeys.
    """
    standing = standing_events_of([journey.id for journey in journeys])
    session, ids, at = db.session(), list(standing), now()
    last = session.scalar(select(func.max(Event.id))) or 0
    rows = [_event_row(id, fact, recorder, at) for id in ids]
    for row in rows:
        _judge(lifecycle, standing[row["journey_id"]], Event(**row))
    session.execute(insert(Event), rows)
    mine = select(Event).where(Event.journey_id.in_(ids), Event.id > last)
    recorded = {event.journey_id: event for event in session.scalars(mine)}
    events = [recorded[id] for id in ids]
    if note.strip():
        session.add_all([EventNote(event_id=event.id, text=note.strip()) for event in events])
    raised = update(Journey).where(Journey.id.in_(ids)).values(version=Journey.version + 1)
    session.execute(raised, execution_options={"synchronize_session": False})
    for journey in journeys:
        session.expire(journey, ["version"])
    keep_stage_spans(select(Journey.id).where(Journey.id.in_(ids)))
    return events


def _event(journey_id: int, fact: Fact, recorder: Recorder) -> Event:
    return Event(**_event_row(journey_id, fact, recorder, now()))


def _event_row(journey_id: int, fact: Fact, recorder: Recorder, at: datetime) -> dict[str, Any]:
    return {
        "journey_id": journey_id,
        "kind": fact.kind,
        "stage": fact.stage,
        "effective_on": fact.effective_on,
        "promised_on": fact.promised_on,
        "recorded_at": at,
        "recorded_by_id": recorder.user_id,
        "source": recorder.source,
        "import_id": recorder.import_id,
    }


def _check_day(effective_on: date) -> None:
    if effective_on > today():
        raise MoveNotAllowed("The date must be today or in the past", "effective_on")


def _record(journey: Journey, lifecycle: Lifecycle, fact: Fact, recorder: Recorder, note: str) -> Event:
    event = _event(journey.id, fact, recorder)
    _judge(lifecycle, standing_events(journey.id), event)
    return _keep(journey, event, note)


def _judge(lifecycle: Lifecycle, standing: list[Event], event: Event) -> None:
    """Refuse an event that the calendar, or the history as it stands, refuses."""
    _check_day(event.effective_on)
    if event.stage is None:
        return
    if event.stage not in lifecycle.stages:
        raise MoveNotAllowed("Select one of the stages", "stage")
    staged = [one for one in standing if one.stage is not None]
    _refuse_twice(lifecycle, staged, event.kind, event.stage, event.effective_on)
    # The new event is the last recorded, so it stands behind all others of its day.
    _check(lifecycle, sorted([*staged, event], key=lambda one: (one.effective_on, one is event)), event)


def _keep(journey: Journey, event: Event, note: str) -> Event:
    session = db.session()
    session.add(event)
    session.flush()
    if note.strip():
        session.add(EventNote(event_id=event.id, text=note.strip()))
    journey.version += 1
    keep_stage_spans(select(Journey.id).where(Journey.id == journey.id))
    return event


def _refuse_twice(lifecycle: Lifecycle, history: list[Event], kind: EventKind, stage: str, effective_on: date) -> None:
    """Refuse a stage that was entered on that day already; a stay extended that day was entered on another."""
    entered = {(one.stage, one.effective_on) for one in history if one.kind is EventKind.STAGE}
    if kind is EventKind.STAGE and (stage, effective_on) in entered:
        raise MoveNotAllowed(f"‘{lifecycle.label(stage)}’ is already recorded for {effective_on:%-d %B %Y}", "stage")


def _check(lifecycle: Lifecycle, history: list[Event], subject: Event | None) -> None:
    """Refuse a history the lifecycle does not allow, naming the two stages that do not follow each other."""
    steps = [Step(str(event.stage), event.effective_on, event.kind is EventKind.EXTENDED) for event in history]
    broken = first_break(lifecycle, steps)
    if broken is None:
        return
    words = lifecycle.label(broken.step.stage)
    came_from = lifecycle.label(broken.before) if broken.before else "Not begun"
    if subject is not None and history[broken.index] is subject:
        raise MoveNotAllowed(
            f"It cannot go from ‘{came_from}’ to ‘{words}’ on {broken.step.effective_on:%-d %B %Y}", "stage"
        )
    raise MoveNotAllowed(
        f"‘{words}’ on {broken.step.effective_on:%-d %B %Y} could then not follow ‘{came_from}’. "
        "Correct that one first",
        "stage",
    )


def void_event(event: Event, lifecycle: Lifecycle, *, reason: str, voided_by_id: int | None) -> EventVoid:
    """Void an event that was wrong; it stays in the ledger, and what was said before can still be answered.

    :raises MoveNotAllowed: if it is void already, no reason is given, or the rest would not be a legal history.

    Flushes; the caller owns the transaction.
    """
    if not reason.strip():
        raise MoveNotAllowed("Say why the entry was wrong", "reason")
    if db.session.get(EventVoid, event.id) is not None:
        raise MoveNotAllowed("This entry has been corrected already")
    rest = [one for one in standing_events(event.journey_id) if one.id != event.id and one.stage is not None]
    _check(lifecycle, rest, None)
    return _void(event, now(), voided_by_id, reason)


def correct_event(
    event: Event,
    lifecycle: Lifecycle,
    *,
    stage: str,
    effective_on: date,
    promised_on: date | None,
    reason: str,
    recorder: Recorder,
) -> Event:
    """Void an event and record the right one in its place, as one act: the history is judged with both done.

    :raises MoveNotAllowed: as `void_event` and `record_stage`; nothing has been changed.
    """
    if not reason.strip():
        raise MoveNotAllowed("Say why the entry was wrong", "reason")
    if db.session.get(EventVoid, event.id) is not None:
        raise MoveNotAllowed("This entry has been corrected already")
    if effective_on > today():
        raise MoveNotAllowed("The date must be today or in the past", "effective_on")
    rest = [one for one in standing_events(event.journey_id) if one.id != event.id and one.stage is not None]
    _refuse_twice(lifecycle, rest, event.kind, stage, effective_on)
    right = Event(
        journey_id=event.journey_id,
        kind=event.kind,
        stage=stage,
        effective_on=effective_on,
        promised_on=promised_on,
        recorded_at=now(),
        recorded_by_id=recorder.user_id,
        source=recorder.source,
    )
    _check(lifecycle, sorted([*rest, right], key=lambda one: (one.effective_on, one is right)), right)
    kept = _keep(event.journey, right, "")
    _void(event, right.recorded_at, recorder.user_id, reason, replaced_by_id=kept.id)
    return kept


def _void(
    event: Event, voided_at: datetime, voided_by_id: int | None, reason: str, replaced_by_id: int | None = None
) -> EventVoid:
    void = EventVoid(
        event_id=event.id,
        voided_at=voided_at,
        voided_by_id=voided_by_id,
        cause=VoidCause.CORRECTION,
        reason=reason.strip(),
        replaced_by_id=replaced_by_id,
    )
    session = db.session()
    session.add(void)
    event.journey.version += 1
    session.flush()
    keep_stage_spans(select(Journey.id).where(Journey.id == event.journey_id))
    return void


def keep_stage_spans(journeys: Select[int]) -> None:
    """Work out anew which stages the journeys stood at, after their events changed; the caller owns the transaction."""
    session = db.session()
    session.flush()
    session.execute(delete(StageSpan).where(StageSpan.journey_id.in_(journeys)))
    session.execute(insert(StageSpan).from_select(list(SPAN_COLUMNS), derived_stage_spans(Knowledge(), journeys)))


def recorded_late_days(event: Event) -> int:
    """Calendar days between the day something happened and the London day it was recorded."""
    return (london_day(event.recorded_at) - event.effective_on).days
