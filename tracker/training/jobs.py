"""What the training strand does by the calendar."""

from datetime import date

from flask import current_app

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.training.services import drafts, follow_ups, reminders


def remind_of_returns(_: date) -> int:
    """Write to those whose break ends within a fortnight; how many mails."""
    with transaction():
        return reminders.remind()


def ask_what_came(_: date) -> int:
    """Write to those who completed 3, 6 or 12 months ago; how many mails."""
    with transaction():
        return follow_ups.ask_what_came()


def remove_old_drafts(day: date) -> int:
    """Throw away drafts that nobody has touched for as long as the settings say; how many."""
    with transaction():
        return drafts.discard_untouched(day, current_app.config["TRACKER"].draft_months)


JOBS = (
    Job(
        name="break-reminders",
        title="Remind of returns",
        description="Writes to people whose break ends within 14 days, to their manager and to who looks after the "
        "cohort, once for each planned return.",
        cron="5 7 * * *",
        run=remind_of_returns,
    ),
    Job(
        name="follow-ups",
        title="Ask what came of the training",
        description="Writes to people 3, 6 and 12 months after they completed, with a link to three questions.",
        cron="15 7 * * *",
        run=ask_what_came,
    ),
    Job(
        name="old-drafts",
        title="Remove old drafts",
        description="Throws away enrolments that somebody began to enter and that nobody has touched for 12 months, or "
        "as many as TRACKER_DRAFT_MONTHS says, with the names in them.",
        cron="25 3 * * *",
        run=remove_old_drafts,
    ),
)
