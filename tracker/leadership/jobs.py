"""What recruitment does by night: offers and reserve places that ran out, and candidates whose time is over."""

from datetime import date

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.leadership.services import reserves, retention


def lapse_offers(day: date) -> int:
    """Let offers lapse that were to be answered by the day."""
    with transaction():
        return reserves.lapse_offers(day)


def end_reserves(day: date) -> int:
    """Let reserve places lapse that were held to the day."""
    with transaction():
        return reserves.end_reserves(day)


def forget_candidates(day: date) -> int:
    """Anonymise the candidates whose time to be kept was over on the day."""
    with transaction():
        return retention.anonymise_due(day)


JOBS = (
    Job(
        name="lapse-offers",
        title="Let offers lapse",
        description="Ends offers of senior posts whose last day to answer has passed. The next in merit order can then "
        "be offered the post.",
        cron="5 1 * * *",
        run=lapse_offers,
    ),
    Job(
        name="end-reserves",
        title="End reserve lists",
        description="Ends reserve places 12 months after the merit order they come from.",
        cron="10 1 * * *",
        run=end_reserves,
    ),
    Job(
        name="forget-candidates",
        title="Forget candidates",
        description="Anonymises candidates when their data has been kept for as long as the setting says after their "
        "campaign ended. All counts stay.",
        cron="20 3 * * *",
        run=forget_candidates,
    ),
)
