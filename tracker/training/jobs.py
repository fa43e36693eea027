"""What the training strand does by the calendar."""

from datetime import date

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.training.services import reminders


def remind_of_returns(_: date) -> int:
    """Write to those whose break ends within a fortnight; how many mails."""
    with transaction():
        return reminders.remind()


JOBS = (
    Job(
        name="break-reminders",
        title="Remind of returns",
        description="Writes to people whose break ends within 14 days, to their manager and to who looks after the "
        "cohort, once for each planned return.",
        cron="5 7 * * *",
        run=remind_of_returns,
    ),
)
