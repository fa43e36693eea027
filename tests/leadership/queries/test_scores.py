from sqlalchemy import select

from tests.conftest import Arrange
from tests.leadership.recruiting import TO_APPOINTABLE, make_candidacy, make_vacancy, seat
from tracker.core.db import db
from tracker.leadership.models import PanelMember
from tracker.leadership.queries import scores as queries
from tracker.leadership.services import scores


def test_a_seat_counts_the_candidates_who_still_wait_for_that_members_scores(arrange: Arrange):
    with arrange():
        vacancy = make_vacancy("sift 2026-03-05", criteria=["Strategy"])
        scored, known, waiting = (make_candidacy(vacancy) for _ in range(3))
        make_candidacy(vacancy, *TO_APPOINTABLE[:3])
        member, other = seat(vacancy), seat(vacancy)
        scores.submit(scored, {one.id: 5 for one in queries.criteria(vacancy)}, by=member)
        scores.stand_back(known, "A cousin", by=member)

        assert [(one.vacancy.ref, one.waiting) for one in queries.seats_of(member.id)] == [(vacancy.ref, 1)]
        assert [one.waiting for one in queries.seats_of(other.id)] == [3]
        assert waiting.journey_id not in queries.scores_of(scored)


def test_a_panel_that_was_left_or_whose_vacancy_ended_is_no_seat(arrange: Arrange):
    with arrange():
        ended = make_vacancy("cancelled 2026-03-05")
        member = seat(ended)
        assert queries.seats_of(member.id) == []
        going = make_vacancy("sift 2026-03-05")
        sitting = seat(going)
        assert [one.waiting for one in queries.seats_of(sitting.id)] == [0]
        found = db.session.scalars(select(PanelMember).where(PanelMember.user_id == sitting.id)).one()
        found.recused_at, found.recusal_reason = found.named_at, "A cousin"
        db.session.flush()
        assert queries.seats_of(sitting.id) == []
