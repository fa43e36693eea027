"""The rows of a list of placements as they wait, and the placements they are about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, not_, select
from sqlalchemy.orm import Session

from tracker.core.intake import Intake
from tracker.fellowships.imports.tables import PLACEMENT_ROW
from tracker.fellowships.models import Placement
from tracker.ledger.models import Event, EventVoid, Journey

AT_ONCE = 5_000


def rows_of(session: Session, intake: Intake, *, only_valid: bool) -> Sequence[Row[Any]]:
    """The rows of the file, in order."""
    rows = select(PLACEMENT_ROW).where(PLACEMENT_ROW.c.import_id == intake.import_id)
    if only_valid:
        rows = rows.where(PLACEMENT_ROW.c.is_valid)
    return session.execute(rows.order_by(PLACEMENT_ROW.c.row)).all()


def placements_by_ref(session: Session, refs: Sequence[str]) -> dict[str, Placement]:
    """The placements with some references; those that only an undone import brought too."""
    found: dict[str, Placement] = {}
    ordered = sorted(set(refs))
    for start in range(0, len(ordered), AT_ONCE):
        some = select(Placement).where(Placement.ref.in_(ordered[start : start + AT_ONCE]))
        found |= {one.ref: one for one in session.scalars(some)}
    return found


def standing_refs(session: Session, refs: Sequence[str]) -> set[str]:
    """Those of the references whose placements have events that count."""
    found: set[str] = set()
    ordered = sorted(set(refs))
    stands = exists().where(Event.journey_id == Journey.id, not_(exists().where(EventVoid.event_id == Event.id)))
    for start in range(0, len(ordered), AT_ONCE):
        some = select(Placement.ref).join(Journey, Journey.id == Placement.journey_id)
        found |= set(session.scalars(some.where(Placement.ref.in_(ordered[start : start + AT_ONCE]), stands)))
    return found
