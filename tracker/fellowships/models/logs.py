"""Weekly logs of fellows: what was sent and said of it is added, never changed; what is typed is kept beside."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.fellowships.lifecycle import Decision, LogState
from tracker.fellowships.models.placements import Placement
from tracker.fellowships.models.schemes import Supervisor


class WeekLog(Model):
    """The log of one week of a placement; `week_ending` is its Friday.

    `state` is where it stands now, kept with every act. `private_note` is only for the fellow.
    """

    __tablename__ = "week_log"
    __table_args__ = (
        UniqueConstraint("journey_id", "week_ending"),
        one_of("state", LogState),
        Index(None, "state", "week_ending"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("placement.journey_id"))
    week_ending: Mapped[date] = mapped_column(Date)
    state: Mapped[LogState] = mapped_column(StrEnumType(LogState))
    private_note: Mapped[str] = mapped_column(Text, default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    placement: Mapped[Placement] = relationship()
    draft: Mapped["LogDraft | None"] = relationship(back_populates="log", cascade="all, delete-orphan")
    versions: Mapped[list["LogVersion"]] = relationship(back_populates="log", order_by="LogVersion.number")

    __mapper_args__ = {"version_id_col": version}


class LogDraft(Model):
    """What a fellow has typed for a week and not sent, exactly as typed, right or wrong."""

    __tablename__ = "log_draft"

    log_id: Mapped[int] = mapped_column(ForeignKey("week_log.id"), primary_key=True, autoincrement=False)
    days: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    blockers: Mapped[str] = mapped_column(Text, default="")
    skills: Mapped[str] = mapped_column(Text, default="")
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    log: Mapped[WeekLog] = relationship(back_populates="draft")


class LogVersion(Model):
    """A log as it was sent once. The one with the highest number that is not voided counts.

    `days` in halves, 0 to 5 (fine print A13); none is 0, not blank. `submission_key` is drawn where it was written, so
    that what is sent twice is kept once.
    """

    __tablename__ = "log_version"
    __table_args__ = (
        UniqueConstraint("log_id", "number"),
        CheckConstraint("days IN (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5)", name="days"),
        CheckConstraint("number > 0", name="number"),
        Index(None, "submitted_at"),
        Index(None, "voided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("week_log.id"))
    number: Mapped[int] = mapped_column(Integer)
    days: Mapped[float] = mapped_column(Numeric(2, 1, asdecimal=False))
    summary: Mapped[str] = mapped_column(Text)
    blockers: Mapped[str] = mapped_column(Text, default="")
    submission_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)

    log: Mapped[WeekLog] = relationship(back_populates="versions")
    submitted_by: Mapped[User | None] = relationship()
    skills: Mapped[list["LogSkill"]] = relationship(order_by="LogSkill.skill_code", cascade="all, delete-orphan")
    decisions: Mapped[list["LogDecision"]] = relationship(back_populates="log_version", order_by="LogDecision.id")


class LogSkill(Model):
    """A skill of the capability framework used in a week."""

    __tablename__ = "log_skill"

    version_id: Mapped[int] = mapped_column(ForeignKey("log_version.id"), primary_key=True)
    skill_code: Mapped[str] = mapped_column(String(100), primary_key=True)


class LogDecision(Model):
    """What a supervisor said of a version: approved, or returned with a reason.

    `decided_on` is the London day it was said: a sign-off counts from then. Unlocking or changing what was approved
    voids the approval; both stay.
    """

    __tablename__ = "log_decision"
    __table_args__ = (
        one_of("decision", Decision),
        CheckConstraint("decision = 'approved' OR reason <> ''", name="reason"),
        CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name="voided"),
        Index(None, "decided_at"),
        Index(None, "voided_at"),
        Index(
            "uq_log_decision_standing",
            "version_id",
            unique=True,
            postgresql_where=text("voided_at IS NULL"),
            sqlite_where=text("voided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("log_version.id"))
    decision: Mapped[Decision] = mapped_column(StrEnumType(Decision))
    reason: Mapped[str] = mapped_column(Text, default="")
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("supervisor.id"), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by_name: Mapped[str] = mapped_column(String(254))
    decided_on: Mapped[date] = mapped_column(Date)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    void_reason: Mapped[str] = mapped_column(Text, default="")

    log_version: Mapped[LogVersion] = relationship(back_populates="decisions")
    supervisor: Mapped[Supervisor | None] = relationship()
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    voided_by: Mapped[User | None] = relationship(foreign_keys=[voided_by_id])
