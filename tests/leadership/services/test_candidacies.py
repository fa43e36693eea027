from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person, make_user
from tests.leadership.recruiting import TO_APPOINTABLE, make_candidacy, make_vacancy
from tracker.accounts.models import AuditEntry
from tracker.core.db import db
from tracker.leadership.models import Advert, Candidacy, CandidacyLeaving, Candidate
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import candidacies
from tracker.leadership.services.candidacies import Applicant, CandidacyNotAllowed
from tracker.ledger.services import MoveNotAllowed

CORA = Applicant("Cora", "Quill", "cora.quill@example.com")


def test_a_candidate_is_known_by_a_reference_that_says_nothing(app: Flask, arrange: Arrange):
    with arrange():
        vacancy, lead = make_vacancy(), make_user()
        candidacy = candidacies.add(vacancy, CORA, date(2026, 2, 1), by=lead)

        assert candidacy.candidate.ref.startswith("C-")
        assert "Quill" not in candidacy.candidate.ref
        assert queries.standing(candidacy).stage == "applied"
        assert candidacy.journey.person_id is None

    with app.app_context():
        said = " ".join(f"{one.subject_ref} {one.after}" for one in db.session.scalars(select(AuditEntry)))
        assert "candidacy.added" in {one.verb for one in db.session.scalars(select(AuditEntry))}
        assert "quill" not in said.casefold()


def test_the_same_candidate_applies_for_another_vacancy_by_their_reference_and_not_twice_for_one(arrange: Arrange):
    with arrange():
        first, second, lead = make_vacancy(), make_vacancy(), make_user()
        ref = candidacies.add(first, CORA, date(2026, 2, 1), by=lead).candidate.ref
        with pytest.raises(CandidacyNotAllowed, match=f"{ref} has this address"):
            candidacies.add(second, CORA, date(2026, 2, 1), by=lead)
        with pytest.raises(CandidacyNotAllowed, match="Leave the name and address empty"):
            candidacies.add(second, Applicant("Somebody", "Else", ref=ref), date(2026, 2, 1), by=lead)
        candidacies.add(second, Applicant(ref=ref), date(2026, 2, 1), by=lead)
        with pytest.raises(CandidacyNotAllowed, match="applied for this vacancy already"):
            candidacies.add(second, Applicant(ref=ref), date(2026, 2, 1), by=lead)

        assert len(db.session.scalars(select(Candidate)).all()) == 1


@pytest.mark.parametrize(
    ("applicant", "message"),
    [
        (Applicant(), "Enter the name"),
        (Applicant("=Cora", "Quill"), "cannot start with"),
        (Applicant("Cora", "Quill", "cora"), "Enter an email address"),
        (Applicant("Cora", "Quill", person_ref="P-nobody"), "nobody with this reference"),
        (Applicant(ref="C-nobody"), "no candidate with this reference"),
    ],
)
def test_an_applicant_who_is_not_in_order_is_refused_and_adds_nothing(
    arrange: Arrange, applicant: Applicant, message: str
):
    with arrange():
        vacancy, lead = make_vacancy(), make_user()
        with pytest.raises(CandidacyNotAllowed, match=message):
            candidacies.add(vacancy, applicant, date(2026, 2, 1), by=lead)

        assert db.session.scalars(select(Candidate)).all() == []
        assert db.session.scalars(select(Candidacy)).all() == []


def test_166_the_advert_closes_at_its_instant_in_london_and_late_applications_are_told_so(arrange: Arrange):
    # 23:59 on 15 July in London is 22:59 in UTC: the day counted is London's.
    with arrange() as session:
        vacancy, lead = make_vacancy("approval 2026-06-01", "advert 2026-06-20"), make_user()
        vacancy.advert = Advert(campaign_id=vacancy.campaign_id, closes_at=datetime(2026, 7, 15, 22, 59, tzinfo=UTC))
        session.flush()
        with pytest.raises(CandidacyNotAllowed, match="closed on 15 July 2026, 11:59pm London time"):
            candidacies.add(vacancy, CORA, date(2026, 7, 16), by=lead)
        with time_machine.travel(datetime(2026, 7, 17, 9, tzinfo=UTC), tick=False):
            kept = candidacies.add(vacancy, CORA, date(2026, 7, 15), by=lead)

        assert queries.standing(kept).since == date(2026, 7, 15)


def test_167_an_advert_without_a_closing_day_stays_open_until_the_vacancy_ends(arrange: Arrange):
    with arrange() as session:
        vacancy, lead = make_vacancy("approval 2026-06-01", "advert 2026-06-20"), make_user()
        vacancy.advert = Advert(campaign_id=vacancy.campaign_id)
        session.flush()
        candidacies.add(vacancy, CORA, date(2026, 9, 16), by=lead)
        ended = make_vacancy("approval 2026-06-01", "cancelled 2026-07-01")
        with pytest.raises(CandidacyNotAllowed, match="takes no candidates: it is at ‘Cancelled’"):
            candidacies.add(ended, Applicant("Dora", "Byron"), date(2026, 6, 16), by=lead)


def test_the_four_ways_to_leave_stay_distinct_and_each_takes_only_its_own_reasons(arrange: Arrange):
    with arrange():
        lead, vacancy = make_user(), make_vacancy()
        rejected, withdrawn = make_candidacy(vacancy), make_candidacy(vacancy)
        candidacies.end(rejected, "rejected", "not-met-at-sift", date(2026, 3, 10), by=lead)
        candidacies.end(withdrawn, "withdrawn", "location", date(2026, 3, 10), by=lead)
        third = make_candidacy(vacancy)
        for stage, reason in (("rejected", "location"), ("withdrawn", "not-met-at-sift"), ("rejected", "")):
            with pytest.raises(CandidacyNotAllowed, match="Select the reason"):
                candidacies.end(third, stage, reason, date(2026, 3, 10), by=lead)
        with pytest.raises(CandidacyNotAllowed, match="Select how it ended"):
            candidacies.end(third, "declined", "location", date(2026, 3, 10), by=lead)

        assert [queries.standing(one).stage for one in (rejected, withdrawn, third)] == [
            "rejected", "withdrawn", "applied",
        ]  # fmt: skip
        assert sorted(one.reason_code for one in db.session.scalars(select(CandidacyLeaving))) == [
            "location", "not-met-at-sift",
        ]  # fmt: skip


def test_stages_out_of_order_are_refused(arrange: Arrange):
    with arrange():
        lead, candidacy = make_user(), make_candidacy(make_vacancy())
        with pytest.raises(MoveNotAllowed, match="cannot go from ‘Applied’ to ‘Interviewed’"):
            candidacies.record(candidacy, "interviewed", date(2026, 3, 1), by=lead)
        with pytest.raises(CandidacyNotAllowed, match="Select the new stage"):
            candidacies.record(candidacy, "in-post", date(2026, 3, 1), by=lead)

        assert queries.standing(candidacy).stage == "applied"


def test_172_a_rejection_that_is_taken_back_leaves_the_very_stage_there_was(arrange: Arrange):
    with arrange():
        lead, candidacy = make_user(), make_candidacy(make_vacancy(), *TO_APPOINTABLE[:3])
        candidacies.end(candidacy, "rejected", "not-met-at-interview", date(2026, 4, 3), by=lead)
        candidacies.take_back(candidacy, reason="The wrong candidate", by=lead)

        stands = queries.standing(candidacy)
        assert (stands.stage, stands.since) == ("shortlisted", date(2026, 3, 16))
        assert [line.event.void is not None for line in queries.lines(candidacy)] == [False, False, False, True]


def test_the_first_entry_is_not_taken_back(arrange: Arrange):
    with arrange():
        lead, candidacy = make_user(), make_candidacy(make_vacancy())
        with pytest.raises(CandidacyNotAllowed, match="first entry"):
            candidacies.take_back(candidacy, reason="Wrong", by=lead)


def test_a_candidate_may_be_tied_to_somebody_the_programme_knows(arrange: Arrange):
    with arrange():
        make_person(ref="P-9")
        applicant = Applicant("Cora", "Quill", person_ref="P-9")
        candidacy = candidacies.add(make_vacancy(), applicant, date(2026, 2, 1), by=make_user())

        assert candidacy.candidate.person is not None
        assert candidacy.candidate.person.ref == "P-9"
