"""Roles, the stages they are recruited in, what is measured, and the targets for each stage."""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, one_of
from tracker.leadership.lifecycle import VacancyStage


class LeadershipRole(Model):
    """A senior role of the capability framework, such as chief data officer."""

    __tablename__ = "leadership_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    abbreviation: Mapped[str] = mapped_column(String(20), default="")
    grade_tier: Mapped[str] = mapped_column(String(60), default="")


class LeadershipRoleSkill(Model):
    """A skill a role requires: the essential criteria a new vacancy begins with."""

    __tablename__ = "leadership_role_skill"

    role_id: Mapped[int] = mapped_column(ForeignKey("leadership_role.id"), primary_key=True)
    skill: Mapped[str] = mapped_column(String(200), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


class RecruitmentStage(Model):
    """A step of recruitment as government guidance names it.

    `stage` is the stage of the vacancy it belongs to; null where it is one of the candidate.
    """

    __tablename__ = "recruitment_stage"
    __table_args__ = (one_of("stage", VacancyStage),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    applies_to: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str | None] = mapped_column(String(30))


class RecruitmentMetric(Model):
    """What government guidance measures recruitment by, in its own definition."""

    __tablename__ = "recruitment_metric"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    definition: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(20), default="")


class StageTarget(Model):
    """How many calendar days a vacancy should stand at a stage at most: a setting. Null: no target."""

    __tablename__ = "stage_target"
    __table_args__ = (one_of("stage", VacancyStage), CheckConstraint("days > 0", name="days"))

    stage: Mapped[str] = mapped_column(String(30), primary_key=True)
    days: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}
