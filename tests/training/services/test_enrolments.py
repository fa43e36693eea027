from datetime import date, timedelta

import pytest

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.accounts.queries import audit_entries
from tracker.core.clock import today
from tracker.core.errors import DomainError
from tracker.ledger.queries import standing_events
from tracker.training import services
from tracker.training.lifecycle import LeavingTrigger
from tracker.training.models import Enrolment, EnrolmentLeaving
from tracker.training.services import Evidence


def history(enrolment: Enrolment) -> list[tuple[str | None, str]]:
    """What counts now, as (stage, day)."""
    return [(event.stage, event.effective_on.isoformat()) for event in standing_events(enrolment.journey_id)]


def test_an_enrolment_begins_with_its_first_stage_and_stands_in_the_audit_trail(arrange: Arrange):
    with arrange():
        person, cohort, user = make_person(ref="HO-1"), make_cohort("DSA-1"), make_user()

        enrolment = services.enrol(person, cohort, "applied", date(2026, 1, 5), by=user, note="By letter")

        assert history(enrolment) == [("applied", "2026-01-05")]
        ref, user_id = enrolment.ref, user.id
    with arrange() as session:
        entry = session.scalars(audit_entries(subject=f"enrolment:{ref}")).one()
        assert (entry.verb, entry.actor_id) == ("enrolment.begun", user_id)
        assert {change["field"]: change["after"] for change in entry.changes}["cohort"] == "DSA-1"


def test_edge_63_the_same_person_on_the_same_cohort_is_one_enrolment(arrange: Arrange):
    with arrange():
        person, cohort, user = make_person(), make_cohort("DSA-1"), make_user()
        enrolment = services.enrol(person, cohort, "applied", date(2026, 1, 5), by=user)

        with pytest.raises(services.EnrolmentNotAllowed, match="already has an enrolment on DSA-1"):
            services.enrol(person, cohort, "applied", date(2026, 2, 5), by=user)

        services.take_back(enrolment, standing_events(enrolment.journey_id)[0], reason="Another Ann", by=user)
        again = services.enrol(person, cohort, "accepted", date(2026, 2, 5), by=user)
        assert again.journey_id == enrolment.journey_id
        assert history(again) == [("accepted", "2026-02-05")]


@pytest.mark.parametrize(
    ("stage", "day", "message"),
    [
        ("in-training", "2026-02-02", "cannot go from ‘Applied’ to ‘In training’"),
        ("accepted", "2026-01-01", "could then not follow|cannot go from"),
        ("accepted", "2999-01-01", "today or in the past"),
        ("on-break", "2026-02-02", "use ‘Put on a break’"),
        ("withdrawn", "2026-02-02", "use ‘Withdraw’"),
        ("applied", "2026-01-05", "already recorded for 5 January 2026"),
    ],
)
def test_a_stage_the_rules_forbid_is_refused_and_adds_nothing(arrange: Arrange, stage: str, day: str, message: str):
    with arrange():
        enrolment, user = make_enrolment("applied 2026-01-05"), make_user()

        with pytest.raises(DomainError, match=message):
            services.record_stage(enrolment, stage, date.fromisoformat(day), by=user)

        assert history(enrolment) == [("applied", "2026-01-05")]


def test_edge_69_a_withdrawal_keeps_who_brought_it_about_and_why(arrange: Arrange):
    with arrange() as session:
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()

        event = services.withdraw(enrolment, date(2026, 3, 1), LeavingTrigger.PROVIDER, "attendance", by=user)

        leaving = session.get_one(EnrolmentLeaving, event.id)
        assert (leaving.trigger, leaving.reason_code) == (LeavingTrigger.PROVIDER, "attendance")
        with pytest.raises(services.EnrolmentNotAllowed, match="Select why"):
            services.withdraw(enrolment, date(2026, 3, 2), LeavingTrigger.PERSON, "bored", by=user)


PLANNED = {"starts_on": date(2026, 2, 2), "ends_on": date(2026, 6, 30)}


@pytest.mark.parametrize(
    ("day", "message"), [("2026-02-01", "begins on 2 February 2026"), ("2026-07-01", "ended on 30 June 2026")]
)
def test_edge_29_nobody_starts_outside_the_days_of_their_cohort(arrange: Arrange, day: str, message: str):
    with arrange():
        cohort, on, user = make_cohort("DSA-1", **PLANNED), date.fromisoformat(day), make_user()
        enrolment = make_enrolment("enrolled 2026-01-05", cohort=cohort)
        begun = make_enrolment("in-training 2026-02-02", person=make_person(), cohort=cohort)

        with pytest.raises(services.EnrolmentNotAllowed, match=message) as refused:
            services.record_stage(enrolment, "in-training", on, by=user)
        with pytest.raises(services.EnrolmentNotAllowed, match=message):
            services.enrol(make_person(), cohort, "in-training", on, by=user)
        start = standing_events(begun.journey_id)[0]
        with pytest.raises(services.EnrolmentNotAllowed, match=message):
            services.correct(begun, start, services.Right("in-training", on), reason="Another day", by=user)
        wish = services.ReachStage("in-training", on)
        assert list(services.refusals([enrolment], wish)) == [enrolment.journey_id]

        assert refused.value.field == "effective_on"
        assert (history(enrolment), history(begun)) == ([("enrolled", "2026-01-05")], [("in-training", "2026-02-02")])


def test_edge_29_the_first_and_the_last_day_are_days_of_the_cohort_and_a_resit_comes_after_it(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort("DSA-1", **PLANNED), make_user()
        for day in PLANNED.values():
            enrolment = make_enrolment("enrolled 2026-01-05", person=make_person(), cohort=cohort)
            assert services.refusals([enrolment], services.ReachStage("in-training", day)) == {}
            services.record_stage(enrolment, "in-training", day, by=user)

        services.record_stage(enrolment, "not-completed", date(2026, 7, 6), by=user)
        services.resit(enrolment, date(2026, 9, 7), Evidence(""), by=user)

        assert history(enrolment)[-1] == ("in-training", "2026-09-07")


@pytest.mark.parametrize(
    ("past", "stage"),
    [
        (["enrolled 2026-01-05", "in-training 2026-01-06"], "in-training"),
        (["in-training 2026-01-05", "on-break 2026-01-06 until 2026-04-01"], "in-training"),
        (["enrolled 2026-01-05", "on-break 2026-01-06 until 2026-04-01"], "enrolled"),
        (["nominated 2026-01-05", "applied 2026-01-06"], "nominated"),
        ([], "nominated"),
    ],
)
def test_a_reinstatement_goes_back_to_the_furthest_stage_reached(arrange: Arrange, past: list[str], stage: str):
    with arrange():
        enrolment, user = make_enrolment(*past, "withdrawn 2026-02-01"), make_user()

        services.reinstate(enrolment, date(2026, 3, 1), by=user)

        assert history(enrolment)[-1] == (stage, "2026-03-01")


def test_only_what_stands_withdrawn_is_reinstated(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("withdrawn 2026-01-05", "nominated 2026-01-06"), make_user()

        with pytest.raises(services.EnrolmentNotAllowed, match="stands withdrawn"):
            services.reinstate(enrolment, date(2026, 3, 1), by=user)


def test_what_is_recorded_today_may_have_happened_today(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("applied 2026-01-05"), make_user()

        services.record_stage(enrolment, "accepted", today(), by=user)

        with pytest.raises(DomainError, match="today or in the past"):
            services.record_stage(enrolment, "enrolled", today() + timedelta(days=1), by=user)
