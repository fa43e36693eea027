"""Placements that are over: who is to be asked, what was written and what was answered."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.fellowships.afterlife import Asked, Side
from tracker.fellowships.lifecycle import Stage
from tracker.fellowships.models import Notice, Placement, PlacementAnswer
from tracker.ledger.models import StageSpan

OVER = (Stage.COMPLETED, Stage.ENDED_EARLY)


def notice(journey_id: int, kind: str, about_on: date, to_key: str) -> Notice | None:
    """What was written to somebody about a day of a placement."""
    same = (Notice.journey_id == journey_id, Notice.kind == kind, Notice.about_on == about_on, Notice.to_key == to_key)
    return db.session.scalar(select(Notice).where(*same))


def first_notice(journey_id: int, kind: str, to_key: str) -> datetime | None:
    """When somebody was first written to about a placement in a way."""
    same = (Notice.journey_id == journey_id, Notice.kind == kind, Notice.to_key == to_key)
    return db.session.scalar(select(Notice.sent_at).where(*same).order_by(Notice.sent_at).limit(1))


def over_between(first: date, last: date) -> Sequence[tuple[Placement, date]]:
    """The placements that ended from one day to another, both included, with the day each ended."""
    ended = (
        select(Placement, StageSpan.starts_on)
        .join(StageSpan, StageSpan.journey_id == Placement.journey_id)
        .where(StageSpan.stage.in_(OVER), StageSpan.ends_on == LAST_DAY, StageSpan.starts_on.between(first, last))
        .order_by(Placement.ref)
    )
    return [(placement, ended_on) for placement, ended_on in db.session.execute(ended)]


def ended_on(placement: Placement) -> date | None:
    """The day a placement was completed or ended early; None while it is not over."""
    over = select(StageSpan.starts_on).where(
        StageSpan.journey_id == placement.journey_id, StageSpan.stage.in_(OVER), StageSpan.ends_on == LAST_DAY
    )
    return db.session.scalar(over)


def answer(journey_id: int, asked: Asked, side: Side) -> PlacementAnswer | None:
    """What one side answered when it was asked."""
    same = (PlacementAnswer.journey_id == journey_id, PlacementAnswer.asked == asked, PlacementAnswer.side == side)
    return db.session.scalar(select(PlacementAnswer).where(*same))


def answers(journey_id: int) -> Sequence[PlacementAnswer]:
    """Everything that was answered about a placement, in the order it was."""
    of_it = select(PlacementAnswer).where(PlacementAnswer.journey_id == journey_id)
    return db.session.scalars(of_it.order_by(PlacementAnswer.answered_at, PlacementAnswer.id)).all()
