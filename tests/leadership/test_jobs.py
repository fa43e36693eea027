"""What runs out by night, by the same path as every job."""

from datetime import UTC, date, datetime

import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import TO_APPOINTABLE, TO_INTERVIEW, TO_MERIT, make_candidacy, make_vacancy
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.jobs.registry import job
from tracker.leadership.models import Advert, MeritPlace, Offer
from tracker.leadership.queries import candidates as queries
from tracker.leadership.queries import vacancies
from tracker.ledger.queries import standing_events
from tracker.outbox.models import Message


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
        lead = make_user(Role.RECRUITMENT_LEAD).email
        second = make_candidacy(candidacy.vacancy, *TO_APPOINTABLE, ref="C-SECOND", first_name="Zephyrine")
        db.session.add(MeritPlace(candidacy_id=second.journey_id, vacancy_id=second.vacancy_id, place=2))

    with time_machine.travel(datetime(2026, 4, 21, 1, 5, tzinfo=UTC), tick=False):
        assert run(app, "lapse-offers", date(2026, 4, 19)) == 0
        assert (run(app, "lapse-offers", date(2026, 4, 20)), run(app, "lapse-offers", date(2026, 4, 20))) == (1, 0)
    assert stage(app, ref) == "lapsed"
    with app.app_context():
        (letter,) = db.session.scalars(select(Message)).all()
        assert letter.to == lead
        assert "lapsed. Next in merit order is C-SECOND" in letter.text
        assert "Zephyrine" not in letter.text


def test_a_reserve_list_ends_12_months_after_its_merit_order(app: Flask, arrange: Arrange):
    with arrange():
        ref = make_candidacy(make_vacancy(*TO_MERIT, ref="V-RESERVE"), *TO_APPOINTABLE, "reserve 2026-04-12").ref
        lead = make_user(Role.RECRUITMENT_LEAD).email

    with time_machine.travel(datetime(2027, 3, 12, 6, 20, tzinfo=UTC), tick=False):
        assert run(app, "reserves-ending", date(2027, 3, 10)) == 0
        assert [run(app, "reserves-ending", date(2027, 3, 11)) for _ in range(2)] == [1, 0]
    with app.app_context():
        (letter,) = db.session.scalars(select(Message)).all()
        assert (letter.to, letter.subject) == (lead, "Reserve places ending on 10 April 2027: 1")
        assert "V-RESERVE" in letter.text

    with time_machine.travel(datetime(2027, 4, 12, 1, 10, tzinfo=UTC), tick=False):
        assert run(app, "end-reserves", date(2027, 4, 9)) == 0
        assert (run(app, "end-reserves", date(2027, 4, 10)), run(app, "end-reserves", date(2027, 4, 11))) == (1, 0)
    assert stage(app, ref) == "lapsed"


def test_an_advert_whose_closing_came_is_closed_by_night_and_recruitment_leads_hear_of_late_stages_once(
    app: Flask, arrange: Arrange
):
    with arrange() as session:
        lead = make_user(Role.RECRUITMENT_LEAD).email
        make_user(Role.PROGRAMME_MANAGER)
        closing = make_vacancy("approval 2026-01-05", "advert 2026-03-01", ref="V-CLOSING")
        closing.advert = Advert(campaign_id=closing.campaign_id, closes_at=datetime(2026, 3, 20, 23, 59, tzinfo=UTC))
        # The target for an interview is 14 days: 15 April is the last day within it.
        make_candidacy(make_vacancy(*TO_INTERVIEW, ref="V-LATE"), first_name="Zephyrine")
        session.flush()

    with time_machine.travel(datetime(2026, 3, 21, 1, tzinfo=UTC), tick=False):
        assert [run(app, "close-adverts", date(2026, 3, 20)) for _ in range(2)] == [1, 0]
    with time_machine.travel(datetime(2026, 4, 16, 6, 15, tzinfo=UTC), tick=False):
        assert run(app, "overdue-vacancies", date(2026, 4, 14)) == 0
        assert [run(app, "overdue-vacancies", date(2026, 4, 15)) for _ in range(2)] == [1, 0]

    with app.app_context():
        held = vacancies.vacancy("V-CLOSING")
        assert held is not None
        assert standing_events(held.journey_id)[-1].effective_on == date(2026, 3, 20)
        letters = db.session.scalars(select(Message)).all()
        assert [(one.to, one.subject) for one in letters] == [
            (lead, "Vacancies over their target since 15 April 2026: 1")
        ]
        assert "V-LATE" in letters[0].text
        assert "V-CLOSING" not in letters[0].text
        assert "Zephyrine" not in letters[0].text
