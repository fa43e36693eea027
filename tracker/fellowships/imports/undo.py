"""Taking back what an import of placements or of logs brought: as one act, while nothing later rests on it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from tracker.core.calendar import LAST_DAY
from tracker.core.intake import Intake
from tracker.core.text import format_day
from tracker.fellowships.imports.tables import PLACEMENT_CHANGE
from tracker.fellowships.lifecycle import PLACEMENT, LogState
from tracker.fellowships.models import LogDecision, LogVersion, Placement, SupervisorAssignment, WeekLog
from tracker.ledger.imports import histories, people
from tracker.ledger.models import Event, Journey

NAMED = 10
"""How many of the things that rest on an import are named one by one."""


def _some(found: Iterator[str]) -> list[str]:
    named = list(islice(found, NAMED))
    more = sum(1 for _ in found)
    return named + ([f"and {more:,} more"] if more else [])


def placement_refusals(session: Session, intake: Intake) -> list[str]:
    """What rests on an import of placements, in the user's words; nothing where it can be undone."""
    mine = select(Placement.journey_id, Placement.ref).where(
        Placement.journey_id.in_(select(Event.journey_id).where(Event.import_id == intake.import_id))
    )
    names = dict(session.execute(mine).all())
    return _some(_rests_on_placements(session, intake, names))


def _rests_on_placements(session: Session, intake: Intake, names: Mapping[int, str]) -> Iterator[str]:
    yield from histories.refusals(session, intake, PLACEMENT, names)
    yield from people.refusals(session, intake)
    sent = exists().where(LogVersion.log_id == WeekLog.id, LogVersion.voided_at.is_(None))
    logged = (
        select(Placement.ref)
        .join(Journey, Journey.id == Placement.journey_id)
        .join(WeekLog, WeekLog.journey_id == Placement.journey_id)
        .where(Journey.import_id == intake.import_id, sent)
        .distinct()
        .order_by(Placement.ref)
    )
    for ref in session.scalars(logged):
        yield f"{ref}, which this import began, has weekly logs"


PUT_BACK: dict[str, Callable[[str], Any]] = {
    "project_title": str,
    "fte": float,
    "planned_start": date.fromisoformat,
    "planned_end": date.fromisoformat,
}


def undo_placements(session: Session, intake: Intake) -> None:
    """Void what the import recorded, put back what it changed, take away the people it brought.

    The caller owns the transaction, and has asked for what is in the way.
    """
    histories.undo(session, intake)
    rows = session.execute(select(PLACEMENT_CHANGE).where(PLACEMENT_CHANGE.c.import_id == intake.import_id)).all()
    for row in rows:
        placement, read = session.get_one(Placement, row.journey_id), PUT_BACK[row.field]
        if getattr(placement, row.field) == read(row.after):
            setattr(placement, row.field, read(row.before))
    _give_back_supervisors(session, intake)
    people.undo(session, intake)


def _give_back_supervisors(session: Session, intake: Intake) -> None:
    """Take away the assignments the import made; whom they took over from goes on."""
    mine = session.scalars(select(SupervisorAssignment).where(SupervisorAssignment.import_id == intake.import_id)).all()
    for one in mine:
        is_current, journey_id, since = one.ends_on == LAST_DAY, one.journey_id, one.starts_on
        session.delete(one)
        session.flush()
        if is_current:
            before = select(SupervisorAssignment.id).where(
                SupervisorAssignment.journey_id == journey_id, SupervisorAssignment.ends_on == since
            )
            session.execute(
                update(SupervisorAssignment)
                .where(SupervisorAssignment.id.in_(before.order_by(SupervisorAssignment.id.desc()).limit(1)))
                .values(ends_on=LAST_DAY)
                .execution_options(synchronize_session=False)
            )


def log_refusals(session: Session, intake: Intake) -> list[str]:
    """Logs of the import that were signed off or sent back since."""
    decided = (
        select(Placement.ref, WeekLog.week_ending)
        .join(WeekLog, WeekLog.journey_id == Placement.journey_id)
        .join(LogVersion, LogVersion.log_id == WeekLog.id)
        .join(LogDecision, LogDecision.version_id == LogVersion.id)
        .where(LogVersion.import_id == intake.import_id, LogDecision.voided_at.is_(None))
        .order_by(Placement.ref, WeekLog.week_ending)
    )
    return _some(
        f"the supervisor of {ref} has answered the log of the week to {format_day(week)}"
        for ref, week in session.execute(decided)
    )


def undo_logs(session: Session, intake: Intake) -> None:
    """Void the logs the import brought; what was sent before counts again."""
    session.execute(
        update(LogVersion)
        .where(LogVersion.import_id == intake.import_id, LogVersion.voided_at.is_(None))
        .values(voided_at=intake.instant)
        .execution_options(synchronize_session=False)
    )
    touched = select(LogVersion.log_id).where(LogVersion.import_id == intake.import_id)
    left = exists().where(LogVersion.log_id == WeekLog.id, LogVersion.voided_at.is_(None))
    session.execute(
        update(WeekLog)
        .where(WeekLog.id.in_(touched), ~left)
        .values(state=LogState.DRAFT, version=WeekLog.version + 1)
        .execution_options(synchronize_session=False)
    )
