"""Targets in versions, and figures as they were compiled."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.organisations.models import Organisation


class TargetVersion(Model):
    """The line a figure should follow, for one organisation or, without one, for all government.

    The current version is the latest that was not undone. A new baseline is a new version with its reason; the old one
    stays.
    """

    __tablename__ = "target_version"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason"),
        Index(None, "figure", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation | None] = relationship()
    points: Mapped[list["TargetPoint"]] = relationship(
        back_populates="version", order_by="TargetPoint.day", cascade="all, delete-orphan"
    )


class TargetPoint(Model):
    """What the figure should be on one London day. Between two points the line is straight, by days."""

    __tablename__ = "target_point"
    __table_args__ = (CheckConstraint("value >= 0", name="value"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("target_version.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    value: Mapped[float] = mapped_column(Float)

    version: Mapped[TargetVersion] = relationship(back_populates="points")


class ScopeKind(StrEnum):
    """Whose records a figure is taken over.

    An organisation's own; its own and those of the bodies under it; the same two by the structure of today; all
    government.
    """

    OWN = "own"
    FAMILY = "family"
    PRESENT = "present"
    PRESENT_FAMILY = "present-family"
    ALL = "all"


class FigureScope(Model):
    """One scope that figures were compiled for; all government has no organisation."""

    __tablename__ = "figure_scope"
    __table_args__ = (
        one_of("kind", ScopeKind),
        CheckConstraint("(kind = 'all') = (organisation_id IS NULL)", name="organisation"),
        UniqueConstraint("kind", "organisation_id"),
        Index(
            "uq_figure_scope_all",
            "kind",
            unique=True,
            postgresql_where=text("organisation_id IS NULL"),
            sqlite_where=text("organisation_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ScopeKind] = mapped_column(StrEnumType(ScopeKind))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)


class Compilation(Model):
    """All figures of all scopes as at one day, as known at one instant. Kept whole or not at all.

    `confirmed_at`: until then a later compile found nothing to change; after `known_at` wherever that was looked at.
    `is_final`: made at the close of a month, so that whatever differs later is a revision.
    """

    __tablename__ = "compilation"
    __table_args__ = (
        UniqueConstraint("as_at", "known_at"),
        CheckConstraint("confirmed_at >= known_at", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    as_at: Mapped[date] = mapped_column(Date)
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)
    compiled_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_event_id: Mapped[int] = mapped_column(Integer)
    last_posting_id: Mapped[int] = mapped_column(Integer)
    basis: Mapped[str] = mapped_column(String(64))
    is_final: Mapped[bool] = mapped_column(default=False)


class Snapshot(Model):
    """One figure of one scope in a compilation: the parts, exactly, and the finished value, not rounded.

    A count has only a numerator; a median only a denominator, how many it is taken over; a sum neither. `value` is null
    where it does not apply.
    """

    __tablename__ = "snapshot"
    __table_args__ = {"sqlite_with_rowid": False}

    compilation_id: Mapped[int] = mapped_column(ForeignKey("compilation.id"), primary_key=True)
    figure: Mapped[str] = mapped_column(String(60), primary_key=True)
    scope_id: Mapped[int] = mapped_column(ForeignKey("figure_scope.id"), primary_key=True)
    numerator: Mapped[int | None] = mapped_column(Integer)
    denominator: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[float | None] = mapped_column(Float)


class SnapshotSpread(Model):
    """How often each value occurs among what a median was taken over, in one organisation: pairs of value and times.

    What the median of any scope follows from, so that the next compile need not count everything again.
    """

    __tablename__ = "snapshot_spread"
    __table_args__ = {"sqlite_with_rowid": False}

    compilation_id: Mapped[int] = mapped_column(ForeignKey("compilation.id"), primary_key=True)
    figure: Mapped[str] = mapped_column(String(60), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    occurrences: Mapped[list[tuple[float, int]]] = mapped_column(JSON)


class Forecast(Model):
    """What was expected of a headline figure, as at one day and as known at one instant. Never changed afterwards.

    `inputs`: what it was made from, in numbers: journeys under way by programme and stage, stays that are over, and
    journeys expected to begin. `is_enough`: whether that was enough to go on; otherwise it has no points.
    """

    __tablename__ = "forecast"
    __table_args__ = (
        UniqueConstraint("figure", "as_at", "known_at", "seed"),
        Index(None, "figure", "as_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(String(60))
    as_at: Mapped[date] = mapped_column(Date)
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    seed: Mapped[int] = mapped_column(Integer)
    method: Mapped[str] = mapped_column(String(20))
    completed_stays: Mapped[int] = mapped_column(Integer)
    is_enough: Mapped[bool] = mapped_column()
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)


class ForecastPoint(Model):
    """What was expected of one scope by one day: in one case of ten at most `low`, in half `middle`, in nine `high`.

    `plan`: what the target asked for that day when the forecast was made; `chance`: of being there by then.
    `straight_chance`: the same by a straight line through the last twelve month ends, to compare with (fine print G10).
    """

    __tablename__ = "forecast_point"
    __table_args__ = (
        CheckConstraint("low <= middle AND middle <= high", name="order"),
        CheckConstraint("chance BETWEEN 0 AND 1", name="chance"),
        CheckConstraint("(plan IS NULL) = (chance IS NULL)", name="plan"),
    )

    forecast_id: Mapped[int] = mapped_column(ForeignKey("forecast.id"), primary_key=True)
    scope_id: Mapped[int] = mapped_column(ForeignKey("figure_scope.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    low: Mapped[int] = mapped_column(Integer)
    middle: Mapped[int] = mapped_column(Integer)
    high: Mapped[int] = mapped_column(Integer)
    plan: Mapped[float | None] = mapped_column(Float)
    chance: Mapped[float | None] = mapped_column(Float)
    straight_chance: Mapped[float | None] = mapped_column(Float)
