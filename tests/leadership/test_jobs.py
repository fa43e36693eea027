"""What runs out by night, by the same path as every job."""

from datetime import UTC, date, datetime

import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.leadership.recruiting import TO_APPOINTABLE, TO_MERIT, make_candidacy, make_vacancy
from tracker.core.db import db
from tracker.jobs.registry import job
from tracker.leadership.models import Offer
from tracker.leadership.queries import candidates as queries
from tracker.ledger.queries import standing_events


def run(app: Flask, name: str, day: date) -> int:
    found = job(name)
    assert found is not None
    with app.app_context():
        return found.run(day)


def stage(app: Flask, ref: str) -> str | None:
    with app.app_context():
        found = queries.candidacy(ref)
        assert found is not None
        return queries.standing(found).stage


def test_an_offer_that_ran_out_lapses_on_the_night_after_its_last_day_and_once(app: Flask, arrange: Arrange):
    with arrange():
        candidacy = make_candidacy(make_vacancy(*TO_MERIT, "offer 2026-04-13"), *TO_APPOINTABLE, "offered 2026-04-13")
        event = standing_events(candidacy.journey_id)[-1]
        db.session.add(Offer(event_id=event.id, candidacy_id=candidacy.journey_id, answer_by=date(2026, 4, 20)))
        ref = candidacy.ref

    with time_machine.travel(datetime(2026, 4, 21, 1, 5, tzinfo=UTC), tick=False):
        assert run(app, "lapse-offers", date(2026, 4, 19)) == 0
        assert (run(app, "lapse-offers", date(2026, 4, 20)), run(app, "lapse-offers", date(2026, 4, 20))) == (1, 0)
    assert stage(app, ref) == "lapsed"


def test_a_reserve_list_ends_12_months_after_its_merit_order(app: Flask, arrange: Arrange):
    with arrange():
        ref = make_candidacy(make_vacancy(*TO_MERIT), *TO_APPOINTABLE, "reserve 2026-04-12").ref

    with time_machine.travel(datetime(2027, 4, 12, 1, 10, tzinfo=UTC), tick=False):
        assert run(app, "end-reserves", date(2027, 4, 9)) == 0
        assert (run(app, "end-reserves", date(2027, 4, 10)), run(app, "end-reserves", date(2027, 4, 11))) == (1, 0)
    assert stage(app, ref) == "lapsed"
