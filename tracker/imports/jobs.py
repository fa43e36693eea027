"""Imports that wait, and uploaded files whose time is over."""

from datetime import date

from flask import current_app

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.imports.services import uploads, working


def resume_imports(_: date) -> int:
    """Take up imports whose worker has died; how many there were."""
    settings = current_app.config["TRACKER"]
    return sum(working.work(ref, settings) for ref in working.waiting())


def purge_uploads(_: date) -> int:
    """Remove uploaded files that are older than 30 days."""
    with transaction():
        return uploads.remove_old_uploads(current_app.config["TRACKER"])


JOBS = (
    Job(
        name="resume-imports",
        title="Take up imports",
        description="Goes on with imports whose work broke off.",
        cron="*/5 * * * *",
        run=resume_imports,
    ),
    Job(
        name="purge-uploads",
        title="Remove uploaded files",
        description="Removes files that were uploaded more than 30 days ago. What was counted of them stays.",
        cron="15 2 * * *",
        run=purge_uploads,
    ),
)
