"""Reminding people on a break of the return they promised, before it."""

from datetime import timedelta

from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import email_key, format_day
from tracker.outbox import services as outbox
from tracker.training import queries
from tracker.training.models import BreakReminder
from tracker.training.queries import Reminder

BEFORE = timedelta(days=14)
"""So long before the day a reminder goes out."""


def remind() -> int:
    """Write to everybody whose return is due within a fortnight, to their manager, and to who looks after the cohort.

    Once for each promise: an extended break is a new one. Returns how many mails were written. The caller owns the
    transaction.
    """
    day = today()
    due = queries.reminders_due(day, day + BEFORE)
    written = sum(_write(one) for one in due)
    db.session.add_all(BreakReminder(event_id=one.event_id, sent_on=day) for one in due)
    db.session.flush()
    return written


def _write(reminder: Reminder) -> int:
    day = format_day(reminder.promised_on)
    if reminder.is_known:
        subject, about = f"Return to training on {day}", f"is due back in training on {day}, in {reminder.cohort}"
    else:
        subject, about = f"Break from training: we ask again on {day}", f"was to be asked by {day} when they return"
    text = (
        f"{reminder.name} {about}.\n\nIf that has changed, tell the programme office before the day, so that the break "
        "can be extended. After it the place counts as at risk.\n"
    )
    others = {email_key(to): to for to in (reminder.email, reminder.manager, reminder.owner) if to}
    return sum(_send(to, subject, text) for to in others.values())


def _send(to: str, subject: str, text: str) -> int:
    try:
        outbox.enqueue(to, subject, text)
    except DomainError:
        return 0  # an address that no mail can have keeps nobody else's reminder back
    return 1
