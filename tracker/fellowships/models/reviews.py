"""Objectives agreed at the start of a placement, and the mid-point review."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.fellowships.lifecycle import ObjectiveState
from tracker.fellowships.models.placements import Placement


class Objective(Model):
    """Something a fellow and a host agreed to reach in a placement."""

    __tablename__ = "placement_objective"
    __table_args__ = (
        UniqueConstraint("journey_id", "number"),
        one_of("state", ObjectiveState),
        CheckConstraint("text <> ''", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"))
    number: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[ObjectiveState] = mapped_column(StrEnumType(ObjectiveState), default=ObjectiveState.OPEN)
    agreed_on: Mapped[date] = mapped_column(Date)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    placement: Mapped[Placement] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Review(Model):
    """What was said at the mid-point of a placement, by the fellow and by the host."""

    __tablename__ = "placement_review"

    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"), primary_key=True, autoincrement=False)
    held_on: Mapped[date] = mapped_column(Date)
    going_well: Mapped[str] = mapped_column(Text)
    to_change: Mapped[str] = mapped_column(Text, default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    placement: Mapped[Placement] = relationship()
    recorded_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
