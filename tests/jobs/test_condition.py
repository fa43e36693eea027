"""What is looked at, and what is said when it is not as it should be."""

import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange
from tracker.accounts import audit
from tracker.core import clock
from tracker.core.db import db
from tracker.jobs import condition, registry, services
from tracker.jobs.models import Cause
from tracker.outbox import services as outbox
from tracker.outbox.models import Status

MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
Usage = namedtuple("Usage", "total used free")


def faults(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {finding.name: finding.fault for finding in condition.findings() if finding.fault}


def run_everything(arrange: Arrange) -> None:
    for job in registry.JOBS:
        with arrange():
            held = services.take(job, "one:1")
            assert held is not None
            services.done(held, 1)
    with arrange():
        services.scheduler_beat("one:1", clock.now())


def test_a_service_with_a_scheduler_that_did_its_work_has_no_fault(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        run_everything(arrange)

        assert faults(app) == {}


def test_a_service_whose_scheduler_stopped_says_since_when_and_what_is_late(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        run_everything(arrange)
        traveller.shift(timedelta(minutes=20))
        after_minutes = faults(app)
        traveller.shift(timedelta(days=1))
        after_a_day = faults(app)

    assert after_minutes == {
        "scheduler": "no scheduler has been heard of since 2026-11-25 09:00 UTC: start tracker scheduler"
    }
    assert "backup is late: start tracker scheduler" in after_a_day["jobs"]


def test_a_job_whose_last_run_failed_is_named_with_its_reason(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        run_everything(arrange)
        job = registry.job("outbox")
        assert job is not None
        with arrange():
            services.failed(services.take_by_hand(job, None, "one:1"), job, "No mail can leave")

        assert faults(app) == {"jobs": "outbox failed: No mail can leave"}


def test_a_run_that_was_asked_for_and_waits_too_long_is_late(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        run_everything(arrange)
        job = registry.job("outbox")
        assert job is not None
        with arrange() as session:
            run = services.ask(job, Cause.HAND)
            run.due_at = MORNING - timedelta(hours=1)
            session.flush()

        assert faults(app) == {"jobs": "outbox is late: start tracker scheduler"}


def test_mail_that_waits_or_failed_is_counted(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        run_everything(arrange)
        with arrange():
            message = outbox.enqueue("ada@example.org", "Hello", "Text")
            number = message.id
        fresh = faults(app)
        traveller.shift(condition.MAIL_LATE_AFTER + timedelta(minutes=1))
        late = faults(app)["mail"]
        with arrange() as session:
            db.session.get(type(message), number).status = Status.FAILED  # type: ignore[union-attr]
            session.flush()
        failed = faults(app)["mail"]

    assert fresh == {}
    assert late == "messages that wait to leave: 1, the oldest since 2026-11-25 09:00 UTC"
    assert failed == "messages that could not be delivered: 1, see /admin/jobs"


def test_a_disk_that_is_almost_full_is_said_to_be(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1000, 951, 49))

    assert "almost full" in faults(app)["disk"]


def test_a_trail_whose_end_is_broken_is_found(app: Flask, arrange: Arrange) -> None:
    for name in ("first", "second"):
        with arrange():
            audit.record("tested", f"test:{name}", actor=None)
    whole = faults(app).get("audit trail")
    with arrange() as session:
        session.execute(db.text("UPDATE audit_head SET number = number + 1"))

    assert whole is None
    assert faults(app)["audit trail"] == "entries after 2 are missing"


def test_a_lesser_fault_takes_no_server_away(client: Browser) -> None:
    answer = client.get("/health/ready")

    words = answer.get_json()
    assert answer.status_code == 200
    assert words["status"] == "degraded"
    assert words["checks"]["scheduler"] == "no scheduler is running: start tracker scheduler"
    assert words["checks"]["database"] == "good"
