"""Writing a message, and keeping book of what became of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, or_, select, update

from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.subject import leads_nowhere
from tracker.core.text import has_control_characters
from tracker.outbox.models import Message, Status

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(hours=24)
KEEP_DAYS = 90
LONGEST_FAILURE = 300


@dataclass(frozen=True)
class Letter:
    """A message that this process has taken up and now sends. `attempt` is its right to say what became of it."""

    id: int
    attempt: int
    message_id: str
    to: str
    subject: str
    text: str
    html: str | None
    created_at: datetime


def enqueue(to: str, subject: str, text: str, html: str | None = None) -> Message | None:
    """Write a message. It leaves only if the transaction of the act it tells of is kept, and soon after that.

    None, and nothing is written, where the address is that of somebody who was anonymised.

    :raises DomainError: if the address or the subject could not stand in the head of a mail.
    """
    if has_control_characters(to + subject) or "@" not in to:
        raise DomainError("The address or the subject holds characters that no mail can have")
    if leads_nowhere(to):
        return None
    now = clock.now()
    message = Message(to=to, subject=subject[:200], text=text, html=html, created_at=now, next_attempt_at=now)
    # Given in two steps: the number that makes it unlike any other is the database's.
    message.message_id = f"<{secrets.token_hex(16)}>"
    db.session.add(message)
    db.session.flush()
    domain = current_app.config["TRACKER"].mail_from.rpartition("@")[2]
    message.message_id = f"<{message.id}.{now:%Y%m%d%H%M%S%f}@{domain}>"
    db.session.flush()
    return message


def take_next() -> Letter | None:
    """Take up the message that has waited longest, for two minutes; nobody else takes it up in that time.

    Called in a transaction of its own; the sending comes after it.
    """
    now = clock.now()
    waits = (Message.status == Status.WAITING, Message.next_attempt_at <= now)
    free = or_(Message.lease_until.is_(None), Message.lease_until < now)
    oldest = select(Message).where(*waits, free).order_by(Message.next_attempt_at, Message.id).limit(1)
    message = db.session.scalar(oldest.with_for_update(skip_locked=True))
    if message is None:
        return None
    message.lease_until = now + LEASE
    message.attempts += 1
    db.session.flush()
    return Letter(
        id=message.id,
        attempt=message.attempts,
        message_id=message.message_id,
        to=message.to,
        subject=message.subject,
        text=message.text,
        html=message.html,
        created_at=message.created_at,
    )


def note_sent(letter: Letter) -> bool:
    """Note that a message left, and forget its words. False where somebody else has taken it up since."""
    return _note(letter, status=Status.SENT, sent_at=clock.now(), failure=None, text="", html=None)


def note_failure(letter: Letter, failure: str) -> bool:
    """Note why a message did not leave: it is tried again after 1, 2, 4, 8… minutes, and given up a day after it was
    written."""
    now, last = clock.now(), letter.created_at + GIVE_UP_AFTER
    if now >= last:
        return _note(letter, status=Status.FAILED, failure=failure[:LONGEST_FAILURE])
    wait = FIRST_WAIT * 2 ** (letter.attempt - 1)
    return _note(letter, next_attempt_at=min(now + wait, last), failure=failure[:LONGEST_FAILURE])


def try_again(message: Message) -> None:
    """Have a message that could not be delivered tried once more, soon.

    :raises DomainError: if it is not one of those.
    """
    if message.status is not Status.FAILED:
        raise DomainError("The message has been sent, or is still being tried")
    message.status, message.next_attempt_at = Status.WAITING, clock.now()
    db.session.flush()


def _note(letter: Letter, **values: object) -> bool:
    held = (Message.id == letter.id, Message.attempts == letter.attempt, Message.status == Status.WAITING)
    noted = db.session.execute(update(Message).where(*held).values(lease_until=None, **values))
    return noted.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def forget_old(days: int = KEEP_DAYS) -> int:
    """Delete what was sent or given up so many days ago; how many there were."""
    old = delete(Message).where(Message.status != Status.WAITING, Message.created_at < clock.days_from_now(-days))
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]
