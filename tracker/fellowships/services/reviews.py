"""Objectives of a placement, and its mid-point review."""

from datetime import date

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.core.clock import today
from tracker.core.db import db
from tracker.fellowships.lifecycle import ObjectiveState
from tracker.fellowships.models import Objective, Placement, Review
from tracker.fellowships.services.placements import PlacementNotAllowed, written


def agree(placement: Placement, text: str, agreed_on: date, *, by: User) -> Objective:
    """Keep an objective that fellow and host agreed on.

    :raises PlacementNotAllowed: if nothing is said, or the day lies ahead.
    """
    if not text.strip():
        raise PlacementNotAllowed("Enter the objective", "text")
    if agreed_on > today():
        raise PlacementNotAllowed("The date must be today or in the past", "agreed_on")
    last = db.session.scalar(select(func.max(Objective.number)).where(Objective.journey_id == placement.journey_id))
    objective = Objective(
        journey_id=placement.journey_id,
        number=(last or 0) + 1,
        text=text.strip(),
        agreed_on=agreed_on,
        recorded_by_id=by.id,
    )
    db.session.add(objective)
    db.session.flush()
    written("placement.objective", placement, by, {"number": objective.number})
    return objective


def mark(objective: Objective, state: ObjectiveState, *, by: User) -> None:
    """Say how far an objective is."""
    before = objective.state
    objective.state = state
    db.session.flush()
    after = {"number": objective.number, "state": state}
    written("placement.objective-marked", objective.placement, by, after, state=before)


def hold_review(placement: Placement, held_on: date, going_well: str, to_change: str, *, by: User) -> Review:
    """Keep what was said at the mid-point; said again, it replaces what was there.

    :raises PlacementNotAllowed: if nothing is said, or the day lies ahead.
    """
    if not going_well.strip():
        raise PlacementNotAllowed("Say what goes well", "going_well")
    if held_on > today():
        raise PlacementNotAllowed("The date must be today or in the past", "held_on")
    review = db.session.get(Review, placement.journey_id)
    if review is None:
        review = Review(journey_id=placement.journey_id)
        db.session.add(review)
    review.held_on, review.going_well, review.to_change = held_on, going_well.strip(), to_change.strip()
    review.recorded_by_id = by.id
    db.session.flush()
    written("placement.review", placement, by, {"held_on": held_on})
    return review
