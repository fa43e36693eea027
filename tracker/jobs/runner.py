"""Running a job: taken up, worked on, closed. The only way a job runs, whoever asked for it.

While it works, every transaction it opens is kept only if the run is still its own: a process that was stopped for
longer than its lease and wakes up again writes nothing.
"""

import logging
import os
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.config import ROOT
from tracker.core.db import conclude_every_transaction, transaction
from tracker.core.errors import ConfigurationError, DomainError
from tracker.core.job import Alarm, Job
from tracker.core.logs import request_id
from tracker.jobs import alerts, services
from tracker.jobs.services import Held, LeaseLost

BEAT_SECONDS = 20.0
BEAT_PATIENCE_MS = 5000
logger = logging.getLogger("tracker.jobs")
_held: ContextVar[tuple[Held, timedelta] | None] = ContextVar("held_run", default=None)


@dataclass(frozen=True)
class Pace:
    """How long a run may go unheard of, and how often it is heard of; real time but for tests, whose days pass in
    moments."""

    lease: timedelta = services.LEASE
    beat_seconds: float = BEAT_SECONDS


@dataclass(frozen=True)
class Outcome:
    """What came of a run: the rows it wrote, or what went wrong."""

    held: Held
    seconds: float
    rows: int | None = None
    error: str | None = None


def holder_name() -> str:
    """This process, as it is named in the book of runs."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def run_next(app: Flask, job: Job, pace: Pace) -> Outcome | None:
    """Run the job once, if there is a run of it to take up."""
    with app.app_context():
        with transaction():
            held = services.take(job, holder_name(), pace.lease)
        return None if held is None else _run(app, job, held, pace)


def run_by_hand(app: Flask, job: Job, day: date | None) -> Outcome:
    """Run the job here and now.

    :param day: the London day it is for; None for the latest the job was due for.
    :raises DomainError: if it is running already, or the day has not come.
    """
    pace = Pace()
    with app.app_context():
        with transaction():
            held = services.take_by_hand(job, day, holder_name(), pace.lease)
        return _run(app, job, held, pace)


def _run(app: Flask, job: Job, held: Held, pace: Pace) -> Outcome:
    """Work on a run that was taken up, and close it."""
    began = clock.now()
    named = request_id.set(f"job-{held.run_id}-{held.fence}")
    rows, error, for_good = 0, None, False
    try:
        with _heard_of(app, held, pace), _fenced(held, pace):
            rows = job.run(held.day)
    except LeaseLost:
        error = "It took too long between two signs of life, and another process has taken it over"
    except Exception as fault:  # noqa: BLE001 - whatever a job raises is its run's outcome
        error, for_good = describe(fault), isinstance(fault, Alarm)
        frames = traceback.format_tb(fault.__traceback__)
        logger.error("a job failed", extra={"job": job.name, "run": held.run_id, "why": error, "frames": frames})
    try:
        _close(job, held, rows, error, for_good=for_good)
    except LeaseLost as lost:
        logger.warning("a run was taken over", extra={"job": job.name, "run": held.run_id, "why": str(lost)})
        error = str(lost)
    finally:
        request_id.reset(named)
    seconds = (clock.now() - began).total_seconds()
    logger.info("a job ran", extra={"job": job.name, "run": held.run_id, "slot": held.slot, "rows": rows, "why": error})
    return Outcome(held, seconds, None if error else rows, error)


def _close(job: Job, held: Held, rows: int, error: str | None, *, for_good: bool) -> None:
    with transaction():
        if error is None:
            alerts.before_success(job)
            services.done(held, rows)
        elif services.failed(held, job, error, for_good=for_good):
            alerts.after_failure(job, error)


@contextmanager
def _fenced(held: Held, pace: Pace) -> Iterator[None]:
    """Keep what is written in the block only while the run is this process's."""
    token = _held.set((held, pace.lease))
    try:
        yield
    finally:
        _held.reset(token)


def _check_fence(session: Session) -> None:
    """At the end of every transaction of a run: it must still be ours, and is from now on for another lease."""
    found = _held.get()
    if found is not None:
        held, lease = found
        now = clock.now()
        services.write_as_holder(session, held, heartbeat_at=now, lease_until=now + lease)


conclude_every_transaction(_check_fence)


@contextmanager
def _heard_of(app: Flask, held: Held, pace: Pace) -> Iterator[None]:
    """Show every few seconds that the run is worked on, however long it computes between two transactions."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(pace.beat_seconds):
            try:
                with app.app_context(), transaction(BEAT_PATIENCE_MS):
                    services.beat(held, pace.lease)
            except LeaseLost:
                return
            except DBAPIError as error:
                logger.warning("a sign of life was not written", extra={"run": held.run_id, "why": describe(error)})

    thread = threading.Thread(target=beat, name=f"beat-{held.job}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def describe(fault: BaseException) -> str:
    """What went wrong, without what was being worked on: a database's own words may quote the values of a row."""
    if isinstance(fault, DomainError | ConfigurationError):
        return str(fault)
    frames = reversed(traceback.extract_tb(fault.__traceback__))
    where = next((frame for frame in frames if _is_ours(frame.filename)), None)
    place = "" if where is None else f" in {Path(where.filename).relative_to(ROOT)}, line {where.lineno}"
    name = type(fault).__name__
    if isinstance(fault, DBAPIError) and fault.orig is not None:
        code = getattr(fault.orig, "sqlstate", None) or getattr(fault.orig, "sqlite_errorname", None)
        name = f"{name} ({type(fault.orig).__name__}{f', {code}' if code else ''})"
    if isinstance(fault, OSError) and fault.strerror:
        name = f"{name}: {fault.strerror}"
    return f"{name}{place}"


def _is_ours(file: str) -> bool:
    return file.startswith(str(ROOT / "tracker"))
