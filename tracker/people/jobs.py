"""What people are found by, looked over every night."""

from datetime import date

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.people import services


def look_over_names(_: date) -> int:
    """Bring the words that names are made of up to date; how many came and went."""
    with transaction():
        return services.keep_all_spelling() + services.forget_spelling()


JOBS = (
    Job(
        name="spelling",
        title="Look over how names are spelt",
        description="Keeps the words of names in pieces, so that a search forgives spelling, and forgets those of "
        "nobody.",
        cron="5 3 * * *",
        run=look_over_names,
    ),
)
