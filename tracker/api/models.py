"""The feed that other systems follow, and what they have written."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core import clock
from tracker.core.db import Model, UtcDateTime
from tracker.ledger.models import Event


class FeedEntry(Model):
    """A place in the feed: an event of the ledger was recorded, or was taken back.

    Places are given to what is in the database for good, one after another without gaps, so that nothing ever appears
    before a place that was already read. Ids of events are not such places: of two units of work at once the one
    with the lower id may be kept last.
    """

    __tablename__ = "feed_entry"
    __table_args__ = (UniqueConstraint("event_id", "is_void"), CheckConstraint("position > 0", name="position"))

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    is_void: Mapped[bool] = mapped_column()

    event: Mapped[Event] = relationship()


class FeedHead(Model):
    """How far the feed goes, in one row: whoever gives places holds it.

    `settled_id`: every event up to this id that will ever be has its place. `voids`: how many voids have theirs.
    """

    __tablename__ = "feed_head"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, default=0)
    settled_id: Mapped[int] = mapped_column(Integer, default=0)
    voids: Mapped[int] = mapped_column(Integer, default=0)


class ApiWrite(Model):
    """Something another system wrote, by the key it sent: kept together with the effect, so there is one for each.

    `answer` is what it was answered; the same request is answered the same for a week.
    """

    __tablename__ = "api_write"
    __table_args__ = (Index(None, "created_at"),)

    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
