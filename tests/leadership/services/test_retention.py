import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import inspect, select, text

from tests.conftest import Arrange
from tests.factories import make_person, make_user
from tests.leadership.recruiting import TO_APPOINTABLE, make_campaign, make_candidacy, make_vacancy, seat
from tracker.accounts.models import AuditEntry
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.leadership.models import Candidacy, Candidate
from tracker.leadership.services import candidacies, interviews, retention, scores
from tracker.leadership.services.candidacies import Applicant
from tracker.ledger.models import StageSpan
from tracker.progress.figures import ALL
from tracker.progress.queries.answers import live_answer
from tracker.progress.registry import METRICS
from tracker.progress.structure import load_structure
from tracker.register import held, services

WORDS = ("Zephyrine", "Quillfeather", "z.quill")
FILLED = ("approval 2024-01-05", "closed 2024-03-01", "in-post 2024-06-03")
ENDED_ON = date(2024, 6, 30)


def candidate_with_words_everywhere(campaign_ended: date | None = ENDED_ON) -> Candidacy:
    vacancy = make_vacancy(*FILLED[:2], campaign=make_campaign(ended_on=campaign_ended), criteria=["Strategy"])
    lead, member = make_user(), seat(vacancy)
    applicant = Applicant("Zephyrine", "Quillfeather", "z.quill@example.com")
    candidacy = candidacies.add(vacancy, applicant, date(2024, 2, 1), by=lead, note="Zephyrine sent a letter")
    scores.stand_back(candidacy, "Zephyrine is my sister", by=member)
    for stage, day in (("sifted-in", 5), ("shortlisted", 8)):
        candidacies.record(candidacy, stage, date(2024, 3, day), by=lead)
    interviews.arrange(candidacy, datetime(2024, 4, 1, 9, tzinfo=UTC), "At Quillfeather House", by=lead)
    at = datetime(2024, 4, 2, 9, tzinfo=UTC)
    interviews.arrange(candidacy, at, "At Quillfeather House", by=lead, reason="Zephyrine is ill")
    interviews.note(candidacy, "interview", date(2024, 4, 2), "Zephyrine spoke well", by=lead)
    candidacies.end(candidacy, "rejected", "other", date(2024, 4, 3), by=lead, note="Zephyrine was told")
    candidacies.take_back(candidacy, reason="Not Zephyrine", by=lead)
    candidacies.end(candidacy, "rejected", "not-met-at-interview", date(2024, 4, 4), by=lead)
    return candidacy


def forget_due(day: date) -> int:
    """Forget whoever is due, as the night does; how many they were."""
    found = retention.due(day)
    for candidate in found:
        retention.forget(candidate, by=None)
    return len(found)


def mentions(app: Flask) -> set[str]:
    found = set()
    with app.app_context():
        for table in inspect(db.engine).get_table_names():
            for row in db.session.execute(text(f'SELECT * FROM "{table}"')).mappings():
                said = ((name, str(value).casefold()) for name, value in row.items())
                found |= {f"{table}.{name}" for name, value in said if any(one.casefold() in value for one in WORDS)}
    return found


def figures(app: Flask) -> list[Any]:
    with app.app_context():
        structure = load_structure()
        metrics = [metric for code, metric in METRICS.items() if code.startswith("leadership.")]
        return [
            (one.metric.code, one.numerator, one.denominator, one.value)
            for day in (date(2024, 4, 1), date(2024, 12, 31), date(2026, 6, 30))
            for one in live_answer(structure, [ALL, structure.scope("home-office")], metrics, day, None)
        ]


def test_173_a_candidate_who_is_forgotten_is_named_nowhere_and_all_counts_stay(app: Flask, arrange: Arrange):
    with arrange():
        candidate_with_words_everywhere()
    before, named = figures(app), mentions(app)
    with arrange():
        assert forget_due(date(2026, 6, 29)) == 0
        assert forget_due(date(2026, 6, 30)) == 1
        assert forget_due(date(2026, 6, 30)) == 0

    wanted = {"candidate.first_name", "candidate.email", "event_note.text", "event_void.reason", "recusal.reason"}
    assert wanted | {"interview.place", "interview.moved_reason", "assessment_note.text"} <= named
    assert mentions(app) == set()
    assert figures(app) == before
    with app.app_context():
        standing = select(StageSpan.stage).join(Candidacy, Candidacy.journey_id == StageSpan.journey_id)
        assert db.session.scalars(standing.where(StageSpan.ends_on == LAST_DAY)).all() == ["rejected"]
        done = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "candidate.anonymised")).one()
        assert json.loads(done.after or "") == {"candidacies": 1}


def test_174_the_time_starts_anew_with_another_campaign_and_nobody_falls_out_of_every_rule(arrange: Arrange):
    with arrange():
        old = make_vacancy(*FILLED, campaign=make_campaign(ended_on=ENDED_ON))
        later = make_vacancy(*FILLED, campaign=make_campaign(ended_on=date(2025, 6, 30)))
        # Nobody declared this campaign over: it ended with its last vacancy, on 3 June 2024.
        undeclared = make_vacancy(*FILLED)
        both, alone = (
            make_candidacy(old, "rejected 2024-03-05"),
            make_candidacy(undeclared, "rejected 2024-03-05"),
        )
        make_candidacy(later, "rejected 2025-05-01", candidate=both.candidate)

        forget_due(date(2026, 6, 30))
        assert both.candidate.anonymised_at is None
        assert alone.candidate.anonymised_at is not None
        assert retention.kept_and_due(date(2027, 6, 29)) == (1, 0)
        assert forget_due(date(2027, 6, 30)) == 1


def test_somebody_who_still_waits_or_whose_campaign_goes_on_is_kept(arrange: Arrange):
    with arrange():
        over = make_vacancy(*FILLED, campaign=make_campaign(ended_on=ENDED_ON))
        make_candidacy(over, *TO_APPOINTABLE, "reserve 2026-04-12")
        make_candidacy(make_vacancy("approval 2020-01-05"), "rejected 2020-03-01")

        assert forget_due(date(2030, 1, 1)) == 0


def test_the_time_is_a_setting_within_bounds(arrange: Arrange):
    with arrange():
        make_candidacy(make_vacancy(*FILLED, campaign=make_campaign(ended_on=ENDED_ON)), "rejected 2024-03-01")
        assert retention.months_kept() == 24
        with pytest.raises(DomainError, match="from 1 to 120"):
            retention.keep_for(0, by=make_user())
        retention.keep_for(12, by=make_user())

        assert retention.kept_and_due(date(2025, 6, 30)) == (1, 1)


def test_whoever_was_appointed_stays_tied_to_the_person_they_are(arrange: Arrange):
    with arrange():
        person = make_person(ref="P-1")
        vacancy = make_vacancy(*FILLED, campaign=make_campaign(ended_on=ENDED_ON))
        appointed = make_candidacy(vacancy, "applied 2024-02-01", "in-post 2024-06-03", person_id=person.id)
        rejected = make_candidacy(vacancy, "rejected 2024-03-01", person_id=make_person().id)

        assert forget_due(date(2026, 7, 1)) == 2
        assert (appointed.candidate.person_id, rejected.candidate.person_id) == (person.id, None)


def test_subject_access_and_erasure_find_a_candidate_by_their_own_reference(app: Flask, arrange: Arrange):
    with arrange():
        ref = candidate_with_words_everywhere().candidate.ref
    with app.app_context():
        told = held.told(held.subject_of(ref))

    assert [(one["First name"], one["Last name"]) for one in told["As a candidate"]] == [("Zephyrine", "Quillfeather")]
    assert [one["What"] for one in told["Events of journeys"]] == [
        "applied", "sifted-in", "shortlisted", "rejected", "rejected",
    ]  # fmt: skip
    assert {one["Note"] for one in told["Notes of assessments"]} == {"Zephyrine spoke well"}
    assert (
        told["Personal details" if "Personal details" in told else "Postings" if "Postings" in told else "Mail"] == []
    )
    with arrange():
        services.anonymise(ref, despite="", actor=None)
    assert mentions(app) == set()


def test_somebody_whose_candidacy_goes_on_is_not_forgotten_yet_and_a_person_is_with_all_their_candidacies(
    app: Flask, arrange: Arrange
):
    with arrange():
        make_person(ref="P-1", email="z.quill@example.com", first_name="Zephyrine", last_name="Quillfeather")
        going = make_candidacy(
            make_vacancy(), first_name="Zephyrine", last_name="Quillfeather", email="Z.Quill@example.com"
        )
        with pytest.raises(services.AnonymisingNotAllowed, match=f"candidacy for {going.vacancy.ref} is under way"):
            services.anonymise("P-1", despite="", actor=None)
    with arrange() as session, time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        candidacies.end(session.merge(going), "withdrawn", "personal", date(2026, 3, 1), by=make_user())
        services.anonymise("P-1", despite="", actor=None)

    assert mentions(app) == set()
    with app.app_context():
        assert db.session.scalars(select(Candidate.anonymised_at)).one() is not None
