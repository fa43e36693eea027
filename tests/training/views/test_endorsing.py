"""Endorsing by a link, without an account; and looking after who was asked."""

import re

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.browsers import browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.ledger.queries import journey, standing_events
from tracker.outbox.models import Message

BOSS, HEAD = "boss@example.gov.uk", "head@example.gov.uk"


def nominated(arrange: Arrange) -> str:
    with arrange():
        return make_enrolment("nominated 2026-03-02", person=make_person(last_name="Nominee")).ref


def ask(sign_in: SignIn, ref: str, who: str, email: str):
    manager = sign_in(Role.PROGRAMME_MANAGER)
    return manager.send(f"/training/enrolments/{ref}/endorsements/{who}", {"email": email})


def mail_to(app: Flask, email: str) -> str:
    with app.app_context():
        latest = select(Message.text).where(Message.to == email).order_by(Message.id.desc())
        return db.session.scalars(latest).first() or ""


def link_sent_to(app: Flask, email: str) -> str:
    found = re.search(r"http://[^/]+(/training/endorse/\S+)", mail_to(app, email))
    assert found is not None
    return found[1]


def stages(app: Flask, ref: str) -> list[str | None]:
    with app.app_context():
        found = journey(ref)
        assert found is not None
        return [event.stage for event in standing_events(found.id)]


def test_both_endorse_by_their_links_and_it_stands_as_endorsed(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = nominated(arrange)
    asked = [ask(sign_in, ref, "line-manager", BOSS), ask(sign_in, ref, "head-of-profession", HEAD)]

    pages = [Seen(browser(app).get(link_sent_to(app, email)).text) for email in (BOSS, HEAD)]
    unmoved = stages(app, ref)
    answers = [
        browser(app).send(link_sent_to(app, email), {"address": email.upper(), "agrees": "yes", "remark": ""})
        for email in (BOSS, HEAD)
    ]
    shown = Seen(sign_in(Role.PROGRAMME_MANAGER).get(f"/training/enrolments/{ref}/endorsements").text)

    assert [one.status_code for one in asked] == [303, 303]
    assert "Ann Nominee has been nominated" in pages[0].words
    assert "head of profession" in pages[1].words
    assert unmoved == ["nominated"]
    assert [(one.status_code, one.location) for one in answers] == [(303, "/training/endorsed")] * 2
    assert stages(app, ref) == ["nominated", "endorsed"]
    assert "Line manager Agreed" in shown.words
    assert "Your answer is kept" in browser(app).get("/training/endorsed").text


def test_a_link_works_once_and_only_for_the_address_it_was_sent_to(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = nominated(arrange)
    ask(sign_in, ref, "line-manager", BOSS)
    link = link_sent_to(app, BOSS)

    forwarded = browser(app).send(link, {"address": "other@example.gov.uk", "agrees": "yes"})
    first = browser(app).send(link, {"address": BOSS, "agrees": "no", "remark": "Not this year"})
    again = browser(app).send(link, {"address": BOSS, "agrees": "yes"})
    shown = Seen(sign_in(Role.PROGRAMME_MANAGER).get(f"/training/enrolments/{ref}/endorsements").text)

    assert "was sent to another email address" in forwarded.text
    assert (first.status_code, again.status_code) == (303, 410)
    assert "Line manager Refused" in shown.words
    assert "Not this year" in shown.words


def test_edge_36_and_96_a_link_holds_to_the_end_of_the_day_its_mail_names_and_then_shows_what_was_typed(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as clock:
        ref = nominated(arrange)
        ask(sign_in, ref, "line-manager", BOSS)
        link, reader = link_sent_to(app, BOSS), browser(app)
        clock.move_to("2026-03-16 23:59:59+00:00")
        in_time = reader.get(link).status_code
        clock.shift(1)

        late = reader.send(link, {"address": BOSS, "agrees": "no", "remark": "On leave until May"})

    assert "by 16 March 2026" in mail_to(app, BOSS)
    assert (in_time, late.status_code) == (200, 410)
    assert "ran out on 16 March 2026" in late.text
    assert "On leave until May" in late.text
    assert "Ask the programme team" in late.text


def test_a_refusal_needs_a_reason_and_the_link_stays_good(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = nominated(arrange)
    ask(sign_in, ref, "line-manager", BOSS)
    link = link_sent_to(app, BOSS)

    answer = browser(app).send(link, {"address": BOSS, "agrees": "no", "remark": ""})

    assert (answer.status_code, "Say why you do not endorse it" in answer.text) == (200, True)
    assert browser(app).send(link, {"address": BOSS, "agrees": "no", "remark": "Too soon"}).status_code == 303


def test_what_went_on_meanwhile_says_so_to_who_answers(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = nominated(arrange)
    ask(sign_in, ref, "line-manager", BOSS)
    manager = sign_in(Role.PROGRAMME_MANAGER)
    version = Seen(manager.get(f"/training/enrolments/{ref}/stage").text).one("input", name="version")["value"]
    day = {"effective_on-day": "3", "effective_on-month": "3", "effective_on-year": "2026"}
    manager.send(f"/training/enrolments/{ref}/stage", {"stage": "applied", "version": version, **day})

    answer = browser(app).send(link_sent_to(app, BOSS), {"address": BOSS, "agrees": "yes"})

    assert "gone on already" in answer.text
    assert stages(app, ref) == ["nominated", "applied"]


@pytest.mark.parametrize("email", ["", "boss", "person"])
def test_whom_to_ask_is_refused_at_its_field(sign_in: SignIn, arrange: Arrange, email: str):
    ref = nominated(arrange)

    answer = ask(sign_in, ref, "line-manager", email)

    assert (answer.status_code, "There is a problem" in answer.text) == (200, True)
