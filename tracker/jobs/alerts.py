"""Telling the administrators that a job fails, once, and that it works again, once."""

from tracker.accounts import queries as accounts
from tracker.core.job import Job
from tracker.jobs import queries, schedule
from tracker.outbox import services as outbox

FREQUENT_FAILURES = 5
"""A job that runs every minute is worth a message when it has failed so often in a row; a daily one at once."""


def after_failure(job: Job, error: str) -> None:
    """Tell the administrators, if this failure is the one to tell of. In the transaction that notes it."""
    if _failures(job) == _threshold(job):
        _tell(
            f"{job.title} fails", f"The scheduled job ‘{job.title}’ has failed and is not tried again by itself:", error
        )


def before_success(job: Job) -> None:
    """Tell the administrators that a job of which they were told works again. In the transaction that notes its
    success."""
    if _failures(job) >= _threshold(job):
        _tell(f"{job.title} works again", f"You were told that the job ‘{job.title}’ failed. It works again.")


def _failures(job: Job) -> int:
    return queries.standings([job.name])[0].failures


def _threshold(job: Job) -> int:
    return 1 if schedule.is_daily(job) else FREQUENT_FAILURES


def _tell(subject: str, *sentences: str) -> None:
    text = "\n\n".join((*sentences, "The page of jobs (/admin/jobs) shows every run.")) + "\n"
    for administrator in accounts.administrators():
        outbox.enqueue(administrator.email, f"Data skills tracker: {subject}", text)
