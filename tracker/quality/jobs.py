"""The nightly check of the records."""

from datetime import date

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.quality import services


def check_records(day: date) -> int:
    """Bring the findings up to date, as one unit of work."""
    with transaction():
        return services.keep_findings(day)


JOBS = (
    Job(
        name="data-quality",
        title="Check the records",
        description="Finds the records that break a rule of the programme, and closes the findings that were mended.",
        # Before the figures are compiled, which count what it finds.
        cron="5 2 * * *",
        run=check_records,
    ),
)
