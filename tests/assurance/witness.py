"""A scheduler with one job whose work can be checked afterwards; started by the campaign, and killed by it.

The job writes five parts a day, each in a unit of work of its own, under the name of its process.
"""

import os
import threading
from datetime import date, timedelta

from sqlalchemy import Column, Date, Integer, MetaData, Table, delete, insert

from tracker.app import create_app
from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.jobs.runner import Pace
from tracker.jobs.scheduler import Scheduler

PARTS = 5
BETWEEN_PARTS_S = 0.06
PACE = Pace(lease=timedelta(seconds=1.5), beat_seconds=0.3)
PART = Table(
    "witness_part",
    MetaData(),
    Column("day", Date, nullable=False),
    Column("part", Integer, nullable=False),
    Column("process", Integer, nullable=False),
)
_never = threading.Event()


def work(day: date) -> int:
    """Write the parts of a day, the first in place of whatever an earlier attempt has left."""
    for part in range(PARTS):
        with transaction() as session:
            if part == 0:
                session.execute(delete(PART).where(PART.c.day == day))
            session.execute(insert(PART).values(day=day, part=part, process=os.getpid()))
        _never.wait(BETWEEN_PARTS_S)
    return PARTS


JOB = Job(name="witness", title="Witness", description="Writes five parts a day.", cron="15 2 * * *", run=work)


def main() -> None:
    """Run until killed, or until the campaign that started it has gone."""
    campaign = os.getppid()
    Scheduler(create_app(), [JOB], PACE, watch_seconds=0.2).start()
    while os.getppid() == campaign:
        _never.wait(1)
    os._exit(0)


if __name__ == "__main__":
    main()
