"""What the outbox does by the calendar."""

from datetime import date

from flask import Flask

from tests.conftest import Arrange
from tracker.outbox import jobs, services


def test_sending_twice_sends_once(app: Flask, arrange: Arrange) -> None:
    with arrange():
        services.enqueue("ada@example.org", "Hello", "Text")

    with app.app_context():
        counts = [jobs.send_mail(date(2026, 11, 24)) for _ in range(2)]

    assert counts == [1, 0]


def test_forgetting_leaves_what_is_recent(app: Flask, arrange: Arrange) -> None:
    with arrange():
        services.enqueue("ada@example.org", "Hello", "Text")

    with app.app_context():
        forgotten = jobs.forget_old_mail(date(2026, 11, 24))
        sent = jobs.send_mail(date(2026, 11, 24))

    assert (forgotten, sent) == (0, 1)
