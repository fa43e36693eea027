"""How long a session lasts, and what ends it."""

import re

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser, browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import PASSWORD, make_user
from tracker.accounts import queries
from tracker.accounts.models import UserSession
from tracker.accounts.permissions import Role
from tracker.accounts.services import sessions, users
from tracker.core.db import db
from tracker.core.http import BACKGROUND_HEADER

MONDAY = "2026-11-23 09:00:00+00:00"
MINUTE, HOUR = 60, 3600


def is_in(client: Browser, **headers: str) -> bool:
    return client.get("/account", headers=headers).status_code == 200


@pytest.mark.parametrize(("role", "minutes"), [(Role.AUDITOR, 30), (Role.ADMINISTRATOR, 15)])
def test_a_session_that_is_not_used_runs_out(sign_in: SignIn, role: Role, minutes: int):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = sign_in(role)
        traveller.shift(minutes * MINUTE - 1)
        in_time = is_in(client)
        traveller.shift(minutes * MINUTE)
        too_late = is_in(client)

    assert (in_time, too_late) == (True, False)


@pytest.mark.parametrize(("role", "hours"), [(Role.AUDITOR, 12), (Role.ADMINISTRATOR, 8)])
def test_a_session_that_is_used_all_day_ends_at_last(sign_in: SignIn, role: Role, hours: int):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = sign_in(role)
        lasted = 0
        while is_in(client):
            traveller.shift(10 * MINUTE)
            lasted += 10 * MINUTE

    assert lasted == hours * HOUR


def test_a_page_that_is_merely_open_keeps_nobody_signed_in(sign_in: SignIn):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = sign_in()
        for _ in range(3):
            traveller.shift(9 * MINUTE)
            assert is_in(client, **{BACKGROUND_HEADER: "1"})
        traveller.shift(3 * MINUTE)

        assert not is_in(client)


def test_the_last_sight_is_written_at_most_once_a_minute(app: Flask, sign_in: SignIn):
    moments = []
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = sign_in()
        for _ in range(4):
            traveller.shift(25)
            is_in(client)
            with app.app_context():
                seen = db.session.scalars(select(UserSession.last_seen_at)).one()
                moments.append((seen.minute, seen.second))

    assert moments == [(0, 0), (0, 0), (1, 15), (1, 15)]


def test_a_sixth_session_ends_the_one_that_was_used_longest_ago(app: Flask, arrange: Arrange):
    with arrange():
        make_user(email="ada@example.gov.uk")
    with time_machine.travel(MONDAY, tick=False) as traveller:
        clients = []
        for _ in range(6):
            traveller.shift(MINUTE)
            clients.append(browser_of(app, "ada@example.gov.uk"))

        assert [is_in(client) for client in clients] == [False, True, True, True, True, True]


def test_only_a_hash_of_the_token_is_kept(app: Flask, sign_in: SignIn):
    client = sign_in()

    with app.app_context():
        kept = db.session.scalars(select(UserSession.token_hash)).one()

    assert kept != client.token()
    assert kept == sessions.token_hash(client.token())


def test_a_guessed_or_forged_cookie_signs_nobody_in(app: Flask, sign_in: SignIn):
    sign_in()
    guesser, forger = browser(app), browser(app)
    with guesser.session_transaction() as cookie:
        cookie["token"] = sessions.new_token()
    forger.set_cookie("sid", "eyJ0b2tlbiI6IngifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")

    assert (is_in(guesser), is_in(forger)) == (False, False)


def test_one_ends_ones_other_sessions_one_by_one_or_all_at_once(app: Flask, arrange: Arrange):
    with arrange():
        make_user(email="ada@example.gov.uk")
    here, there, elsewhere = (browser_of(app, "ada@example.gov.uk") for _ in range(3))
    page = here.get("/account").text
    with app.app_context():
        ref = queries.session_by_hash(sessions.token_hash(there.token()))[0].ref

    here.send(re.search(rf"/account/sessions/{ref}/end", page)[0])
    one_by_one = [is_in(client) for client in (here, there, elsewhere)]
    here.send("/account/sessions/end-others")

    assert one_by_one == [True, False, True]
    assert [is_in(client) for client in (here, there, elsewhere)] == [True, False, False]


def test_nobody_ends_somebody_elses_session(app: Flask, sign_in: SignIn):
    victim, attacker = sign_in(), sign_in()
    with app.app_context():
        ref = queries.session_by_hash(sessions.token_hash(victim.token()))[0].ref

    answer = attacker.send(f"/account/sessions/{ref}/end")

    assert answer.status_code == 404
    assert is_in(victim)


def test_a_new_password_ends_every_other_session_and_changes_the_token_of_this_one(app: Flask, arrange: Arrange):
    with arrange():
        make_user(email="ada@example.gov.uk", password=PASSWORD)
    here, there = (browser_of(app, "ada@example.gov.uk") for _ in range(2))
    before = here.token()

    wrong = here.send("/account/password", {"current": "x" * 12, "password": "quite another horse"})
    weak = here.send("/account/password", {"current": PASSWORD, "password": "password12345"})
    changed = here.send("/account/password", {"current": PASSWORD, "password": "quite another horse"})

    assert "The password is not right" in wrong.text
    assert "harder to guess" in weak.text
    assert changed.location == "/account"
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.token() != before


def test_disabling_a_user_ends_every_session_at_once(app: Flask, sign_in: SignIn, arrange: Arrange):
    client = sign_in(email="ada@example.gov.uk")
    with arrange():
        users.disable(queries.user_by_email("ada@example.gov.uk"), None)

    assert not is_in(client)


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.5.0", "curl"),
        ("", "Another browser"),
    ],
)  # fmt: skip
def test_of_what_a_browser_calls_itself_only_the_family_is_kept(agent: str, family: str):
    assert sessions.device_family(agent) == family


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("nonsense", ""), ("", "")],
)
def test_of_an_address_only_the_network_is_kept(address: str, network: str):
    assert sessions.network(address) == network
