"""One's own account."""

import re

import pyotp
import pytest
import time_machine
from flask import Flask

from tests.auditing import told_of
from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import PASSWORD, make_user
from tracker.accounts import queries
from tracker.accounts.permissions import Role
from tracker.core import clock

ADA = "ada@example.gov.uk"
MONDAY = "2026-11-23 09:00:00+00:00"


def test_the_account_says_who_one_is_and_where_one_is_signed_in(sign_in: SignIn):
    page = sign_in(Role.DEPARTMENT_LEAD, Role.TRAINEE, email=ADA).get("/account").text

    assert ADA in page
    assert "Department lead (HO), Trainee" in page
    assert "Firefox on Linux" in page
    assert "127.0.0.0/24" in page


def test_nobody_sees_an_account_without_signing_in(client: Browser):
    assert client.get("/account").location == "/sign-in?next=/account"


def test_one_time_codes_are_set_up_with_a_picture_and_a_key(sign_in: SignIn, arrange: Arrange):
    with time_machine.travel(MONDAY, tick=False):
        client = sign_in()
        begun = client.send("/account/one-time-code")
        page = client.get("/account/one-time-code").text
        secret = re.search(r'app-key">(\w+)<', page)[1]
        wrong = client.send("/account/one-time-code", {"code": "12345"})
        right = client.send("/account/one-time-code", {"code": pyotp.TOTP(secret).at(clock.now())})
        done = client.get("/account/one-time-code")

    assert begun.status_code == 303
    assert 'src="data:image/svg+xml' in page
    assert "The code is not right" in wrong.text
    assert right.status_code == 303
    assert done.location == "/account"
    with arrange():
        user = queries.user_by_email(client.email)
        assert user is not None
        assert "one-time code.set up" in told_of(f"user:{user.ref}")


def test_wrong_passwords_for_the_account_are_slowed_down(app: Flask, arrange: Arrange):
    with arrange():
        make_user(email=ADA, password=PASSWORD)
    with time_machine.travel(MONDAY, tick=False):
        client = browser_of(app, ADA)
        pages = [client.send("/account/confirm", {"password": "x" * 12}).text for _ in range(7)]

    assert "Too many attempts" in pages[-1]
    assert "Too many attempts" not in pages[-2]


def test_proving_who_one_is_gives_the_session_a_new_token(app: Flask, arrange: Arrange):
    with arrange():
        make_user(email=ADA, password=PASSWORD)
    client = browser_of(app, ADA)
    before = client.token()

    answer = client.send("/account/confirm?next=/account/password", {"password": PASSWORD})

    assert answer.location == "/account/password"
    assert client.token() != before
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("field", ["current", "password"])
def test_what_is_missing_is_said_beside_its_field(sign_in: SignIn, field: str):
    fields = {"current": PASSWORD, "password": "quite another horse"}

    page = sign_in().send("/account/password", {**fields, field: ""}).text

    assert f'href="#{field}"' in page
    assert "Error: Change your password" in page
