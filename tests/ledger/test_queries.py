"""The rule of the two clocks, on rows."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_user
from tracker.core.calendar import LAST_DAY, end_of_day
from tracker.core.db import db
from tracker.core.metric import NOW, Knowledge
from tracker.ledger import services
from tracker.ledger.models import Event
from tracker.ledger.queries import SPAN_COLUMNS, derived_stage_spans, stage_as_at, stage_spans
from tracker.training.lifecycle import ENROLMENT


def stages_on(day: str, known: str | None = None) -> list[str]:
    knowledge = Knowledge(end_of_day(date.fromisoformat(known))) if known else NOW
    return [row.stage for row in db.session.execute(stage_as_at(date.fromisoformat(day), knowledge))]


def test_a_stage_holds_from_its_day_to_the_day_of_the_next(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("enrolled 2026-01-05", "in-training 2026-02-02", "completed 2026-05-01")

    with app.app_context():
        assert stages_on("2026-01-04") == []
        assert stages_on("2026-01-05") == stages_on("2026-02-01") == ["enrolled"]
        assert stages_on("2026-02-02") == stages_on("2026-04-30") == ["in-training"]
        assert stages_on("2026-05-01") == stages_on("9999-12-30") == ["completed"]


def test_of_two_events_on_a_day_the_later_recorded_holds_whatever_the_order_of_insertion(
    app: Flask, arrange: Arrange
) -> None:
    with arrange():
        make_enrolment("completed 2026-05-01 recorded 2026-05-03", "in-training 2026-05-01 recorded 2026-05-02")

    with app.app_context():
        assert stages_on("2026-05-01") == ["completed"]
        assert stages_on("2026-05-01", known="2026-05-02") == ["in-training"]


def test_recorded_at_the_same_instant_the_order_of_recording_decides(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("in-training 2026-05-01 recorded 2026-05-02", "completed 2026-05-01 recorded 2026-05-02")

    with app.app_context():
        assert stages_on("2026-05-01") == ["completed"]


def test_what_was_learned_late_changes_the_past_only_as_known_since(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment(
            "in-training 2026-01-05 recorded 2026-01-05",
            "completed 2026-05-01 recorded 2026-05-01",
            "on-break 2026-02-02 recorded 2026-06-01",
            "in-training 2026-03-02 recorded 2026-06-01",
        )

    with app.app_context():
        assert stages_on("2026-02-15", known="2026-05-31") == ["in-training"]
        assert stages_on("2026-02-15", known="2026-06-01") == ["on-break"]
        assert stages_on("2026-02-15") == ["on-break"]
        assert stages_on("2026-02-15", known="2026-01-04") == []


def test_the_instant_itself_is_known_and_voided_at_it_is_gone(app: Flask, arrange: Arrange) -> None:
    with arrange():
        enrolment = make_enrolment(
            "in-training 2026-01-05 recorded 2026-01-05T12:00:00Z", "completed 2026-05-01 recorded 2026-05-01T12:00:00Z"
        )
        completed = enrolment.journey.events[-1]
        void = services.void_event(completed, ENROLMENT, reason="Wrong person", voided_by_id=make_user().id)
        voided_at = void.voided_at

    with app.app_context():
        noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
        day = date(2026, 5, 1)
        last = [row.stage for row in db.session.execute(stage_as_at(day, Knowledge(noon)))]
        before = [row.stage for row in db.session.execute(stage_as_at(day, Knowledge(noon.replace(hour=11))))]
        gone = [row.stage for row in db.session.execute(stage_as_at(day, Knowledge(voided_at)))]
        assert (last, before, gone) == (["completed"], ["in-training"], ["in-training"])
        assert stages_on("2026-05-01") == ["in-training"]


def test_what_is_kept_equals_what_the_rule_gives(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("nominated 2026-01-05", "applied 2026-01-05", "withdrawn 2026-01-05")
        make_enrolment("in-training 2026-01-05", "on-break 2026-02-02 until 2026-03-01", "extended on-break 2026-03-01")

    with app.app_context():
        columns = sorted(SPAN_COLUMNS)
        kept = {tuple(getattr(row, name) for name in columns) for row in db.session.execute(stage_spans(NOW))}
        derived = {
            tuple(getattr(row, name) for name in columns) for row in db.session.execute(derived_stage_spans(NOW))
        }
        assert kept == derived
        assert {row.ends_on for row in db.session.execute(stage_spans(NOW)) if row.position == 3} == {LAST_DAY}


@pytest.mark.parametrize("verb", ["UPDATE event SET effective_on = '2020-01-01'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_the_ledger(app: Flask, arrange: Arrange, verb: str) -> None:
    with arrange():
        make_enrolment("in-training 2026-01-05")

    with app.app_context(), pytest.raises(Exception, match="never changed or deleted"), db.engine.begin() as connection:
        connection.exec_driver_sql(verb)

    with app.app_context():
        assert db.session.scalars(select(Event.effective_on)).all() == [date(2026, 1, 5)]
