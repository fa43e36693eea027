"""A job runs, and what comes of it is kept and told."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from tests.conftest import Arrange
from tests.factories import make_user
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.core.job import Job
from tracker.core.logs import request_id
from tracker.jobs import queries, runner, services
from tracker.jobs.models import JobRun, State
from tracker.jobs.runner import Outcome, Pace
from tracker.outbox import services as outbox
from tracker.outbox.models import Message

MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PACE = Pace()
NAME = "Ada Byron"


def nightly(run: Callable[[date], int]) -> Job:
    return Job("nightly", "Nightly work", "Works at night.", "15 2 * * *", run)


def minutely(run: Callable[[date], int]) -> Job:
    return Job("minutely", "Constant work", "Works all day.", "* * * * *", run)


def fail(_: date) -> int:
    raise DomainError("There is no room on the disk")


def run_next(app: Flask, job: Job) -> Outcome:
    outcome = runner.run_next(app, job, PACE)
    assert outcome is not None
    return outcome


def last_run(app: Flask) -> JobRun:
    with app.app_context():
        run = queries.standings(["nightly"])[0].last
        assert run is not None
        db.session.expunge(run)
        return run


def messages(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(message.to, message.subject) for message in db.session.query(Message).order_by(Message.id)]


def test_a_job_gets_its_day_and_its_run_keeps_what_it_did(app: Flask) -> None:
    days: list[date] = []
    with time_machine.travel(MORNING):
        outcome = runner.run_next(app, nightly(lambda day: days.append(day) or 42), PACE)
        again = runner.run_next(app, nightly(lambda day: days.append(day) or 42), PACE)

    run = last_run(app)
    assert outcome is not None
    assert again is None
    assert days == [date(2026, 11, 24)]
    assert (run.state, run.rows, run.error, run.attempts) == (State.DONE, 42, None, 1)
    assert run.claimed_by == runner.holder_name()
    assert run.started_at is not None
    assert run.ended_at is not None
    assert run.started_at <= run.ended_at


def test_what_a_job_did_is_known_by_its_run(app: Flask) -> None:
    seen: list[str] = []

    run_next(app, nightly(lambda _: len(seen.append(request_id.get()) or "")))

    assert seen == [f"job-{last_run(app).id}-1"]
    assert request_id.get() == ""


def test_a_failure_is_kept_in_words_and_tried_again_later(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        outcome = run_next(app, nightly(fail))
        waiting = last_run(app)
        traveller.shift(services.RETRY_AFTER[0])
        run_next(app, nightly(lambda _: 1))

    assert outcome.error == "There is no room on the disk"
    assert (waiting.state, waiting.error) == (State.WAITING, "There is no room on the disk")
    assert (last_run(app).state, last_run(app).error, last_run(app).attempts) == (State.DONE, None, 2)


def test_the_words_of_a_failure_hold_nothing_of_the_record_it_was_about(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def doubled(_: date) -> int:
        with transaction() as session:
            for _ in range(2):
                session.execute(text("INSERT INTO installation (key, value) VALUES (:key, 'x')"), {"key": NAME})
        return 1

    def confused(_: date) -> int:
        raise ValueError(f"{NAME} has no grade")

    run_next(app, nightly(doubled))
    run_next(app, minutely(confused))

    with app.app_context():
        errors = {run.job: run.error or "" for run in db.session.query(JobRun)}
    assert errors["nightly"].startswith("IntegrityError (")
    assert errors["minutely"] == "ValueError in tracker/jobs/runner.py, line " + errors["minutely"].rpartition(" ")[2]
    logged = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("tracker"))
    assert "frames" in logged
    assert NAME not in logged + str(errors)


def test_administrators_are_told_once_that_a_job_fails_and_once_that_it_works_again(
    app: Flask, arrange: Arrange
) -> None:
    with arrange():
        make_user(Role.ADMINISTRATOR, email="admin@example.org")
        make_user(Role.ADMINISTRATOR, email="other@example.org")
        make_user(Role.LEADERSHIP, email="leader@example.org")

    with time_machine.travel(MORNING, tick=False) as traveller:
        for night in range(3):
            for attempt in range(services.MOST_ATTEMPTS):
                told = len(messages(app))
                assert told == (0 if night == 0 else 2), (night, attempt)
                run_next(app, nightly(fail))
                traveller.shift(timedelta(hours=1))
            traveller.shift(timedelta(hours=24 - services.MOST_ATTEMPTS))
        for _ in range(2):
            run_next(app, nightly(lambda _: 1))
            traveller.shift(timedelta(days=1))

    fails, works = "Data skills tracker: Nightly work fails", "Data skills tracker: Nightly work works again"
    assert messages(app) == [
        ("admin@example.org", fails),
        ("other@example.org", fails),
        ("admin@example.org", works),
        ("other@example.org", works),
    ]


def test_a_job_of_every_minute_is_told_of_after_five_failures_in_a_row(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_user(Role.ADMINISTRATOR, email="admin@example.org")
    told = []
    with time_machine.travel(MORNING, tick=False) as traveller:
        for work in (fail, fail, lambda _: 1, fail, fail, fail, fail, fail, fail, lambda _: 1, lambda _: 1):
            run_next(app, minutely(work))
            told.append(len(messages(app)))
            traveller.shift(timedelta(minutes=1))

    assert told == [0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2]


def test_a_process_that_slept_past_its_lease_writes_nothing(app: Flask, arrange: Arrange) -> None:
    """What a stopped and resumed process is to the database: its transaction goes on after another holds the run."""
    with time_machine.travel(MORNING, tick=False) as traveller:

        def slow(_: date) -> int:
            with transaction():
                outbox.enqueue("early@example.org", "Written in time", "Text")
            traveller.shift(services.LEASE + timedelta(seconds=1))
            take_over()
            with transaction():
                outbox.enqueue("late@example.org", "Written too late", "Text")
            raise AssertionError("the late transaction was kept")

        def take_over() -> None:
            heir = threading.Thread(target=lambda: run_next(app, nightly(lambda _: 7)))
            heir.start()
            heir.join()

        outcome = run_next(app, nightly(slow))

    assert outcome.error is not None
    assert messages(app) == [("early@example.org", "Written in time")]
    assert (last_run(app).state, last_run(app).rows, last_run(app).attempts) == (State.DONE, 7, 2)


def test_every_transaction_of_a_job_is_a_sign_of_life(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:

        def long(_: date) -> int:
            for _ in range(5):
                traveller.shift(services.LEASE - timedelta(seconds=1))
                with transaction():
                    pass
            return 1

        outcome = run_next(app, nightly(long))

    assert outcome.error is None


def test_a_job_that_only_computes_is_heard_of_meanwhile(app: Flask) -> None:
    heard: list[datetime | None] = []

    def compute(_: date) -> int:
        begun = last_run(app).heartbeat_at
        waited = threading.Event()
        for _ in range(200):
            waited.wait(0.02)
            beat = last_run(app).heartbeat_at
            if beat != begun:
                heard.append(beat)
                return 1
        return 0

    outcome = runner.run_next(app, nightly(compute), Pace(beat_seconds=0.05))

    assert outcome is not None
    assert len(heard) == 1


def test_a_job_is_run_by_hand_by_the_same_path(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False):
        first = runner.run_by_hand(app, nightly(lambda _: 3), None)
        second = runner.run_by_hand(app, nightly(lambda _: 4), date(2026, 11, 24))
        third = runner.run_next(app, nightly(lambda _: 5), PACE)

    assert (first.held.number, first.rows) == (1, 3)
    assert (second.held.number, second.rows) == (2, 4)
    assert third is None


def test_the_service_clock_is_the_only_one_asked(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False):
        run_next(app, nightly(lambda _: 1))

        assert last_run(app).ended_at == clock.now() == MORNING
