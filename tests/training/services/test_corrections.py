from datetime import date

import pytest

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.errors import DomainError
from tracker.ledger.models import EventKind, EventVoid
from tracker.ledger.queries import standing_events
from tracker.training import services
from tracker.training.lifecycle import LeavingTrigger
from tracker.training.models import EnrolmentKey, EnrolmentLeaving, EventCohort
from tracker.training.services import Right


def test_a_correction_voids_the_wrong_entry_and_names_the_right_one(arrange: Arrange):
    with arrange() as session:
        enrolment, user = make_enrolment("in-training 2026-01-05", "completed 2026-03-01"), make_user()
        wrong = standing_events(enrolment.journey_id)[-1]

        right = services.correct(enrolment, wrong, Right("completed", date(2026, 4, 1)), reason="Typed wrong", by=user)

        void = session.get_one(EventVoid, wrong.id)
        assert (void.reason, void.voided_by_id, void.replaced_by_id) == ("Typed wrong", user.id, right.id)
        assert [event.effective_on for event in standing_events(enrolment.journey_id)][-1] == date(2026, 4, 1)


def test_what_was_said_with_an_entry_goes_over_to_the_right_one(arrange: Arrange):
    with arrange() as session:
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
        wrong = services.withdraw(enrolment, date(2026, 3, 1), LeavingTrigger.PERSON, "health", by=user)

        right = services.correct(enrolment, wrong, Right("withdrawn", date(2026, 3, 5)), reason="The 5th", by=user)

        assert session.get_one(EnrolmentLeaving, right.id).reason_code == "health"


def test_a_break_is_corrected_with_its_promise_and_cohort(arrange: Arrange):
    with arrange() as session:
        cohort, user = make_cohort(), make_user()
        enrolment = make_enrolment("in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01", cohort=cohort)
        wrong = standing_events(enrolment.journey_id)[-1]

        with pytest.raises(services.EnrolmentNotAllowed, match="planned return"):
            services.correct(enrolment, wrong, Right("on-break", date(2026, 2, 2)), reason="x", by=user)
        said = Right("on-break", date(2026, 2, 2), date(2026, 5, 1))
        right = services.correct(enrolment, wrong, said, reason="x", by=user)

        assert right.promised_on == date(2026, 5, 1)
        assert session.get_one(EventCohort, right.id).cohort_id == cohort.id


@pytest.mark.parametrize(
    ("stage", "day", "reason", "message"),
    [
        ("accepted", "2026-03-01", "x", "cannot go from ‘In training’ to ‘Accepted’"),
        ("withdrawn", "2026-03-01", "x", "use ‘Withdraw’"),
        ("completed", "2999-01-01", "x", "today or in the past"),
        ("completed", "2026-01-01", "x", "could then not follow|cannot go"),
        ("completed", "2026-03-02", " ", "Say why"),
    ],
)
def test_a_correction_the_rules_forbid_changes_nothing(
    arrange: Arrange, stage: str, day: str, reason: str, message: str
):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05", "completed 2026-03-01"), make_user()
        before = [event.id for event in standing_events(enrolment.journey_id)]
        right = Right(stage, date.fromisoformat(day))

        with pytest.raises(DomainError, match=message):
            services.correct(enrolment, standing_events(enrolment.journey_id)[-1], right, reason=reason, by=user)

        assert [event.id for event in standing_events(enrolment.journey_id)] == before


def test_an_entry_that_others_stand_on_is_not_taken_back(arrange: Arrange):
    with arrange():
        enrolment, user = (
            make_enrolment("applied 2026-01-05", "accepted 2026-01-06", "enrolled 2026-01-07"),
            make_user(),
        )

        with pytest.raises(DomainError, match="could then not follow"):
            services.take_back(enrolment, standing_events(enrolment.journey_id)[1], reason="x", by=user)


def test_an_entry_is_taken_back_once(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05", "completed 2026-01-06"), make_user()
        event = standing_events(enrolment.journey_id)[-1]
        services.take_back(enrolment, event, reason="x", by=user)

        with pytest.raises(DomainError, match="corrected already"):
            services.take_back(enrolment, event, reason="x", by=user)


def test_taking_back_a_move_puts_the_enrolment_on_the_cohort_it_left(arrange: Arrange):
    with arrange() as session:
        first, second, user, person = make_cohort(), make_cohort(), make_user(), make_person()
        enrolment = make_enrolment(
            "in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01", person=person, cohort=first
        )
        services.end_break(enrolment, date(2026, 3, 2), "in-training", second, by=user)
        move = next(one for one in standing_events(enrolment.journey_id) if one.kind is EventKind.TRANSFERRED)

        with pytest.raises(services.EnrolmentNotAllowed, match="taken back"):
            services.correct(enrolment, move, Right("in-training", date(2026, 3, 2)), reason="x", by=user)
        services.take_back(enrolment, move, reason="Wrong cohort", by=user)

        assert enrolment.cohort_id == first.id
        assert session.get(EnrolmentKey, (person.id, second.id)) is None
        assert session.get_one(EnrolmentKey, (person.id, first.id)).journey_id == enrolment.journey_id
