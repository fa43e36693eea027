"""Programmes: what is said about them, and from which day completing one counts."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.calendar import parse_instant
from tracker.core.db import db
from tracker.core.metric import NOW, Knowledge
from tracker.training import queries, services
from tracker.training.metrics import TRAINED
from tracker.training.models import Delivery, Programme
from tracker.training.services import Facts, ProgrammeNotAllowed

FACTS = Facts("Accelerator", 90, Delivery.ONLINE, "ONS", "Mentoring", "entry", "After twelve weeks")


def accelerator() -> Programme:
    found = queries.programme("accelerator")
    assert found is not None
    return found


def trained(knowledge: Knowledge = NOW) -> int:
    return len(db.session.execute(TRAINED.numerator(knowledge)).all())


def qualify(qualifies: bool, day: str) -> None:
    services.qualify(accelerator(), qualifies, date.fromisoformat(day), reason="Agreed by the board", by=make_user())


def test_length_and_delivery_are_edited(arrange: Arrange):
    with arrange():
        services.change_programme(accelerator(), FACTS, by=make_user())

    with arrange():
        assert (accelerator().length_days, accelerator().delivery) == (90, Delivery.ONLINE)


@pytest.mark.parametrize(("other", "field"), [({"name": ""}, "name"), ({"length_days": 0}, "length_days")])
def test_what_cannot_be_said_of_a_programme_is_refused_at_its_field(arrange: Arrange, other: dict, field: str):
    with arrange():
        with pytest.raises(ProgrammeNotAllowed) as refused:
            services.change_programme(accelerator(), replace(FACTS, **other), by=make_user())

        assert refused.value.field == field


def test_a_completion_counts_as_the_programme_did_on_its_day(arrange: Arrange):
    with arrange():
        for day in ("2026-01-05", "2026-03-01", "2026-05-04"):
            make_enrolment(f"completed {day}", person=make_person(), cohort=make_cohort())
        assert trained() == 3

        qualify(False, "2026-03-01")
        assert (trained(), accelerator().qualifies) == (1, False)
        qualify(True, "2026-04-01")
        assert (trained(), accelerator().qualifies) == (2, True)
        # Of two for one day the later recorded holds.
        qualify(True, "2026-03-01")
        assert trained() == 3


def test_somebodys_first_completion_that_counted_makes_them_trained(arrange: Arrange):
    with arrange():
        person = make_person()
        for day in ("2026-01-05", "2026-05-04"):
            make_enrolment(f"completed {day}", person=person, cohort=make_cohort())
        qualify(False, "2020-01-01")
        qualify(True, "2026-04-01")

        rows = db.session.execute(TRAINED.numerator(NOW)).all()
        assert [str(row.starts_on) for row in rows] == ["2026-05-04"]


def test_what_was_said_before_a_programme_changed_can_still_be_answered(app: Flask, arrange: Arrange):
    with time_machine.travel("2026-06-01 09:00:00+00:00", tick=False), arrange():
        make_enrolment("completed 2026-05-04 recorded 2026-05-05T10:00:00Z", person=make_person())
        qualify(False, "2026-01-01")

    with app.app_context():
        assert trained() == 0
        assert trained(Knowledge(at=parse_instant("2026-05-31"))) == 1
        assert trained(Knowledge(at=parse_instant("2026-06-01"))) == 0


@pytest.mark.parametrize(
    ("qualifies", "day", "message"),
    [(False, "2999-01-01", "today or in the past"), (True, "2026-01-01", "counts on that day already")],
)
def test_a_change_that_says_nothing_new_or_lies_ahead_is_refused(
    arrange: Arrange, qualifies: bool, day: str, message: str
):
    with arrange():
        with pytest.raises(ProgrammeNotAllowed, match=message):
            qualify(qualifies, day)

        assert queries.qualifications(accelerator()) == []


def test_a_change_needs_a_reason(arrange: Arrange):
    with arrange(), pytest.raises(ProgrammeNotAllowed, match="Say why"):
        services.qualify(accelerator(), False, date(2026, 1, 1), reason=" ", by=make_user())
