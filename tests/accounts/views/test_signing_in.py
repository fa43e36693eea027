"""Signing in and out through the front door."""

import pyotp
import pytest
import time_machine
from flask import Flask

from tests.auditing import told_of
from tests.browsers import Browser, browser
from tests.conftest import Arrange, SignIn
from tests.factories import PASSWORD, make_user
from tracker.accounts import queries
from tracker.accounts.models import SecondFactor
from tracker.accounts.permissions import Role
from tracker.accounts.services import mark_demonstration, users
from tracker.core import clock

ADA = "ada@example.gov.uk"
WRONG = "The email address or the password is not right"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MONDAY = "2026-11-23 09:00:00+00:00"


def add_ada(arrange: Arrange, *roles: Role) -> None:
    with arrange():
        make_user(*roles, email=ADA, name="Ada Byron", password=PASSWORD)


def add_ada_with_codes(arrange: Arrange) -> None:
    """Ada, who is asked for a one-time code too."""
    add_ada(arrange)
    with arrange() as session:
        user = queries.user_by_email(ADA)
        session.add(SecondFactor(user_id=user.id, secret=SECRET, confirmed_at=clock.now()))


def enter(client: Browser, email: str = ADA, password: str = PASSWORD, following: str = "/account"):
    return client.send(f"/sign-in?next={following}", {"email": email, "password": password})


def test_the_right_password_signs_in_and_leads_to_where_one_was_going(client: Browser, arrange: Arrange):
    add_ada(arrange)

    asked = client.get("/account")
    answer = enter(client, email="ADA@example.gov.uk")

    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Ada Byron" in client.get("/account").text


@pytest.mark.parametrize(
    ("email", "password"), [(ADA, "wrong horse battery staple"), ("nobody@example.gov.uk", PASSWORD), (ADA, "\0" * 12)]
)
def test_a_wrong_password_and_an_unknown_address_are_told_the_same(
    client: Browser, arrange: Arrange, email: str, password: str
):
    add_ada(arrange)

    answer = enter(client, email, password)

    assert answer.status_code == 200
    assert WRONG in answer.text
    assert client.get("/account").status_code == 303


def test_somebody_disabled_is_told_the_same_as_with_a_wrong_password(client: Browser, arrange: Arrange):
    add_ada(arrange)
    with arrange():
        users.disable(queries.user_by_email(ADA), None)

    assert WRONG in enter(client).text


def test_a_password_of_any_letters_works_however_its_accents_are_written(client: Browser, arrange: Arrange):
    with arrange():
        make_user(email=ADA, password="Żółta łódź e\u0301te\u0301 東京")

    assert enter(client, password="Żółta łódź été 東京").status_code == 303


def test_signing_in_changes_the_token_of_forms_and_of_the_session(client: Browser, arrange: Arrange):
    add_ada(arrange)
    before = client.form_token()
    enter(client)
    first = client.token()

    refused = client.send("/account/sessions/end-others", {"csrf_token": before})
    client.send("/sign-out")
    enter(client)

    assert refused.status_code == 400
    assert client.token() != first


def test_a_cookie_kept_from_before_signing_out_is_worth_nothing(app: Flask, sign_in: SignIn, arrange: Arrange):
    client = sign_in()
    kept = client.get_cookie("sid").value
    answer = client.send("/sign-out")

    thief = browser(app)
    thief.set_cookie("sid", kept)

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    browser(app).send("/sign-in", {"email": client.email, "password": "not the right words"})
    with arrange():
        user = queries.user_by_email(client.email)
        assert user is not None
        assert told_of(f"user:{user.ref}")[-3:] == ["signed in", "signed out", "sign-in refused"]
    assert thief.get("/account").location == "/sign-in?next=/account"


def test_after_five_failures_attempts_are_slowed_down_and_the_right_password_waits_too(
    client: Browser, arrange: Arrange
):
    add_ada(arrange)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        answers = [enter(client, password="x" * 12).status_code for _ in range(6)]
        slowed = enter(client)
        traveller.shift(2)
        let_in = enter(client)

    assert answers == [200] * 6
    assert slowed.status_code == 429
    assert "Wait 2 seconds" in slowed.text
    assert let_in.status_code == 303


def test_an_address_that_is_nobodys_is_slowed_down_in_the_same_way(client: Browser):
    with time_machine.travel(MONDAY, tick=False):
        answers = [enter(client, email="nobody@example.gov.uk").status_code for _ in range(7)]

    assert answers == [200] * 6 + [429]


def test_a_browser_that_signed_in_before_is_not_locked_out_by_strangers(app: Flask, client: Browser, arrange: Arrange):
    add_ada(arrange)
    with time_machine.travel(MONDAY, tick=False):
        enter(client)
        client.send("/sign-out")
        stranger = browser(app)
        refusals = [enter(stranger, password="x" * 12).status_code for _ in range(7)]
        answer = enter(client)

    assert refusals[-1] == 429
    assert answer.status_code == 303


def test_an_account_with_one_time_codes_needs_one_and_a_code_works_once(app: Flask, arrange: Arrange):
    add_ada_with_codes(arrange)
    first, second = browser(app), browser(app)
    with time_machine.travel(MONDAY, tick=False):
        code = pyotp.TOTP(SECRET).at(clock.now())
        halfway = [enter(first), enter(second)]
        not_yet = first.get("/account")
        let_in = first.send("/sign-in/code?next=/account", {"code": f"{code[:3]} {code[3:]}"})
        replayed = second.send("/sign-in/code?next=/account", {"code": code})

    assert [answer.location for answer in halfway] == ["/sign-in/code?next=/account"] * 2
    assert not_yet.location == "/sign-in?next=/account"
    assert let_in.location == "/account"
    assert "has been used" in replayed.text


def test_five_codes_may_be_tried_in_five_minutes(client: Browser, arrange: Arrange):
    add_ada_with_codes(arrange)
    with time_machine.travel(MONDAY, tick=False):
        right = pyotp.TOTP(SECRET).at(clock.now())
        enter(client)
        answers = [client.send("/sign-in/code", {"code": "000000"}).status_code for _ in range(5)]
        answer = client.send("/sign-in/code", {"code": right})

    assert answers == [200] * 5
    assert answer.status_code == 429


def test_the_step_after_the_password_is_open_for_ten_minutes(client: Browser, arrange: Arrange):
    add_ada_with_codes(arrange)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        enter(client)
        traveller.shift(601)
        answer = client.get("/sign-in/code")

    assert answer.location == "/sign-in"


def test_the_step_after_a_password_that_was_replaced_meanwhile_is_closed(client: Browser, arrange: Arrange):
    add_ada_with_codes(arrange)
    with time_machine.travel(MONDAY, tick=False):
        enter(client)
        before = client.get("/sign-in/code").status_code
        with arrange():
            users.set_password(queries.user_by_email(ADA), "not asked for here", actor=None)
        answer = client.get("/sign-in/code")

    assert before == 200
    assert answer.location == "/sign-in"


def test_demonstration_accounts_are_listed_only_where_the_demonstration_was_loaded(client: Browser, arrange: Arrange):
    with arrange():
        make_user(Role.AUDITOR, email="auditor@demo.example")
    without = client.get("/sign-in").text
    with arrange():
        mark_demonstration()
    listed = client.get("/sign-in").text

    assert "auditor@demo.example" not in without
    assert "auditor@demo.example" in listed


ASTRAY = (
    *(
        "//evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
    ),
    *(
        "https://evil.example",
        "//a@evil.example",
        "/\tevil.example",
        "/\n/evil.example",
        "/\r\nLocation: //evil.example",
    ),
    *(
        "/%2f/evil.example",
        "/%2F%2Fevil.example",
        "/%5cevil.example",
        "http://localhost.evil.example/",
        "data:text/html,x",
    ),
    *(
        "/account/../..//evil.example",
        "/./account",
        "/account/..",
        "/%2e%2e/account",
        "account",
        "",
        "?x",
        "#x",
        "/nowhere",
    ),
    *(
        "/static/app/app.css",
        "/sign-out",
        "/sign-in",
        "/account//x",
        " /account",
        "/account#x",
        "/account?x=\\y",
    ),
)


def test_nobody_is_sent_on_to_anything_but_a_page_of_ours(sign_in: SignIn):
    client = sign_in()

    led = {target: client.get("/sign-in", query_string={"next": target}).location for target in ASTRAY}

    assert led == dict.fromkeys(ASTRAY, "/")


@pytest.mark.parametrize("target", ["/account", "/account?page=2&sort=name", "/account/password"])
def test_somebody_signed_in_already_goes_straight_on(sign_in: SignIn, target: str):
    assert sign_in().get("/sign-in", query_string={"next": target}).location == target
