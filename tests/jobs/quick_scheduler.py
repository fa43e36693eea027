"""A real scheduler whose clock runs so fast that a day passes in a moment. Started as a process of its own.

It runs one job, due at noon every day, which works in several transactions and writes each of them into a file, so that
the test can tell what was kept from what was tried.
"""

import os
import signal
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta

from tracker.app import create_app
from tracker.core import clock
from tracker.core.db import transaction
from tracker.core.job import Job
from tracker.jobs.runner import Pace
from tracker.jobs.scheduler import Scheduler
from tracker.outbox import services as outbox

DAY_SECONDS = float(os.environ["DAY_SECONDS"])
BEGAN = float(os.environ["BEGAN"])
FIRST_DAY = datetime.fromisoformat(os.environ["FIRST_DAY"]).replace(tzinfo=UTC)
STEPS = 3


def fast_now() -> datetime:
    """The first day and as many days more as moments have passed."""
    return FIRST_DAY + timedelta(days=(time.time() - BEGAN) / DAY_SECONDS)


def work(day: date) -> int:
    """Write something about the day in several transactions, with a pause in each in which a process can be stopped."""
    for step in range(STEPS):
        with transaction():
            outbox.enqueue("day@example.org", f"{day} {step} {os.getpid()}", "Text")
            time.sleep(DAY_SECONDS / 30)
        time.sleep(DAY_SECONDS / 30)
    return STEPS


def main() -> None:
    """Schedule until told to stop."""
    clock.now = fast_now
    job = Job("noon", "Noon", "Works at noon.", "0 12 * * *", work)
    lease = timedelta(days=float(os.environ["LEASE_DAYS"]))
    pace = Pace(lease=lease, beat_seconds=DAY_SECONDS * lease.days / 4)
    scheduler = Scheduler(create_app(), [job], pace, watch_seconds=0.05)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    scheduler.start()
    stop.wait()
    scheduler.stop()
    sys.exit(0)
