"""What is kept is counted again by other means; where somebody changed it, an alarm says what and where."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, make_placement, make_user
from tests.leadership.recruiting import make_vacancy
from tests.progress.histories import LAST, Past
from tests.progress.story import LATEST, TRAINED, compile_story, tell
from tracker.accounts.permissions import Role
from tracker.core.db import db, transaction
from tracker.core.job import Alarm
from tracker.jobs.condition import overdue
from tracker.jobs.registry import job
from tracker.jobs.runner import run_by_hand
from tracker.organisations.models import Grade
from tracker.outbox.models import Message
from tracker.people.models import Posting
from tracker.progress.recount.codes import RECOUNTED
from tracker.progress.recount.models import RecountDifference
from tracker.progress.recount.services import recount
from tracker.progress.registry import METRICS
from tracker.progress.services.compiling import compile_day, compile_range
from tracker.quality import services as quality
from tracker.training import services as training
from tracker.training.models import Moment, Rater

TAMPER = text(
    "UPDATE snapshot SET numerator = numerator + :more, value = value + :more WHERE figure = :figure "
    "AND compilation_id = (SELECT max(id) FROM compilation WHERE as_at = :day) "
    "AND scope_id = (SELECT figure_scope.id FROM figure_scope JOIN organisation "
    "ON organisation.id = organisation_id WHERE figure_scope.kind = 'own' AND slug = :slug)"
)
ALARM = "training.trained of home-office as at 15 April 2026 is kept as 3 and counted as 2"


def tamper(app: Flask, day: date = LATEST, slug: str = "home-office", more: int = 1, figure: str = TRAINED) -> None:
    changed = {"day": day.isoformat(), "slug": slug, "more": more, "figure": figure}
    with app.app_context(), transaction() as session:
        assert session.execute(TAMPER, changed).rowcount == 1


def run(app: Flask, night: date = LATEST) -> int:
    with app.app_context():
        return recount(night)


def test_what_is_kept_is_what_walking_counts(app: Flask, arrange: Arrange):
    tell(arrange)
    with arrange():
        twice = make_person()
        for host in ("home-office", "hm-treasury"):
            make_placement("in-post 2026-01-05", "completed 2026-03-31", at=host, person=twice, fte=0.5)
        make_placement("in-post 2026-02-02", at="hm-treasury")
        make_vacancy()
        make_enrolment("in-training 2026-01-05", "withdrawn 2026-02-02", person=make_person("home-office"))
    compile_story(app)

    assert run(app) > 100


def test_every_figure_there_is_is_counted_again():
    assert set(METRICS) == RECOUNTED


@pytest.mark.parametrize(
    ("figure", "kept", "counted"),
    [
        ("training.skills_gained", "2", "1"),
        ("training.skill_rise", "2 (3 of 2)", "1 (2 of 2)"),
        ("quality.enrolled_twice", "2", "1"),
        ("quality.grade_missing", "2", "1"),
    ],
)
def test_ratings_and_findings_are_counted_from_their_rows(
    app: Flask, arrange: Arrange, figure: str, kept: str, counted: str
):
    """One person, moved to the Treasury in March, rose two levels in one of two skills there, is enrolled twice on a
    programme, and has no grade; what was found of somebody else is mended by the day, and the first end assessment was
    taken back."""
    tell(arrange)
    with arrange() as session:
        by, moved = make_user(), make_person("home-office", "hm-treasury from 2026-03-01")
        cohort = make_cohort()
        enrolment = make_enrolment("in-training 2026-01-05", person=moved, cohort=cohort)
        make_enrolment("enrolled 2026-02-01", person=moved, cohort=make_cohort())
        for moment, day, levels in (
            (Moment.START, "2026-01-06", {"programming": 1, "data-ethics": 2}),
            (Moment.END, "2026-02-20", {"programming": 4, "applied-maths": 4}),
            (Moment.END, "2026-03-20", {"programming": 3, "data-ethics": 1}),
        ):
            training.rate(enrolment, Rater.ASSESSOR, moment, date.fromisoformat(day), levels, by=by)
        session.execute(update(Posting).where(Posting.person_id == moved.id).values(grade_id=None))
        mended = make_person("home-office")
        session.execute(update(Posting).where(Posting.person_id == mended.id).values(grade_id=None))
        quality.keep_findings(date(2026, 4, 1))
        grade = select(Grade.id).limit(1).scalar_subquery()
        session.execute(update(Posting).where(Posting.person_id == mended.id).values(grade_id=grade))
        quality.keep_findings(date(2026, 4, 10))
    compile_story(app)
    agreed = run(app)

    tamper(app, slug="hm-treasury", figure=figure)

    assert agreed > 100
    with pytest.raises(
        Alarm, match=re.escape(f"{figure} of hm-treasury as at 15 April 2026 is kept as {kept} ")
    ) as told:
        run(app)
    assert f"counted as {counted}" in told.value.message


@pytest.mark.usefixtures("told")
def test_a_figure_that_was_changed_is_named_with_both_numbers(app: Flask):
    tamper(app)

    with pytest.raises(Alarm) as raised:
        run(app)

    assert ALARM in raised.value.message


@pytest.mark.usefixtures("told")
def test_whoever_keeps_the_service_running_is_told_at_once_and_once(app: Flask, arrange: Arrange, sign_in: SignIn):
    found = job("recount")
    assert found is not None
    with arrange():
        make_user(Role.ADMINISTRATOR, email="root@example.gov.uk")
    tamper(app)

    outcomes = [run_by_hand(app, found, LATEST) for _ in range(2)]

    assert all(ALARM in (outcome.error or "") for outcome in outcomes)
    with app.app_context():
        mails = db.session.scalars(select(Message)).all()
        assert [(mail.to, ALARM in mail.text) for mail in mails] == [("root@example.gov.uk", True)]
        assert ALARM in overdue(found)[0]
        assert len(db.session.scalars(select(RecountDifference)).all()) == 1
    assert ALARM in sign_in(Role.ADMINISTRATOR).get("/admin/jobs/recount").text


def test_what_differed_is_looked_at_until_it_agrees(app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tracker.progress.recount.services.EARLIER", 0)
    tell(arrange)
    compile_story(app)
    with app.app_context():
        compile_day(date(2026, 4, 16))
    tamper(app)
    unseen = run(app, date(2026, 4, 16))
    with pytest.raises(Alarm):
        run(app, LATEST)
    with pytest.raises(Alarm, match="15 April 2026"):
        run(app, date(2026, 4, 16))
    tamper(app, more=-1)

    agreed = run(app, date(2026, 4, 16))

    assert agreed == 2 * unseen
    assert run(app, date(2026, 4, 16)) == unseen


@pytest.mark.usefixtures("told")
def test_which_earlier_days_are_looked_at_is_drawn_by_the_night(app: Flask):
    tamper(app, date(2026, 1, 31), "hm-treasury")

    def alarmed(night: date) -> bool:
        try:
            run(app, night)
        except Alarm:
            with app.app_context(), transaction() as session:
                session.execute(text("DELETE FROM recount_difference"))
            return True
        return False

    nights = [alarmed(LATEST + timedelta(days=number)) for number in range(6)]

    assert set(nights) == {True, False}
    assert alarmed(LATEST) == nights[0]


def test_a_random_past_late_entries_and_corrections_too_is_counted_alike(app: Flask, arrange: Arrange):
    past = Past(7)
    with arrange():
        past.begin(30, by=datetime(2025, 12, 1, tzinfo=UTC))
        past.go_on(25, at=datetime(2025, 12, 20, tzinfo=UTC))
    with app.app_context():
        compile_range(date(2025, 9, 1), LAST)

    assert run(app, LAST) > 100


@pytest.mark.usefixtures("told")
def test_what_was_put_into_the_past_since_raises_no_alarm(app: Flask, arrange: Arrange):
    with arrange():
        make_enrolment("completed 2026-01-05 recorded 2026-01-06", person=make_person("home-office"))

    assert run(app) == 0
