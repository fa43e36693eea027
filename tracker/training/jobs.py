"""What the training strand does by the calendar."""

from datetime import date

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.training.services import follow_ups, reminders


def remind_of_returns(_: date) -> int:
    """Write to those whose break ends within a fortnight; how many mails."""
    with transaction():
        return reminders.remind()


def ask_what_came(_: date) -> int:
    """Write to those who completed 3, 6 or 12 months ago; how many mails."""
    with transaction():
        return follow_ups.ask_what_came()


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
)
