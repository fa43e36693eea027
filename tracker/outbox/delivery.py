"""Sending what waits. Each message is taken up in one transaction, sent outside of any, and noted in another.

A process that dies in between leaves a lease that runs out: nothing is lost, and what goes out twice carries the same
Message-ID.
"""

import logging

from flask import current_app

from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.outbox import services
from tracker.outbox.services import Letter
from tracker.outbox.transports import Refused, Transport, Unreachable, transport

MOST_AT_ONCE = 2000
logger = logging.getLogger("tracker.outbox")


def send_waiting() -> int:
    """Send every message that is due; how many left.

    :raises DomainError: if no message can leave now; those that left before stay noted.
    """
    sent = 0
    with transport(current_app.config["TRACKER"]) as way:
        while sent < MOST_AT_ONCE and (letter := _taken()):
            sent += _sent(way, letter)
    return sent


def _taken() -> Letter | None:
    with transaction():
        return services.take_next()


def _sent(way: Transport, letter: Letter) -> bool:
    try:
        way.send(letter)
    except Refused as refusal:
        _failed(letter, str(refusal))
        return False
    except Unreachable as fault:
        _failed(letter, str(fault))
        raise DomainError(f"No mail can leave: {fault}") from fault
    with transaction():
        services.note_sent(letter)
    return True


def _failed(letter: Letter, why: str) -> None:
    with transaction():
        services.note_failure(letter, why)
    logger.warning("a message did not leave", extra={"letter": letter.id, "attempt": letter.attempt, "why": why})
