"""The pages of jobs, and the numbers for a monitoring system."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.jobs import registry, runner, services
from tracker.jobs.models import Cause, JobRun, State
from tracker.jobs.runner import Pace
from tracker.outbox import services as outbox
from tracker.outbox.models import Message, Status


def test_every_job_is_shown_with_what_it_does_and_when(app: Flask, sign_in: SignIn) -> None:
    page = sign_in(Role.ADMINISTRATOR).get("/admin/jobs").text

    for job in registry.JOBS:
        assert job.title in page
        assert job.description in page
    assert "Every minute" in page
    assert "Never run" in page
    assert "No scheduler is at work, so nothing runs by itself." in page


def test_a_scheduler_that_was_heard_of_is_named(app: Flask, arrange: Arrange, sign_in: SignIn) -> None:
    with arrange():
        services.scheduler_beat("one:1", clock.now())

    assert "One scheduler is at work" in sign_in(Role.ADMINISTRATOR).get("/admin/jobs").text


def test_run_now_asks_for_a_run_that_goes_the_usual_way_and_is_in_the_trail(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)

    answer = browser.send("/admin/jobs/outbox/run")

    assert (answer.status_code, answer.location) == (303, "/admin/jobs/outbox")
    with app.app_context():
        run = db.session.query(JobRun).one()
        assert (run.job, run.cause, run.state) == ("outbox", Cause.HAND, State.WAITING)
        entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
        assert entry is not None
        assert (entry.verb, entry.subject_ref) == ("job.asked for", "outbox")
    waiting = browser.get("/admin/jobs/outbox").text
    assert "About to run." in waiting
    assert "Run now" not in waiting

    job = registry.job("outbox")
    assert job is not None
    outcome = runner.run_next(app, job, Pace())

    assert outcome is not None
    assert outcome.error is None
    assert "By hand" in browser.get("/admin/jobs/outbox").text


def test_a_failed_run_is_shown_with_its_reason(app: Flask, arrange: Arrange, sign_in: SignIn) -> None:
    job = registry.job("backup")
    assert job is not None
    for _ in range(services.MOST_ATTEMPTS):
        with arrange():
            held = services.take_by_hand(job, None, "one:1")
            services.failed(held, job, "There is no room on the disk")

    browser = sign_in(Role.ADMINISTRATOR)

    assert "There is no room on the disk" in browser.get("/admin/jobs").text
    assert "There is no room on the disk" in browser.get("/admin/jobs/backup").text


def test_an_auditor_sees_the_jobs_and_starts_none(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.AUDITOR)

    page = browser.get("/admin/jobs")
    answer = browser.send("/admin/jobs/outbox/run")

    assert page.status_code == 200
    assert "Run now</button>" not in page.text.replace("\n", "")
    assert answer.status_code == 403
    with app.app_context():
        assert db.session.query(JobRun).count() == 0


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.LEADERSHIP, Role.TRAINEE])
def test_others_see_nothing_of_it(sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role)

    assert [browser.get(path).status_code for path in ("/admin/jobs", "/admin/jobs/outbox")] == [403, 403]


def test_a_job_that_is_not_there_is_not_found(sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)

    assert browser.get("/admin/jobs/no-such-job").status_code == 404
    assert browser.send("/admin/jobs/no-such-job/run").status_code == 404
    assert browser.get("/admin/jobs/outbox?page=x").status_code == 200


def test_mail_that_could_not_be_delivered_is_shown_and_tried_again(
    app: Flask, arrange: Arrange, sign_in: SignIn
) -> None:
    with arrange() as session:
        message = outbox.enqueue("ada@example.org", "An invitation", "Text")
        message.status, message.failure = Status.FAILED, "the mail server refused the address (550)"
        session.flush()
        number = message.id
    browser = sign_in(Role.ADMINISTRATOR)
    page = browser.get("/admin/jobs").text

    first = browser.send(f"/admin/jobs/mail/{number}/try-again")
    second = browser.send(f"/admin/jobs/mail/{number}/try-again", follow_redirects=True)

    assert "the mail server refused the address (550)" in page
    assert first.status_code == 303
    assert "The message has been sent, or is still being tried" in second.text
    with app.app_context():
        assert db.session.get(Message, number).status is Status.WAITING  # type: ignore[union-attr]


def test_the_numbers_are_for_this_machine(client: Browser, arrange: Arrange) -> None:
    with arrange():
        outbox.enqueue("ada@example.org", "Hello", "Text")

    answer = client.get("/metrics")

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert 'tracker_mail_messages{status="waiting"} 1.0' in answer.text
    assert 'tracker_check_ok{check="database"} 1.0' in answer.text
    assert "tracker_schedulers 0.0" in answer.text
    assert "ada" not in answer.text


def test_the_numbers_are_not_there_for_others_unless_they_hold_the_token(app: Flask, client: Browser) -> None:
    from_afar = {"REMOTE_ADDR": "203.0.113.9"}
    before = app.config["TRACKER"]
    try:
        closed = client.get("/metrics", environ_base=from_afar, headers={"Authorization": "Bearer "})
        through_proxy = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
        app.config["TRACKER"] = replace(before, metrics_token="m" * 32)
        wrong = client.get("/metrics", environ_base=from_afar, headers={"Authorization": "Bearer nnn"})
        right = client.get("/metrics", environ_base=from_afar, headers={"Authorization": f"Bearer {'m' * 32}"})
    finally:
        app.config["TRACKER"] = before

    answers = [answer.status_code for answer in (closed, through_proxy, wrong, right)]
    assert answers == [404, 404, 404, 200]
