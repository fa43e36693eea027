"""Every scheduled job: the slices' lists, added up, and those of this slice."""

from datetime import date

from tracker.accounts import jobs as accounts
from tracker.core.db import keep_statistics, transaction
from tracker.core.job import Job, take_requests
from tracker.fellowships import jobs as fellowships
from tracker.home import jobs as home
from tracker.imports import jobs as imports
from tracker.jobs import backups, schedule, services
from tracker.jobs.models import Cause
from tracker.leadership import jobs as leadership
from tracker.outbox import jobs as outbox
from tracker.people import jobs as people
from tracker.people.identity import jobs as identity
from tracker.progress import jobs as progress
from tracker.quality import jobs as quality
from tracker.register import jobs as register
from tracker.register.identity import jobs as duplicates
from tracker.training import jobs as training


def forget_old_runs(_: date) -> int:
    """Delete the book of runs that are long over; how many they were."""
    with transaction():
        return services.forget_old_runs([job.name for job in JOBS if schedule.is_daily(job)])


def look_at_tables(_: date) -> int:
    """Have the database look again at how full its tables are."""
    keep_statistics()
    return 0


OWN = (
    Job(
        name="backup",
        title="Back up",
        description="Writes a consistent copy of every record to the folder of backups, and keeps the last 14.",
        cron="45 1 * * *",
        run=backups.nightly,
    ),
    Job(
        name="forget-old-runs",
        title="Forget old runs",
        description="Deletes the history of runs: of jobs that run all day after a week, of others after two years.",
        cron="35 3 * * *",
        run=forget_old_runs,
    ),
    Job(
        name="look-at-tables",
        title="Look at the tables",
        description="Has the database look again at how full its tables are, which its plans rest on.",
        cron="55 3 * * *",
        run=look_at_tables,
    ),
)

JOBS: tuple[Job, ...] = tuple(
    schedule.check(job)
    for job in (
        *outbox.JOBS,
        *accounts.JOBS,
        *people.JOBS,
        *identity.JOBS,
        *progress.JOBS,
        *quality.JOBS,
        *imports.JOBS,
        *training.JOBS,
        *fellowships.JOBS,
        *leadership.JOBS,
        *register.JOBS,
        *duplicates.JOBS,
        *home.JOBS,
        *OWN,
    )
)


def job(name: str) -> Job | None:
    """The job with a name."""
    return next((job for job in JOBS if job.name == name), None)


def _requested(name: str) -> None:
    found = job(name)
    if found is None:
        raise LookupError(f"there is no job {name}")
    services.ask(found, Cause.ASKED)


take_requests(_requested)
