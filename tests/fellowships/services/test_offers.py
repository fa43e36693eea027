"""What hosts and the programme offer, and what is refused with its reason."""

from datetime import date
from typing import Any

import pytest
import time_machine

from tests.conftest import Arrange
from tests.factories import make_person, make_placement, make_user, organisation
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.fellowships.lifecycle import HostAnswer
from tracker.fellowships.models import HostOffer, Project, Scheme
from tracker.fellowships.queries import offers as queries
from tracker.fellowships.services import matching, offers, placements
from tracker.fellowships.services.offers import Offered, OfferNotAllowed, Round
from tracker.fellowships.services.places import NoPlaceLeft


@pytest.fixture(autouse=True)
def _a_day():
    with time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        yield


def manager() -> User:
    return make_user(Role.PROGRAMME_MANAGER)


def offered(**fields: Any) -> Offered:
    scheme = db.session.query(Scheme).first()
    known: dict[str, Any] = {
        "scheme": scheme,
        "title": "Matching records",
        "description": "",
        "capacity": 1,
        "fte": 1.0,
        "region": None,
        "location": "Leeds",
        "supervisor": None,
        "starts_on": date(2026, 9, 1),
        "ends_on": date(2027, 8, 31),
        "skills": ["programming"],
    }
    return Offered(**{**known, **fields})


def project(by: User, **fields: Any) -> Project:
    return offers.open_project(organisation("home-office"), offered(**fields), by=by)


def test_a_project_that_lasts_longer_than_its_scheme_allows_is_refused(arrange: Arrange):
    with arrange():
        by = manager()

        with pytest.raises(OfferNotAllowed, match="24 months at most: choose a last day up to 1 September 2028"):
            project(by, ends_on=date(2028, 9, 2))
        assert project(by, ends_on=date(2028, 9, 1)).ends_on == date(2028, 9, 1)


@pytest.mark.parametrize("capacity", [0, -1])
def test_case_84_a_capacity_of_none_or_less_is_refused(arrange: Arrange, capacity: int):
    with arrange():
        by = manager()

        with pytest.raises(OfferNotAllowed, match="at least 1 place"):
            project(by, capacity=capacity)


def test_case_82_a_host_with_fellows_assigned_cannot_answer_no_and_is_told_who(arrange: Arrange):
    with arrange():
        by, host = manager(), organisation("home-office")
        offers.answer(host, 2026, HostAnswer.YES, "", by=by)
        make_placement("accepted 2026-06-01", person=make_person(first_name="Ann", last_name="Lee"), ref="PL1")

        with pytest.raises(OfferNotAllowed, match=r"Ann Lee \(PL1\)"):
            offers.answer(host, 2026, HostAnswer.NO, "No desks", by=by)
        offers.answer(host, 2026, HostAnswer.MAYBE, "If there are desks", by=by)

        assert [(one.answer, one.reason) for one in db.session.query(HostOffer)] == [("maybe", "If there are desks")]


@pytest.mark.parametrize("answer", [HostAnswer.NO, HostAnswer.MAYBE])
def test_an_answer_other_than_yes_says_why(arrange: Arrange, answer: HostAnswer):
    with arrange():
        by = manager()

        with pytest.raises(OfferNotAllowed, match="Say why"):
            offers.answer(organisation("home-office"), 2026, answer, " ", by=by)


def test_places_run_out_and_come_back_when_an_offer_is_declined(arrange: Arrange):
    with arrange():
        by = manager()
        work = project(by)
        first, second = (matching.propose(make_person(), work, by=by) for _ in range(2))
        for one in (first, second):
            placements.record_stage(one, "matched", date(2026, 6, 15), by=by)
        placements.record_stage(first, "offered", date(2026, 6, 15), by=by)

        with pytest.raises(NoPlaceLeft, match="Its one place is taken"):
            placements.record_stage(second, "offered", date(2026, 6, 15), by=by)
        placements.leave(first, placements.Stage.DECLINED, date(2026, 6, 15), "terms", by=by)
        placements.record_stage(second, "offered", date(2026, 6, 15), by=by)

        assert queries.places_taken() == {work.id: 1}


def test_a_project_cannot_have_fewer_places_than_are_taken(arrange: Arrange):
    with arrange():
        by = manager()
        work = project(by, capacity=2)
        for _ in range(2):
            placement = matching.propose(make_person(), work, by=by)
            placements.record_stage(placement, "matched", date(2026, 6, 15), by=by)
            placements.record_stage(placement, "offered", date(2026, 6, 15), by=by)

        with pytest.raises(OfferNotAllowed, match="2 places are taken"):
            offers.change_project(work, offered(capacity=1), by=by)
        offers.change_project(work, offered(capacity=3, skills=["data-ethics"]), by=by)

        assert [one.skill_code for one in work.skills] == ["data-ethics"]


def test_a_closed_project_takes_no_more_proposals(arrange: Arrange):
    with arrange():
        by = manager()
        work = project(by)
        offers.close_project(work, by=by)

        with pytest.raises(placements.PlacementNotAllowed, match="closed"):
            matching.propose(make_person(), work, by=by)
        with pytest.raises(OfferNotAllowed, match="closed already"):
            offers.close_project(work, by=by)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Round(" ", None, None, None), "called"),
        (Round("2027", None, None, 0), "over 0"),
        (Round("2027", date(2027, 2, 2), date(2027, 2, 1), None), "on or after"),
    ],
)
def test_a_round_that_cannot_be_is_refused(arrange: Arrange, said: Round, words: str):
    with arrange():
        scheme = queries.scheme("no10-innovation")
        assert scheme is not None

        with pytest.raises(OfferNotAllowed, match=words):
            offers.keep_round(scheme, said, by=manager())


def test_a_round_is_added_once_and_then_changed(arrange: Arrange):
    with arrange():
        scheme, by = queries.scheme("no10-innovation"), manager()
        assert scheme is not None
        for places in (8, 12):
            offers.keep_round(scheme, Round("2027", None, None, places), by=by)
        db.session.refresh(scheme, ["rounds"])

        assert [(one.name, one.places) for one in scheme.rounds] == [("2027", 12), ("2021", 10)]


def test_ranks_below_one_are_refused_and_others_kept(arrange: Arrange):
    with arrange():
        by, person = manager(), make_person()
        work = project(by)

        with pytest.raises(placements.PlacementNotAllowed, match="1 is first"):
            matching.rank(person, work, by=by, fellow_rank=0, host_rank=None)
        matching.rank(person, work, by=by, fellow_rank=1, host_rank=2)

        assert queries.choices(person)[work.id].host_rank == 2
