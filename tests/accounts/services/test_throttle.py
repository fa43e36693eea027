"""How often something may be tried, whatever is tried in parallel and on however many servers."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tracker.accounts.models import SignInAttempt
from tracker.accounts.services import throttle
from tracker.accounts.services.throttle import ACCOUNT, CODE, NETWORK, RESET, Limit, TooManyAttempts
from tracker.app import create_app
from tracker.core.db import db, transaction

MONDAY = "2026-11-23 09:00:00+00:00"


def attempt(app: Flask, limit: Limit = ACCOUNT, who: str = "ada@example.gov.uk") -> int:
    """Seconds to wait; 0 if the attempt could be made."""
    try:
        with app.app_context(), transaction():
            throttle.reserve(limit, who)
    except TooManyAttempts as refusal:
        return refusal.wait_seconds
    return 0


def test_delays_after_five_failures_double_up_to_a_quarter_of_an_hour(app: Flask):
    waits = []
    with time_machine.travel(MONDAY, tick=False) as traveller:
        for _ in range(5):
            assert attempt(app) == 0
            traveller.shift(301)
        for _ in range(12):
            assert attempt(app) == 0
            waits.append(attempt(app))
            traveller.shift(max(301, waits[-1]))

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_no_more_than_ten_attempts_in_any_five_minutes(app: Flask):
    made = []
    with time_machine.travel(MONDAY, tick=False) as traveller:
        for second in range(900):
            if attempt(app) == 0:
                made.append(second)
            traveller.shift(1)

    assert max(sum(start <= second < start + 300 for second in made) for start in range(900)) <= 10


def test_a_success_and_a_quiet_quarter_of_an_hour_forget_the_failures(app: Flask):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        for _ in range(6):
            attempt(app)
        slowed = attempt(app)
        with app.app_context(), transaction():
            throttle.succeeded(ACCOUNT, "ada@example.gov.uk")
        after_success = attempt(app)
        traveller.shift(901)
        after_quiet = [attempt(app) for _ in range(6)]

    assert (slowed, after_success) == (2, 0)
    assert after_quiet == [0] * 6


@pytest.mark.parametrize(
    ("limit", "most", "seconds"),
    [(NETWORK, 30, 300), (CODE, 5, 300), (RESET, 5, 86400)],
    ids=lambda value: str(value)[:20],
)
def test_so_many_attempts_and_no_more_until_time_has_passed(app: Flask, limit: Limit, most: int, seconds: int):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        allowed = [attempt(app, limit) for _ in range(most)]
        refused = attempt(app, limit)
        traveller.shift(seconds)
        again = attempt(app, limit)

    assert allowed == [0] * most
    assert (refused, again) == (seconds, 0)


def test_attempts_in_parallel_on_two_servers_pass_no_more_than_one_by_one(app: Flask):
    other = create_app(app.config["TRACKER"])
    with time_machine.travel(MONDAY, tick=False), ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda n: attempt(app if n % 2 else other), range(32)))
    with other.app_context():
        db.engine.dispose()

    assert waits.count(0) == 6


def test_the_table_names_nobody(app: Flask, arrange: Arrange):
    attempt(app)

    with app.app_context():
        keys = list(db.session.scalars(select(SignInAttempt.key)))
    assert len(keys) == 1
    assert "ada" not in keys[0]


def test_one_persons_attempts_do_not_count_for_another_nor_one_kind_for_another(app: Flask):
    with time_machine.travel(MONDAY, tick=False):
        for _ in range(6):
            attempt(app)

        assert attempt(app) == 2
        assert attempt(app, who="ben@example.gov.uk") == 0
        assert attempt(app, throttle.DEVICE) == 0
