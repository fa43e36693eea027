"""Organisations and their structure; grades, professions, regions and bank holidays."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of


class Organisation(Model):
    """A department or body. It existed from `opened_on` (not known: always) to the day before `closed_on`.

    `present_id` is where its people are counted by the structure of today: itself, or, where it was renamed or
    merged, what became of it; a body that was split stays itself until its people are placed (fine print G3).
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("closed_on IS NULL OR opened_on IS NULL OR closed_on > opened_on", name="dates"),
        CheckConstraint("is_closed OR closed_on IS NULL", name="closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    abbreviation: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[str] = mapped_column(String(60), default="")
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    is_closed: Mapped[bool] = mapped_column(default=False)
    closed_reason: Mapped[str] = mapped_column(String(100), default="")
    present_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    present: Mapped["Organisation | None"] = relationship(remote_side=[id])

    __mapper_args__ = {"version_id_col": version}

    def existed_on(self, day: date) -> bool:
        """Whether the organisation existed on a London day.

        A closed one without a date never did, as far as is known.
        """
        if self.is_closed and self.closed_on is None:
            return False
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or day < self.closed_on)

    @property
    def short_name(self) -> str:
        """The abbreviation where there is one, else the name."""
        return self.abbreviation or self.name


class OrganisationParent(Model):
    """One organisation stands under another. A body may stand under several."""

    __tablename__ = "organisation_parent"
    __table_args__ = (CheckConstraint("child_id <> parent_id", name="itself"),)

    child_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)


class OrganisationChange(Model):
    """A change in the machinery of government: what one organisation became."""

    __tablename__ = "organisation_change"
    __table_args__ = (
        CheckConstraint("kind IN ('split', 'merged', 'renamed', 'replaced', 'closed')", name="kind"),
        UniqueConstraint("predecessor_id", "successor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    effective_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")

    predecessor: Mapped[Organisation] = relationship(foreign_keys=[predecessor_id])
    successor: Mapped[Organisation | None] = relationship(foreign_keys=[successor_id])


class ReorganisationKind(StrEnum):
    """What a change in the machinery of government does."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    MOVED = "moved"
    CLOSED = "closed"


class Reorganisation(Model):
    """A change in the machinery of government as one recorded act, with everything it did to organisations.

    `before` holds, as JSON, what the organisations said before it, for an undo to put back.
    """

    __tablename__ = "reorganisation"
    __table_args__ = (one_of("kind", ReorganisationKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[ReorganisationKind] = mapped_column(StrEnumType(ReorganisationKind))
    effective_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[str] = mapped_column(Text, default="{}")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_reason: Mapped[str] = mapped_column(Text, default="")

    parts: Mapped[list["ReorganisationPart"]] = relationship(order_by="ReorganisationPart.organisation_id")


class ReorganisationPart(Model):
    """An organisation that a change ended (`is_successor` false) or that took over; `is_new` where the change made
    it."""

    __tablename__ = "reorganisation_part"

    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisation.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    is_successor: Mapped[bool] = mapped_column()
    is_new: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship()


class AnalystBase(Model):
    """Analysts in post in one department on 31 March 2023: what the national target is shared out by."""

    __tablename__ = "analyst_base"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    headcount: Mapped[int | None] = mapped_column(Integer)
    core_analysts: Mapped[int] = mapped_column(Integer)


class Grade(Model):
    """A Civil Service grade; `rank` from low to high."""

    __tablename__ = "grade"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    rank: Mapped[int] = mapped_column(Integer)


class Profession(Model):
    """A Civil Service profession."""

    __tablename__ = "profession"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    analysis_function: Mapped[str] = mapped_column(String(10), default="no")


class Region(Model):
    """A region of the United Kingdom, or overseas, or not known."""

    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    ons_code: Mapped[str] = mapped_column(String(20), default="")
    statistics_label: Mapped[str] = mapped_column(String(60), default="")


class BankHoliday(Model):
    """A bank holiday of one part of the United Kingdom."""

    __tablename__ = "bank_holiday"
    __table_args__ = (Index(None, "division", "day"),)

    division: Mapped[str] = mapped_column(String(30), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    title: Mapped[str] = mapped_column(String(60))


class CapabilitySkill(Model):
    """A skill of the capability framework at one of its four levels."""

    __tablename__ = "capability_skill"

    skill_code: Mapped[str] = mapped_column(String(100), primary_key=True)
    level_order: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    skill: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(Text, default="")
