"""Forms sent twice, forms sent too late, and second factors that are called for."""

import dataclasses
import html
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.browsers import Browser, browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import PASSWORD, make_user
from tracker.accounts.models import FormClaim, ParkedForm, User
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.outbox.models import Message

MONDAY = "2026-11-23 09:00:00+00:00"
ADA = "ada@example.gov.uk"


def letters(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Message)) or 0


def key() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def link(arrange: Arrange) -> str:
    """The address whose form writes one letter each time it takes effect."""
    with arrange():
        return f"/admin/users/{make_user().ref}/link"


def test_a_form_sent_twice_acts_once_and_leads_to_the_same_place(app: Flask, sign_in: SignIn, link: str):
    administrator, once = sign_in(Role.ADMINISTRATOR), key()

    first = administrator.send(link, {"_idem": once})
    second = administrator.send(link, {"_idem": once})

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert letters(app) == 1


def test_a_form_sent_twenty_times_at_once_acts_once(app: Flask, sign_in: SignIn, link: str):
    administrator, once = sign_in(Role.ADMINISTRATOR), key()
    token, cookie = administrator.form_token(), administrator.get_cookie("sid").value

    def send(_: int) -> int:
        client = Browser(app, app.response_class, use_cookies=True)
        client.set_cookie("sid", cookie)
        return client.post(link, data={"csrf_token": token, "_idem": once}).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))

    assert answers == [303] * 20
    assert letters(app) == 1


def test_the_same_key_with_other_content_is_refused(app: Flask, sign_in: SignIn):
    administrator, once = sign_in(Role.ADMINISTRATOR), key()

    first = administrator.send("/admin/users/add", {"_idem": once, "name": "Ada Byron", "email": ADA})
    second = administrator.send("/admin/users/add", {"_idem": once, "name": "Ben Okri", "email": "ben@example.gov.uk"})

    assert (first.status_code, second.status_code) == (303, 422)
    with app.app_context():
        assert db.session.scalar(select(User).where(User.name == "Ben Okri")) is None


def test_another_users_form_with_the_same_key_is_a_form_of_its_own(app: Flask, sign_in: SignIn, link: str):
    once = key()

    answers = [sign_in(Role.ADMINISTRATOR).send(link, {"_idem": once}).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert letters(app) == 2


def test_a_form_that_was_refused_may_be_mended_and_sent_with_its_key(app: Flask, sign_in: SignIn):
    administrator, once = sign_in(Role.ADMINISTRATOR), key()

    refused = administrator.send("/admin/users/add", {"_idem": once, "name": "Ada", "email": administrator.email})
    mended = administrator.send("/admin/users/add", {"_idem": once, "name": "Ada", "email": ADA})

    assert (refused.status_code, mended.status_code) == (200, 303)
    assert once in refused.text


def test_a_form_refused_after_its_attempt_was_counted_keeps_its_key_too(app: Flask, arrange: Arrange):
    with arrange():
        make_user(email=ADA, password=PASSWORD)
    client, once = browser_of(app, ADA), key()
    fields = {"_idem": once, "current": "x" * 12, "password": "quite another horse"}

    refused = client.send("/account/password", fields)
    mended = client.send("/account/password", {**fields, "current": PASSWORD})

    assert (refused.status_code, mended.status_code) == (200, 303)


@pytest.mark.parametrize("bad", ["", "1", "not-a-key", "ba9153c6-e8bd-11f1-9d15-02fc00000001", "x" * 5000, "٣" * 36])
def test_a_form_without_a_good_key_is_refused(app: Flask, sign_in: SignIn, link: str, bad: str):
    answer = sign_in(Role.ADMINISTRATOR).send(link, {"_idem": bad})

    assert answer.status_code == 400
    assert letters(app) == 0


def test_claims_are_kept_for_a_week(app: Flask, arrange: Arrange, link: str):
    with arrange():
        make_user(Role.ADMINISTRATOR, email=ADA)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        browser_of(app, ADA).send(link)
        traveller.shift(8 * 86400)
        browser_of(app, ADA).send(link)

    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(FormClaim)) == 1


def test_what_was_typed_when_the_session_had_run_out_comes_back_after_signing_in(app: Flask, arrange: Arrange):
    with arrange():
        make_user(Role.ADMINISTRATOR, email=ADA, password=PASSWORD)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = browser_of(app, ADA)
        traveller.shift(3600)
        late = client.send("/admin/users/add", {"name": "Ben <Okri> “é”", "email": "ben@"})
        let_in = client.send(late.location, {"email": ADA, "password": PASSWORD})
        page = client.get(let_in.location)
        client.send("/admin/users/add", {"name": "Ben Okri", "email": "ben@example.gov.uk"})
        after = client.get("/admin/users/add")

    assert (late.status_code, late.location) == (303, "/sign-in?next=/admin/users/add")
    assert let_in.location == "/admin/users/add"
    assert 'value="Ben <Okri> “é”"' in html.unescape(page.text)
    assert "Okri" not in after.text


def test_what_was_typed_is_shown_to_nobody_else_and_not_after_an_hour(app: Flask, arrange: Arrange):
    with arrange():
        for email in (ADA, "ben@example.gov.uk"):
            make_user(Role.ADMINISTRATOR, email=email, password=PASSWORD)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = browser_of(app, ADA)
        traveller.shift(3600)
        client.send("/admin/users/add", {"name": "Secret name", "email": ""})
        client.send("/sign-in", {"email": "ben@example.gov.uk", "password": PASSWORD})
        for_ben = client.get("/admin/users/add").text
        client.send("/sign-out")
        late = browser_of(app, ADA)
        traveller.shift(3600)
        late.send("/admin/users/add", {"name": "Secret name", "email": ""})
        traveller.shift(3601)
        late.send("/sign-in", {"email": ADA, "password": PASSWORD})
        after_an_hour = late.get("/admin/users/add").text

    assert "Secret name" not in for_ben
    assert "Secret name" not in after_an_hour


def test_passwords_and_tokens_are_never_parked(app: Flask, arrange: Arrange):
    with arrange():
        make_user(email=ADA)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = browser_of(app, ADA)
        traveller.shift(3600)
        client.send("/account/password", {"current_password": "hush", "password": "hush", "other": "kept"})

    with app.app_context():
        assert db.session.scalars(select(ParkedForm.typed)).all() == [[["other", "kept"]]]


def test_a_form_that_cannot_be_opened_by_its_address_leads_back_to_the_page_it_was_on(sign_in: SignIn, link: str):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = sign_in(Role.ADMINISTRATOR)
        traveller.shift(3600)
        page = link.removesuffix("/link")
        from_here = client.send(link, headers={"Referer": f"http://localhost{page}"})
        from_elsewhere = client.send(link, headers={"Referer": f"https://evil.example{page}"})

    assert from_here.location == f"/sign-in?next={page}"
    assert from_elsewhere.location == "/sign-in"


def test_a_form_sent_after_signing_out_in_another_tab_loses_nothing_typed(app: Flask, arrange: Arrange):
    with arrange():
        make_user(Role.ADMINISTRATOR, email=ADA, password=PASSWORD)
    client, from_us = browser_of(app, ADA), {"Sec-Fetch-Site": "same-origin"}
    fields = {"csrf_token": client.form_token(), "name": "Ben <Okri>", "email": "ben@"}
    client.send("/sign-out")

    late = client.send("/admin/users/add", fields, headers=from_us)
    asked = client.get(late.location)
    client.send(asked.location, {"email": ADA, "password": PASSWORD})
    page = client.get("/admin/users/add")
    without_cookie = browser(app)
    forgotten = without_cookie.send("/admin/users/add", {**fields, "password": "hush"}, headers=from_us)
    from_elsewhere = without_cookie.send("/admin/users/add", fields)

    assert (late.location, asked.location) == ("/admin/users/add", "/sign-in?next=/admin/users/add")
    assert 'value="Ben <Okri>"' in html.unescape(page.text)
    assert (forgotten.status_code, from_elsewhere.status_code) == (400, 400)
    assert "Ben &lt;Okri&gt;" in forgotten.text
    assert "hush" not in forgotten.text
    assert "Okri" not in from_elsewhere.text


def test_a_form_opened_before_signing_in_anew_loses_nothing_typed(app: Flask, arrange: Arrange):
    with arrange():
        make_user(Role.ADMINISTRATOR, email=ADA, password=PASSWORD)
    client = browser_of(app, ADA)
    stale = client.form_token()
    client.send("/sign-in", {"email": ADA, "password": PASSWORD})
    fields = {"csrf_token": stale, "name": "Ben Okri", "email": "ben@"}

    from_us = client.send("/admin/users/add", fields, headers={"Sec-Fetch-Site": "same-origin"})
    page = client.get(from_us.location)
    unknown = client.send("/admin/users/add", fields)

    assert (from_us.status_code, from_us.location) == (303, "/admin/users/add")
    assert 'value="Ben Okri"' in page.text
    assert unknown.status_code == 400


def test_who_must_use_one_time_codes_can_do_nothing_before_they_are_set_up(
    app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "TRACKER", dataclasses.replace(app.config["TRACKER"], require_totp=True))
    with arrange():
        make_user(Role.ADMINISTRATOR, email=ADA, password=PASSWORD)
        make_user(Role.AUDITOR, email="audrey@example.gov.uk")
    client = browser_of(app, ADA)

    held_back = client.get("/admin/users")
    posted = client.send("/admin/users/add", {"name": "Ben", "email": "ben@example.gov.uk"})
    client.send("/account/one-time-code")
    page = client.get("/account/one-time-code").text
    secret = re.search(r'app-key">(\w+)<', page)[1]
    wrong = client.send("/account/one-time-code", {"code": "000000"})
    before = client.token()
    right = client.send("/account/one-time-code", {"code": pyotp.TOTP(secret).at(clock.now())})

    assert held_back.location == posted.location == "/account/one-time-code"
    assert "The code is not right" in wrong.text
    assert right.status_code == 303
    assert client.get("/admin/users").status_code == 200
    assert client.token() != before
    assert "data:image/svg+xml" in page
    assert browser_of(app, "audrey@example.gov.uk").get("/audit").status_code == 200
    assert browser(app).send("/sign-in", {"email": ADA, "password": PASSWORD}).location == "/sign-in/code"
