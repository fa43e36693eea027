"""What came of the training, answered by a link and without an account."""

import re

from flask import Flask
from sqlalchemy import select

from tests.auditing import told_of
from tests.browsers import browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.calendar import months_after
from tracker.core.clock import today
from tracker.core.db import db
from tracker.ledger.queries import journey, standing_events
from tracker.outbox.models import Message
from tracker.training import services

ANSWER = {"address": "ann@example.gov.uk", "uses": "often", "in_role": "yes", "remark": "More data"}


def asked(arrange: Arrange) -> tuple[str, str]:
    """The reference of an enrolment of Ann, completed three months ago, and the address of the link she was sent."""
    with arrange():
        person = make_person(first_name="Ann", last_name="Able", email="ann@example.gov.uk")
        ref = make_enrolment(f"completed {months_after(today(), -3)}", person=person).ref
        services.ask_what_came()
    with arrange():
        found = re.search(r"http://[^/]+(/training/follow-up/\S+)", db.session.scalars(select(Message.text)).one())
        assert found is not None
        return ref, found[1]


def stages(arrange: Arrange, ref: str) -> list[str | None]:
    with arrange():
        found = journey(ref)
        assert found is not None
        return [event.stage for event in standing_events(found.id)]


def test_three_answers_by_the_link_are_kept_once_and_shown(app: Flask, arrange: Arrange, sign_in: SignIn):
    ref, link = asked(arrange)
    guest = browser(app)

    assert "Ann Able" in guest.get(link).text
    assert stages(arrange, ref) == ["completed"]
    first, second = guest.send(link, ANSWER), guest.send(link, ANSWER)

    assert (first.status_code, first.location) == (303, "/training/endorsed")
    assert second.status_code == 410
    assert stages(arrange, ref) == ["completed", "in-role"]
    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get(f"/training/enrolments/{ref}/follow-ups").text).words
    assert "3 months" in page
    assert "Yes, most weeks" in page
    assert "More data" in page
    timeline = Seen(sign_in(Role.PROGRAMME_MANAGER).get(f"/training/enrolments/{ref}").text).words
    assert "Answered by the person, 3 months after completing" in timeline
    with arrange():
        assert told_of(f"enrolment:{ref}")[-2:] == ["enrolment.follow-up", "enrolment.stage"]


def test_a_link_that_was_passed_on_or_an_answer_left_out_keeps_nothing(app: Flask, arrange: Arrange):
    ref, link = asked(arrange)
    guest = browser(app)

    passed_on = guest.send(link, {**ANSWER, "address": "other@example.gov.uk"})
    left_out = guest.send(link, {**ANSWER, "uses": ""})

    assert (passed_on.status_code, left_out.status_code) == (200, 200)
    assert "Select whether you use what you learned" in left_out.text
    assert "More data" in left_out.text
    assert stages(arrange, ref) == ["completed"]


def test_a_link_that_nobody_was_sent_is_not_found(app: Flask, arrange: Arrange):
    assert browser(app).get("/training/follow-up/nothing").status_code == 404
