from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select, true

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.accounts.permissions import Role
from tracker.core.clock import now, today
from tracker.core.db import db
from tracker.core.metric import NOW
from tracker.ledger.queries import standing_events
from tracker.training import queries, services
from tracker.training.lifecycle import Stage
from tracker.training.metrics import METRICS
from tracker.training.models import EnrolmentLeaving
from tracker.training.services import answers

FIGURES = {metric.code: metric for metric in METRICS}
BREAK = ("in-training 2026-01-05", "on-break 2026-02-01 until 2026-05-01")


def people_in(code: str, day: date) -> set[int]:
    """Who counts in a figure on a day."""
    span = FIGURES[code].numerator(NOW).subquery()
    return set(db.session.scalars(select(span.c.record_id).where(span.c.starts_on <= day, day < span.c.ends_on)))


def last(enrolment_id: int) -> tuple[str | None, date]:
    event = [one for one in standing_events(enrolment_id) if one.stage is not None][-1]
    return event.stage, event.effective_on


def test_whoever_returned_did_so_on_the_day_and_into_the_cohort_they_had_promised(arrange: Arrange):
    with arrange():
        enrolment, later, user = make_enrolment("enrolled 2026-01-05"), make_cohort("LATER"), make_user()
        services.start_break(enrolment, date(2026, 2, 1), services.ReturnPromise(date(2026, 5, 1), later), by=user)

        assert answers.returned(enrolment, by=user) == date(2026, 5, 1)

        assert last(enrolment.journey_id) == ("enrolled", date(2026, 5, 1))
        assert enrolment.cohort is later
        assert len(queries.enrolments_of(enrolment.person)) == 1


def test_whoever_was_only_to_be_asked_again_returned_today(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
        services.start_break(enrolment, date(2026, 2, 1), services.ReturnPromise(date(2026, 5, 1), None), by=user)

        assert answers.returned(enrolment, by=user) == today()
        assert last(enrolment.journey_id) == ("in-training", today())


def test_a_break_is_extended_by_a_quarter_and_leaves_the_queue(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment(*BREAK), make_user()

        until = answers.extended(enrolment, by=user)

        assert until == today() + timedelta(days=91)
        assert queries.overdue_breaks(today(), true()) == []
        assert [one.extended for one in queries.breaks_ending(until, until, true())] == [1]


def test_whoever_did_not_return_is_withdrawn_from_the_day_they_had_promised(arrange: Arrange):
    with arrange() as session:
        enrolment, user = make_enrolment(*BREAK), make_user()

        answers.withdrawn(enrolment, by=user)

        assert last(enrolment.journey_id) == ("withdrawn", date(2026, 5, 1))
        assert session.scalars(select(EnrolmentLeaving.reason_code)).one() == "did-not-return"


def test_an_answer_is_given_once_and_only_to_a_break_whose_day_has_passed(arrange: Arrange):
    with arrange():
        user = make_user()
        answered, current = make_enrolment(*BREAK), make_enrolment("in-training 2026-01-05")
        on_time = make_enrolment("in-training 2026-01-05", f"on-break 2026-02-01 until {today() + timedelta(days=1)}")
        answers.returned(answered, by=user)

        for enrolment in (answered, current, on_time):
            for answer in (answers.returned, answers.extended, answers.withdrawn):
                with pytest.raises(services.EnrolmentNotAllowed, match="answered already"):
                    answer(enrolment, by=user)


def test_edge_55_a_return_into_a_cohort_that_is_closed_asks_for_another(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment(*BREAK), make_user()
        enrolment.cohort.closed_at = now()

        with pytest.raises(services.EnrolmentNotAllowed, match="is closed"):
            answers.returned(enrolment, by=user)


def test_a_list_without_the_reason_sends_to_their_page(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment(*BREAK), make_user()
        reason = queries.leaving_reason("did-not-return")
        assert reason is not None
        services.retire_reason(reason, by=user)

        with pytest.raises(services.EnrolmentNotAllowed, match="withdraw them on their page"):
            answers.withdrawn(enrolment, by=user)


def test_of_300_people_with_120_deferrals_each_overdue_one_is_in_exactly_one_queue_and_none_in_training(
    arrange: Arrange,
):
    chance, day = Random(7), today()
    with arrange():
        owners = [make_user(Role.PROGRAMME_MANAGER, name=f"Owner {n}") for n in range(3)]
        gone = make_user(Role.PROGRAMME_MANAGER)
        gone.disabled_at = now()
        cohorts = [make_cohort(owner_id=owner.id) for owner in (*owners, gone)] + [make_cohort()]
        expected: dict[str, str] = {}
        away = set(chance.sample(range(300), 120))
        for n in range(300):
            cohort, person = chance.choice(cohorts), make_person()
            if n not in away:
                make_enrolment("in-training 2025-09-01", person=person, cohort=cohort)
                continue
            promised = day - timedelta(days=chance.randint(-60, 60))
            enrolment = make_enrolment(
                "in-training 2025-09-01", f"on-break 2026-01-05 until {promised}", person=person, cohort=cohort
            )
            if promised < day:
                kept = cohort.owner_id is not None and cohort.owner_id != gone.id
                expected[enrolment.ref] = cohort.owner.ref if kept and cohort.owner else queries.OFFICE

        found = queries.overdue_breaks(day, true())

        assert len(found) == len(expected)
        assert {one.ref: one.owner for one in found} == expected
        at_risk = people_in("training.at_risk", day)
        assert len(at_risk) == len(expected)
        assert not at_risk & people_in("training.in_training", day)


@pytest.mark.parametrize(
    ("history", "as_at", "days", "extended"),
    [
        (
            ("on-break 2023-12-30 until 2024-02-01", "extended on-break 2024-01-31 until 2024-02-29"),
            "2024-03-01",
            62,
            1,
        ),
        (("on-break 2024-02-28 until 2024-02-29",), "2024-03-01", 2, 0),
        (("on-break 2023-02-28 until 2023-03-01",), "2023-03-02", 2, 0),
        (
            (
                "on-break 2024-01-01 until 2024-02-01",
                "in-training 2024-02-01",
                "on-break 2024-12-31 until 2025-01-05",
                "extended on-break 2025-01-05 until 2025-02-05",
                "extended on-break 2025-02-05 until 2025-03-05",
            ),
            "2025-03-06",
            65,
            2,
        ),
    ],
)
def test_edge_51_the_length_and_the_extensions_are_those_of_this_break_across_year_ends_and_leap_days(
    arrange: Arrange, history: tuple[str, ...], as_at: str, days: int, extended: int
):
    day = date.fromisoformat(as_at)
    with arrange():
        make_enrolment("in-training 2022-09-01", *history)

        pause = queries.overdue_breaks(day, true())[0]

        assert (pause.days(day), pause.extended, pause.stage_before) == (days, extended, Stage.IN_TRAINING)
