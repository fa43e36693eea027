"""Looking for records that may be of one person: everybody every night, and who is new after an import."""

from datetime import date

from tracker.core.job import Job
from tracker.register.identity.services import scanning


def look_at_everybody(_: date) -> int:
    """Compare everybody with everybody."""
    return scanning.look_at_everybody()


def look_at_new(_: date) -> int:
    """Compare who came or changed since the last search with everybody."""
    return scanning.look_at_new()


JOBS = (
    Job(
        name="duplicates",
        title="Look for duplicates",
        description="Compares everybody with everybody, and keeps the pairs that may be one person.",
        cron="25 1 * * *",
        run=look_at_everybody,
    ),
    Job(
        name="new-duplicates",
        title="Look for duplicates among who is new",
        description="Compares who came or changed since the last search with everybody; after every import.",
        cron="20 * * * *",
        run=look_at_new,
    ),
)
