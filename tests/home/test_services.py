import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browsers import browser_of
from tests.conftest import Arrange
from tests.factories import PASSWORD, make_cohort, make_enrolment, make_person, make_user, organisation
from tracker.accounts.models import User, WeeklyEmail
from tracker.accounts.permissions import Role
from tracker.core.clock import days_from_now, today
from tracker.following import services as following
from tracker.home.jobs import write_weekly_emails
from tracker.outbox.models import Message
from tracker.people import services as people
from tracker.people.models import Person

MONDAY = date(2026, 6, 1)


def letters(session: Session) -> list[Message]:
    return list(session.scalars(select(Message).order_by(Message.id)))


@pytest.fixture
def follower(app: Flask, arrange: Arrange) -> str:
    """The address of a lead of the Home Office who follows Ada Byron of the Home Office, who has begun training."""
    with arrange():
        lead = make_user(Role.DEPARTMENT_LEAD, at="home-office", password=PASSWORD)
        ada = make_person("home-office", ref="HO-1", first_name="Ada", last_name="Byron")
        make_enrolment("in-training 2026-01-05", person=ada, cohort=make_cohort("DSA-1"))
        following.follow(lead, ada)
        return lead.email


def test_a_follower_reads_what_happened_in_text_and_html_with_links_that_lead_there(
    app: Flask, arrange: Arrange, follower: str
):
    with app.app_context():
        assert write_weekly_emails(MONDAY) == 1

    with arrange() as session:
        (letter,) = letters(session)
        assert letter.to == follower
        assert "- Ada Byron (HO-1): In training, DSA-1, 5 January 2026" in letter.text.splitlines()
        assert letter.html is not None
        assert "<li><a href=" in letter.html
        links = set(re.findall(r"http://[^\s\"<]+", letter.text + letter.html))
    reader = browser_of(app, follower)
    assert links
    for link in links:
        assert link.startswith(app.config["TRACKER"].public_url)
        assert reader.get(link.removeprefix(app.config["TRACKER"].public_url)).status_code == 200, link


def test_what_the_reader_may_not_see_any_more_when_it_is_sent_is_not_in_it(app: Flask, arrange: Arrange, follower: str):
    with arrange() as session:
        ada = session.scalars(select(Person).where(Person.ref == "HO-1")).one()
        people.transfer(
            ada,
            organisation_id=organisation("hm-treasury").id,
            grade_id=None,
            starts_on=today() - timedelta(days=1),
            reason="",
            recorded_by=make_user(Role.PROGRAMME_MANAGER),
        )

    with app.app_context():
        assert write_weekly_emails(MONDAY) == 0

    with arrange() as session:
        assert letters(session) == []


def test_what_waits_is_counted_as_the_front_page_counts_it(app: Flask, arrange: Arrange):
    promised = today() - timedelta(days=3)
    with arrange():
        make_user(Role.DEPARTMENT_LEAD, at="home-office", password=PASSWORD)
        for slug in ("home-office", "hm-treasury", "hm-treasury"):
            make_enrolment("in-training 2026-01-05", f"on-break 2026-02-02 until {promised}", person=make_person(slug))

    with app.app_context():
        write_weekly_emails(MONDAY)

    with arrange() as session:
        (letter,) = letters(session)
        assert "- 1 people on a break past the return they promised: " in letter.text


def test_a_run_that_is_repeated_writes_nothing_twice_and_the_next_week_tells_only_what_is_new(
    app: Flask, arrange: Arrange, follower: str
):
    with app.app_context():
        assert (write_weekly_emails(MONDAY), write_weekly_emails(MONDAY)) == (1, 0)
    with arrange() as session:
        session.scalars(select(WeeklyEmail)).one().covered_until = days_from_now(-7)
        for event_was in session.scalars(select(Message)):
            session.delete(event_was)
        ada = session.scalars(select(Person).where(Person.ref == "HO-1")).one()
        old = f"applied 2025-01-05 recorded {days_from_now(-8).isoformat()}"
        make_enrolment(old, "accepted 2025-02-05", person=ada, cohort=make_cohort("DSA-2"))

    with app.app_context():
        assert write_weekly_emails(MONDAY + timedelta(days=7)) == 1

    with arrange() as session:
        (letter,) = letters(session)
        assert "Accepted, DSA-2" in letter.text
        assert "Applied, DSA-2" not in letter.text


def test_who_does_not_want_it_is_disabled_or_has_nothing_to_read_gets_none(app: Flask, arrange: Arrange, follower: str):
    with arrange():
        make_user(Role.LEADERSHIP, password=PASSWORD)
    reader = browser_of(app, follower)
    assert "Weekly email Yes" in re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", reader.get("/account").text))

    for wanted in ("yes", "no"):
        assert reader.send("/account/weekly-email", {"wanted": wanted}).status_code == 303
    with app.app_context():
        assert write_weekly_emails(MONDAY) == 0

    assert reader.send("/account/weekly-email", {"wanted": "yes"}).status_code == 303
    with arrange() as session:
        session.scalars(select(User).where(User.email == follower)).one().disabled_at = days_from_now(0)
    with app.app_context():
        assert write_weekly_emails(MONDAY) == 0
