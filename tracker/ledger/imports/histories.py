"""The events of a file: judged with what the ledger holds (fine print A3), recorded, taken back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, insert, literal, not_, select
from sqlalchemy.orm import Session

from tracker.core.db import UtcDateTime
from tracker.core.intake import Code, Intake, Problem
from tracker.core.text import format_day
from tracker.ledger.lifecycle import Lifecycle, Step, first_break
from tracker.ledger.models import Event, EventKind, EventVoid, Journey, Source, VoidCause
from tracker.ledger.services import keep_stage_spans

AT_ONCE = 5_000
REASON = "The import that brought it was undone"
STAYS = (None, VoidCause.CORRECTION)
"""How an event was taken back that is not to be recorded again: not at all, or by somebody’s correction."""
STANDS = not_(exists().where(EventVoid.event_id == Event.id))


@dataclass(frozen=True)
class Coming:
    """An event a row brings: of the journey with a name that means something to the file alone."""

    row: int
    journey: str
    stage: str
    effective_on: date

    @property
    def key(self) -> tuple[str, date]:
        """What an event of a journey is known by (fine print A6)."""
        return self.stage, self.effective_on


@dataclass(frozen=True)
class Held:
    """What the ledger has of a journey: the steps that count, and what need not be recorded again."""

    steps: tuple[Step, ...]
    known: frozenset[tuple[str, date]]


NOTHING = Held((), frozenset())


def held(session: Session, journey_ids: Sequence[int]) -> dict[int, Held]:
    """What the ledger has of some journeys.

    An event that somebody voided stays voided (fine print A19); one of an undone import is as if it had never been.
    """
    steps: dict[int, list[Step]] = {}
    known: dict[int, set[tuple[str, date]]] = {}
    for start in range(0, len(journey_ids), AT_ONCE):
        some = Event.journey_id.in_(journey_ids[start : start + AT_ONCE])
        rows = session.execute(
            select(Event, EventVoid.cause)
            .outerjoin(EventVoid, EventVoid.event_id == Event.id)
            .where(some, Event.stage.is_not(None))
            .order_by(Event.effective_on, Event.recorded_at, Event.id)
        )
        for row in rows:
            event: Event = row[0]
            cause: VoidCause | None = row[1]
            stage = str(event.stage)
            if cause is None:
                step = Step(stage, event.effective_on, event.kind is EventKind.EXTENDED)
                steps.setdefault(event.journey_id, []).append(step)
            if cause in STAYS and event.kind is EventKind.STAGE:
                known.setdefault(event.journey_id, set()).add((stage, event.effective_on))
    return {id: Held(tuple(steps.get(id, ())), frozenset(known.get(id, ()))) for id in journey_ids}


def illegal_steps(lifecycle: Lifecycle, coming: Sequence[Coming], by_journey: Mapping[str, Held]) -> Iterator[Problem]:
    """A problem for each row whose event the finished sequence does not allow (fine print A2, A3).

    Where a step the ledger holds can no longer follow, the row before it is at fault.
    """
    rows: dict[str, list[Coming]] = {}
    for one in coming:
        if one.key not in by_journey.get(one.journey, NOTHING).known:
            rows.setdefault(one.journey, []).append(one)
    for journey, new in rows.items():
        steps: list[tuple[Step, int | None]] = [(step, None) for step in by_journey.get(journey, NOTHING).steps]
        steps += [(Step(one.stage, one.effective_on), one.row) for one in sorted(new, key=lambda one: one.row)]
        # What is recorded already comes first on its day: it was recorded before.
        steps.sort(key=lambda pair: (pair[0].effective_on, pair[1] is not None))
        yield from _broken(lifecycle, steps)


def _broken(lifecycle: Lifecycle, steps: Sequence[tuple[Step, int | None]]) -> Iterator[Problem]:
    for place in range(1, len(steps)):
        (before, before_row), (step, row) = steps[place - 1], steps[place]
        if before.stage == step.stage if step.is_extension else lifecycle.allows(before.stage, step.stage):
            continue
        came_from, goes_to = lifecycle.label(before.stage), lifecycle.label(step.stage)
        if row is not None:
            advice = f"It cannot go from ‘{came_from}’ to ‘{goes_to}’: correct one, or add what lies between"
            yield Problem(row, "stage", Code.STAGE_NOT_ALLOWED, step.stage, advice)
        elif before_row is not None:
            advice = (
                f"‘{goes_to}’, which is recorded already, could then not follow ‘{came_from}’: "
                "correct the stage or the day"
            )
            yield Problem(before_row, "stage", Code.STAGE_NOT_ALLOWED, before.stage, advice)


def record_events(session: Session, intake: Intake, events: Sequence[tuple[int, str, date]]) -> None:
    """Record events (journey, stage, day) in their order, as known from the import on (fine print A4, A7)."""
    if events:
        rows = [
            {
                "journey_id": journey_id,
                "kind": EventKind.STAGE,
                "stage": stage,
                "effective_on": effective_on,
                "recorded_at": intake.instant,
                "recorded_by_id": intake.by_id,
                "source": Source.IMPORT,
                "import_id": intake.import_id,
            }
            for journey_id, stage, effective_on in events
        ]
        session.execute(insert(Event), rows)
    keep_stage_spans(select(Event.journey_id).where(Event.import_id == intake.import_id))


def refusals(session: Session, intake: Intake, lifecycle: Lifecycle, names: Mapping[int, str]) -> Iterator[str]:
    """What others recorded that rests on the events of the import.

    :param names: what the journeys are called, by id.
    """
    later = session.execute(
        select(Journey.id, Event.stage, Event.effective_on)
        .join_from(Event, Journey, Journey.id == Event.journey_id)
        .where(Journey.import_id == intake.import_id, Event.import_id.is_distinct_from(intake.import_id), STANDS)
        .order_by(Journey.id, Event.effective_on)
    )
    for journey_id, stage, day in later:
        what = lifecycle.label(stage) if stage else "Moved"
        yield f"‘{what}’ on {format_day(day)}, recorded since for {names[journey_id]}, which this import began"
    touched = select(Event.journey_id).where(Event.import_id == intake.import_id)
    left = session.execute(
        select(Event.journey_id, Event.stage, Event.effective_on, Event.kind)
        .where(
            Event.journey_id.in_(touched),
            Event.import_id.is_distinct_from(intake.import_id),
            Event.stage.is_not(None),
            STANDS,
        )
        .order_by(Event.effective_on, Event.recorded_at, Event.id)
    )
    steps: dict[int, list[Step]] = {}
    for journey_id, stage, day, kind in left:
        steps.setdefault(journey_id, []).append(Step(str(stage), day, kind is EventKind.EXTENDED))
    for journey_id, history in steps.items():
        broken = first_break(lifecycle, history)
        if broken is not None and broken.before is not None:
            stage, before = lifecycle.label(broken.step.stage), lifecycle.label(broken.before)
            yield f"‘{stage}’ of {names[journey_id]} could then not follow ‘{before}’"


def undo(session: Session, intake: Intake) -> None:
    """Void what the import recorded."""
    voids = select(
        Event.id,
        literal(intake.instant, UtcDateTime()),
        literal(intake.by_id),
        literal(VoidCause.UNDO.value),
        literal(REASON),
        literal(intake.import_id),
    ).where(Event.import_id == intake.import_id, STANDS)
    columns = ["event_id", "voided_at", "voided_by_id", "cause", "reason", "import_id"]
    session.execute(insert(EventVoid).from_select(columns, voids))
    keep_stage_spans(select(Event.journey_id).where(Event.import_id == intake.import_id))
