"""Days away, what was written to whom, and what fellow and host say once a placement is over."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.fellowships.afterlife import Asked, AwayReason, Side, Use, Whereabouts
from tracker.fellowships.models.placements import Placement


class Away(Model):
    """Days on which a fellow does not work, both ends included: no log is missed for them."""

    __tablename__ = "placement_away"
    __table_args__ = (
        one_of("reason", AwayReason),
        CheckConstraint("last_on >= starts_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[AwayReason] = mapped_column(StrEnumType(AwayReason))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Notice(Model):
    """Something that was written to somebody about a placement, so that a job that runs again writes it once.

    `about_on` is the day it is about, such as the Friday of a week; `to_key` the address as compared.
    """

    __tablename__ = "placement_notice"
    __table_args__ = (UniqueConstraint("journey_id", "kind", "about_on", "to_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"))
    kind: Mapped[str] = mapped_column(String(40))
    about_on: Mapped[date] = mapped_column(Date)
    to_key: Mapped[str] = mapped_column(String(254))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class PlacementAnswer(Model):
    """What the fellow or the host said of a placement that is over: at its end, or some months later.

    At the end `rating` (1 to 5) and `again` are asked; later `in_use` and `whereabouts`. `name` is who answered, as
    they were called then.
    """

    __tablename__ = "placement_answer"
    __table_args__ = (
        UniqueConstraint("journey_id", "asked", "side"),
        one_of("asked", Asked),
        one_of("side", Side),
        one_of("in_use", Use),
        one_of("whereabouts", Whereabouts),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("(asked = 'end') = (rating IS NOT NULL AND again IS NOT NULL)", name="end"),
        CheckConstraint("(asked = 'end') = (in_use IS NULL AND whereabouts IS NULL)", name="later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"))
    asked: Mapped[Asked] = mapped_column(StrEnumType(Asked))
    side: Mapped[Side] = mapped_column(StrEnumType(Side))
    name: Mapped[str] = mapped_column(String(254))
    rating: Mapped[int | None] = mapped_column(Integer)
    again: Mapped[bool | None] = mapped_column()
    in_use: Mapped[Use | None] = mapped_column(StrEnumType(Use))
    whereabouts: Mapped[Whereabouts | None] = mapped_column(StrEnumType(Whereabouts))
    words: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    placement: Mapped[Placement] = relationship()
    answered_by: Mapped[User | None] = relationship()
