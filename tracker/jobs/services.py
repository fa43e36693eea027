"""The book of runs: what is due is written down once, taken up by one process at a time, and closed by the one that
holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.calendar import start_of_day
from tracker.core.db import db, is_sqlite, take_turns
from tracker.core.errors import DomainError
from tracker.core.job import Job
from tracker.jobs import queries, schedule
from tracker.jobs.models import Cause, JobRun, SchedulerBeat, State
from tracker.jobs.schedule import Slot

LEASE = timedelta(minutes=2)
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""How long a daily job waits before each further attempt. One that is due more often has its next run as its retry."""
MOST_ATTEMPTS = len(RETRY_AFTER) + 1
KEEP_FREQUENT_DAYS, KEEP_DAILY_DAYS = 7, 800
LONGEST_ERROR = 500
ABANDONED = "It was stopped before it ended, again and again"


class LeaseLost(Exception):
    """Another process has taken the run up: this one may write nothing more."""


class IsRunning(DomainError):
    """The job is at work; two runs of it at once would get in each other's way."""

    def __init__(self, job: Job) -> None:
        """Name the job."""
        super().__init__(f"{job.title} is running now. Try again when it has ended")


@dataclass(frozen=True)
class Held:
    """A run that this process has taken up. `fence` is its right to write; whoever takes the run up later holds a
    higher one."""

    run_id: int
    job: str
    day: date
    slot: str
    number: int
    fence: int
    attempt: int


def take(job: Job, holder: str, lease: timedelta = LEASE) -> Held | None:
    """Write down what is due, and take up one run of the job, if there is one that nobody holds.

    A run whose holder has not been heard of for the length of its lease is taken over. While one is running, no other
    is.
    """
    take_turns(f"job:{job.name}")
    now = clock.now()
    for slot in queries.missing_slots([job], now)[job.name]:
        _write_down(job, slot, Cause.DUE, 1)
    for run in _open_runs(job):
        if run.state is State.RUNNING and run.lease_until is not None and run.lease_until >= now:
            return None
        if run.state is State.RUNNING and run.attempts >= MOST_ATTEMPTS:
            _close(run, State.FAILED, now, ABANDONED)
        elif run.state is State.RUNNING or run.not_before <= now:
            return _hold(run, holder, now + lease)
    return None


def take_by_hand(job: Job, day: date | None, holder: str, lease: timedelta = LEASE) -> Held:
    """Make a run by hand and take it up at once.

    :param day: the London day it is for; None for the latest the job was due for.
    :raises DomainError: if the day has not come, or the job is running.
    """
    take_turns(f"job:{job.name}")
    now = clock.now()
    run = _asked_for(job, _slot_by_hand(job, day, now), Cause.HAND)
    for other in _open_runs(job):
        if other.state is State.RUNNING and other.id != run.id and other.lease_until and other.lease_until >= now:
            raise IsRunning(job)
        if other.state is State.RUNNING and other.id != run.id:
            _hand_back(other, now)
    return _hold(run, holder, now + lease)


def ask(job: Job, cause: Cause) -> JobRun:
    """Have the job run as soon as a scheduler looks, which it does every few seconds. Asked again before that, it is
    the same run."""
    take_turns(f"job:{job.name}")
    return _asked_for(job, _slot_by_hand(job, None, clock.now()), cause)


def beat(held: Held, lease: timedelta = LEASE) -> None:
    """Show that the run is still worked on.

    :raises LeaseLost: if it is another's by now.
    """
    now = clock.now()
    _write(held, heartbeat_at=now, lease_until=now + lease)


def done(held: Held, rows: int) -> None:
    """Close a run that did its work.

    :raises LeaseLost: if it is another's by now.
    """
    _write(held, state=State.DONE, ended_at=clock.now(), lease_until=None, rows=rows, error=None)


def failed(held: Held, job: Job, error: str, *, for_good: bool = False) -> bool:
    """Note that a run failed; whether it will not be tried again.

    :param for_good: trying again would find the same.
    :raises LeaseLost: if it is another's by now.
    """
    now = clock.now()
    last = for_good or not schedule.is_daily(job) or held.attempt >= MOST_ATTEMPTS
    if last:
        _write(held, state=State.FAILED, ended_at=now, lease_until=None, error=error[:LONGEST_ERROR])
    else:
        again = now + RETRY_AFTER[held.attempt - 1]
        _write(held, state=State.WAITING, not_before=again, lease_until=None, error=error[:LONGEST_ERROR])
    return last


def scheduler_beat(name: str, started_at: datetime) -> None:
    """Show that a scheduler is alive, and forget those that have not been for a day."""
    now = clock.now()
    db.session.merge(SchedulerBeat(name=name, started_at=started_at, beat_at=now))
    db.session.execute(delete(SchedulerBeat).where(SchedulerBeat.beat_at < now - timedelta(days=1)))
    db.session.flush()


def scheduler_gone(name: str) -> None:
    """Forget a scheduler that was stopped."""
    db.session.execute(delete(SchedulerBeat).where(SchedulerBeat.name == name))


def forget_old_runs(daily: Sequence[str]) -> int:
    """Delete the book of runs that are long over: a week for jobs that run all day, about two years for daily ones."""
    count = 0
    for days, which in ((KEEP_FREQUENT_DAYS, JobRun.job.not_in(daily)), (KEEP_DAILY_DAYS, JobRun.job.in_(daily))):
        old = delete(JobRun).where(JobRun.ended_at < clock.days_from_now(-days), which)
        count += db.session.execute(old).rowcount  # type: ignore[attr-defined]
    return count


def _slot_by_hand(job: Job, day: date | None, now: datetime) -> Slot:
    last = schedule.latest(job, now)
    if day is None and last is not None:
        return last
    day = day or clock.today() - timedelta(days=1)
    if day > clock.today():
        raise DomainError("That day has not come yet")
    return Slot(day.isoformat(), day, min(start_of_day(day + timedelta(days=1)), now))


def _asked_for(job: Job, slot: Slot, cause: Cause) -> JobRun:
    """The run of the slot that waits, if one does; else a new one with the next number."""
    mine = select(JobRun).where(JobRun.job == job.name, JobRun.slot == slot.key)
    run = db.session.scalar(mine.where(JobRun.state == State.WAITING).with_for_update())
    if run is None:
        numbers = select(func.max(JobRun.number)).where(JobRun.job == job.name, JobRun.slot == slot.key)
        number = (db.session.scalar(numbers) or 0) + 1
        _write_down(job, slot, cause, number)
        run = db.session.scalars(mine.where(JobRun.number == number).with_for_update()).one()
    if run.state is State.WAITING:
        run.not_before = clock.now()
    db.session.flush()
    return run


def _write_down(job: Job, slot: Slot, cause: Cause, number: int) -> None:
    """Write a run into the book, unless somebody else just has."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    row = insert(JobRun).values(
        job=job.name,
        slot=slot.key,
        number=number,
        day=slot.day,
        cause=cause,
        state=State.WAITING,
        due_at=slot.due_at,
        not_before=slot.due_at,
        attempts=0,
        fence=0,
    )
    db.session.execute(row.on_conflict_do_nothing())


def _open_runs(job: Job) -> list[JobRun]:
    """The runs that wait or are running, the running one first; on PostgreSQL held against others until the
    transaction ends."""
    open_ = select(JobRun).where(JobRun.job == job.name, JobRun.state.in_((State.WAITING, State.RUNNING)))
    ordered = open_.order_by(JobRun.due_at, JobRun.id).with_for_update().execution_options(populate_existing=True)
    return sorted(db.session.scalars(ordered), key=lambda run: run.state is not State.RUNNING)


def _hold(run: JobRun, holder: str, lease_until: datetime) -> Held:
    now = clock.now()
    run.state, run.claimed_by, run.lease_until, run.heartbeat_at = State.RUNNING, holder, lease_until, now
    run.started_at = now
    run.fence += 1
    run.attempts += 1
    db.session.flush()
    return Held(run.id, run.job, run.day, run.slot, run.number, run.fence, run.attempts)


def _hand_back(run: JobRun, now: datetime) -> None:
    """Let a run wait again whose holder has gone, so that another run may go first. Its holder's fence is broken."""
    run.state, run.lease_until, run.not_before = State.WAITING, None, now
    run.fence += 1
    db.session.flush()


def _close(run: JobRun, state: State, now: datetime, error: str | None) -> None:
    run.state, run.lease_until, run.ended_at, run.error = state, None, now, error
    run.fence += 1
    db.session.flush()


def _write(held: Held, **values: object) -> None:
    write_as_holder(db.session(), held, **values)


def write_as_holder(session: Session, held: Held, **values: object) -> None:
    """Change a run, if it is still this process's.

    :raises LeaseLost: if it is not.
    """
    mine = (JobRun.id == held.run_id, JobRun.fence == held.fence, JobRun.state == State.RUNNING)
    changed = session.execute(update(JobRun).where(*mine).values(**values).execution_options(synchronize_session=False))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost(f"run {held.run_id} of {held.job} was taken over")
