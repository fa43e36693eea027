"""What opens with a one-time link."""

import re

import pytest
import time_machine
from flask import Flask

from tests.browsers import Browser, browser
from tests.conftest import Arrange
from tests.factories import PASSWORD, make_user
from tracker.accounts import queries
from tracker.accounts.models import OneTimeToken, Purpose
from tracker.accounts.permissions import Role
from tracker.accounts.services import links
from tracker.core.db import db

ADA = {"name": "Ada Byron", "email": "ada@example.gov.uk", "password": PASSWORD}
MONDAY = "2026-11-23 09:00:00+00:00"


def set_up_address(arrange: Arrange) -> str | None:
    with arrange():
        address = links.first_set_up()
    return address and address.removeprefix("http://127.0.0.1:5000")


def test_the_first_administrator_sets_the_service_up_once(client: Browser, arrange: Arrange):
    address = set_up_address(arrange)

    opened = [client.get(address).status_code for _ in range(2)]
    weak = client.send(address, {**ADA, "password": "ada byron 1815"})
    done = client.send(address, ADA)
    again = client.send(address, {**ADA, "email": "eve@example.gov.uk"})
    let_in = client.send("/sign-in?next=/admin/users", ADA)

    assert opened == [200, 200]
    assert "harder to guess" in weak.text
    assert (done.status_code, done.location) == (303, "/sign-in")
    assert again.status_code == 404
    assert let_in.location == "/admin/users"
    assert client.get("/admin/users").status_code == 200
    assert set_up_address(arrange) is None


def test_a_set_up_link_is_worth_nothing_after_half_an_hour_or_once_there_is_an_administrator(
    client: Browser, arrange: Arrange
):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        too_old = set_up_address(arrange)
        traveller.shift(1800)
        expired = client.get(too_old).status_code
        fresh = set_up_address(arrange)
        with arrange():
            make_user(Role.ADMINISTRATOR)
        overtaken = client.send(fresh, ADA)

    assert expired == 404
    assert "There is an administrator already" in overtaken.text


def test_a_new_link_ends_the_one_before(client: Browser, arrange: Arrange):
    first, second = set_up_address(arrange), set_up_address(arrange)

    assert [client.get(address).status_code for address in (first, second)] == [404, 200]


@pytest.mark.parametrize(("purpose", "seconds"), [(Purpose.RESET, 3600), (Purpose.INVITATION, 7 * 86400)])
def test_a_link_works_once_for_its_purpose_and_not_for_long(
    app: Flask, arrange: Arrange, purpose: Purpose, seconds: int
):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        with arrange():
            user = make_user(email="ada@example.gov.uk")
            token = links.issue(purpose, user)
        other = Purpose.INVITATION if purpose is Purpose.RESET else Purpose.RESET
        elsewhere = browser(app).get(f"/{other}/{token}").status_code
        traveller.shift(seconds - 1)
        in_time = browser(app).get(f"/{purpose}/{token}").status_code
        chosen = browser(app).send(f"/{purpose}/{token}", {"password": PASSWORD})
        again = browser(app).send(f"/{purpose}/{token}", {"password": PASSWORD})
        with arrange():
            late = links.issue(purpose, queries.user_by_email("ada@example.gov.uk"))
        traveller.shift(seconds)
        too_late = browser(app).get(f"/{purpose}/{late}").status_code

    assert (elsewhere, in_time, chosen.status_code, again.status_code, too_late) == (404, 200, 303, 404, 404)


def test_only_a_hash_of_a_link_is_kept(app: Flask, arrange: Arrange):
    with arrange():
        token = links.issue(Purpose.RESET, make_user())

    with app.app_context():
        assert db.session.scalars(db.select(OneTimeToken.token_hash)).one() != token


def test_somebody_disabled_cannot_come_back_by_a_link(client: Browser, arrange: Arrange):
    with arrange():
        user = make_user()
        token = links.issue(Purpose.RESET, user)
        user.disabled_at = user.created_at

    assert "has been used or is too old" in client.send(f"/reset/{token}", {"password": PASSWORD}).text


def test_guessing_links_is_slowed_down(client: Browser):
    with time_machine.travel(MONDAY, tick=False):
        answers = [client.get(f"/reset/guess-{n}").status_code for n in range(31)]

    assert answers == [404] * 30 + [429]


def test_links_name_the_public_address_and_nothing_a_request_says(client: Browser, arrange: Arrange, app: Flask):
    with arrange():
        make_user(Role.ADMINISTRATOR, email="root@example.gov.uk")
        said = links.let_in(queries.user_by_email("root@example.gov.uk"), actor=None)

    assert re.search(r"http://127\.0\.0\.1:5000/invitation/[\w-]{43}$", said)
