from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.metric import NOW
from tracker.ledger.queries import standing_events
from tracker.training import queries, services
from tracker.training.lifecycle import LeavingTrigger
from tracker.training.metrics import METRICS
from tracker.training.models import EnrolmentKey

TRAINED = next(metric for metric in METRICS if metric.code == "training.trained")


@pytest.mark.parametrize("stage", ["nominated", "accepted", "enrolled", "in-training"])
def test_edge_49_an_enrolment_is_put_off_before_its_start_and_can_still_be_withdrawn(arrange: Arrange, stage: str):
    with arrange():
        enrolment, later = make_enrolment(f"{stage} 2026-01-05"), make_cohort("LATER")
        user, left = make_user(), enrolment.cohort

        services.defer(enrolment, later, date(2026, 2, 2), by=user)
        services.withdraw(enrolment, date(2026, 3, 2), LeavingTrigger.PERSON, "workload", by=user)

        assert enrolment.cohort is later
        events = [(event.stage, event.effective_on) for event in standing_events(enrolment.journey_id)]
        assert events == [(stage, date(2026, 1, 5)), (None, date(2026, 2, 2)), ("withdrawn", date(2026, 3, 2))]
        named = db.session.scalars(
            select(EnrolmentKey.cohort_id).where(EnrolmentKey.journey_id == enrolment.journey_id)
        )
        assert set(named) == {left.id, later.id}


def test_edge_50_a_break_without_any_day_of_return_is_withdrawn_from_on_a_day_that_is_stated(arrange: Arrange):
    with arrange():
        enrolment = make_enrolment("in-training 2026-01-05", "on-break 2026-02-02")

        services.withdraw(enrolment, date(2026, 3, 2), LeavingTrigger.PERSON, "workload", by=make_user())

        assert [event.effective_on for event in standing_events(enrolment.journey_id)][-1] == date(2026, 3, 2)


def test_edge_58_who_completed_is_not_withdrawn_and_the_completion_stays(arrange: Arrange):
    with arrange():
        enrolment = make_enrolment("in-training 2026-01-05", "completed 2026-02-02")

        with pytest.raises(DomainError):
            services.withdraw(enrolment, date(2026, 3, 2), LeavingTrigger.PERSON, "workload", by=make_user())

        assert [event.stage for event in standing_events(enrolment.journey_id)] == ["in-training", "completed"]


def test_edge_54_whoever_was_put_off_is_one_person_with_one_completion(arrange: Arrange):
    with arrange() as session:
        enrolment, later, user = make_enrolment("in-training 2026-01-05"), make_cohort("LATER"), make_user()

        services.defer(enrolment, later, date(2026, 2, 2), by=user)
        services.complete(enrolment, date(2026, 3, 2), services.Evidence("Certificate 7"), by=user)

        span = TRAINED.numerator(NOW).subquery()
        assert session.execute(select(span.c.record_id, span.c.journey_id)).all() == [
            (enrolment.person.id, enrolment.journey_id)
        ]
        assert len(queries.enrolments_of(enrolment.person)) == 1


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        ("completed", "has ended on its cohort"),
        ("withdrawn", "has ended on its cohort"),
        ("not-completed", "has ended on its cohort"),
        ("in-role", "has ended on its cohort"),
        ("on-break", "record the return into the cohort"),
    ],
)
def test_edge_67_a_cohort_with_facts_already_counted_is_not_changed(arrange: Arrange, stage: str, message: str):
    with arrange():
        enrolment, later, user = make_enrolment(f"{stage} 2026-01-05"), make_cohort("LATER"), make_user()

        with pytest.raises(services.EnrolmentNotAllowed, match=message):
            services.defer(enrolment, later, date(2026, 2, 2), by=user)

        assert len(standing_events(enrolment.journey_id)) == 1


def test_edge_67_there_is_a_way_back_from_a_change_of_cohort(arrange: Arrange):
    with arrange():
        enrolment, later, user = make_enrolment("enrolled 2026-01-05"), make_cohort("LATER"), make_user()
        first = enrolment.cohort
        move = services.defer(enrolment, later, date(2026, 2, 2), by=user)

        services.take_back(enrolment, move, reason="Somebody else", by=user)

        assert enrolment.cohort_id == first.id
        assert queries.enrolment_on(enrolment.person.id, later.id) is None


def test_edge_73_moved_twice_in_a_day_or_moved_back_keeps_every_line_and_one_cohort(arrange: Arrange):
    with arrange():
        enrolment, other, user = make_enrolment("enrolled 2026-01-05"), make_cohort("OTHER"), make_user()
        first = enrolment.cohort

        services.defer(enrolment, other, date(2026, 2, 2), by=user)
        services.defer(enrolment, first, date(2026, 2, 2), by=user)

        assert enrolment.cohort is first
        assert len(standing_events(enrolment.journey_id)) == 3


def test_a_cohort_that_cannot_be_gone_on_with_is_refused(arrange: Arrange):
    with arrange():
        person, user = make_person(), make_user()
        enrolment = make_enrolment("enrolled 2026-01-05", person=person)
        taken, elsewhere = make_cohort("TAKEN"), make_cohort("ELSEWHERE", programme="mdatagov")
        closed, open_one = make_cohort("CLOSED", closed_at=now()), make_cohort("OPEN")
        make_enrolment("nominated 2026-01-05", person=person, cohort=taken)

        for cohort, day, message in (
            (enrolment.cohort, "2026-02-02", "already"),
            (elsewhere, "2026-02-02", "another programme"),
            (taken, "2026-02-02", "another enrolment on TAKEN"),
            (closed, "2026-02-02", "is closed"),
            (open_one, "2999-01-01", "today or in the past"),
            (open_one, "2026-01-04", "began only on 5 January 2026"),
        ):
            with pytest.raises(DomainError, match=message):
                services.defer(enrolment, cohort, date.fromisoformat(day), by=user)

        assert len(standing_events(enrolment.journey_id)) == 1
