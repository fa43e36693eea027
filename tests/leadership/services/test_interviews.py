from datetime import UTC, date, datetime

import pytest

from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import TO_APPOINTABLE, make_candidacy, make_vacancy, seat
from tracker.leadership.queries import candidates as queries
from tracker.leadership.queries import scores
from tracker.leadership.services import interviews
from tracker.leadership.services.candidacies import CandidacyNotAllowed
from tracker.leadership.services.scores import submit

FIRST = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
SECOND = datetime(2026, 4, 8, 13, 0, tzinfo=UTC)
SHORTLISTED = TO_APPOINTABLE[:3]


def test_162_an_interview_that_is_moved_keeps_its_history_and_scores_stay(arrange: Arrange):
    with arrange():
        candidacy = make_candidacy(make_vacancy(criteria=["Strategy"]))
        lead, member = make_user(), seat(candidacy.vacancy)
        submit(candidacy, {one.id: 6 for one in scores.criteria(candidacy.vacancy)}, by=member)
        shortlisted = make_candidacy(candidacy.vacancy, *SHORTLISTED)
        interviews.arrange(shortlisted, FIRST, "Room 1", by=lead)
        with pytest.raises(CandidacyNotAllowed, match="Say why the interview is moved"):
            interviews.arrange(shortlisted, SECOND, "Room 2", by=lead)
        interviews.arrange(shortlisted, SECOND, "Room 2", by=lead, reason="The chair is ill")

        kept = queries.interviews(shortlisted)
        assert [(one.starts_at, one.place, one.moved_reason) for one in kept] == [
            (SECOND, "Room 2", ""),
            (FIRST, "Room 1", "The chair is ill"),
        ]
        assert [(one.starts_at, of.ref) for one, of in queries.schedule(candidacy.vacancy)] == [
            (SECOND, shortlisted.ref)
        ]
        assert scores.sheet(candidacy, member.id).average == 6


def test_two_candidates_are_not_seen_at_one_time_and_only_the_shortlisted_are(arrange: Arrange):
    with arrange():
        vacancy, lead = make_vacancy(), make_user()
        one, other = make_candidacy(vacancy, *SHORTLISTED), make_candidacy(vacancy, *SHORTLISTED)
        interviews.arrange(one, FIRST, "", by=lead)
        with pytest.raises(CandidacyNotAllowed, match="is seen on 1 April 2026, 10:30am"):
            interviews.arrange(other, FIRST, "", by=lead)
        with pytest.raises(CandidacyNotAllowed, match="They were shortlisted on"):
            interviews.arrange(other, FIRST.replace(year=2020), "", by=lead)
        with pytest.raises(CandidacyNotAllowed, match="Only a shortlisted candidate"):
            interviews.arrange(make_candidacy(vacancy), SECOND, "", by=lead)


def test_notes_say_what_they_are_about_and_when_it_was(arrange: Arrange):
    with arrange():
        candidacy, lead = make_candidacy(make_vacancy()), make_user(name="Lea Lead")
        interviews.note(candidacy, "staff-engagement", date(2026, 3, 20), "Listened well", by=lead)
        for kind, day, text, message in (
            ("gossip", date(2026, 3, 20), "x", "Select what"),
            ("interview", date(2999, 1, 1), "x", "today or in the past"),
            ("interview", date(2026, 3, 20), " ", "Enter what was found"),
        ):
            with pytest.raises(CandidacyNotAllowed, match=message):
                interviews.note(candidacy, kind, day, text, by=lead)

        assert [(note.kind, note.text, by) for note, by in queries.notes(candidacy)] == [
            ("staff-engagement", "Listened well", "Lea Lead")
        ]
