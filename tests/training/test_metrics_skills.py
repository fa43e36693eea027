"""The figures of skills on worked examples, at both clocks, and the same whether compiled anew or added to."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.db import db
from tracker.core.metric import NOW, Knowledge, Spans
from tracker.organisations.models import Organisation
from tracker.progress.figures import ALL, Figure
from tracker.training import queries, services
from tracker.training.metrics import METRICS
from tracker.training.models import Enrolment, Moment, Rater, SkillRating

GAINED, RISE = (
    next(one for one in METRICS if one.code == f"training.{code}") for code in ("skills_gained", "skill_rise")
)
JANUARY, MAY = date(2026, 1, 6), date(2026, 5, 6)


def rated(enrolment: Enrolment, start: dict[str, int | None], end: dict[str, int | None], on: date = MAY) -> None:
    user = make_user()
    services.rate(enrolment, Rater.ASSESSOR, Moment.START, JANUARY, start, by=user)
    services.rate(enrolment, Rater.ASSESSOR, Moment.END, on, end, by=user)


def count(spans: Spans, day: date, knowledge: Knowledge = NOW) -> dict[str, int]:
    span = spans(knowledge).subquery()
    found = select(Organisation.slug).join(span, span.c.organisation_id == Organisation.id)
    return dict(Counter(db.session.scalars(found.where(span.c.starts_on <= day, day < span.c.ends_on))))


def test_whoever_rose_in_one_skill_counts_once_from_the_end_assessment_where_they_were_then(arrange: Arrange):
    with arrange():
        person = make_person("home-office", "hm-treasury from 2026-05-01")
        rated(
            make_enrolment("in-training 2026-01-05", person=person),
            {"programming": 1, "data-ethics": 2, "applied-maths": 3},
            {"programming": 3, "data-ethics": 2, "applied-maths": 2},
        )
        again = make_enrolment("in-training 2026-01-05", person=person, cohort=make_cohort())
        rated(again, {"programming": 1}, {"programming": 2}, date(2026, 6, 1))

        assert count(GAINED.numerator, date(2026, 5, 5)) == {}
        assert count(GAINED.numerator, MAY) == {"hm-treasury": 1}
        assert count(GAINED.numerator, date(2027, 1, 1)) == {"hm-treasury": 1}
        assert RISE.denominator is not None
        assert (count(RISE.numerator, MAY), count(RISE.denominator, MAY)) == ({"hm-treasury": 2}, {"hm-treasury": 3})
        assert count(RISE.numerator, date(2026, 6, 1)) == {"hm-treasury": 3}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ({"programming": 2}, {"programming": 2}),
        ({"programming": 2}, {"programming": 1}),
        ({"programming": 2}, {"data-ethics": 3}),
        ({}, {"programming": 3}),
    ],
)
def test_nobody_gained_who_did_not_rise_in_a_skill_assessed_twice(
    arrange: Arrange, start: dict[str, int | None], end: dict[str, int | None]
):
    with arrange():
        rated(make_enrolment("in-training 2026-01-05"), start, end)

        assert count(GAINED.numerator, MAY) == {}
        assert count(RISE.numerator, MAY) == {}


def test_what_people_say_of_themselves_counts_in_no_figure(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
        services.rate(enrolment, Rater.SELF, Moment.START, JANUARY, {"programming": 1}, by=user)
        services.rate(enrolment, Rater.SELF, Moment.END, MAY, {"programming": 4}, by=user)

        assert count(GAINED.numerator, MAY) == {}


def test_a_rating_corrected_or_taken_back_later_leaves_what_was_known_before(app: Flask, arrange: Arrange):
    known = [datetime(2026, month, 1, tzinfo=UTC) for month in (6, 7, 8)]
    with arrange() as session:
        enrolment = make_enrolment("in-training 2026-01-05")
        said = [("start", 1, known[0]), ("end", 2, known[0]), ("end", 1, known[1]), ("end", None, known[2])]
        for moment, level, at in said:
            session.add(
                SkillRating(
                    journey_id=enrolment.journey_id,
                    skill_code="programming",
                    rater=Rater.ASSESSOR,
                    moment=Moment(moment),
                    level=level,
                    assessed_on=JANUARY if moment == "start" else MAY,
                    recorded_at=at,
                )
            )
            session.flush()

        assert RISE.denominator is not None
        gained = [count(GAINED.numerator, MAY, Knowledge(at=at)) for at in known]
        assessed = [count(RISE.denominator, MAY, Knowledge(at=at)) for at in known]
        assert gained == [{"home-office": 1}, {}, {}]
        assert assessed == [{"home-office": 1}, {"home-office": 1}, {}]
        assert count(GAINED.numerator, MAY) == {}


def test_the_distance_of_a_programme_and_of_a_cohort_is_that_of_its_people(arrange: Arrange):
    with arrange():
        one, other = make_cohort("ONE"), make_cohort("OTHER", programme="mdatagov")
        rated(make_enrolment("in-training 2026-01-05", cohort=one), {"programming": 0}, {"programming": 3})
        rated(make_enrolment("in-training 2026-01-05", cohort=one), {"programming": 2}, {"programming": 1})
        rated(make_enrolment("in-training 2026-01-05", cohort=other), {"data-ethics": 1}, {"data-ethics": 1})

        [distance] = queries.distances(cohort="ONE")
        assert (distance.assessed, distance.rose, distance.fell, distance.average) == (2, 1, 1, 1.5)
        assert [one.skill for one in queries.distances(programme="mdatagov")] == ["Data ethics and privacy"]
        assert len(queries.distances()) == 2
        assert queries.people_assessed(cohort="ONE") == (2, 1)
        assert queries.people_assessed() == (3, 1)


def test_the_average_rise_is_printed_in_levels_and_not_in_percent():
    figure = Figure(RISE, ALL, MAY, datetime(2026, 6, 1, tzinfo=UTC), 3, 4, 0.75)

    assert figure.text == "0.75"
