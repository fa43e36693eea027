from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import TO_APPOINTABLE, TO_INTERVIEW, make_candidacy, make_vacancy
from tracker.accounts.models import User
from tracker.core.db import db, transaction
from tracker.leadership.models import Candidacy, CandidacyLeaving, MeritPlace, Offer, Vacancy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import candidacies, offers
from tracker.leadership.services.candidacies import CandidacyNotAllowed
from tracker.leadership.services.stages import correct, take_back
from tracker.leadership.services.vacancies import VacancyNotAllowed
from tracker.ledger.queries import standing_events
from tracker.ledger.services import MoveNotAllowed

MERIT, OFFERED, LAST = date(2026, 4, 10), date(2026, 4, 13), date(2026, 4, 27)


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 20, 9, tzinfo=UTC), tick=False):
        yield


def merited(many: int = 3) -> tuple[Vacancy, list[Candidacy], User]:
    """A vacancy with so many candidates in merit order."""
    vacancy, lead = make_vacancy(*TO_INTERVIEW), make_user()
    found = [make_candidacy(vacancy, *TO_APPOINTABLE) for _ in range(many)]
    offers.settle_merit_order(vacancy, {one.ref: place for place, one in enumerate(found, 1)}, MERIT, by=lead)
    return vacancy, found, lead


def again(ref: str) -> Candidacy:
    """A candidacy, read in another transaction."""
    found = queries.candidacy(ref)
    assert found is not None
    return found


def stages(*candidacies: Candidacy) -> list[str | None]:
    return [queries.standing(one).stage for one in candidacies]


def test_the_merit_order_moves_the_vacancy_and_says_who_is_next(arrange: Arrange):
    with arrange():
        vacancy, found, _ = merited()

        assert queries.vacancy_stage(vacancy) == "merit-order"
        assert queries.merit_order_day(vacancy) == MERIT
        first = queries.next_in_merit(vacancy)
        assert first is not None
        assert first.candidacy == found[0]


@pytest.mark.parametrize("places", [(1, 1), (1, 3), (2, 3), (1,)])
def test_a_merit_order_with_ties_or_gaps_is_refused(arrange: Arrange, places: tuple[int, ...]):
    with arrange():
        vacancy = make_vacancy(*TO_INTERVIEW)
        found = [make_candidacy(vacancy, *TO_APPOINTABLE) for _ in range(2)]
        said = {one.ref: place for one, place in zip(found, places, strict=False)}
        with pytest.raises(CandidacyNotAllowed, match="places 1 to 2, each once"):
            offers.settle_merit_order(vacancy, said, MERIT, by=make_user())

        assert db.session.scalars(select(MeritPlace)).all() == []
        assert queries.vacancy_stage(vacancy) == "interview"


def test_a_merit_order_is_changed_until_the_first_offer_and_not_after_it(arrange: Arrange):
    with arrange():
        vacancy, (one, other), lead = merited(2)
        offers.settle_merit_order(vacancy, {one.ref: 2, other.ref: 1}, MERIT, by=lead)
        offers.make(other, OFFERED, LAST, by=lead)
        with pytest.raises(CandidacyNotAllowed, match="An offer was made by this merit order"):
            offers.settle_merit_order(vacancy, {one.ref: 1}, MERIT, by=lead)


def test_a_vacancy_that_has_not_come_to_its_interviews_has_no_merit_order(arrange: Arrange):
    with arrange():
        vacancy = make_vacancy(*TO_INTERVIEW[:4])
        one = make_candidacy(vacancy, *TO_APPOINTABLE)
        with pytest.raises(MoveNotAllowed, match="cannot go from ‘Sift’ to ‘Merit order’"):
            offers.settle_merit_order(vacancy, {one.ref: 1}, MERIT, by=make_user())


def test_an_offer_goes_to_the_next_in_merit_order_only(arrange: Arrange):
    with arrange():
        vacancy, (first, second, _), lead = merited()
        with pytest.raises(CandidacyNotAllowed, match=f"{first.candidate.ref} is next"):
            offers.make(second, OFFERED, LAST, by=lead)
        offers.make(first, OFFERED, LAST, by=lead)

        assert (stages(first, second), queries.vacancy_stage(vacancy)) == (["offered", "appointable"], "offer")
        assert queries.standing(first).answer_by == LAST


def test_165_one_place_is_never_offered_to_two(arrange: Arrange):
    with arrange():
        vacancy, (first, second, _), lead = merited()
        offers.make(first, OFFERED, LAST, by=lead)
        for _ in ("offered", "accepted"):
            with pytest.raises(CandidacyNotAllowed, match=f"{first.candidate.ref} holds the place"):
                offers.make(second, OFFERED, LAST, by=lead)
            if stages(first) == ["offered"]:
                offers.accept(first, date(2026, 4, 15), by=lead)

        assert stages(first, second) == ["accepted", "appointable"]
        assert queries.next_in_merit(vacancy) is None


def test_a_declined_offer_goes_to_the_next_and_the_vacancy_stays_at_offer(arrange: Arrange):
    with arrange():
        vacancy, (first, second, _), lead = merited()
        offers.make(first, OFFERED, LAST, by=lead)
        offers.decline(first, "pay-or-terms", date(2026, 4, 14), by=lead)

        assert queries.vacancy_stage(vacancy) == "offer"
        following = queries.next_in_merit(vacancy)
        assert following is not None
        assert following.candidacy == second
        offers.make(second, date(2026, 4, 15), LAST, by=lead)
        assert stages(first, second) == ["declined", "offered"]
        assert db.session.scalars(select(CandidacyLeaving.reason_code)).all() == ["pay-or-terms"]


def test_the_candidate_and_the_vacancy_come_to_in_post_together_or_neither_does(arrange: Arrange):
    with arrange():
        vacancy, (first, *_), lead = merited()
        offers.make(first, OFFERED, LAST, by=lead)
        offers.accept(first, date(2026, 4, 15), by=lead)
        assert queries.vacancy_stage(vacancy) == "checks"
        ref = first.ref
    with pytest.raises(MoveNotAllowed, match="cannot go from ‘Checks’ to ‘In post’"), arrange():
        offers.take_up(again(ref), date(2026, 4, 18), by=make_user())
    with arrange():
        first, lead = again(ref), make_user()
        assert stages(first) == ["accepted"]
        offers.pass_checks(first, date(2026, 4, 17), by=lead)
        offers.take_up(first, date(2026, 4, 20), by=lead)
    with arrange():
        first, lead = again(ref), make_user()
        done = [f"candidacy.{verb}" for verb in ("offered", "accepted", "checked", "in-post")]
        assert told_of(f"candidacy:{ref}") == done
        assert told_of(f"vacancy:{first.vacancy.ref}") == [
            "vacancy.moved",
            "vacancy.merit-order",
            *4 * ["vacancy.moved"],
        ]

        assert (stages(first), queries.vacancy_stage(first.vacancy)) == (["in-post"], "in-post")
        entered = standing_events(first.vacancy.journey_id)[-1]
        with pytest.raises(VacancyNotAllowed, match="A candidate stands at ‘In post’"):
            take_back(first.vacancy, entered, reason="They start later", by=lead)
        with pytest.raises(VacancyNotAllowed, match="A candidate stands at ‘In post’"):
            correct(first.vacancy, entered, "no-appointment", date(2026, 4, 20), reason="They start later", by=lead)
        candidacies.take_back(first, reason="They start later", by=lead)
        assert (stages(first), queries.vacancy_stage(first.vacancy)) == (["accepted"], "formal-offer")


def test_159_an_acceptance_that_fails_the_checks_lapses_and_is_no_rejection(arrange: Arrange):
    with arrange():
        vacancy, (first, second, _), lead = merited()
        offers.make(first, OFFERED, LAST, by=lead)
        offers.accept(first, date(2026, 4, 14), by=lead)
        with pytest.raises(CandidacyNotAllowed, match="record that instead"):
            candidacies.end(first, "rejected", "other", date(2026, 4, 15), by=lead)
        offers.fail_checks(first, date(2026, 4, 16), by=lead)

        assert db.session.scalars(select(CandidacyLeaving.reason_code)).all() == ["checks-not-met"]
        offers.make(second, date(2026, 4, 17), LAST, by=lead)
        offers.accept(second, date(2026, 4, 18), by=lead)
        assert (stages(first, second), queries.vacancy_stage(vacancy)) == (["lapsed", "accepted"], "checks")


def test_161_who_accepts_one_post_withdraws_from_the_others_with_that_reason(arrange: Arrange):
    with arrange():
        _, (first, *_), lead = merited()
        elsewhere = make_candidacy(make_vacancy(), candidate=first.candidate)
        ended = make_candidacy(make_vacancy(), "applied 2026-02-10", "rejected 2026-03-01", candidate=first.candidate)
        offers.make(first, OFFERED, LAST, by=lead)
        offers.accept(first, date(2026, 4, 15), by=lead)

        assert stages(elsewhere, ended) == ["withdrawn", "rejected"]
        assert db.session.scalars(select(CandidacyLeaving.reason_code)).all() == ["took-another-post"]


def test_nobody_accepts_two_posts(arrange: Arrange):
    with arrange():
        _, (first, *_), lead = merited()
        other = make_candidacy(make_vacancy(), "offered 2026-04-01", "accepted 2026-04-02", candidate=first.candidate)
        offers.make(first, OFFERED, LAST, by=lead)
        with pytest.raises(CandidacyNotAllowed, match=f"They accepted {other.vacancy.ref}"):
            offers.accept(first, date(2026, 4, 15), by=lead)

        assert stages(first, other) == ["offered", "accepted"]


def test_an_offer_whose_last_day_has_passed_is_recorded_late_and_then_its_answer(arrange: Arrange):
    with arrange():
        _, (first, *_), lead = merited()
        offers.make(first, OFFERED, date(2026, 4, 17), by=lead)
        with pytest.raises(CandidacyNotAllowed, match="ran out on 17 April 2026"):
            offers.accept(first, date(2026, 4, 18), by=lead)
        offers.accept(first, date(2026, 4, 16), by=lead)

        assert stages(first) == ["accepted"]


def test_an_offer_is_not_accepted_after_its_last_day_which_does_not_come_before_it(arrange: Arrange):
    with arrange():
        _, (first, *_), lead = merited()
        with pytest.raises(CandidacyNotAllowed, match="before the offer"):
            offers.make(first, OFFERED, date(2026, 4, 12), by=lead)
        offers.make(first, OFFERED, date(2026, 4, 20), by=lead)
        with time_machine.travel(datetime(2026, 4, 22, 9, tzinfo=UTC), tick=False):
            with pytest.raises(CandidacyNotAllowed, match="ran out on 20 April 2026"):
                offers.accept(first, date(2026, 4, 21), by=lead)
            offers.accept(first, date(2026, 4, 20), by=lead)


def test_the_last_day_to_answer_leaves_out_weekends_and_bank_holidays(arrange: Arrange):
    with arrange():
        # Good Friday and Easter Monday of 2026 are 3 and 6 April.
        assert offers.answer_by(date(2026, 4, 1), 3) == date(2026, 4, 8)
        assert offers.answer_by(date(2026, 4, 13)) == date(2026, 4, 27)


def test_two_leads_who_offer_at_the_same_moment_make_one_offer(app: Flask, arrange: Arrange):
    with arrange():
        _, found, _ = merited(2)
        ref, leads = found[0].ref, [make_user().id for _ in range(2)]

    def offer(lead: int) -> bool:
        with app.app_context():
            try:
                with transaction() as session:
                    candidacy = again(ref)
                    candidacies.hold(candidacy)
                    offers.make(candidacy, OFFERED, LAST, by=session.get_one(User, lead))
            except CandidacyNotAllowed:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        done = sorted(pool.map(offer, leads))

    assert done == [False, True]
    with app.app_context():
        assert len(db.session.scalars(select(Offer)).all()) == 1
