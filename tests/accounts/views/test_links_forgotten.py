"""A forgotten password, from the sign-in page to the new one."""

import re
from datetime import date

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.api.systems import System, make_token
from tests.browsers import Browser, browser, browser_of
from tests.conftest import Arrange
from tests.counting import counted
from tests.factories import PASSWORD, make_user
from tracker.accounts import jobs, queries
from tracker.accounts.models import ForgottenPassword, OneTimeToken, SecondFactor
from tracker.accounts.permissions import Role
from tracker.accounts.services import users
from tracker.core import clock
from tracker.core.db import db
from tracker.outbox.models import Message

ADA, NEW, SECRET = "ada@example.gov.uk", "quite another horse", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MONDAY = "2026-11-23 09:00:00+00:00"
PAGE = "/forgotten-password"


def mail(app: Flask) -> list[tuple[str, str, str]]:
    """What was written so far, after the job has run: to whom, about what, and the words."""
    with app.app_context():
        jobs.write_to_forgetful(date(2026, 11, 22))
        return [(one.to, one.subject, one.text) for one in db.session.scalars(select(Message).order_by(Message.id))]


def links_in(app: Flask) -> list[str]:
    found = (re.search(r"http://127\.0\.0\.1:5000(/(?:reset|invitation)/[\w-]{43})\n", text) for *_, text in mail(app))
    return [one[1] for one in found if one]


def test_a_password_is_forgotten_and_a_new_one_chosen(app: Flask, client: Browser, arrange: Arrange):
    with arrange() as session:
        user = make_user(Role.LEADERSHIP, email=ADA, password=PASSWORD)
        session.add(SecondFactor(user_id=user.id, secret=SECRET, confirmed_at=clock.now()))
        system = System(app, make_token(ADA))
    elsewhere = browser_of(app, ADA)
    knew = system.get("organisations").status_code
    led = f'href="{PAGE}"' in client.get("/sign-in").text

    asked = client.send(PAGE, {"email": " Ada@Example.gov.uk "})
    before = client.get(asked.location)
    (link,) = links_in(app)
    opened = client.get(link)
    weak = client.send(link, {"password": "password1234"})
    still_in = elsewhere.get("/account").status_code
    chosen = client.send(link, {"password": NEW})
    sent = mail(app)

    assert led
    assert (asked.status_code, asked.location) == (303, f"{PAGE}/sent")
    assert "Check your email" in before.text
    assert ADA in opened.text
    assert "harder to guess" in weak.text
    assert (still_in, chosen.status_code, chosen.location) == (200, 303, "/sign-in")
    assert elsewhere.get("/account").location == "/sign-in?next=/account"
    assert (knew, system.get("organisations").status_code) == (200, 401)
    assert "Your token for another system has ended" in client.get("/sign-in").text
    assert client.get(link).status_code == 404
    assert [(to, subject) for to, subject, _ in sent] == [
        (ADA, "Choose your password for the Data skills tracker"),
        (ADA, "Your password was changed"),
    ]
    old = client.send("/sign-in", {"email": ADA, "password": PASSWORD})
    new = client.send("/sign-in", {"email": ADA, "password": NEW})
    assert "not right" in old.text
    assert new.location == "/sign-in/code"
    code = pyotp.TOTP(SECRET).at(clock.now())
    assert client.send("/sign-in/code", {"code": code}).location == "/"
    with app.app_context():
        trail = [one.verb for one in db.session.scalars(queries.audit_entries(subject=f"user:{user_ref(ADA)}"))][::-1]
        assert not db.session.scalars(select(ForgottenPassword)).all()
        assert all(one.token_hash not in link for one in db.session.scalars(select(OneTimeToken)))
    assert trail[3:6] == ["password.forgotten", "link.reset", "password.changed"]


def user_ref(email: str) -> str:
    user = queries.user_by_email(email)
    assert user is not None
    return user.ref


def test_the_answer_and_the_work_are_the_same_whoever_has_the_address(app: Flask, arrange: Arrange):
    with arrange():
        make_user(email=ADA, password=PASSWORD)
        make_user(email="invited@example.gov.uk")
        users.disable(make_user(email="gone@example.gov.uk", password=PASSWORD), None)
        make_user(email="warm.up@example.gov.uk")
    told = {}
    # The first of all also sweeps old counters away.
    for email in ("warm.up@example.gov.uk", ADA, "invited@example.gov.uk", "gone@example.gov.uk", "nobody@example.org"):
        with counted(app)() as statements:
            answer = browser(app).send(PAGE, {"email": email})
        told[email] = (answer.status_code, answer.location, answer.data, tuple(statements))
    told.pop("warm.up@example.gov.uk")
    written = {to: text for to, _, text in mail(app)}

    assert len(set(told.values())) == 1
    assert set(written) == {ADA, "invited@example.gov.uk", "warm.up@example.gov.uk"}
    assert "/reset/" in written[ADA]
    assert "/invitation/" in written["invited@example.gov.uk"]


def test_a_later_link_ends_the_one_before_and_either_ends_after_an_hour(app: Flask, client: Browser, arrange: Arrange):
    with arrange():
        make_user(email=ADA, password=PASSWORD)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        links = []
        for _ in range(2):
            client.send(PAGE, {"email": ADA})
            links = links_in(app)
        opened = [client.get(link).status_code for link in links]
        traveller.shift(3600)
        expired = client.send(links[1], {"password": NEW}).status_code

    assert opened == [404, 200]
    assert expired == 404


def test_five_links_a_day_are_sent_to_an_address_and_the_answer_stays_the_same(
    app: Flask, client: Browser, arrange: Arrange
):
    with arrange():
        make_user(email=ADA, password=PASSWORD)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        answers = set()
        for _ in range(7):
            answers.add(client.send(PAGE, {"email": ADA}).location)
            mail(app)
        within_a_day = len(mail(app))
        traveller.shift(86_400)
        client.send(PAGE, {"email": ADA})
        on_the_next = len(mail(app))

    assert answers == {f"{PAGE}/sent"}
    assert (within_a_day, on_the_next) == (5, 6)


def test_a_network_may_ask_as_often_as_it_may_sign_in(app: Flask, client: Browser):
    with time_machine.travel(MONDAY, tick=False):
        answers = [client.send(PAGE, {"email": f"user{n}@example.org"}).status_code for n in range(31)]

    assert answers == [303] * 30 + [429]


def test_nothing_is_sent_long_after_it_was_asked_or_to_somebody_disabled_meanwhile(
    app: Flask, client: Browser, arrange: Arrange
):
    with arrange():
        make_user(email=ADA, password=PASSWORD)
        make_user(email="ben@example.gov.uk", password=PASSWORD)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client.send(PAGE, {"email": ADA})
        traveller.shift(3600)
        client.send(PAGE, {"email": "ben@example.gov.uk"})
        with arrange():
            users.disable(queries.user_by_email("ben@example.gov.uk"), None)

        assert mail(app) == []


def test_a_link_that_waits_ends_when_the_password_or_the_address_changes(app: Flask, client: Browser, arrange: Arrange):
    links = []
    for email in (ADA, "ben@example.gov.uk"):
        with arrange():
            make_user(email=email, password=PASSWORD)
        client.send(PAGE, {"email": email})
        links = links_in(app)
    with arrange():
        users.set_password(queries.user_by_email(ADA), "kept", actor=None)
        ben = queries.user_by_email("ben@example.gov.uk")
        users.edit_user(ben, "b.okri@example.gov.uk", ben.name, make_user())

    assert [client.get(link).status_code for link in links] == [404, 404]
    assert mail(app)[-1][:2] == ("ben@example.gov.uk", "The email address of your account was changed")


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("", "Enter your email address"),
        ("ada", "correct format"),
        ("a b@example.org", "correct format"),
        ("x" * 250 + "@example.org", "Email address is too long"),
    ],
)
def test_what_is_no_address_is_refused(client: Browser, email: str, message: str):
    answer = client.send(PAGE, {"email": email})

    assert answer.status_code == 200
    assert message in answer.text


def test_an_address_no_database_can_hold_is_no_fault_of_ours(client: Browser):
    assert client.send(PAGE, {"email": "ada\0@example.org"}).status_code < 500
