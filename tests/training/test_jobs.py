from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_enrolment, make_user
from tracker.core.clock import days_from_now, today
from tracker.core.db import db
from tracker.jobs.registry import job
from tracker.training import services
from tracker.training.models import EnrolmentDraft


def test_the_reminders_go_out_through_the_job_and_twice_gives_none_more(app: Flask, arrange: Arrange):
    with arrange():
        make_enrolment("in-training 2026-01-05", f"on-break 2026-02-01 until {today() + timedelta(days=3)}")
    found = job("break-reminders")
    assert found is not None

    with app.app_context():
        assert [found.run(today()), found.run(today())] == [1, 0]


def test_a_draft_that_nobody_touched_for_a_year_is_removed_and_a_later_one_is_kept(app: Flask, arrange: Arrange):
    with arrange():
        old, kept = (services.begin_draft(None, {"first_name": name}, by=make_user()) for name in ("Old", "Kept"))
        subjects = [f"draft:{draft.ref}" for draft in (old, kept)]
        old.updated_at, kept.updated_at = days_from_now(-370), days_from_now(-350)
    found = job("old-drafts")
    assert found is not None

    with app.app_context():
        assert [found.run(today()), found.run(today())] == [1, 0]
        left = db.session.scalars(select(EnrolmentDraft)).all()
        assert [draft.answers["first_name"] for draft in left] == ["Kept"]
        assert [told_of(subject) for subject in subjects] == [["draft.begun", "draft.expired"], ["draft.begun"]]
