"""What is kept beside the ledger of how enrolments end and breaks are asked after."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.ledger.models import Event, Journey


class CompletionEvidence(Model):
    """What shows that somebody completed, or that a resit was agreed: words, and where it can be read.

    The address is kept, never fetched.
    """

    __tablename__ = "completion_evidence"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")

    event: Mapped[Event] = relationship()


class BreakReminder(Model):
    """That somebody was reminded of the return they promised: once for each promise, whatever else is recorded."""

    __tablename__ = "break_reminder"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    sent_on: Mapped[date] = mapped_column(Date)


class Use(StrEnum):
    """How much somebody uses what they learned."""

    OFTEN = "often"
    SOMETIMES = "sometimes"
    NOT = "not"


class FollowUp(Model):
    """That somebody who completed was asked what came of it so many months later, and what they answered.

    Once for each enrolment and number of months. `uses`, `in_role` and `remark` are the three answers.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        one_of("uses", Use),
        CheckConstraint("(answered_at IS NULL) = (uses IS NULL)", name="answer"),
        CheckConstraint("(uses IS NULL) = (in_role IS NULL)", name="role"),
        UniqueConstraint("journey_id", "months"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    months: Mapped[int] = mapped_column(Integer)
    asked_on: Mapped[date] = mapped_column(Date)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uses: Mapped[Use | None] = mapped_column(StrEnumType(Use))
    in_role: Mapped[bool | None] = mapped_column()
    remark: Mapped[str] = mapped_column(Text, default="")

    journey: Mapped[Journey] = relationship()
