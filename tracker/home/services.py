"""Writing the weekly emails, each in a unit of work of its own."""

from datetime import timedelta

from sqlalchemy import or_, select

from tracker.accounts.models import User, WeeklyEmail
from tracker.core.clock import now
from tracker.core.db import db
from tracker.home import digest
from tracker.outbox import services as outbox

A_WEEK = timedelta(days=7)
NOT_AGAIN_WITHIN = timedelta(days=6)
"""A run that is repeated writes to nobody twice; one that was missed is made up for by the next."""


def readers() -> list[int]:
    """The ids of the users who can sign in and want the weekly email."""
    wants = or_(WeeklyEmail.user_id.is_(None), WeeklyEmail.is_wanted)
    read = select(User.id).outerjoin(WeeklyEmail, WeeklyEmail.user_id == User.id).where(wants)
    able = read.where(User.disabled_at.is_(None), User.password_hash.is_not(None))
    return list(db.session.scalars(able.order_by(User.id)))


def write_weekly_email(user_id: int) -> int:
    """Write to a user what happened since their last weekly email, if they want it still; 1 if there was something.

    Called in a unit of work, in which the row of the user is held: two runs at once write one email. What somebody may
    see is asked here, not when something happened.
    """
    user = db.session.get_one(User, user_id, with_for_update=True)
    sent = db.session.get(WeeklyEmail, user_id)
    if sent is None:
        sent = WeeklyEmail(user_id=user_id, is_wanted=True)
        db.session.add(sent)
    until = now()
    since = sent.covered_until or until - A_WEEK
    if not (user.is_active and sent.is_wanted) or until - since < NOT_AGAIN_WITHIN:
        return 0
    written = digest.compose(user, since, until)
    if written is not None:
        outbox.enqueue(user.email, written.subject, written.text, written.html)
    sent.covered_until = until
    db.session.flush()
    return int(written is not None)
