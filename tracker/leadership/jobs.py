"""What recruitment does by night: adverts that close, stages that are late, offers and reserve places that ran out."""

from datetime import date

from tracker.core.clock import now
from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.leadership.services import reminders, reserves, stages


def close_adverts(_: date) -> int:
    """Record as closed what has come to its closing by now."""
    with transaction():
        return stages.close_adverts(now())


def remind_of_overdue(day: date) -> int:
    """Write to recruitment leads about vacancies whose target for a stage ran out on the day."""
    with transaction():
        return reminders.remind_of_overdue(day)


def remind_of_reserves(day: date) -> int:
    """Write to recruitment leads about reserve places that will end soon."""
    with transaction():
        return reminders.remind_of_reserves(day)


def lapse_offers(day: date) -> int:
    """Let offers lapse that were to be answered by the day."""
    with transaction():
        return reserves.lapse_offers(day)


def end_reserves(day: date) -> int:
    """Let reserve places lapse that were held to the day."""
    with transaction():
        return reserves.end_reserves(day)


JOBS = (
    Job(
        name="close-adverts",
        title="Close adverts",
        description="Records senior vacancies as closed once the closing time of their advert has passed.",
        cron="0 1 * * *",
        run=close_adverts,
    ),
    Job(
        name="overdue-vacancies",
        title="Remind of overdue vacancies",
        description="Writes to recruitment leads about senior vacancies that went over the target for their stage.",
        cron="15 6 * * *",
        run=remind_of_overdue,
    ),
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
        name="reserves-ending",
        title="Remind of reserve lists",
        description="Writes to recruitment leads about reserve places that end in 30 days.",
        cron="20 6 * * *",
        run=remind_of_reserves,
    ),
)
