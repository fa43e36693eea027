"""Secrets of one-time codes, as the database holds them."""

from dataclasses import replace

import pyotp
import pytest
import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_user
from tracker.accounts import queries
from tracker.accounts.models import SecondFactor
from tracker.accounts.services import second_factor
from tracker.core import clock
from tracker.core.config import Settings
from tracker.core.db import db
from tracker.core.errors import DomainError

ADA, CLEAR = "ada@example.gov.uk", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW_KEY = b"another key of the service, long enough"
MONDAY = "2026-11-23 09:00:00+00:00"


def kept(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(db.select(SecondFactor.secret)).one()


def rotated(settings: Settings, *, with_fallback: bool) -> Settings:
    return replace(settings, secret_key=NEW_KEY, secret_key_fallbacks=(settings.secret_key,) if with_fallback else ())


def test_a_secret_is_kept_sealed_and_its_codes_work_through_a_change_of_key(
    app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch
):
    settings = app.config["TRACKER"]
    with time_machine.travel(MONDAY, tick=False) as traveller:
        with arrange():
            user = make_user(email=ADA)
            secret = second_factor.secret_of(second_factor.begin(user))
            assert secret is not None
            second_factor.confirm(user, pyotp.TOTP(secret).at(clock.now()))
        at_first = kept(app)
        for changed in (rotated(settings, with_fallback=True), rotated(settings, with_fallback=False)):
            # With the key of before among the fallbacks a code seals the secret anew, so that it can then be given up.
            monkeypatch.setitem(app.config, "TRACKER", changed)
            traveller.shift(60)
            with arrange():
                second_factor.check(queries.user_by_email(ADA), pyotp.TOTP(secret).at(clock.now()))

    assert len(secret) == 32
    assert secret not in at_first
    assert secret not in kept(app)


def test_a_secret_sealed_by_a_key_that_is_gone_opens_nothing_and_breaks_nothing(
    app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch
):
    with time_machine.travel(MONDAY, tick=False):
        with arrange():
            factor = second_factor.begin(make_user(email=ADA))
            secret, factor.confirmed_at = second_factor.secret_of(factor), clock.now()
        monkeypatch.setitem(app.config, "TRACKER", rotated(app.config["TRACKER"], with_fallback=False))
        with arrange(), pytest.raises(DomainError, match="The code is not right"):
            second_factor.check(queries.user_by_email(ADA), pyotp.TOTP(secret).at(clock.now()))


def test_a_secret_from_before_is_read_and_sealed_when_it_is_used(app: Flask, arrange: Arrange):
    with time_machine.travel(MONDAY, tick=False), arrange() as session:
        user = make_user(email=ADA)
        session.add(SecondFactor(user_id=user.id, secret=CLEAR, confirmed_at=clock.now()))
        second_factor.check(user, pyotp.TOTP(CLEAR).at(clock.now()))

    assert CLEAR not in kept(app)
