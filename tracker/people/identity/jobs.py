"""The nightly return of those whose secondment ends."""

from datetime import date, timedelta

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.people.identity import services


def return_from_secondment(day: date) -> int:
    """Have everybody return whose first day back is by the day after the run's, which is the day it runs."""
    with transaction():
        return services.return_all(day + timedelta(days=1))


JOBS = (
    Job(
        name="secondments",
        title="End secondments",
        description="Records the return of everybody whose secondment ends, to the organisation they came from.",
        cron="15 1 * * *",
        run=return_from_secondment,
    ),
)
