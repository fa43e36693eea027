"""What is kept beside the ledger of how enrolments end and breaks are asked after."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Model
from tracker.ledger.models import Event


class CompletionEvidence(Model):
    """What shows that somebody completed: words, and where it can be read. The address is kept, never fetched."""

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
