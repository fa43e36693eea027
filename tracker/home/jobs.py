"""The weekly email."""

from datetime import date

from flask import current_app

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.home import services


def write_weekly_emails(_: date) -> int:
    """Write to everybody who wants it what happened in the week; how many emails."""
    written = 0
    # Links are made as a request to the public address would make them.
    with current_app.test_request_context(base_url=current_app.config["TRACKER"].public_url):
        for user_id in services.readers():
            with transaction():
                written += services.write_weekly_email(user_id)
    return written


JOBS = (
    Job(
        name="weekly-email",
        title="Write the weekly emails",
        description="Writes to each user who wants it what was recorded of whom they follow, what waits for them, and "
        "to leadership what changed and is at risk.",
        cron="30 5 * * mon",
        run=write_weekly_emails,
    ),
)
