"""What the fellowships strand does by the calendar: weekly mail, reminders, and questions once a placement is over.

Each letter is written in a unit of work of its own, and at most once for its day: a run that is repeated writes what
the one before did not get to. `day` is the London day before the run is due.
"""

from datetime import date, timedelta

from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.fellowships.services import afterwards, mailing


def write_to_supervisors(day: date) -> int:
    """Send each supervisor the link to the weeks that wait for them; how many letters."""
    due, written = day + timedelta(days=1), 0
    for supervisor_id in mailing.supervisors_due(due):
        with transaction():
            written += mailing.write_to_supervisor(supervisor_id, due)
    return written


def remind_fellows(day: date) -> int:
    """Settle weeks without a working day, and remind fellows of the logs that are due; how many letters."""
    due, written = day + timedelta(days=1), 0
    for journey_id in mailing.placements_to_remind(due):
        with transaction():
            written += mailing.settle_and_remind(journey_id, due)
    return written


def ask_afterwards(day: date) -> int:
    """Ask fellows and hosts about placements that are over; how many letters."""
    due, written = day + timedelta(days=1), 0
    for journey_id, ended_on in afterwards.due(due):
        with transaction():
            written += afterwards.ask(journey_id, ended_on, due)
    return written


JOBS = (
    Job(
        name="sign-off-mail",
        title="Mail to supervisors",
        description="On the first working day of a week, sends each supervisor the link to the weeks that wait for "
        "them; on the fourth, once more to those who let one wait.",
        cron="0 7 * * *",
        run=write_to_supervisors,
    ),
    Job(
        name="log-reminders",
        title="Reminders of weekly logs",
        description="On working days, reminds fellows of logs that are due, twice at most; sends a log of no days for "
        "weeks without a working day.",
        cron="30 6 * * *",
        run=remind_fellows,
    ),
    Job(
        name="placement-questions",
        title="Questions after placements",
        description="Asks fellow and host about a placement at its end and after 3, 6 and 12 months, and reminds them "
        "twice.",
        cron="15 7 * * *",
        run=ask_afterwards,
    ),
)
