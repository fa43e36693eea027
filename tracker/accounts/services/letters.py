"""Whether users want their weekly email."""

from tracker.accounts import audit
from tracker.accounts.models import User, WeeklyEmail
from tracker.core.db import db


def want_weekly_email(user: User, *, is_wanted: bool) -> None:
    """Keep whether a user wants the weekly email; nothing is written where they said no other than before."""
    row = db.session.get(WeeklyEmail, user.id) or WeeklyEmail(user_id=user.id, is_wanted=True)
    before, row.is_wanted = row.is_wanted, is_wanted
    if before != is_wanted:
        db.session.add(row)
        db.session.flush()
        changed = ({"weekly_email": before}, {"weekly_email": is_wanted})
        audit.record("user.weekly-email", f"user:{user.ref}", actor=user, before=changed[0], after=changed[1])
