"""Programmes and their cohorts: what is taught, in which runs, and who waits for a place."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of


class Delivery(StrEnum):
    """How a programme reaches its people."""

    IN_PERSON = "in-person"
    ONLINE = "online"
    BLENDED = "blended"


class Programme(Model):
    """A course of training. It *qualifies* if completing it counts to the 500; awareness sessions do not.

    `qualifies` says so of today; what held on other days stands in `ProgrammeQualification`, where it ever changed.
    `length_days` is how long it lasts, in calendar days; not known where it is null, and rules that need it then say
    so.
    """

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("length_days > 0", name="length"), one_of("delivery", Delivery))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    provider: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(100), default="")
    level: Mapped[str] = mapped_column(String(60), default="")
    qualifies: Mapped[bool] = mapped_column(default=False)
    length_days: Mapped[int | None] = mapped_column(Integer)
    delivery: Mapped[Delivery | None] = mapped_column(StrEnumType(Delivery))
    completion_rule: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class ProgrammeQualification(Model):
    """From a day on, completing a programme counts to the target, or does not. Rows are added, never changed.

    Of two for one day the later recorded holds. The first of a programme reaches back without limit and is known at
    every instant (`recorded_at` is null): it says what held before anything was ever changed. A programme without rows
    is as `Programme.qualifies` says, on every day.
    """

    __tablename__ = "programme_qualification"
    __table_args__ = (Index(None, "programme_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    qualifies: Mapped[bool] = mapped_column()
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    programme: Mapped[Programme] = relationship()
    recorded_by: Mapped[User | None] = relationship()


class Cohort(Model):
    """One run of a programme. Its code is unique over all programmes (fine print A17).

    `capacity` is how many places it has; without one there is room for everybody. `owner` looks after it. A closed
    cohort takes nobody any more. `import_id` is the list that made it, `changed_at` when somebody last changed, closed
    or opened it. One that an undo took away (`removed_at`) is as if it had never been there: its row stays for the
    enrolments that were undone with it.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="dates"),
        CheckConstraint("capacity > 0", name="capacity"),
        Index(None, "programme_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(100), unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    capacity: Mapped[int | None] = mapped_column(Integer)
    provider: Mapped[str] = mapped_column(String(200), default="")
    host_site: Mapped[str] = mapped_column(String(200), default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    programme: Mapped[Programme] = relationship()
    owner: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class WaitingPlace(Model):
    """Somebody's place on the waiting list of a cohort: whoever joined first is first.

    It counts while their enrolment is on that cohort and stands before acceptance; what is left of it afterwards says
    nothing.
    """

    __tablename__ = "waiting_place"
    __table_args__ = (Index(None, "cohort_id", "joined_at"),)

    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), primary_key=True, autoincrement=False)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
