from datetime import UTC, datetime

from flask import Flask

from tests.conftest import Arrange
from tests.factories import PASSWORD, make_enrolment, make_person, make_user
from tracker.accounts.permissions import Role
from tracker.following import services as following
from tracker.jobs import schedule
from tracker.jobs.registry import JOBS

JOB = next(job for job in JOBS if job.name == "weekly-email")


def test_the_weekly_email_is_written_before_work_on_monday(app: Flask):
    due = schedule.next_due(JOB, datetime(2026, 11, 25, 12, tzinfo=UTC))

    assert due == datetime(2026, 11, 30, 5, 30, tzinfo=UTC)


def test_one_run_writes_to_everybody_who_has_something_to_read(app: Flask, arrange: Arrange):
    with arrange():
        person = make_person()
        make_enrolment("applied 2026-01-05", person=person)
        for _ in range(3):
            following.follow(make_user(Role.PROGRAMME_MANAGER, password=PASSWORD), person)
        make_user(Role.AUDITOR, password=PASSWORD)

    with app.app_context():
        assert JOB.run(schedule.slot(JOB, datetime(2026, 11, 30, 5, 30, tzinfo=UTC)).day) == 3
