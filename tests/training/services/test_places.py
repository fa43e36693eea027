"""Places: never more people than there are, whoever asks and however; who waits comes first."""

from datetime import date

import pytest

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.errors import DomainError
from tracker.training import queries, services
from tracker.training.lifecycle import LeavingTrigger
from tracker.training.models import Enrolment
from tracker.training.services.places import without_place

DAY = date(2026, 3, 2)


def test_a_full_cohort_takes_nobody_more_but_who_asks_for_a_place_may_wait(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort("DSA-1", capacity=1), make_user()
        make_enrolment("in-training 2026-01-05", person=make_person(), cohort=cohort)
        person = make_person()

        with pytest.raises(services.NoPlace, match="DSA-1 is full: all of its 1 places are taken") as refused:
            services.enrol(person, cohort, "accepted", DAY, by=user)

        assert refused.value.field == "cohort"
        asked = services.enrol(person, cohort, "applied", DAY, by=user)
        with pytest.raises(services.NoPlace):
            services.record_stage(asked, "accepted", DAY, by=user)
        services.join_waiting_list(asked, by=user)
        assert list(queries.waiting(cohort)) == [asked.journey_id]


def test_a_place_that_becomes_free_belongs_to_the_first_who_waits_and_the_others_move_up(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort(capacity=1), make_user()
        holder = make_enrolment("in-training 2026-01-05", person=make_person(), cohort=cohort)
        first, second, newcomer = (services.enrol(make_person(), cohort, "applied", DAY, by=user) for _ in range(3))
        for one in (first, second):
            services.join_waiting_list(one, by=user)
        services.withdraw(holder, DAY, LeavingTrigger.PERSON, "other", by=user)

        with pytest.raises(services.NoPlace, match="2 on the waiting list come first"):
            services.record_stage(newcomer, "accepted", DAY, by=user)
        with pytest.raises(services.NoPlace, match="1 on the waiting list come first"):
            services.record_stage(second, "accepted", DAY, by=user)
        services.record_stage(first, "accepted", DAY, by=user)

        assert list(queries.waiting(cohort)) == [second.journey_id]
        assert queries.places_taken(cohort) == 1


def test_who_leaves_the_waiting_list_loses_the_place_in_it_and_joining_twice_keeps_it(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort(capacity=1), make_user()
        make_enrolment("in-training 2026-01-05", person=make_person(), cohort=cohort)
        first, second = (services.enrol(make_person(), cohort, "applied", DAY, by=user) for _ in range(2))
        for one in (first, second, first):
            services.join_waiting_list(one, by=user)
        assert list(queries.waiting(cohort)) == [first.journey_id, second.journey_id]

        services.leave_waiting_list(first, by=user)
        services.join_waiting_list(first, by=user)

        assert list(queries.waiting(cohort)) == [second.journey_id, first.journey_id]
        services.leave_waiting_list(first, by=user)
        with pytest.raises(services.NoPlace, match="not on the waiting list any more"):
            services.leave_waiting_list(first, by=user)


def test_only_somebody_without_a_place_waits_for_one(arrange: Arrange):
    with arrange():
        enrolment = make_enrolment("in-training 2026-01-05")

        with pytest.raises(services.NoPlace, match="no place yet"):
            services.join_waiting_list(enrolment, by=make_user())


@pytest.mark.parametrize("stages", [["completed", "in-role"], ["not-completed", "in-training"]])
def test_who_has_a_place_keeps_it_whatever_is_recorded_next(arrange: Arrange, stages: list[str]):
    with arrange():
        cohort, user = make_cohort(capacity=1), make_user()
        enrolment = make_enrolment("in-training 2026-01-12", person=make_person(), cohort=cohort)

        for stage in stages:
            if stage == "completed":
                services.complete(enrolment, DAY, services.Evidence("Certificate"), by=user)
            else:
                services.record_stage(enrolment, stage, DAY, by=user)

        assert queries.places_taken(cohort) == 1


def test_somebody_comes_back_only_while_there_is_a_place(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort(capacity=1), make_user()
        left = make_enrolment("in-training 2026-01-05", "withdrawn 2026-02-02", person=make_person(), cohort=cohort)
        make_enrolment("in-training 2026-02-09", person=make_person(), cohort=cohort)

        with pytest.raises(services.NoPlace, match="is full"):
            services.reinstate(left, DAY, by=user)


def test_a_late_entry_about_somebody_who_has_left_needs_no_place(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort(capacity=1), make_user()
        left = make_enrolment("accepted 2026-01-05", "withdrawn 2026-02-02", person=make_person(), cohort=cohort)
        make_enrolment("in-training 2026-02-09", person=make_person(), cohort=cohort)

        services.record_stage(left, "enrolled", date(2026, 1, 12), by=user)

        assert queries.places_taken(cohort) == 1


def test_a_return_from_a_break_into_a_full_cohort_is_refused_and_changes_nothing(arrange: Arrange):
    with arrange():
        old, full, user = make_cohort(), make_cohort("DSA-FULL", capacity=1), make_user()
        make_enrolment("in-training 2026-01-05", person=make_person(), cohort=full)
        away = make_enrolment(
            "in-training 2026-01-05", "on-break 2026-01-20 until 2026-02-20", person=make_person(), cohort=old
        )

        with pytest.raises(DomainError, match="DSA-FULL is full"):
            services.end_break(away, DAY, "in-training", full, by=user)

        assert queries.places_taken(full) == 1


def test_without_a_number_of_places_there_is_room_for_everybody(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort(), make_user()
        for _ in range(3):
            services.enrol(make_person(), cohort, "accepted", DAY, by=user)

        assert queries.places_taken(cohort) == 3


def accept(enrolments: list[Enrolment]) -> set[int]:
    """Which of them cannot be accepted at once."""
    return set(without_place({enrolments[0].cohort: [one.journey_id for one in enrolments]}))


def test_of_many_at_once_who_waits_comes_first_and_the_others_as_far_as_places_go(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort(capacity=3), make_user()
        make_enrolment("in-training 2026-01-05", person=make_person(), cohort=cohort)
        one, two, three, waits = (services.enrol(make_person(), cohort, "applied", DAY, by=user) for _ in range(4))
        services.join_waiting_list(waits, by=user)

        assert accept([one, two]) == {two.journey_id}
        assert accept([one, two, three, waits]) == {two.journey_id, three.journey_id}
        assert accept([waits]) == set()


def test_many_at_once_cannot_take_more_places_than_there_are(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort("DSA-1", capacity=1), make_user()
        enrolments = [services.enrol(make_person(), cohort, "applied", DAY, by=user) for _ in range(2)]

        refused = services.refusals(enrolments, services.ReachStage("accepted", DAY))

        assert list(refused) == [enrolments[1].journey_id]
        assert "DSA-1 is full" in refused[enrolments[1].journey_id]


def test_many_moved_at_once_need_places_on_the_cohort_they_move_to(arrange: Arrange):
    with arrange():
        full = make_cohort("DSA-FULL", capacity=1)
        enrolments = [make_enrolment("in-training 2026-01-05", person=make_person()) for _ in range(2)]

        refused = services.refusals(enrolments, services.GoOnWith(DAY, full))

        assert list(refused) == [enrolments[1].journey_id]
