"""How the mail stands."""

from datetime import UTC, datetime

from flask import Flask

from tests.conftest import Arrange
from tracker.outbox import queries, services
from tracker.outbox.models import Status


def test_the_state_counts_what_waits_and_what_failed_and_dates_the_oldest(app: Flask, arrange: Arrange) -> None:
    written = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    with arrange() as session:
        first = services.enqueue("a@example.org", "First", "Text")
        first.created_at = written
        services.enqueue("b@example.org", "Second", "Text")
        failed = services.enqueue("c@example.org", "Third", "Text")
        failed.status = Status.FAILED
        session.flush()

    with app.app_context():
        state = queries.outbox_state()
        undelivered = [message.subject for message in queries.undelivered()]

    assert (state.waiting, state.oldest_at, state.failed) == (2, written, 1)
    assert undelivered == ["Third"]


def test_an_empty_outbox_has_no_oldest_message(app: Flask) -> None:
    with app.app_context():
        state = queries.outbox_state()

    assert (state.waiting, state.oldest_at, state.failed) == (0, None, 0)
