from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import Arrange
from tests.factories import make_enrolment
from tracker.core.db import db, transaction
from tracker.ledger import services
from tracker.ledger.models import Event, EventKind, EventVoid, StageSpan
from tracker.ledger.queries import standing_events
from tracker.ledger.services import MoveNotAllowed, Recorder
from tracker.training.lifecycle import ENROLMENT

BY_HAND = Recorder(user_id=None)


@pytest.fixture(autouse=True)
def _in_june() -> object:
    with time_machine.travel("2026-06-01T09:00:00Z", tick=False) as clock:
        yield clock


def standing() -> list[tuple[str, date]]:
    return [(row.stage, row.starts_on) for row in db.session.scalars(select(StageSpan).order_by(StageSpan.position))]


def test_a_move_is_recorded_with_both_clocks(app: Flask, arrange: Arrange) -> None:
    with arrange():
        journey = make_enrolment("in-training 2026-01-05").journey
        version = journey.version
        event = services.record_stage(
            journey, ENROLMENT, "completed", date(2026, 5, 1), BY_HAND, note="Certificate seen"
        )
        assert journey.version == version + 1
        assert (event.effective_on, event.recorded_at.isoformat()) == (date(2026, 5, 1), "2026-06-01T09:00:00+00:00")
        assert services.recorded_late_days(event) == 31

    with app.app_context():
        assert standing() == [("in-training", date(2026, 1, 5)), ("completed", date(2026, 5, 1))]


@pytest.mark.parametrize(
    ("stage", "day", "message"),
    [
        ("in-role", date(2026, 5, 1), "cannot go from ‘On a break’ to ‘In a data science role’"),
        ("completed", date(2026, 6, 2), "today or in the past"),
        ("in-training", date(2026, 1, 5), "already recorded for 5 January 2026"),
        ("completed", date(2026, 2, 1), "‘On a break’ on 1 April 2026 could then not follow ‘Completed’"),
    ],
)
def test_a_move_the_rules_forbid_is_refused_and_adds_nothing(
    app: Flask, arrange: Arrange, stage: str, day: date, message: str
) -> None:
    with arrange():
        journey = make_enrolment("enrolled 2026-01-02", "in-training 2026-01-05", "on-break 2026-04-01").journey
        with pytest.raises(MoveNotAllowed, match=message):
            services.record_stage(journey, ENROLMENT, stage, day, BY_HAND)

    with app.app_context():
        assert [stage for stage, _ in standing()] == ["enrolled", "in-training", "on-break"]


def test_a_late_event_is_taken_where_the_history_stays_legal_with_it(app: Flask, arrange: Arrange) -> None:
    with arrange():
        journey = make_enrolment("enrolled 2026-01-02", "in-training 2026-03-02").journey
        services.record_stage(journey, ENROLMENT, "on-break", date(2026, 2, 2), BY_HAND, promised_on=date(2026, 3, 1))

    with app.app_context():
        assert [stage for stage, _ in standing()] == ["enrolled", "on-break", "in-training"]


def test_an_extension_goes_on_with_a_new_promise(app: Flask, arrange: Arrange) -> None:
    with arrange():
        journey = make_enrolment("in-training 2026-01-05", "on-break 2026-02-02 until 2026-03-01").journey
        services.record_extension(
            journey, ENROLMENT, "on-break", date(2026, 3, 2), BY_HAND, promised_on=date(2026, 9, 1)
        )

    with app.app_context():
        promises = db.session.scalars(select(StageSpan.promised_on).order_by(StageSpan.position)).all()
        assert promises == [None, date(2026, 3, 1), date(2026, 9, 1)]


def test_an_extension_of_a_stage_it_is_not_at_is_refused(arrange: Arrange) -> None:
    with arrange():
        journey = make_enrolment("in-training 2026-01-05").journey
        with pytest.raises(MoveNotAllowed, match="cannot go from ‘In training’ to ‘On a break’"):
            services.record_extension(
                journey, ENROLMENT, "on-break", date(2026, 3, 2), BY_HAND, promised_on=date(2026, 9, 1)
            )


def test_edge_68_a_void_keeps_the_row_and_takes_it_out_of_the_standing(app: Flask, arrange: Arrange) -> None:
    with arrange():
        journey = make_enrolment("in-training 2026-01-05", "withdrawn 2026-05-01").journey
        services.void_event(journey.events[1], ENROLMENT, reason="It was somebody else", voided_by_id=None)

    with app.app_context():
        assert [stage for stage, _ in standing()] == ["in-training"]
        assert len(db.session.scalars(select(Event)).all()) == 2
        assert [void.reason for void in db.session.scalars(select(EventVoid))] == ["It was somebody else"]


def test_a_void_is_refused_without_a_reason_twice_and_where_the_rest_would_not_be_legal(arrange: Arrange) -> None:
    with arrange():
        journey = make_enrolment("in-training 2026-01-05", "completed 2026-05-01", "in-role 2026-05-20").journey
        _, completed, role = journey.events
        with pytest.raises(MoveNotAllowed, match="Say why"):
            services.void_event(role, ENROLMENT, reason="  ", voided_by_id=None)
        with pytest.raises(MoveNotAllowed, match="could then not follow ‘In training’"):
            services.void_event(completed, ENROLMENT, reason="No", voided_by_id=None)
        services.void_event(role, ENROLMENT, reason="No", voided_by_id=None)
        with pytest.raises(MoveNotAllowed, match="corrected already"):
            services.void_event(role, ENROLMENT, reason="No", voided_by_id=None)


def test_a_correction_puts_the_right_event_in_the_place_of_the_wrong_one(app: Flask, arrange: Arrange) -> None:
    with arrange():
        journey = make_enrolment("in-training 2026-01-05", "completed 2026-05-01", "in-role 2026-05-20").journey
        services.correct_event(
            journey.events[1],
            ENROLMENT,
            stage="completed",
            effective_on=date(2026, 4, 1),
            promised_on=None,
            reason="The certificate says April",
            recorder=BY_HAND,
        )

    with app.app_context():
        assert standing() == [
            ("in-training", date(2026, 1, 5)),
            ("completed", date(2026, 4, 1)),
            ("in-role", date(2026, 5, 20)),
        ]
        void = db.session.scalars(select(EventVoid)).one()
        assert void.replaced_by_id == db.session.scalar(
            select(Event.id).where(Event.effective_on == date(2026, 4, 1), Event.stage == "completed")
        )


def test_a_move_to_another_group_changes_no_stage(app: Flask, arrange: Arrange) -> None:
    with arrange():
        journey = make_enrolment("in-training 2026-01-05").journey
        services.record_transfer(journey, date(2026, 2, 2), BY_HAND, note="To the spring cohort")

    with app.app_context():
        assert standing() == [("in-training", date(2026, 1, 5))]
        assert [event.kind for event in db.session.scalars(select(Event))] == [EventKind.STAGE, EventKind.TRANSFERRED]


def test_a_break_that_was_extended_may_end_and_begin_again_that_day(app: Flask, arrange: Arrange) -> None:
    day = date(2026, 4, 2)
    with arrange():
        journey = make_enrolment("in-training 2026-01-05", "on-break 2026-04-01 until 2026-05-01").journey
        services.record_extension(journey, ENROLMENT, "on-break", day, BY_HAND, promised_on=date(2026, 5, 20))
        services.record_stage(journey, ENROLMENT, "in-training", day, BY_HAND)
        services.record_stage(journey, ENROLMENT, "on-break", day, BY_HAND, promised_on=date(2026, 6, 20))

    with app.app_context():
        assert [stage for stage, _ in standing()] == ["in-training", "on-break", "on-break", "in-training", "on-break"]


@pytest.mark.parametrize("change", ["cause = 'undo'", "reason = 'Another'", "reason = '', voided_by_id = 1"])
def test_of_a_void_nothing_can_be_changed_but_that_its_reason_goes(app: Flask, arrange: Arrange, change: str) -> None:
    with arrange() as session:
        enrolment = make_enrolment("in-training 2026-01-05", "completed 2026-02-05")
        event = standing_events(enrolment.journey_id)[-1]
        services.void_event(event, ENROLMENT, reason="Wrong", voided_by_id=None)
        session.flush()

    with app.app_context(), pytest.raises(DBAPIError, match="never changed"), transaction() as session:
        session.execute(text(f"UPDATE event_void SET {change}"))
    with arrange() as session:
        session.execute(text("UPDATE event_void SET reason = ''"))
