from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_user
from tracker.core.metric import NOW
from tracker.ledger.queries import standing_events
from tracker.training import queries, services
from tracker.training.metrics import METRICS
from tracker.training.models import CompletionEvidence
from tracker.training.services import Evidence, Right

TRAINED = next(metric for metric in METRICS if metric.code == "training.trained")
SHOWN = Evidence("Certificate 7", "https://certificates.example/7")


def test_a_completion_keeps_what_shows_it_and_a_corrected_day_keeps_it_too(arrange: Arrange):
    with arrange() as session:
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()

        event = services.complete(enrolment, date(2026, 3, 2), SHOWN, by=user, note="With distinction")
        right = services.correct(enrolment, event, Right("completed", date(2026, 3, 3)), reason="A day later", by=user)

        kept = session.get_one(CompletionEvidence, right.id)
        assert (kept.text, kept.url) == ("Certificate 7", "https://certificates.example/7")
        line = queries.entries([enrolment.journey_id])[-1]
        assert (line.evidence, line.evidence_url) == ("Certificate 7", "https://certificates.example/7")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//certificates.example",
        "certificates.example/7",
        "https://",
        "https://user:word@certificates.example",
        "https://certificates.example/a b",
        "https://[broken",
        "https://certificates.example/" + "x" * 2_000,
    ],
)
def test_an_address_that_is_no_page_is_refused_without_being_opened(arrange: Arrange, url: str):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()

        with pytest.raises(services.EnrolmentNotAllowed, match="web address") as refusal:
            services.complete(enrolment, date(2026, 3, 2), Evidence("Certificate", url), by=user)

        assert refusal.value.field == "url"
        assert len(standing_events(enrolment.journey_id)) == 1


def test_a_completion_without_anything_that_shows_it_is_refused(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()

        with pytest.raises(services.EnrolmentNotAllowed, match="what shows"):
            services.complete(enrolment, date(2026, 3, 2), Evidence("  "), by=user)


def test_an_appeal_counts_from_the_day_it_was_decided_and_the_first_decision_stays(arrange: Arrange):
    with arrange() as session:
        enrolment, user = make_enrolment("in-training 2026-01-05", "not-completed 2026-03-02"), make_user()

        services.appeal(enrolment, date(2026, 4, 1), SHOWN, by=user)

        assert [event.stage for event in standing_events(enrolment.journey_id)][-2:] == ["not-completed", "completed"]
        span = TRAINED.numerator(NOW).subquery()
        assert str(session.execute(select(span.c.starts_on)).scalar_one()) == "2026-04-01"


def test_only_not_completed_is_appealed_against_and_a_resit_goes_on_in_training(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
        with pytest.raises(services.EnrolmentNotAllowed, match="Only ‘not completed’"):
            services.appeal(enrolment, date(2026, 4, 1), SHOWN, by=user)

        services.record_stage(enrolment, "not-completed", date(2026, 3, 2), by=user)
        services.record_stage(enrolment, "in-training", date(2026, 3, 9), by=user)
        services.complete(enrolment, date(2026, 4, 1), SHOWN, by=user)

        assert [event.stage for event in standing_events(enrolment.journey_id)] == [
            "in-training",
            "not-completed",
            "in-training",
            "completed",
        ]
