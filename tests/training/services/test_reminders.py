from datetime import timedelta

from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.clock import today
from tracker.core.db import db
from tracker.outbox.models import Message
from tracker.training import services
from tracker.training.models import Endorsement, Endorser
from tracker.training.services.reminders import remind


def mails() -> list[tuple[str, str]]:
    return [
        (row.to, row.subject) for row in db.session.execute(select(Message.to, Message.subject).order_by(Message.id))
    ]


def test_the_person_the_manager_and_the_owner_are_reminded_once_for_each_promise(arrange: Arrange):
    due = today() + timedelta(days=14)
    with arrange() as session:
        owner = make_user(email="owner@example.gov.uk")
        enrolment = make_enrolment(
            "in-training 2026-01-05",
            f"on-break 2026-02-01 until {due}",
            person=make_person(email="ann@example.gov.uk"),
            cohort=make_cohort(owner_id=owner.id),
        )
        session.add(
            Endorsement(
                journey_id=enrolment.journey_id,
                endorser=Endorser.LINE_MANAGER,
                email="Boss@example.gov.uk",
                asked_by_id=owner.id,
            )
        )

        assert remind() == 3
        assert remind() == 0

        assert {to for to, _ in mails()} == {"ann@example.gov.uk", "Boss@example.gov.uk", "owner@example.gov.uk"}
        assert {subject for _, subject in mails()} == {f"Return to training on {due:%-d %B %Y}"}

        later = services.ReturnPromise(due - timedelta(days=1), None)
        services.extend_break(enrolment, today(), later, by=owner)
        assert remind() == 3
        assert mails()[-1][1].startswith("Break from training: we ask again on")


def test_only_a_return_within_a_fortnight_is_reminded_of(arrange: Arrange):
    with arrange():
        for promised in (today() - timedelta(days=1), today() + timedelta(days=15)):
            make_enrolment("in-training 2026-01-05", f"on-break 2026-02-01 until {promised}")
        ended = f"on-break 2026-02-01 until {today() + timedelta(days=3)}"
        make_enrolment("in-training 2026-01-05", ended, "withdrawn 2026-03-01")

        assert remind() == 0


def test_an_address_that_no_mail_can_have_keeps_nobody_else_s_reminder_back(arrange: Arrange):
    due = today() + timedelta(days=2)
    with arrange():
        for email in ("broken\naddress@example.gov.uk", "ann@example.gov.uk"):
            make_enrolment(
                "in-training 2026-01-05", f"on-break 2026-02-01 until {due}", person=make_person(email=email)
            )

        assert remind() == 1
        assert [to for to, _ in mails()] == ["ann@example.gov.uk"]
