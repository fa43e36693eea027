"""How the jobs stand, as it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select

from tracker.core import clock
from tracker.core.db import db
from tracker.core.job import Job
from tracker.jobs import schedule
from tracker.jobs.models import Cause, DatabaseIdentity, JobRun, SchedulerBeat, State
from tracker.jobs.schedule import Slot

SILENT_AFTER = timedelta(minutes=1)
"""A scheduler that has not been heard of for so long counts as gone."""


def missing_slots(job: Job, now: datetime) -> list[Slot]:
    """The slots that are due and have no run yet."""
    first_day: date | None = None
    if schedule.is_daily(job):
        made = select(func.min(JobRun.day)).where(JobRun.job == job.name, JobRun.cause == Cause.DUE)
        first_day = db.session.scalar(made)
    wanted = schedule.due_slots(job, first_day, now)
    keys = [slot.key for slot in wanted]
    known = set(db.session.scalars(select(JobRun.slot).where(JobRun.job == job.name, JobRun.slot.in_(keys))))
    return [slot for slot in wanted if slot.key not in known]


def jobs_with_work(now: datetime) -> set[str]:
    """The jobs that have a run to take up: one that waits while none is running, or one whose holder has gone."""
    is_open = JobRun.state.in_((State.WAITING, State.RUNNING))
    rows = db.session.execute(select(JobRun.job, JobRun.state, JobRun.not_before, JobRun.lease_until).where(is_open))
    ready: set[str] = set()
    busy: set[str] = set()
    for job, state, not_before, lease_until in rows:
        if state is State.RUNNING and lease_until is not None and lease_until >= now:
            busy.add(job)
        elif state is State.RUNNING or not_before <= now:
            ready.add(job)
    return ready - busy


def last_run(job: str) -> JobRun | None:
    """The run of the job that was begun last."""
    begun = select(JobRun).where(JobRun.job == job, JobRun.started_at.is_not(None))
    return db.session.scalar(begun.order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(1))


def waiting_runs(job: str) -> Sequence[JobRun]:
    """The runs of the job that wait, the earliest first."""
    waiting = select(JobRun).where(JobRun.job == job, JobRun.state == State.WAITING)
    return db.session.scalars(waiting.order_by(JobRun.due_at, JobRun.id)).all()


def history(job: str | None = None) -> Select[JobRun]:
    """The runs, of one job or of all, the latest first."""
    runs = select(JobRun).order_by(func.coalesce(JobRun.started_at, JobRun.due_at).desc(), JobRun.id.desc())
    return runs if job is None else runs.where(JobRun.job == job)


def failures_since_success(job: str) -> int:
    """How many runs of the job have failed since the last one that did its work."""
    success = select(func.max(JobRun.ended_at)).where(JobRun.job == job, JobRun.state == State.DONE)
    failed = select(func.count()).where(JobRun.job == job, JobRun.state == State.FAILED)
    last = db.session.scalar(success)
    return db.session.scalar(failed if last is None else failed.where(JobRun.ended_at > last)) or 0


def live_schedulers(now: datetime | None = None) -> Sequence[SchedulerBeat]:
    """The schedulers that were heard of in the last minute."""
    since = (now or clock.now()) - SILENT_AFTER
    alive = select(SchedulerBeat).where(SchedulerBeat.beat_at >= since)
    return db.session.scalars(alive.order_by(SchedulerBeat.name)).all()


def last_beat() -> datetime | None:
    """When any scheduler was last heard of."""
    return db.session.scalar(select(func.max(SchedulerBeat.beat_at)))


@dataclass(frozen=True)
class Standing:
    """How a job stands: its last run, how many runs in a row have failed, when it last did its work."""

    job: str
    last: JobRun | None
    failures: int
    succeeded_at: datetime | None


def standing(job: str) -> Standing:
    """How a job stands now."""
    success = select(func.max(JobRun.ended_at)).where(JobRun.job == job, JobRun.state == State.DONE)
    return Standing(job, last_run(job), failures_since_success(job), db.session.scalar(success))


def database_identity() -> str | None:
    """What this database is called."""
    return db.session.scalar(select(DatabaseIdentity.value))
