"""What is queued, taken up, and noted."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.conftest import Arrange
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.outbox import services
from tracker.outbox.models import Message, Status
from tracker.outbox.services import Letter

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def taken(app: Flask) -> Letter | None:
    with app.app_context(), transaction():
        return services.take_next()


def only_message(app: Flask) -> Message:
    with app.app_context():
        return db.session.query(Message).one()


def test_nothing_is_queued_for_a_change_that_was_rolled_back(app: Flask) -> None:
    def act() -> None:
        with app.app_context(), transaction():
            services.enqueue("ada@example.org", "Hello", "Text")
            raise RuntimeError("the act failed")

    with pytest.raises(RuntimeError):
        act()

    assert taken(app) is None


@pytest.mark.parametrize(
    ("to", "subject"),
    [("ada@example.org\nBcc: eve@example.org", "Hello"), ("ada@example.org", "Hello\r\nBcc: eve@x.org"), ("ada", "Hi")],
)
def test_what_could_forge_the_head_of_a_mail_is_refused(app: Flask, to: str, subject: str) -> None:
    with app.app_context(), pytest.raises(DomainError), transaction():
        services.enqueue(to, subject, "Text")

    assert taken(app) is None


def test_a_message_is_taken_up_by_one_sender_only_until_the_lease_runs_out(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        with arrange():
            services.enqueue("ada@example.org", "Hello", "Text")

        first = taken(app)
        second = taken(app)
        traveller.shift(services.LEASE + timedelta(seconds=1))
        third = taken(app)

    assert first is not None
    assert second is None
    assert third is not None
    assert (third.message_id, third.attempt) == (first.message_id, 2)


def test_a_sender_that_was_overtaken_cannot_say_what_became_of_the_message(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        with arrange():
            services.enqueue("ada@example.org", "Hello", "Text")
        slow = taken(app)
        traveller.shift(services.LEASE + timedelta(seconds=1))
        quick = taken(app)
        assert slow is not None
        assert quick is not None

        with arrange():
            late = services.note_failure(slow, "too slow")
        with arrange():
            sent = services.note_sent(quick)

    assert (late, sent) == (False, True)
    assert only_message(app).status is Status.SENT


def test_the_words_of_a_message_are_forgotten_once_it_was_sent(app: Flask, arrange: Arrange) -> None:
    with arrange():
        services.enqueue("ada@example.org", "A link", "https://tracker.example/reset/secret", "<a>secret</a>")
    letter = taken(app)
    assert letter is not None

    with arrange():
        services.note_sent(letter)

    message = only_message(app)
    assert (message.text, message.html, message.subject) == ("", None, "A link")


def test_a_message_is_tried_again_ever_more_rarely_for_a_day_and_then_given_up(app: Flask, arrange: Arrange) -> None:
    tried: list[timedelta] = []
    with time_machine.travel(NOON, tick=False) as traveller:
        with arrange():
            services.enqueue("ada@example.org", "Hello", "Text")
        while only_message(app).status is Status.WAITING:
            traveller.move_to(only_message(app).next_attempt_at)
            letter = taken(app)
            assert letter is not None
            tried.append(only_message(app).next_attempt_at - NOON)
            with arrange():
                services.note_failure(letter, "the mail server refused the address (550)")

    minutes = [round(wait / timedelta(minutes=1)) for wait in tried]
    assert minutes == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 24 * 60]
    message = only_message(app)
    assert message.status is Status.FAILED
    assert message.failure == "the mail server refused the address (550)"
    assert message.text == "Text"


def test_a_message_that_was_given_up_can_be_tried_once_more(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        message = services.enqueue("ada@example.org", "Hello", "Text")
        message.status = Status.FAILED
        session.flush()

        services.try_again(message)

    again = taken(app)
    assert again is not None
    with arrange() as session, pytest.raises(DomainError):
        services.try_again(session.query(Message).one())


def test_only_what_is_long_gone_is_forgotten(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        for status, days in ((Status.SENT, 91), (Status.SENT, 89), (Status.FAILED, 91), (Status.WAITING, 91)):
            message = services.enqueue("ada@example.org", f"{status} {days}", "Text")
            message.status = status
            message.sent_at = NOON if status is Status.SENT else None
            message.created_at -= timedelta(days=days)
        session.flush()

        forgotten = services.forget_old()

    with app.app_context():
        left = {message.subject for message in db.session.query(Message)}
    assert forgotten == 2
    assert left == {"sent 89", "waiting 91"}
