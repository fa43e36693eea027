"""The capability framework, and how people were rated against it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of


class RoleLevel(Model):
    """The level of a skill that a role of the framework asks for, and the grades the role is usual at."""

    __tablename__ = "capability_role_level"
    __table_args__ = (
        ForeignKeyConstraint(
            ["skill_code", "level_order"],
            ["capability_skill.skill_code", "capability_skill.level_order"],
            name="fk_capability_role_level_skill",
        ),
    )

    role_order: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    skill_code: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[str] = mapped_column(String(60))
    grades: Mapped[str] = mapped_column(String(60))
    level_order: Mapped[int] = mapped_column(Integer)


class Rater(StrEnum):
    """Who rated."""

    SELF = "self"
    ASSESSOR = "assessor"


class Moment(StrEnum):
    """Where in the training a rating belongs."""

    START = "start"
    END = "end"


class SkillRating(Model):
    """How somebody on an enrolment was rated in a skill. Rows are added, never changed or deleted.

    `level` is 0 (below awareness) to 4, or null where the rating is taken back. Of one skill, rater and moment the row
    recorded last counts, so that what was known at an instant can still be told. `assessed_on` is the London day the
    rating is about.
    """

    __tablename__ = "skill_rating"
    __table_args__ = (
        one_of("rater", Rater),
        one_of("moment", Moment),
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        Index("ix_skill_rating_order", "journey_id", "skill_code", "rater", "moment", "id"),
        Index(None, "recorded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    skill_code: Mapped[str] = mapped_column(String(100))
    rater: Mapped[Rater] = mapped_column(StrEnumType(Rater))
    moment: Mapped[Moment] = mapped_column(StrEnumType(Moment))
    level: Mapped[int | None] = mapped_column(Integer)
    assessed_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
