"""Targets in versions, figures as they were compiled, forecasts as they were made, and statuses."""

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

from tracker.accounts.models import User
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

    Of a scope in which there is nothing to count no row is kept, as of most figures of most organisations. That of all
    government is kept always: it says that the figure was compiled.
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


class Colour(StrEnum):
    """What a status may be. Grey: there is a target and a forecast, and too little to give a colour."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


class Declared(StrEnum):
    """What the owner of a figure may say of it; withdrawn: nothing any more."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    WITHDRAWN = "withdrawn"


class StatusRule(Model):
    """From which day on a status follows from its figure how. Never changed: other thresholds are another row.

    `green` and `amber`: the chance of reaching the target, in percent, from which on it is so; `coverage`: the percent
    of the organisations that are expected to report below which it is grey; `fewest_stays`: completed stays that a
    forecast must rest on. The row that came with the service is known at every instant and was set by nobody.
    """

    __tablename__ = "status_rule"
    __table_args__ = (
        CheckConstraint("0 < amber AND amber < green AND green <= 100", name="order"),
        CheckConstraint("coverage BETWEEN 0 AND 100", name="coverage"),
        CheckConstraint("fewest_stays >= 20", name="fewest_stays"),
        CheckConstraint("length(reason) > 0", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date)
    green: Mapped[int] = mapped_column(Integer)
    amber: Mapped[int] = mapped_column(Integer)
    coverage: Mapped[int] = mapped_column(Integer)
    fewest_stays: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    set_by: Mapped[User | None] = relationship()


class StatusKept(Model):
    """What was worked out for a headline of one scope as at a day, with what it followed from. Never changed."""

    __tablename__ = "status_kept"
    __table_args__ = (
        one_of("colour", Colour),
        CheckConstraint("0 <= reported AND reported <= expected", name="coverage"),
        CheckConstraint("chance BETWEEN 0 AND 1", name="chance"),
    )

    figure: Mapped[str] = mapped_column(String(60), primary_key=True)
    scope_id: Mapped[int] = mapped_column(ForeignKey("figure_scope.id"), primary_key=True)
    as_at: Mapped[date] = mapped_column(Date, primary_key=True, index=True)
    colour: Mapped[Colour] = mapped_column(StrEnumType(Colour))
    why: Mapped[str] = mapped_column(Text)
    rule_id: Mapped[int] = mapped_column(ForeignKey("status_rule.id"))
    chance: Mapped[float | None] = mapped_column(Float)
    expected: Mapped[int] = mapped_column(Integer)
    reported: Mapped[int] = mapped_column(Integer)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class StatusDeclared(Model):
    """What the owner of a headline said of it, for all government or an organisation with the bodies under it.

    It stands until the next of the same `figure` and organisation, which are numbered from 1. `route` and `green_by`:
    how it becomes green again and by when; always where it is amber or red, never where it is not.
    """

    __tablename__ = "status_declared"
    __table_args__ = (
        one_of("colour", Declared),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint(
            "(colour IN ('amber', 'red')) = (route IS NOT NULL AND green_by IS NOT NULL)",
            name="route",
        ),
        UniqueConstraint("figure", "organisation_id", "number"),
        Index(
            "uq_status_declared_all",
            "figure",
            "number",
            unique=True,
            postgresql_where=text("organisation_id IS NULL"),
            sqlite_where=text("organisation_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    colour: Mapped[Declared] = mapped_column(StrEnumType(Declared))
    reason: Mapped[str] = mapped_column(Text)
    route: Mapped[str | None] = mapped_column(Text)
    green_by: Mapped[date | None] = mapped_column(Date)
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    declared_by: Mapped[User] = relationship()
