from datetime import date

import pytest

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.errors import DomainError
from tracker.ledger.models import EventKind
from tracker.ledger.queries import standing_events
from tracker.training import queries, services
from tracker.training.models import EnrolmentKey, EventCohort
from tracker.training.services import ReturnPromise


def test_a_break_keeps_the_day_and_the_cohort_of_the_return(arrange: Arrange):
    with arrange() as session:
        cohort, user = make_cohort("DSA-2"), make_user()
        enrolment = make_enrolment("in-training 2026-01-05")

        event = services.start_break(enrolment, date(2026, 2, 1), ReturnPromise(date(2026, 5, 1), cohort), by=user)

        named = session.get_one(EventCohort, event.id)
        assert (event.promised_on, named.cohort_id, named.is_known) == (date(2026, 5, 1), cohort.id, True)


def test_a_return_that_is_not_known_has_the_day_to_ask_again(arrange: Arrange):
    with arrange() as session:
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()

        event = services.start_break(enrolment, date(2026, 2, 1), ReturnPromise(date(2026, 5, 1), None), by=user)

        named = session.get_one(EventCohort, event.id)
        assert (event.promised_on, named.cohort_id, named.is_known) == (date(2026, 5, 1), None, False)


@pytest.mark.parametrize("day", ["2026-02-01", "2026-01-31", "2032-02-01", "9999-12-31"])
def test_a_promise_that_cannot_be_kept_is_refused(arrange: Arrange, day: str):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()

        with pytest.raises(services.EnrolmentNotAllowed, match=r"after the day|within five years"):
            services.start_break(enrolment, date(2026, 2, 1), ReturnPromise(date.fromisoformat(day), None), by=user)

        assert [event.stage for event in standing_events(enrolment.journey_id)] == ["in-training"]


def test_a_break_is_extended_as_often_as_is_needed_and_stays_one_break(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01"), make_user()

        services.extend_break(enrolment, date(2026, 2, 20), ReturnPromise(date(2026, 4, 1), None), by=user)
        services.extend_break(enrolment, date(2026, 3, 20), ReturnPromise(date(2026, 6, 1), None), by=user)

        stands = queries.standing([enrolment.journey_id])[enrolment.journey_id]
        assert (stands.stage, stands.promised_on) == ("on-break", date(2026, 6, 1))


def test_only_a_break_is_extended(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()

        with pytest.raises(DomainError):
            services.extend_break(enrolment, date(2026, 2, 20), ReturnPromise(date(2026, 4, 1), None), by=user)


def test_a_return_into_another_cohort_is_the_same_enrolment_and_both_cohorts_name_it(arrange: Arrange):
    with arrange() as session:
        first, second, user = make_cohort("DSA-1"), make_cohort("DSA-2"), make_user()
        person = make_person()
        enrolment = make_enrolment(
            "in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01", person=person, cohort=first
        )

        services.end_break(enrolment, date(2026, 3, 2), "in-training", second, by=user)

        assert enrolment.cohort is second
        keys = {cohort.code: session.get_one(EnrolmentKey, (person.id, cohort.id)) for cohort in (first, second)}
        assert {key.journey_id for key in keys.values()} == {enrolment.journey_id}
        kinds = [event.kind for event in standing_events(enrolment.journey_id)]
        assert kinds == [EventKind.STAGE, EventKind.STAGE, EventKind.STAGE, EventKind.TRANSFERRED]


def test_a_return_into_a_cohort_where_the_person_has_another_enrolment_is_refused(arrange: Arrange):
    with arrange():
        other, user, person = make_cohort("DSA-2"), make_user(), make_person()
        make_enrolment("applied 2026-01-05", person=person, cohort=other)
        enrolment = make_enrolment("in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01", person=person)

        with pytest.raises(services.EnrolmentNotAllowed, match="another enrolment on DSA-2"):
            services.end_break(enrolment, date(2026, 3, 2), "in-training", other, by=user)


def test_a_return_into_a_cohort_of_another_programme_is_refused(arrange: Arrange):
    with arrange():
        other, user = make_cohort("MDG-2", programme="mdatagov"), make_user()
        enrolment = make_enrolment("in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01")

        with pytest.raises(services.EnrolmentNotAllowed, match="MDG-2 is a cohort of another programme"):
            services.end_break(enrolment, date(2026, 3, 2), "in-training", other, by=user)


@pytest.mark.parametrize(("day", "stage"), [("2026-01-31", "in-training"), ("2026-03-01", "completed")])
def test_edge_52_a_return_before_the_break_or_to_what_is_no_return_is_refused(arrange: Arrange, day: str, stage: str):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01"), make_user()

        with pytest.raises(DomainError):
            services.end_break(enrolment, date.fromisoformat(day), stage, enrolment.cohort, by=user)


def test_edge_57_who_is_not_on_a_break_does_not_return(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("enrolled 2026-01-05"), make_user()

        with pytest.raises(services.EnrolmentNotAllowed, match="not on a break"):
            services.end_break(enrolment, date(2026, 2, 1), "in-training", enrolment.cohort, by=user)
