"""Mail that waits to leave, that left, or that could not be delivered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of


class Status(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Message(Model):
    """One message to one address, written in the same unit of work as the act that it tells of.

    `message_id` is given once and goes out with every attempt, so that a mail system can tell a repetition.
    `attempts` counts the times it was taken up, and is the number a sender must still hold to say what became of it.
    The words are forgotten once they were sent: they may hold a link that signs somebody in.
    """

    __tablename__ = "message"
    __table_args__ = (
        one_of("status", Status),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(None, "status", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    status: Mapped[Status] = mapped_column(StrEnumType(Status, 20), default=Status.WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(String(300))
