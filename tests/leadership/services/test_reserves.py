from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_user, organisation
from tests.leadership.recruiting import TO_APPOINTABLE, TO_INTERVIEW, make_candidacy, make_vacancy
from tests.leadership.services.test_offers import LAST, OFFERED, again, merited, stages
from tracker.core.db import db
from tracker.core.metric import NOW
from tracker.leadership.models import CandidacyLeaving
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import offers, reserves
from tracker.leadership.services.candidacies import CandidacyNotAllowed
from tracker.progress.registry import METRICS


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 20, 9, tzinfo=UTC), tick=False):
        yield


def test_a_reserve_place_is_held_for_12_months_from_the_merit_order(arrange: Arrange):
    with arrange():
        _, (_, second, _), lead = merited()
        reserves.put_on(second, date(2026, 4, 20), by=lead)

        stands = queries.standing(second)
        assert (stages(second), queries.reserve_until(stands)) == (["reserve"], date(2027, 4, 10))


def test_without_a_merit_order_nobody_is_held_in_reserve(arrange: Arrange):
    with arrange():
        one = make_candidacy(make_vacancy(*TO_INTERVIEW), *TO_APPOINTABLE)
        with pytest.raises(CandidacyNotAllowed, match="settle it first"):
            reserves.put_on(one, date(2026, 4, 12), by=make_user())


def test_somebody_in_reserve_is_offered_this_post_when_all_before_them_declined(arrange: Arrange):
    with arrange():
        _, (first, second), lead = merited(2)
        reserves.put_on(second, date(2026, 4, 12), by=lead)
        offers.make(first, OFFERED, LAST, by=lead)
        offers.decline(first, "location", date(2026, 4, 14), by=lead)
        offers.make(second, date(2026, 4, 15), LAST, by=lead)

        assert stages(first, second) == ["declined", "offered"]


def test_168_a_similar_post_is_a_new_candidacy_that_enters_at_offered_with_a_class_of_its_own(arrange: Arrange):
    with arrange():
        vacancy, (_, second, _), lead = merited()
        reserves.put_on(second, date(2026, 4, 12), by=lead)
        there = organisation("hm-treasury")
        offered = reserves.offer_similar(second, there, OFFERED, LAST, by=lead)

        assert offered.vacancy.organisation.slug == "hm-treasury"
        assert (offered.vacancy.ref, offered.vacancy.route) == (f"{vacancy.ref}-R1", "merit-list")
        assert (offered.candidate, offered.from_reserve_id) == (second.candidate, second.journey_id)
        assert [line.event.stage for line in queries.lines(offered)] == ["offered"]
        assert (stages(second), queries.vacancy_stage(offered.vacancy)) == (["reserve"], "offer")
        with pytest.raises(CandidacyNotAllowed, match="hold another offer"):
            reserves.offer_similar(second, there, OFFERED, LAST, by=lead)
        offers.accept(offered, date(2026, 4, 15), by=lead)
        offers.pass_checks(offered, date(2026, 4, 16), by=lead)
        offers.take_up(offered, date(2026, 4, 20), by=lead)
        assert stages(second, offered) == ["withdrawn", "in-post"]
        spans = METRICS["leadership.median_days_to_hire"].numerator(NOW).subquery()
        assert offered.vacancy.journey_id not in db.session.scalars(select(spans.c.record_id)).all()
        ref = offered.vacancy.ref
    with arrange():
        assert told_of(f"vacancy:{ref}")[0] == "vacancy.added"


def test_only_somebody_on_the_list_is_offered_a_similar_post(arrange: Arrange):
    with arrange():
        _, (first, *_), lead = merited()
        with pytest.raises(CandidacyNotAllowed, match="Only somebody on the reserve list"):
            reserves.offer_similar(first, organisation("hm-treasury"), OFFERED, LAST, by=lead)


def test_an_offer_lapses_on_the_day_after_its_last_and_only_once(arrange: Arrange):
    with arrange():
        _, (first, second, _), lead = merited()
        offers.make(first, OFFERED, LAST, by=lead)
        refs = first.ref, second.ref
    with time_machine.travel(datetime(2026, 4, 28, 1, tzinfo=UTC), tick=False), arrange():
        assert reserves.lapse_offers(date(2026, 4, 26)) == 0
        assert (reserves.lapse_offers(LAST), reserves.lapse_offers(LAST)) == (1, 0)

        stands = queries.standing(again(refs[0]))
        assert (stands.stage, stands.since) == ("lapsed", date(2026, 4, 28))
        assert db.session.scalars(select(CandidacyLeaving.reason_code)).all() == ["offer-expired"]
        following = queries.next_in_merit(stands.candidacy.vacancy)
        assert following is not None
        assert following.candidacy.ref == refs[1]


def test_reserve_places_end_12_months_on_those_of_files_too(arrange: Arrange):
    with arrange():
        vacancy, (_, second, _), lead = merited()
        reserves.put_on(second, date(2026, 4, 20), by=lead)
        from_file = make_candidacy(vacancy, *TO_APPOINTABLE, "reserve 2026-04-12")
        alone = make_candidacy(make_vacancy(), "reserve 2026-04-18")
        refs = [one.ref for one in (second, from_file, alone)]
    with time_machine.travel(datetime(2027, 4, 12, 1, tzinfo=UTC), tick=False), arrange():
        assert reserves.end_reserves(date(2027, 4, 9)) == 0
        assert reserves.end_reserves(date(2027, 4, 10)) == 2
        assert reserves.end_reserves(date(2027, 4, 11)) == 0

        assert stages(*map(again, refs)) == ["lapsed", "lapsed", "reserve"]
        assert set(db.session.scalars(select(CandidacyLeaving.reason_code))) == {"reserve-ended"}
        assert queries.standing(again(refs[0])).since == date(2027, 4, 11)
