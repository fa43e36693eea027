"""Schemes with their rounds, and what host organisations offer: an answer for the year, and projects with places."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.calendar import months_after
from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.fellowships.lifecycle import LONGEST_MONTHS, HostAnswer
from tracker.organisations.models import Organisation, Region


class Scheme(Model):
    """A fellowship scheme. Its placements last from `min_months` to `max_months` months, where that is known."""

    __tablename__ = "scheme"
    __table_args__ = (CheckConstraint("min_months > 0 AND max_months >= min_months", name="months"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    run_by: Mapped[str] = mapped_column(String(200), default="")
    min_months: Mapped[int | None] = mapped_column(Integer)
    max_months: Mapped[int | None] = mapped_column(Integer)
    terms: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    rounds: Mapped[list["SchemeRound"]] = relationship(back_populates="scheme", order_by="SchemeRound.name.desc()")

    __mapper_args__ = {"version_id_col": version}

    @property
    def longest_months(self) -> int:
        """How long a placement lasts at most, with its extensions."""
        return self.max_months or LONGEST_MONTHS

    def latest_end(self, began: date) -> date:
        """The latest last day of a placement that began on a day: the same day of the month, so many months on."""
        return months_after(began, self.longest_months)


class SchemeRound(Model):
    """One round of a scheme: when it takes applications and how many places are wanted; not known where null."""

    __tablename__ = "scheme_round"
    __table_args__ = (
        UniqueConstraint("scheme_id", "name"),
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    name: Mapped[str] = mapped_column(String(60))
    opens_on: Mapped[date | None] = mapped_column(Date)
    closes_on: Mapped[date | None] = mapped_column(Date)
    places: Mapped[int | None] = mapped_column(Integer)
    places_basis: Mapped[str] = mapped_column(String(100), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    scheme: Mapped[Scheme] = relationship(back_populates="rounds")

    __mapper_args__ = {"version_id_col": version}


class Supervisor(Model):
    """Somebody who looks after fellows at a host: known by an address. An account with it is theirs."""

    __tablename__ = "supervisor"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(210), default="")
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    user: Mapped[User | None] = relationship(
        primaryjoin=lambda: Supervisor.email_key == User.email_key,
        foreign_keys=lambda: User.email_key,
        viewonly=True,
        uselist=False,
    )

    @property
    def shown_name(self) -> str:
        """The name, or the address where no name is known."""
        return self.name or (self.user.name if self.user is not None else self.email)


class HostOffer(Model):
    """What an organisation answered when it was asked whether it can host fellows in a financial year.

    `year` is the year's first calendar year. `reason` says why not, or what a maybe hangs on.
    """

    __tablename__ = "host_offer"
    __table_args__ = (
        UniqueConstraint("organisation_id", "year"),
        one_of("answer", HostAnswer),
        CheckConstraint("answer = 'yes' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int] = mapped_column(Integer)
    answer: Mapped[HostAnswer] = mapped_column(StrEnumType(HostAnswer))
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    organisation: Mapped[Organisation] = relationship()
    answered_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Project(Model):
    """Work a host offers to fellows: `capacity` places, each of `fte`. `closed_at`: when it was closed.

    It is on offer until it or its host is closed; `queries.offers.ON_OFFER` says the same of many.
    """

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("fte > 0 AND fte <= 1", name="fte"),
        CheckConstraint("ends_on > starts_on", name="dates"),
        Index(None, "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[int] = mapped_column(Integer)
    fte: Mapped[float] = mapped_column(Numeric(3, 2, asdecimal=False), default=1.0)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    location: Mapped[str] = mapped_column(String(100), default="")
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("supervisor.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    organisation: Mapped[Organisation] = relationship()
    scheme: Mapped[Scheme] = relationship()
    region: Mapped[Region | None] = relationship()
    supervisor: Mapped[Supervisor | None] = relationship()
    skills: Mapped[list["ProjectSkill"]] = relationship(
        back_populates="project", order_by="ProjectSkill.skill_code", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_on_offer(self) -> bool:
        """Whether somebody may be proposed for it, if it has a place left."""
        return self.closed_at is None and not self.organisation.is_closed


class ProjectSkill(Model):
    """A skill of the capability framework that a project wants."""

    __tablename__ = "project_skill"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    skill_code: Mapped[str] = mapped_column(String(100), primary_key=True)

    project: Mapped[Project] = relationship(back_populates="skills")


class ProjectPlace(Model):
    """One of the places of a project, taken by a placement. The key lets nobody take a place twice."""

    __tablename__ = "project_place"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"), unique=True)


class Preference(Model):
    """What a fellow looks for: where, from when to when, and how much of a week. Null means any."""

    __tablename__ = "fellow_preference"
    __table_args__ = (
        CheckConstraint("fte > 0 AND fte <= 1", name="fte"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on", name="dates"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    scheme_id: Mapped[int | None] = mapped_column(ForeignKey("scheme.id"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    fte: Mapped[float] = mapped_column(Numeric(3, 2, asdecimal=False), default=1.0)
    version: Mapped[int] = mapped_column(Integer, default=1)

    region: Mapped[Region | None] = relationship()
    skills: Mapped[list["FellowSkill"]] = relationship(order_by="FellowSkill.skill_code", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class FellowSkill(Model):
    """A skill of the capability framework that a fellow brings."""

    __tablename__ = "fellow_skill"

    person_id: Mapped[int] = mapped_column(ForeignKey("fellow_preference.person_id"), primary_key=True)
    skill_code: Mapped[str] = mapped_column(String(100), primary_key=True)


class ProjectChoice(Model):
    """How high a fellow ranks a project, and its host the fellow: 1 is first, null not ranked."""

    __tablename__ = "project_choice"
    __table_args__ = (
        CheckConstraint("fellow_rank > 0", name="fellow_rank"),
        CheckConstraint("host_rank > 0", name="host_rank"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True, autoincrement=False, index=True)
    fellow_rank: Mapped[int | None] = mapped_column(Integer)
    host_rank: Mapped[int | None] = mapped_column(Integer)
