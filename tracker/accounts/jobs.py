"""What accounts do by the calendar."""

from datetime import date

from tracker.accounts.services import links, role_requests
from tracker.core.db import transaction
from tracker.core.job import Job


def write_to_forgetful(_: date) -> int:
    """Send links to those who forgot their password; how many."""
    with transaction():
        return links.write_to_forgetful()


def expire_role_requests(_: date) -> int:
    """End requests for roles that nobody decided in time; how many."""
    with transaction():
        return role_requests.expire_overdue()


JOBS = (
    Job(
        name="forgotten-passwords",
        title="Write to who forgot a password",
        description="Writes the links that were asked for on the sign-in page, so that the page tells nobody which "
        "addresses are users’.",
        cron="* * * * *",
        run=write_to_forgetful,
    ),
    Job(
        name="role-requests",
        title="End requests for roles",
        description="Ends requests for privileged roles that no second administrator decided within 7 days.",
        cron="40 3 * * *",
        run=expire_role_requests,
    ),
)
