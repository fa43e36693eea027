"""How the mail stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from tracker.core.db import db
from tracker.outbox.models import Message, Status


@dataclass(frozen=True)
class OutboxState:
    """How many messages wait, since when the oldest does, and how many could not be delivered."""

    waiting: int
    oldest_at: datetime | None
    failed: int


def outbox_state() -> OutboxState:
    """How the mail stands now."""
    rows = db.session.execute(
        select(Message.status, func.count(), func.min(Message.created_at)).group_by(Message.status)
    )
    found = {status: (count, oldest) for status, count, oldest in rows}
    waiting, oldest = found.get(Status.WAITING, (0, None))
    return OutboxState(waiting, oldest, found.get(Status.FAILED, (0, None))[0])


def message(message_id: int) -> Message | None:
    """The message with a number."""
    return db.session.get(Message, message_id)


def undelivered(limit: int = 20) -> Sequence[Message]:
    """The messages that could not be delivered, the latest first."""
    failed = select(Message).where(Message.status == Status.FAILED).order_by(Message.id.desc()).limit(limit)
    return db.session.scalars(failed).all()
