"""What the outbox holds about somebody: mail to them, and mail that names them and has not left."""

from sqlalchemy import select

from tracker.core.db import db
from tracker.core.subject import Facts, Part, Subject
from tracker.outbox.models import Message, Status


def _of(subject: Subject) -> list[Message]:
    """Mail to them or that names them: the words of what was sent are forgotten already."""
    return [
        message
        for message in db.session.scalars(select(Message).order_by(Message.id))
        if message.to.casefold() in subject.emails or subject.is_named_in(message.subject, message.text, message.html)
    ]


def tell(subject: Subject) -> dict[str, Facts]:
    """Mail to them, with its words as long as they are kept."""
    to = [message for message in _of(subject) if message.to.casefold() in subject.emails]
    return {
        "Mail": [
            {
                "Written": message.created_at,
                "To": message.to,
                "Subject": message.subject,
                "State": message.status.value,
                "Text": message.text,
            }
            for message in to
        ]
    }


def forget(subject: Subject) -> None:
    """Delete what waits to go to them, and take their name and address out of everything else."""
    session = db.session()
    for message in _of(subject):
        if message.to.casefold() in subject.emails and message.status is not Status.SENT:
            session.delete(message)
            continue
        message.to, message.subject = subject.taken_out_of(message.to), subject.taken_out_of(message.subject)
        message.text = subject.taken_out_of(message.text)
        message.html = None if message.html is None else subject.taken_out_of(message.html)
    session.flush()


PART = Part(tell, forget)
