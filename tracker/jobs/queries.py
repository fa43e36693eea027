"""How the jobs stand, as it is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from tracker.core import clock
from tracker.core.db import db
from tracker.core.job import Job
from tracker.jobs import schedule
from tracker.jobs.models import Cause, DatabaseIdentity, JobRun, SchedulerBeat, State
from tracker.jobs.schedule import Slot

SILENT_AFTER = timedelta(minutes=1)
"""A scheduler that has not been heard of for so long counts as gone."""


def missing_slots(jobs: Sequence[Job], now: datetime) -> dict[str, list[Slot]]:
    """For each job the slots that are due and have no run yet."""
    names = [job.name for job in jobs]
    made = select(JobRun.job, func.min(JobRun.day).label("day")).where(JobRun.job.in_(names), JobRun.cause == Cause.DUE)
    first_days = {row.job: row.day for row in db.session.execute(made.group_by(JobRun.job))}
    wanted = {job.name: schedule.due_slots(job, first_days.get(job.name), now) for job in jobs}
    keys = {slot.key for slots in wanted.values() for slot in slots}
    with_run = select(JobRun.job, JobRun.slot).where(JobRun.job.in_(names), JobRun.slot.in_(keys))
    known = {(row.job, row.slot) for row in db.session.execute(with_run)}
    return {name: [slot for slot in slots if (name, slot.key) not in known] for name, slots in wanted.items()}


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


def history(job: str | None = None) -> Select[JobRun]:
    """The runs, of one job or of all, the latest first."""
    runs = select(JobRun).order_by(func.coalesce(JobRun.started_at, JobRun.due_at).desc(), JobRun.id.desc())
    return runs if job is None else runs.where(JobRun.job == job)


def beats() -> Sequence[SchedulerBeat]:
    """Every scheduler that is known of, the one heard of last first."""
    return db.session.scalars(select(SchedulerBeat).order_by(SchedulerBeat.beat_at.desc())).all()


def live_schedulers(now: datetime | None = None) -> Sequence[SchedulerBeat]:
    """The schedulers that were heard of in the last minute."""
    since = (now or clock.now()) - SILENT_AFTER
    alive = select(SchedulerBeat).where(SchedulerBeat.beat_at >= since)
    return db.session.scalars(alive.order_by(SchedulerBeat.name)).all()


@dataclass(frozen=True)
class Standing:
    """How a job stands: its last run, how many runs in a row have failed, when it last did its work, the runs that
    wait, the earliest first, the day of the first run the calendar made, and which of the slots asked about have one.
    """

    job: str
    last: JobRun | None
    failures: int
    succeeded_at: datetime | None
    waiting: Sequence[JobRun]
    first_day: date | None
    slots: frozenset[str]


def standings(jobs: Sequence[str], slots: Collection[str] = ()) -> list[Standing]:
    """How some jobs stand now, in their order: two statements, however many they are.

    :param slots: keys of slots of which to say whether there is a run.
    """
    counted = {job: values for job, *values in db.session.execute(_counts(jobs))}
    last: dict[str, JobRun] = {}
    runs: dict[str, list[JobRun]] = {job: [] for job in jobs}
    for run, was_last in db.session.execute(_telling_runs(jobs, slots)):
        runs[run.job].append(run)
        if was_last:
            last[run.job] = run
    return [
        Standing(
            job=job,
            last=last.get(job),
            failures=int(failures or 0),
            succeeded_at=ended_at,
            waiting=[run for run in runs[job] if run.state is State.WAITING],
            first_day=first_day,
            slots=frozenset(run.slot for run in runs[job]),
        )
        for job in jobs
        for ended_at, failures, first_day in [counted.get(job, (None, 0, None))]
    ]


def _counts(jobs: Sequence[str]) -> Select[Any]:
    """For each job when it last did its work, how many runs failed since, and the day of its first run by the
    calendar."""
    success = (
        select(JobRun.job, func.max(JobRun.ended_at).label("ended_at"))
        .where(JobRun.job.in_(jobs), JobRun.state == State.DONE)
        .group_by(JobRun.job)
        .subquery()
    )
    is_after = or_(success.c.ended_at.is_(None), JobRun.ended_at > success.c.ended_at)
    has_failed = and_(JobRun.state == State.FAILED, is_after)
    first_day = func.min(case((JobRun.cause == Cause.DUE, JobRun.day)))
    return (
        select(JobRun.job, success.c.ended_at, func.sum(case((has_failed, 1), else_=0)), first_day)
        .outerjoin(success, success.c.job == JobRun.job)
        .where(JobRun.job.in_(jobs))
        .group_by(JobRun.job, success.c.ended_at)
    )


def _telling_runs(jobs: Sequence[str], slots: Collection[str]) -> Select[JobRun, bool]:
    """The runs by which it is said how jobs stand, in the order they are due, each with whether it was the last begun:
    those, those that wait, and those of some slots."""
    order = (JobRun.started_at.desc(), JobRun.id.desc())
    place = func.row_number().over(partition_by=JobRun.job, order_by=order).label("place")
    begun = select(JobRun.id, place).where(JobRun.job.in_(jobs), JobRun.started_at.is_not(None)).subquery()
    is_last = JobRun.id.in_(select(begun.c.id).where(begun.c.place == 1))
    wanted = or_(is_last, JobRun.state == State.WAITING, JobRun.slot.in_(slots))
    return select(JobRun, is_last).where(JobRun.job.in_(jobs), wanted).order_by(JobRun.due_at, JobRun.id)


def database_identity() -> str | None:
    """What this database is called."""
    return db.session.scalar(select(DatabaseIdentity.value))
