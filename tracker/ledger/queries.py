"""The rule of the two clocks, written once: which stage a journey stands at on a day, as known at an instant."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Date, Select, and_, func, not_, select

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.core.metric import Knowledge
from tracker.ledger.models import Event, EventVoid, Journey, StageSpan
from tracker.people.identity.models import PersonMerge

SPAN_COLUMNS = (
    "event_id",
    "journey_id",
    "person_id",
    "strand",
    "position",
    "stage",
    "starts_on",
    "ends_on",
    "promised_on",
)


def stage_spans(knowledge: Knowledge) -> Select[Any]:
    """The stages of every journey in order, each with the days it holds: the columns of `StageSpan`.

    As known now this reads what was kept; at an instant it works out what was kept then, by the same rule.
    """
    if knowledge.at is None:
        kept = select(*(StageSpan.__table__.c[name] for name in SPAN_COLUMNS))
        if knowledge.on is not None:
            kept = kept.where(StageSpan.starts_on <= knowledge.on)
        if knowledge.journeys is not None:
            kept = kept.where(StageSpan.journey_id.in_(knowledge.journeys))
        return kept if knowledge.people is None else kept.where(StageSpan.person_id.in_(knowledge.people))
    known = _known_stages(knowledge)
    return select(*(known.c[name] for name in SPAN_COLUMNS))


@lru_cache(maxsize=8)
def _known_stages(knowledge: Knowledge) -> CTE:
    """The stages known at an instant, as one table expression: worked out once in a statement that asks many times."""
    return derived_stage_spans(knowledge).cte()


def derived_stage_spans(knowledge: Knowledge, journeys: Select[int] | None = None) -> Select[Any]:
    """The rule of `stage_spans`, from the events themselves.

    An event counts at K if it was recorded at or before K and not voided at or before K. A stage holds from the day
    of its event to the day of the next in order of (`effective_on`, `recorded_at`, order of recording) (domain page,
    The ledger; fine print A2, F1).
    """
    order = (Event.effective_on, Event.recorded_at, Event.id)
    following = func.lead(Event.effective_on, type_=Date).over(partition_by=Event.journey_id, order_by=order)
    voided = select(EventVoid.event_id)
    if knowledge.at is not None:
        voided = voided.where(EventVoid.voided_at <= knowledge.at)
    spans: Select[Any] = (
        select(
            Event.id.label("event_id"),
            Event.journey_id,
            Journey.person_id,
            Journey.strand,
            func.row_number().over(partition_by=Event.journey_id, order_by=order).label("position"),
            Event.stage,
            Event.effective_on.label("starts_on"),
            func.coalesce(following, LAST_DAY).label("ends_on"),
            Event.promised_on,
        )
        .join(Journey, Journey.id == Event.journey_id)
        .where(Event.stage.is_not(None), not_(Event.id.in_(voided)))
    )
    # Of a record that was merged away nothing counts, at any instant: what went over to the survivor is theirs.
    merged = select(Journey.id).join(PersonMerge, PersonMerge.merged_id == Journey.person_id)
    spans = spans.where(Journey.id.not_in(merged.where(PersonMerge.undone_at.is_(None))))
    if knowledge.at is not None:
        spans = spans.where(Event.recorded_at <= knowledge.at)
    if knowledge.on is not None:
        spans = spans.where(Event.effective_on <= knowledge.on)
    if knowledge.people is not None:
        spans = spans.where(Journey.person_id.in_(knowledge.people))
    for narrowed in (journeys, knowledge.journeys):
        if narrowed is not None:
            spans = spans.where(Event.journey_id.in_(narrowed))
    return spans


def stage_as_at(as_at: date, knowledge: Knowledge) -> Select[Any]:
    """The stage each journey stands at on a day: the columns of `StageSpan`, one row a journey that had begun."""
    span = stage_spans(knowledge).subquery()
    return select(span).where(span.c.starts_on <= as_at, as_at < span.c.ends_on)


def journey(ref: str) -> Journey | None:
    """The journey with a reference."""
    return db.session.scalar(select(Journey).where(Journey.ref == ref))


def standing_events(journey_id: int) -> list[Event]:
    """The events of a journey that count now, in ledger order."""
    return list(
        db.session.scalars(
            select(Event)
            .outerjoin(EventVoid, EventVoid.event_id == Event.id)
            .where(and_(Event.journey_id == journey_id, EventVoid.event_id.is_(None)))
            .order_by(Event.effective_on, Event.recorded_at, Event.id)
        )
    )


def standing_events_of(journey_ids: Iterable[int]) -> dict[int, list[Event]]:
    """The events of each journey that count now, in ledger order; of a journey without any, none."""
    found: dict[int, list[Event]] = {id: [] for id in journey_ids}
    counting = (
        select(Event)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .where(Event.journey_id.in_(found), EventVoid.event_id.is_(None))
        .order_by(Event.effective_on, Event.recorded_at, Event.id)
    )
    for event in db.session.scalars(counting):
        found[event.journey_id].append(event)
    return found
