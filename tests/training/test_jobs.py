from datetime import timedelta

from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_enrolment
from tracker.core.clock import today
from tracker.jobs.registry import job


def test_the_reminders_go_out_through_the_job_and_twice_gives_none_more(app: Flask, arrange: Arrange):
    with arrange():
        make_enrolment("in-training 2026-01-05", f"on-break 2026-02-01 until {today() + timedelta(days=3)}")
    found = job("break-reminders")
    assert found is not None

    with app.app_context():
        assert [found.run(today()), found.run(today())] == [1, 0]
