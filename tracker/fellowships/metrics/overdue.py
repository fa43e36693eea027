"""How many weekly logs are overdue, placement by placement: the figure's own rule, counted otherwise."""

from datetime import date

from sqlalchemy import func, select

from tracker.core.db import db
from tracker.core.metric import NOW
from tracker.fellowships.metrics.spans import logs_overdue


def overdue_by_placement(day: date) -> dict[int, int]:
    """How many logs are overdue on a day, by journey; a placement without any is missing."""
    span = logs_overdue(NOW).subquery()
    counted = select(span.c.journey_id, func.count()).where(span.c.starts_on <= day, day < span.c.ends_on)
    return {row[0]: row[1] for row in db.session.execute(counted.group_by(span.c.journey_id))}
