from datetime import date

from tests.conftest import Arrange
from tests.factories import make_person
from tests.leadership.recruiting import TO_APPOINTABLE, TO_MERIT, make_candidacy, make_vacancy
from tracker.core.db import db
from tracker.leadership.models import MeritPlace
from tracker.leadership.queries import candidates as queries


def test_candidates_stand_in_merit_order_and_then_as_they_came(arrange: Arrange):
    with arrange():
        vacancy = make_vacancy(*TO_MERIT)
        first, second, third = (make_candidacy(vacancy, *TO_APPOINTABLE) for _ in range(3))
        for candidacy, place in ((third, 1), (second, 2)):
            db.session.add(MeritPlace(candidacy_id=candidacy.journey_id, vacancy_id=vacancy.journey_id, place=place))
        db.session.flush()

        found = queries.standing_for(vacancy)
        assert [one.candidacy for one in found] == [third, second, first]
        assert [one.place for one in found] == [1, 2, None]
        assert {one.stage for one in found} == {"appointable"}


def test_a_candidate_waits_while_their_vacancy_goes_on_or_they_hold_an_offer_or_a_reserve_place(arrange: Arrange):
    with arrange():
        going, ended = make_vacancy(), make_vacancy("cancelled 2026-03-05")
        waits = {
            "goes on": make_candidacy(going),
            "ended": make_candidacy(ended),
            "rejected": make_candidacy(going, "rejected 2026-03-01"),
            "reserve": make_candidacy(ended, *TO_APPOINTABLE, "reserve 2026-04-12"),
            "offered": make_candidacy(ended, "offered 2026-04-12"),
        }

        over = queries.ended_vacancies()

        found = {words for words, one in waits.items() if queries.waits(queries.standing(one), over)}
        assert found == {"goes on", "reserve", "offered"}


def test_a_reserve_place_lasts_12_months_from_the_merit_order_whoever_brought_it(arrange: Arrange):
    with arrange():
        leap = make_vacancy("interview 2024-02-01", "merit-order 2024-02-29")
        one = queries.standing(make_candidacy(leap, "reserve 2024-03-05"))
        without = queries.standing(make_candidacy(make_vacancy(), "reserve 2026-04-12"))

        assert queries.reserve_until(one) == date(2025, 2, 28)
        assert queries.reserve_until(without) == date(2027, 4, 12)


def test_somebody_the_programme_knows_is_found_in_every_candidacy(arrange: Arrange):
    with arrange():
        person = make_person()
        one = make_candidacy(make_vacancy(), person_id=person.id)
        two = make_candidacy(make_vacancy(), candidate=one.candidate)
        make_candidacy(make_vacancy())

        assert [stands.candidacy for stands in queries.standing_as(person)] == [one, two]
