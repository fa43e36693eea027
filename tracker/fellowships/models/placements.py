"""Placements: what was planned, who looks after them, and what goes with single events of their history."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.calendar import LAST_DAY
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.fellowships.booking import Booking
from tracker.fellowships.hours import Hours
from tracker.fellowships.lifecycle import ENDED, SUPERVISED_AFTER_END_DAYS, LeavingReason
from tracker.fellowships.models.schemes import Project, Scheme, Supervisor
from tracker.ledger.models import Event, Journey, StageSpan
from tracker.organisations.models import Organisation
from tracker.people.models import Person


class Placement(Model):
    """A journey of a person at a host organisation under a scheme.

    `ref` is the reference that files name it by and that stands in addresses. `first_host_id` is the host it began
    with; an event with an `EventHost` moves it to another, and `host_id` is where it is as known now. `planned_end`
    is the planned last day as known now: an extension moves it. `fte` is the full-time equivalent it began with; a
    `HoursChange` gives another from a day on, and leaves the days before it as they were.
    """

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("fte > 0 AND fte <= 1", name="fte"),
        CheckConstraint("planned_end >= planned_start", name="dates"),
    )

    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), primary_key=True, autoincrement=False)
    ref: Mapped[str] = mapped_column(String(100), unique=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), index=True)
    first_host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    project_title: Mapped[str] = mapped_column(String(200), default="")
    fte: Mapped[float] = mapped_column(Numeric(3, 2, asdecimal=False), default=1.0)
    planned_start: Mapped[date] = mapped_column(Date)
    planned_end: Mapped[date] = mapped_column(Date)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)

    journey: Mapped[Journey] = relationship()
    scheme: Mapped[Scheme] = relationship()
    host: Mapped[Organisation] = relationship(foreign_keys=[host_id])
    first_host: Mapped[Organisation] = relationship(foreign_keys=[first_host_id])
    project: Mapped[Project | None] = relationship()
    assignments: Mapped[list["SupervisorAssignment"]] = relationship(
        back_populates="placement", order_by="SupervisorAssignment.starts_on, SupervisorAssignment.id"
    )
    hours_changes: Mapped[list["HoursChange"]] = relationship(order_by="HoursChange.starts_on")
    standing: Mapped[StageSpan | None] = relationship(
        primaryjoin=lambda: (Placement.journey_id == StageSpan.journey_id) & (StageSpan.ends_on == LAST_DAY),
        foreign_keys=lambda: StageSpan.journey_id,
        viewonly=True,
        uselist=False,
    )

    @property
    def person(self) -> Person:
        """The fellow."""
        assert self.journey.person is not None  # a placement is always somebody's
        return self.journey.person

    @property
    def hours(self) -> Hours:
        """How much of a week they work, by days."""
        return Hours(self.fte, tuple((one.starts_on, one.fte) for one in self.hours_changes))

    def bookings(self, planned_end: date) -> list[Booking]:
        """What it fills of the fellow's time, were its planned last day another."""
        return list(self.hours.bookings(self.ref, self.planned_start, planned_end))

    @property
    def organisation_id(self) -> int:
        """The host as known now."""
        return self.host_id

    @property
    def user_id(self) -> int | None:
        """The fellow's own account, if they have one."""
        return self.person.user_id

    @property
    def assignment(self) -> "SupervisorAssignment | None":
        """Who supervises today."""
        today = clock.today()
        return next((one for one in self.assignments if one.starts_on <= today < one.ends_on), None)

    @property
    def supervisor(self) -> Supervisor | None:
        """The supervisor of today."""
        return None if self.assignment is None else self.assignment.supervisor

    @property
    def supervisor_user_ids(self) -> frozenset[int]:
        """The accounts that may look after the placement today: its supervisor's, until some weeks after its end."""
        if self.has_long_ended or self.supervisor is None or self.supervisor.user is None:
            return frozenset()
        return frozenset({self.supervisor.user.id})

    @property
    def has_long_ended(self) -> bool:
        """Whether it ended so long ago that nothing is left for a supervisor to do."""
        if self.standing is None or self.standing.stage not in ENDED:
            return False
        return self.standing.starts_on + timedelta(days=SUPERVISED_AFTER_END_DAYS) < clock.today()


class HoursChange(Model):
    """From a day on somebody works more of the week, or less."""

    __tablename__ = "placement_hours"
    __table_args__ = (CheckConstraint("fte > 0 AND fte <= 1", name="fte"), UniqueConstraint("journey_id", "starts_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"))
    starts_on: Mapped[date] = mapped_column(Date)
    fte: Mapped[float] = mapped_column(Numeric(3, 2, asdecimal=False))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class SupervisorAssignment(Model):
    """Who looks after a placement, from the first day up to, not including, the second. One at a time.

    What was signed keeps the name of who signed it; what still waits goes to the next one.
    """

    __tablename__ = "supervisor_assignment"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days"),
        Index(None, "journey_id", "starts_on"),
        Index(
            "uq_supervisor_assignment_current",
            "journey_id",
            unique=True,
            postgresql_where=text("ends_on = '9999-12-31'"),
            sqlite_where=text("ends_on = '9999-12-31'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"))
    supervisor_id: Mapped[int] = mapped_column(ForeignKey("supervisor.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date, default=LAST_DAY)
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    placement: Mapped[Placement] = relationship(back_populates="assignments")
    supervisor: Mapped[Supervisor] = relationship()


class EventHost(Model):
    """The host an event moved a placement to, and the one it came from."""

    __tablename__ = "event_host"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    left_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))

    event: Mapped[Event] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    left_organisation: Mapped[Organisation] = relationship(foreign_keys=[left_organisation_id])


class PlacementLeaving(Model):
    """Why a placement was declined, withdrawn or ended early, by a code that outlives its wording."""

    __tablename__ = "placement_leaving"
    __table_args__ = (one_of("reason_code", LeavingReason),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    reason_code: Mapped[LeavingReason] = mapped_column(StrEnumType(LeavingReason))

    event: Mapped[Event] = relationship()


class Conversion(Model):
    """A placement ended in a permanent post: the event that ended it, and the post."""

    __tablename__ = "placement_conversion"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    post: Mapped[str] = mapped_column(String(200))

    event: Mapped[Event] = relationship()
    organisation: Mapped[Organisation] = relationship()


class Extension(Model):
    """Somebody asked for a later planned end. It takes effect when it is approved, by `event_id`."""

    __tablename__ = "placement_extension"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (is_approved IS NULL)", name="decided"),
        CheckConstraint("reason <> ''", name="reason"),
        Index(
            "uq_placement_extension_open",
            "journey_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
            sqlite_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"), index=True)
    planned_end: Mapped[date] = mapped_column(Date)
    before: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    is_approved: Mapped[bool | None] = mapped_column()
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_note: Mapped[str] = mapped_column(Text, default="")
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), unique=True)

    placement: Mapped[Placement] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
