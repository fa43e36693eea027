"""Days on which a fellow does not work."""

from datetime import date

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import format_day
from tracker.fellowships.afterlife import AwayReason
from tracker.fellowships.models import Away, Placement
from tracker.fellowships.queries.logs import days_away


def add(placement: Placement, starts_on: date, last_on: date, reason: str, *, actor: User) -> Away:
    """Note days away, both ends included. They may lie ahead; no log is missed for them.

    :raises DomainError: if they end before they begin, lie outside the placement, or overlap others.
    """
    if last_on < starts_on:
        raise DomainError("The last day away is before the first", "last_on")
    if last_on < placement.planned_start or starts_on > placement.planned_end:
        between = f"{format_day(placement.planned_start)} to {format_day(placement.planned_end)}"
        raise DomainError(f"The days lie outside the placement, which is from {between}", "starts_on")
    for other in days_away(placement):
        if starts_on <= other.last_on and other.starts_on <= last_on:
            between = f"{format_day(other.starts_on)} to {format_day(other.last_on)}"
            raise DomainError(f"You are away from {between} already", "starts_on")
    found = Away(
        journey_id=placement.journey_id,
        starts_on=starts_on,
        last_on=last_on,
        reason=AwayReason(reason),
        recorded_by_id=actor.id,
    )
    db.session.add(found)
    db.session.flush()
    facts = {"starts_on": starts_on, "last_on": last_on, "reason": reason}
    audit.record("away.noted", f"placement:{placement.ref}", actor=actor, after=facts)
    return found
