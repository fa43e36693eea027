"""How the jobs stand, as it is asked."""

from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask

from tests.conftest import Arrange
from tracker.core.db import db
from tracker.core.job import Job
from tracker.jobs import queries, services
from tracker.jobs.models import Cause, State

NIGHTLY = Job("nightly", "Nightly", "Works at night.", "15 2 * * *", lambda _: 0)
OTHER = Job("other", "Other", "Works at night too.", "20 2 * * *", lambda _: 0)
MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_a_job_has_work_while_a_run_waits_and_none_is_running(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        with arrange():
            services.ask(NIGHTLY, Cause.HAND)
            services.ask(OTHER, Cause.HAND)
            services.take(OTHER, "one:1")
        with app.app_context():
            now = queries.jobs_with_work(MORNING)
            later = queries.jobs_with_work(MORNING + services.LEASE + timedelta(seconds=1))

    assert now == {"nightly"}
    assert later == {"nightly", "other"}


def test_a_retry_is_work_only_when_its_time_has_come(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        with arrange():
            held = services.take(NIGHTLY, "one:1")
            assert held is not None
            services.failed(held, NIGHTLY, "no room")
        with app.app_context():
            at_once = queries.jobs_with_work(MORNING)
            in_time = queries.jobs_with_work(MORNING + services.RETRY_AFTER[0])

    assert (at_once, in_time) == (set(), {"nightly"})


def test_a_standing_tells_the_last_run_the_failures_in_a_row_and_the_last_success(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        for outcome in (State.FAILED, State.DONE, State.FAILED, State.FAILED):
            with arrange():
                held = services.take_by_hand(NIGHTLY, None, "one:1")
                if outcome is State.DONE:
                    services.done(held, 3)
                else:
                    services.write_as_holder(db.session(), held, state=State.FAILED, ended_at=MORNING, lease_until=None)
                    db.session.expire_all()
            traveller.shift(timedelta(minutes=1))

        with app.app_context():
            before_any, stands = queries.standings(["other", "nightly"])
            newest_first = [run.number for run in db.session.scalars(queries.history("nightly"))]

    assert (before_any.last, before_any.failures, before_any.succeeded_at) == (None, 0, None)
    assert stands.last is not None
    assert stands.last.number == 4
    assert stands.succeeded_at == MORNING + timedelta(minutes=1)
    assert newest_first == [4, 3, 2, 1]
