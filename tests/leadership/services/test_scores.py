from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import TO_APPOINTABLE, make_candidacy, make_vacancy, seat
from tracker.core.db import db
from tracker.leadership.models import Candidacy, Score
from tracker.leadership.queries import scores as queries
from tracker.leadership.queries.candidates import member_of
from tracker.leadership.services import scores
from tracker.leadership.services.candidacies import CandidacyNotAllowed


def sheet_of(candidacy: Candidacy, *given: int) -> dict[int, int]:
    wanted = queries.criteria(candidacy.vacancy)
    return {one.id: score for one, score in zip(wanted, given, strict=True)}


def candidacy_to_sift(*history: str) -> Candidacy:
    return make_candidacy(make_vacancy(criteria=["Strategy", "Data"]), *history)


def test_scores_stay_hidden_from_a_member_until_theirs_are_in(arrange: Arrange):
    with arrange():
        candidacy = candidacy_to_sift()
        one, other, lead = seat(candidacy.vacancy), seat(candidacy.vacancy), make_user()
        scores.submit(candidacy, sheet_of(candidacy, 5, 6), by=one)

        before = queries.sheet(candidacy, other.id)
        assert ([*before.members], before.average, before.hidden) == ([], None, 1)
        assert [row[1] for row in before.rows] == [[], []]
        assert queries.sheet(candidacy, one.id).average == 5.5
        assert queries.sheet(candidacy, lead.id).average == 5.5
        scores.submit(candidacy, sheet_of(candidacy, 3, 4), by=other)
        after = queries.sheet(candidacy, other.id)

        assert [row[1] for row in after.rows] == [[5, 3], [6, 4]]
        assert (after.average, after.hidden, [*after.waiting]) == (4.5, 0, [])


def test_scores_of_a_member_who_stands_back_are_refused_and_earlier_ones_not_counted(arrange: Arrange):
    with arrange():
        candidacy = candidacy_to_sift()
        one, other = seat(candidacy.vacancy), seat(candidacy.vacancy)
        scores.submit(candidacy, sheet_of(candidacy, 7, 7), by=one)
        scores.stand_back(candidacy, "We were at school together", by=one)
        scores.stand_back(candidacy, "A cousin", by=other)
        with pytest.raises(CandidacyNotAllowed, match="You stand back"):
            scores.submit(candidacy, sheet_of(candidacy, 1, 1), by=other)

        sheet = queries.sheet(candidacy, make_user().id)
        assert ([*sheet.members], sheet.average, [*sheet.waiting]) == ([], None, [])
        assert queries.averages(candidacy.vacancy) == {}
        assert {one.id, other.id} & candidacy.panel_user_ids == set()


def test_a_member_who_stands_back_from_one_candidate_still_scores_the_others(arrange: Arrange):
    with arrange():
        known = candidacy_to_sift()
        stranger, member = make_candidacy(known.vacancy), seat(known.vacancy)
        scores.stand_back(known, "A cousin", by=member)
        scores.submit(stranger, sheet_of(stranger, 4, 4), by=member)

        assert queries.averages(known.vacancy) == {stranger.journey_id: 4.0}


def test_163_the_average_is_over_the_members_who_are_there(arrange: Arrange):
    with arrange():
        candidacy = candidacy_to_sift()
        stays, leaves_before, leaves_after = (seat(candidacy.vacancy) for _ in range(3))
        scores.submit(candidacy, sheet_of(candidacy, 4, 4), by=stays)
        scores.submit(candidacy, sheet_of(candidacy, 6, 6), by=leaves_after)
        for user in (leaves_before, leaves_after):
            seat_of = member_of(candidacy.vacancy, user.id)
            assert seat_of is not None
            seat_of.left_on = date(2026, 3, 12)
        db.session.flush()

        sheet = queries.sheet(candidacy, make_user().id)
        assert (sheet.average, [*sheet.waiting]) == (5.0, [])
        with pytest.raises(CandidacyNotAllowed, match="Only those who sit on the panel"):
            scores.submit(candidacy, sheet_of(candidacy, 4, 4), by=leaves_before)


def test_164_scores_that_are_not_in_are_in_no_average(arrange: Arrange):
    with arrange():
        candidacy = candidacy_to_sift()
        one, other = seat(candidacy.vacancy), seat(candidacy.vacancy)
        scores.submit(candidacy, sheet_of(candidacy, 2, 3), by=one)

        sheet = queries.sheet(candidacy, make_user().id)
        assert (sheet.average, [member.user_id for member in sheet.waiting]) == (2.5, [other.id])


@pytest.mark.parametrize("given", [(5,), (0, 5), (5, 8), ()])
def test_scores_that_are_not_complete_or_out_of_range_are_refused_whole(arrange: Arrange, given: tuple[int, ...]):
    with arrange():
        candidacy = candidacy_to_sift()
        member = seat(candidacy.vacancy)
        wanted = [one.id for one in queries.criteria(candidacy.vacancy)]
        with pytest.raises(CandidacyNotAllowed, match="every criterion a score from 1 to 7"):
            scores.submit(candidacy, dict(zip(wanted, given, strict=False)), by=member)

        assert db.session.scalars(select(Score)).all() == []


def test_scores_are_handed_in_once_by_the_panel_and_only_at_sift(arrange: Arrange):
    with arrange():
        candidacy = candidacy_to_sift()
        member = seat(candidacy.vacancy)
        scores.submit(candidacy, sheet_of(candidacy, 5, 5), by=member)
        with pytest.raises(CandidacyNotAllowed, match="are in already"):
            scores.submit(candidacy, sheet_of(candidacy, 6, 6), by=member)
        with pytest.raises(CandidacyNotAllowed, match="Only those who sit on the panel"):
            scores.submit(candidacy, sheet_of(candidacy, 6, 6), by=make_user())
        later = make_candidacy(candidacy.vacancy, *TO_APPOINTABLE[:3])
        with pytest.raises(CandidacyNotAllowed, match="The sift of this candidate is over"):
            scores.submit(later, sheet_of(later, 6, 6), by=member)
        bare = make_candidacy(make_vacancy())
        with pytest.raises(CandidacyNotAllowed, match="no essential criteria"):
            scores.submit(bare, {}, by=seat(bare.vacancy))


def test_standing_back_needs_its_reason_and_happens_once(arrange: Arrange):
    with arrange():
        candidacy = candidacy_to_sift()
        member = seat(candidacy.vacancy)
        with pytest.raises(CandidacyNotAllowed, match="Say what the conflict"):
            scores.stand_back(candidacy, " ", by=member)
        scores.stand_back(candidacy, "A cousin", by=member)
        with pytest.raises(CandidacyNotAllowed, match="already"):
            scores.stand_back(candidacy, "A cousin", by=member)
