"""Whether the events of a file make legal histories with what the ledger holds, judged on the finished sequence (fine
print A3).
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, func, literal, not_, null, or_, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from tracker.core.intake import Code, Problem
from tracker.ledger.models import Event, EventKind, EventVoid, VoidCause
from tracker.training.lifecycle import ENROLMENT


def counts_as_known(journey_id: Any, stage: Any, day: Any) -> ColumnElement[bool]:
    """Whether the ledger has the event already: it stands, or somebody voided it and it stays voided (fine print A19).

    What an undone import recorded is as if it had never been there, so it may be recorded again; a superseded event is
    known by the one that took its place.
    """
    gone = select(EventVoid.event_id).where(EventVoid.event_id == Event.id, EventVoid.cause != VoidCause.CORRECTION)
    return (
        select(Event.id)
        .where(Event.journey_id == journey_id, Event.stage == stage, Event.effective_on == day, not_(gone.exists()))
        .exists()
    )


def illegal_steps(session: Session, added: Select[Any], superseded: Select[Any]) -> Iterator[Problem]:
    """A problem for each row whose event the finished sequence does not allow.

    :param added: the events to come: row, journey_id, stage, effective_on, recorded_at.
    :param superseded: ids of the events of the ledger that will no longer count.

    The order is that of the ledger: the day, when it was recorded, the place in the file. Where a step the ledger holds
    can no longer follow, the row before it is at fault.
    """
    for row, before_row, before, stage in session.execute(_broken(added, superseded)):
        at_fault = before_row if row is None else row
        if at_fault is not None:
            yield _problem(at_fault, before, stage, is_own=row is not None)


def _problem(row: int, before: str, stage: str, *, is_own: bool) -> Problem:
    came_from, goes_to = ENROLMENT.label(before), ENROLMENT.label(stage)
    if is_own:
        advice = (
            f"It cannot go from ‘{came_from}’ to ‘{goes_to}’: correct the stage or the day, or add what lies between"
        )
        return Problem(row, "stage", Code.STAGE_NOT_ALLOWED, stage, advice)
    advice = (
        f"‘{goes_to}’, which is recorded already, could then not follow ‘{came_from}’: correct the stage or the day"
    )
    return Problem(row, "stage", Code.STAGE_NOT_ALLOWED, before, advice)


def _broken(added: Select[Any], superseded: Select[Any]) -> Select[Any]:
    new = added.cte("added")
    voided = select(EventVoid.event_id).where(EventVoid.event_id == Event.id)
    held = select(
        null().label("row"),
        Event.journey_id,
        Event.kind,
        Event.stage,
        Event.effective_on,
        Event.recorded_at,
        literal(0).label("is_new"),
        Event.id.label("place"),
    ).where(
        Event.journey_id.in_(select(new.c.journey_id)),
        Event.stage.is_not(None),
        not_(voided.exists()),
        Event.id.not_in(superseded),
    )
    coming = select(
        new.c.row,
        new.c.journey_id,
        literal(EventKind.STAGE.value).label("kind"),
        new.c.stage,
        new.c.effective_on,
        new.c.recorded_at,
        literal(1).label("is_new"),
        new.c.row.label("place"),
    )
    seen = _in_order(union_all(held, coming).subquery())
    return (
        select(seen.c.row, seen.c.before_row, seen.c.before, seen.c.stage)
        .where(seen.c.before.is_not(None), not_(_legal(seen)))
        .order_by(func.coalesce(seen.c.row, seen.c.before_row))
    )


def _in_order(step: Any) -> Any:
    """Each step with the row and stage of the one before it in its journey."""
    order = (step.c.effective_on, step.c.recorded_at, step.c.is_new, step.c.place)
    return select(
        step.c.row,
        step.c.journey_id,
        func.lag(step.c.row).over(partition_by=step.c.journey_id, order_by=order).label("before_row"),
        func.lag(step.c.stage).over(partition_by=step.c.journey_id, order_by=order).label("before"),
        step.c.stage,
        step.c.kind,
    ).subquery()


def broken_without(journeys: Select[Any], without: Select[Any], again: Select[Any]) -> Select[Any]:
    """Where the histories of journeys would break if some events were not there: journey_id, stage before, stage.

    :param without: ids of the events taken away.
    :param again: ids of void events that count again.
    """
    voided = select(EventVoid.event_id).where(EventVoid.event_id == Event.id)
    left = select(
        Event.id.label("row"),
        Event.journey_id,
        Event.kind,
        Event.stage,
        Event.effective_on,
        Event.recorded_at,
        literal(0).label("is_new"),
        Event.id.label("place"),
    ).where(
        Event.journey_id.in_(journeys),
        Event.stage.is_not(None),
        or_(and_(not_(voided.exists()), Event.id.not_in(without)), Event.id.in_(again)),
    )
    seen = _in_order(left.subquery())
    broken = select(seen.c.journey_id, seen.c.before, seen.c.stage)
    return broken.where(seen.c.before.is_not(None), not_(_legal(seen))).order_by(seen.c.journey_id)


def _legal(seen: Any) -> ColumnElement[bool]:
    moves = (and_(seen.c.before == stage, seen.c.stage.in_(sorted(after))) for stage, after in ENROLMENT.moves.items())
    goes_on = and_(seen.c.kind == EventKind.EXTENDED.value, seen.c.before == seen.c.stage)
    return or_(goes_on, and_(seen.c.kind == EventKind.STAGE.value, or_(*moves)))
