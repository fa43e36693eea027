"""Runs of the scheduled jobs, the schedulers that are alive, and what this database is called."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of


class State(StrEnum):
    """How a run stands. A run that failed and will be tried again is waiting."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The state as it is printed."""
        return self.value.capitalize()

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return COLOURS[self]


COLOURS = {State.WAITING: "grey", State.RUNNING: "yellow", State.DONE: "green", State.FAILED: "red"}


class Cause(StrEnum):
    """Why there is a run: the calendar, another part of the service, or somebody who pressed the button or gave the
    command."""

    DUE = "due"
    ASKED = "asked"
    HAND = "hand"


class JobRun(Model):
    """One run of a job.

    `slot` is what the run is for: the London day of a job that runs once a day, the instant of one that runs more
    often. The calendar makes number 1 of a slot and no other; whoever wants it again makes the next number. At most
    one run of a job is running. `fence` rises each time a process takes the run up; a process that was overtaken no
    longer holds it, and can write nothing.
    """

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("job", "slot", "number"),
        one_of("cause", Cause),
        one_of("state", State),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
        CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="end"),
        CheckConstraint("number > 0 AND attempts >= 0 AND fence >= 0", name="numbers"),
        Index(
            "uq_job_run_running",
            "job",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(None, "job", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    slot: Mapped[str] = mapped_column(String(30))
    number: Mapped[int] = mapped_column(Integer, default=1)
    day: Mapped[date] = mapped_column(Date)
    cause: Mapped[Cause] = mapped_column(StrEnumType(Cause, 20))
    state: Mapped[State] = mapped_column(StrEnumType(State, 20), index=True, default=State.WAITING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rows: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(500))


class SchedulerBeat(Model):
    """A scheduler and when it last showed that it is alive. Left out of backups."""

    __tablename__ = "scheduler_beat"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DatabaseIdentity(Model):
    """What this database is called, in one row: a backup may go back over the database it came from."""

    __tablename__ = "database_identity"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(32))
