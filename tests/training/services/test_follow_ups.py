from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person, make_user
from tracker.core.calendar import months_after
from tracker.core.clock import today
from tracker.core.db import db
from tracker.ledger.queries import standing_events
from tracker.outbox.models import Message
from tracker.training import queries, services
from tracker.training.models import Enrolment, Use


def completed(on: date, *more: str, **person: str) -> Enrolment:
    history = (f"in-training {months_after(on, -6)}", f"completed {on}", *more)
    return make_enrolment(*history, person=make_person(**person))


def subjects() -> list[str]:
    return list(db.session.scalars(select(Message.subject).order_by(Message.id)))


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2026-11-15", 3, "2027-02-15"),
        ("2026-03-15", -12, "2025-03-15"),
        ("2024-01-31", 1, "2024-02-29"),
    ],
)
def test_edge_45_months_later_is_the_same_day_or_the_last_of_the_month(day: str, months: int, due: str):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(due)


def test_everybody_is_asked_once_after_3_6_and_12_months_and_nobody_before_or_long_after(arrange: Arrange):
    with arrange():
        for months in (3, 6, 12):
            completed(months_after(today(), -months))
        completed(months_after(today(), -3) + timedelta(days=4))
        completed(months_after(today(), -9))
        completed(months_after(today(), -3), f"in-role {months_after(today(), -1)}")
        completed(months_after(today(), -30))
        made_void = completed(months_after(today(), -3))
        event = standing_events(made_void.journey_id)[-1]
        services.take_back(made_void, event, reason="wrong", by=make_user())

        assert (services.ask_what_came(), services.ask_what_came()) == (4, 0)

        assert sorted(subject.split(",")[1] for subject in subjects()) == [
            " 12 months after your training",
            " 3 months after your training",
            " 3 months after your training",
            " 6 months after your training",
        ]


@pytest.mark.parametrize(("in_role", "stage"), [(True, "in-role"), (False, "completed")])
def test_whoever_is_in_a_role_stands_in_one_from_the_day_of_the_answer(arrange: Arrange, in_role: bool, stage: str):
    with arrange():
        enrolment = completed(months_after(today(), -3))
        services.ask_what_came()
        [asked] = queries.follow_ups(enrolment.journey_id)

        services.answer_follow_up(asked, enrolment, services.Answer(Use.OFTEN, in_role, " More data "))

        assert standing_events(enrolment.journey_id)[-1].stage == stage
        assert (asked.uses, asked.in_role, asked.remark) == (Use.OFTEN, in_role, "More data")
        with pytest.raises(services.EnrolmentNotAllowed, match="answered before"):
            services.answer_follow_up(asked, enrolment, services.Answer(Use.NOT, False))


def test_whoever_stands_in_a_role_already_only_answers(arrange: Arrange):
    with arrange():
        enrolment = completed(months_after(today(), -3), f"in-role {months_after(today(), -1)}")
        services.ask_what_came()
        [asked] = queries.follow_ups(enrolment.journey_id)

        services.answer_follow_up(asked, enrolment, services.Answer(Use.SOMETIMES, True))

        assert [event.stage for event in standing_events(enrolment.journey_id)] == [
            "in-training",
            "completed",
            "in-role",
        ]


def test_an_address_that_no_mail_can_have_keeps_nobody_else_s_question_back(arrange: Arrange):
    with arrange():
        completed(months_after(today(), -3), email="broken\naddress@example.gov.uk")
        completed(months_after(today(), -3), email="ann@example.gov.uk")

        assert services.ask_what_came() == 1
