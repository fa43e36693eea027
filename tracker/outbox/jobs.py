"""What the outbox does by the calendar."""

from datetime import date

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.outbox import delivery, services


def send_mail(_: date) -> int:
    """Send what waits; how many messages left."""
    return delivery.send_waiting()


def forget_old_mail(_: date) -> int:
    """Delete the book of mail that is long gone; how many messages it was."""
    with transaction():
        return services.forget_old()


JOBS = (
    Job(
        name="outbox",
        title="Send mail",
        description="Sends the messages that wait to leave. One that is refused is tried again for 24 hours.",
        cron="* * * * *",
        run=send_mail,
    ),
    Job(
        name="forget-old-mail",
        title="Forget old mail",
        description="Deletes messages that were sent or given up more than 90 days ago.",
        cron="25 3 * * *",
        run=forget_old_mail,
    ),
)
