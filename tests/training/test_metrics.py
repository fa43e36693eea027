"""Each figure of the strand on a worked example, with events on, before and after the day."""

from collections import Counter
from datetime import date
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person
from tracker.core.db import db
from tracker.core.metric import NOW, Spans
from tracker.organisations.models import Organisation
from tracker.training.metrics import METRICS

BY_CODE = {metric.code: metric for metric in METRICS}


def counting(spans: Spans, day: str) -> list[tuple[str, float | None]]:
    """Organisation and value of every record that counts on a day."""
    span = spans(NOW).subquery()
    on = date.fromisoformat(day)
    found = select(Organisation.slug, *([span.c.value] if "value" in span.c else []))
    found = found.join(span, span.c.organisation_id == Organisation.id).where(
        span.c.starts_on <= on, on < span.c.ends_on
    )
    return [(row[0], row[1] if len(row) > 1 else None) for row in db.session.execute(found)]


def count(code: str, day: str) -> dict[str, int]:
    return dict(Counter(slug for slug, _ in counting(BY_CODE[code].numerator, day)))


def rate(day: str) -> tuple[int, int]:
    metric = BY_CODE["training.completion_rate"]
    assert metric.denominator is not None
    return len(counting(metric.numerator, day)), len(counting(metric.denominator, day))


def test_a_stage_counts_where_the_person_is_each_day(app: Flask, arrange: Arrange) -> None:
    with arrange():
        mover = make_person("home-office", "hm-treasury from 2026-03-01")
        make_enrolment("in-training 2026-02-01", "completed 2026-04-01", person=mover)

    with app.app_context():
        assert count("training.in_training", "2026-01-31") == {}
        assert count("training.in_training", "2026-02-01") == {"home-office": 1}
        assert count("training.in_training", "2026-02-28") == {"home-office": 1}
        assert count("training.in_training", "2026-03-01") == {"hm-treasury": 1}
        assert count("training.in_training", "2026-04-01") == {}


def test_edge_47_who_withdrew_on_the_day_they_began_was_never_in_training_and_counts_as_withdrawn(
    app: Flask, arrange: Arrange
) -> None:
    with arrange():
        make_enrolment("in-training 2026-02-02", "withdrawn 2026-02-02", person=make_person("home-office"))

    with app.app_context():
        assert count("training.in_training", "2026-02-02") == {}
        assert count("training.withdrawn", "2026-02-02") == {"home-office": 1}


def test_somebody_at_one_stage_twice_counts_once_and_at_two_stages_in_both(app: Flask, arrange: Arrange) -> None:
    with arrange():
        person = make_person()
        make_enrolment("in-training 2026-01-05", "withdrawn 2026-04-01", person=person)
        make_enrolment("in-training 2026-02-02", person=person, cohort=make_cohort())
        make_enrolment("applied 2026-02-02", person=person, cohort=make_cohort())

    with app.app_context():
        for day in ("2026-01-05", "2026-03-01", "2026-05-01"):
            assert count("training.in_training", day) == {"home-office": 1}
        assert count("training.applied", "2026-03-01") == {"home-office": 1}


def test_edge_34_trained_counts_once_from_the_first_qualifying_completion_where_it_happened(
    app: Flask, arrange: Arrange
) -> None:
    with arrange():
        person = make_person("home-office", "hm-treasury from 2026-03-01")
        make_enrolment("completed 2026-01-10", person=person, cohort=make_cohort(programme="art-of-the-possible"))
        make_enrolment("in-training 2026-01-05", "completed 2026-02-10", person=person)
        make_enrolment("completed 2026-04-10", person=person, cohort=make_cohort(programme="mdatagov"))

    with app.app_context():
        assert count("training.trained", "2026-02-09") == {}
        assert count("training.trained", "2026-02-10") == {"home-office": 1}
        assert count("training.trained", "2030-01-01") == {"home-office": 1}


def test_a_break_is_at_risk_from_the_day_after_the_promise_until_it_is_extended_or_ends(
    app: Flask, arrange: Arrange
) -> None:
    with arrange():
        make_enrolment(
            "in-training 2026-01-05",
            "on-break 2026-02-02 until 2026-03-01",
            "extended on-break 2026-03-10 until 2026-04-01",
            "in-training 2026-04-20",
        )

    with app.app_context():
        at_risk = {
            day: count("training.at_risk", f"2026-{day}") for day in ("03-01", "03-02", "03-09", "03-10", "04-01")
        }
        assert at_risk == {
            "03-01": {},
            "03-02": {"home-office": 1},
            "03-09": {"home-office": 1},
            "03-10": {},
            "04-01": {},
        }
        assert count("training.at_risk", "2026-04-19") == count("training.on_break", "2026-04-19") == {"home-office": 1}
        assert count("training.at_risk", "2026-04-20") == count("training.on_break", "2026-04-20") == {}


def test_withdrawn_counts_where_the_latest_withdrawal_happened_and_never_somebody_who_completed(
    app: Flask, arrange: Arrange
) -> None:
    with arrange():
        mover = make_person("home-office", "hm-treasury from 2026-03-01")
        make_enrolment("in-training 2026-01-05", "withdrawn 2026-02-01", person=mover)
        make_enrolment(
            "applied 2026-03-05",
            "withdrawn 2026-04-01",
            "enrolled 2026-05-01",
            "in-training 2026-05-02",
            "completed 2026-06-01",
            person=mover,
            cohort=make_cohort(programme="evidence-house"),
        )

    with app.app_context():
        assert count("training.withdrawn", "2026-02-01") == {"home-office": 1}
        assert count("training.withdrawn", "2026-04-01") == {"hm-treasury": 1}
        assert count("training.withdrawn", "2026-05-01") == {"home-office": 1}
        assert count("training.withdrawn", "2026-06-01") == {}


def test_the_completion_rate_leaves_out_whoever_withdrew_before_starting(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("in-training 2026-01-05", "completed 2026-02-01")
        make_enrolment("in-role 2026-02-02")
        make_enrolment("applied 2026-01-05", "withdrawn 2026-02-03")
        make_enrolment("in-training 2026-01-05", "withdrawn 2026-02-04", "in-training 2026-03-01")
        make_enrolment("in-training 2026-01-05", "not-completed 2026-02-05", "completed 2026-03-02")

    with app.app_context():
        assert rate("2026-01-31") == (0, 0)
        assert rate("2026-02-03") == (2, 2)
        assert rate("2026-02-04") == (2, 3)
        assert rate("2026-02-28") == (2, 4)
        assert rate("2026-03-01") == (2, 3)
        assert rate("2026-03-02") == (3, 3)


BEGAN, ENDED = "in-training 2026-01-01", "completed 2026-03-02"


@pytest.mark.parametrize(
    ("history", "days"),
    [
        ((BEGAN, ENDED), 60),
        ((BEGAN, "on-break 2026-01-11", "in-training 2026-01-31", ENDED), 40),
        (
            (
                BEGAN,
                "on-break 2026-01-11",
                "extended on-break 2026-01-21 until 2026-01-31",
                "enrolled 2026-01-31",
                "in-training 2026-02-10",
                ENDED,
            ),
            40,
        ),
        (("enrolled 2026-01-01", "on-break 2026-01-02", "in-training 2026-02-01", ENDED), 29),
        ((BEGAN, "not-completed 2026-01-11", "in-training 2026-02-10", ENDED), 60),
        (("in-training 2024-02-28", "completed 2024-03-01", "in-role 2024-05-01"), 2),
    ],
)
def test_edge_33_days_to_complete_leave_out_breaks_and_whoever_has_no_start_and_nothing_else(
    app: Flask, arrange: Arrange, history: tuple[str, ...], days: int
) -> None:
    with arrange():
        make_enrolment(*history)
        make_enrolment("completed 2026-03-02")
        make_enrolment("in-role 2026-03-02")

    with app.app_context():
        values = [value for _, value in counting(BY_CODE["training.median_days_to_complete"].numerator, "2026-06-01")]
        assert median(values) == days
        assert len(values) == 1


def test_in_role_counts_the_trained_where_the_role_was_taken_up(app: Flask, arrange: Arrange) -> None:
    with arrange():
        mover = make_person("home-office", "hm-treasury from 2026-03-01")
        make_enrolment("in-training 2026-01-05", "completed 2026-02-01", "in-role 2026-03-05", person=mover)
        aware = make_cohort(programme="data-masterclass")
        make_enrolment("completed 2026-02-01", "in-role 2026-03-05", cohort=aware)

    with app.app_context():
        assert count("training.in_role", "2026-03-04") == {}
        assert count("training.in_role", "2026-03-05") == {"hm-treasury": 1}
