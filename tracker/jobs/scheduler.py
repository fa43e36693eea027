"""The process that runs jobs when they are due. Any number may run against one database: the book of runs decides.

APScheduler holds the jobs in memory under their own names and wakes each when it is due. Every few seconds a watch
looks into the book for what no alarm clock knows: a run somebody asked for, one to be tried again, one whose holder
has died, one that was missed while nothing ran; and wakes the job that it belongs to.
"""

import logging
import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.job import Job
from tracker.jobs import queries, runner, schedule, services
from tracker.jobs.runner import Pace

WATCH_SECONDS = 2.0
BEAT_EVERY = 5
"""A scheduler shows that it is alive at every so many-th look."""
MISFIRE_GRACE_SECONDS = 3600
WATCH = "watch"
logger = logging.getLogger("tracker.scheduler")


@dataclass
class Scheduler:
    """The jobs of one process. `watch_seconds` is short in tests, whose days pass in moments."""

    app: Flask
    jobs: Sequence[Job]
    pace: Pace = field(default_factory=Pace)
    watch_seconds: float = WATCH_SECONDS

    def __post_init__(self) -> None:
        """Put every job on the clock under its own name."""
        self._name = runner.holder_name()
        self._started_at = clock.now()
        self._looks = 0
        self._upcoming: dict[str, datetime | None] = {}
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._clock = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(self.jobs) + 1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_GRACE_SECONDS},
        )
        for job in self.jobs:
            self._clock.add_job(self._work, schedule.trigger(job), [job], id=job.name, replace_existing=True)
        self._clock.add_job(self._watch, "interval", seconds=self.watch_seconds, id=WATCH, replace_existing=True)

    def start(self) -> None:
        """Begin, in threads of this process."""
        self._clock.start()

    def stop(self) -> None:
        """Let the jobs that are at work end, and take leave."""
        self._clock.shutdown(wait=True)
        try:
            with self.app.app_context(), transaction():
                services.scheduler_gone(self._name)
        except SQLAlchemyError:
            logger.warning("the scheduler could not take its leave of the database")

    def _work(self, job: Job) -> None:
        """Run whatever there is of a job, one run after the other."""
        with self._lock:
            if job.name in self._busy:
                return
            self._busy.add(job.name)
        try:
            upcoming = schedule.next_due(job, clock.now())
            while self._clock.running and runner.run_next(self.app, job, self.pace):
                pass
            self._upcoming[job.name] = upcoming
        except SQLAlchemyError as error:
            logger.warning("the book cannot be reached", extra={"job": job.name, "why": runner.describe(error)})
        finally:
            self._busy.discard(job.name)

    def _watch(self) -> None:
        """Wake the jobs that have something to do."""
        try:
            with self.app.app_context():
                self._show_life()
                now = clock.now()
                ready = queries.jobs_with_work(now)
        except SQLAlchemyError as error:
            logger.warning("the book cannot be reached", extra={"why": runner.describe(error)})
            return
        for job in self.jobs:
            if job.name not in self._busy and (job.name in ready or self._is_due(job, now)):
                self._clock.add_job(self._work, args=[job], id=f"{job.name}, now", replace_existing=True)

    def _show_life(self) -> None:
        if self._looks % BEAT_EVERY == 0:
            with transaction():
                services.scheduler_beat(self._name, self._started_at)
        self._looks += 1

    def _is_due(self, job: Job, now: datetime) -> bool:
        """Whether the time the job is due next is another than when its runs were last looked after: one has come, the
        clock was put back, or nobody has looked yet."""
        return job.name not in self._upcoming or self._upcoming[job.name] != schedule.next_due(job, now)


def run_until_stopped(app: Flask, jobs: Sequence[Job], *, with_parent: bool = False) -> None:
    """Be a scheduler until the process is told to stop, or, where it was started by another, until that one has
    gone."""
    # It tells of every look it takes; what jobs do is told by the runner.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    parent = os.getppid()
    scheduler = Scheduler(app, jobs)
    scheduler.start()
    while not stop.wait(1.0):
        if with_parent and os.getppid() != parent:
            break
    scheduler.stop()
    with app.app_context():
        db.engine.dispose()
