"""Every movement of a count is explained to the record."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person
from tests.progress.histories import FIRST, LAST, ORGANISATIONS, Past
from tracker.core.calendar import end_of_day
from tracker.core.errors import DomainError
from tracker.ledger.services import void_event
from tracker.progress.bridge import Bridge, Point, bridge
from tracker.progress.figures import ALL
from tracker.progress.registry import METRICS
from tracker.progress.structure import load_structure
from tracker.training.lifecycle import ENROLMENT

BY = datetime(2026, 1, 15, tzinfo=UTC)
COUNTS = [metric for metric in METRICS.values() if metric.kind == "count"]


def explained(code: str, slug: str | None, opening: Point, closing: Point) -> Bridge:
    structure = load_structure()
    return bridge(METRICS[code], structure, structure.scope(slug), opening, closing)


def moved(code: str, slug: str | None, start: str, end: str) -> tuple[int, dict[str, int], int]:
    """Opening, terms with their signs, and closing, as known now."""
    found = explained(code, slug, Point(date.fromisoformat(start)), Point(date.fromisoformat(end)))
    return found.opening, {term.code: term.sign * term.count for term in found.terms}, found.closing


@pytest.mark.parametrize("seed", [31, 32])
def test_opening_and_terms_come_to_closing_and_over_organisations_transfers_cancel(
    app: Flask, arrange: Arrange, seed: int
) -> None:
    past, chance = Past(seed), Random(seed)
    with arrange():
        past.begin(60, by=BY)

    with app.app_context():
        structure = load_structure()
        scopes = [ALL, *(structure.scope(slug) for slug in ORGANISATIONS)]
        for _ in range(12):
            days = sorted(FIRST + timedelta(days=chance.randrange((LAST - FIRST).days)) for _ in range(2))
            points = [Point(day, chance.choice((None, end_of_day(day + timedelta(days=20))))) for day in days]
            metric = chance.choice(COUNTS)
            found = [bridge(metric, structure, scope, *points) for scope in scopes]
            together, apart = found[0], found[1:]

            assert [one.difference for one in found] == [0] * len(scopes)
            assert all(term.count == len(set(term.records)) for one in found for term in one.terms)
            assert all(len(term.journeys) == term.count for one in found for term in one.terms)
            assert not {term.code for term in together.terms} & {"transferred-in", "transferred-out"}
            for end in ("opening", "closing"):
                assert getattr(together, end) == sum(getattr(one, end) for one in apart)
            net = sum(term.sign * term.count for one in apart for term in one.terms if term.code.startswith("transf"))
            assert net == 0


def test_of_every_organisation_and_every_quarter_nothing_is_left_unexplained(app: Flask, arrange: Arrange) -> None:
    past = Past(33)
    with arrange():
        past.begin(40, by=BY)
        past.go_on(30, at=BY + timedelta(days=40))
    quarters = [date(2024, 3, 31), date(2024, 9, 30), date(2025, 3, 31), date(2025, 12, 31)]
    points = [Point(day, end_of_day(day + timedelta(days=20))) for day in quarters]
    periods = [*pairwise(points), (points[-1], Point(points[-1].as_at))]

    with app.app_context():
        structure = load_structure()
        family = structure.scope("cabinet-office", with_children=True)
        apart = [structure.scope(slug) for slug in ORGANISATIONS]
        for code in ("training.trained", "training.in_training", "training.withdrawn"):
            for period in periods:
                found = [bridge(METRICS[code], structure, scope, *period) for scope in (ALL, family, *apart)]
                by_code = Counter()
                for one in found[2:]:
                    by_code.update({term.code: term.sign * term.count for term in one.terms})

                assert [one.difference for one in found] == [0] * len(found)
                assert by_code["transferred-in"] + by_code["transferred-out"] == 0
                lists = [(term.count, set(term.records), len(term.journeys)) for one in found for term in one.terms]
                assert all(number == len(records) == journeys for number, records, journeys in lists)


def test_each_way_in_and_out_has_its_term(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("in-training 2026-01-10")
        make_enrolment("in-training 2026-01-10", "completed 2026-02-10")
        make_enrolment("in-training 2026-01-10", "withdrawn 2026-02-11")
        make_enrolment("in-training 2026-01-10", "on-break 2026-02-12 until 2026-05-01")
        make_enrolment("in-training 2026-02-13")
        make_enrolment("in-training 2026-01-02", "on-break 2026-01-12 until 2026-02-20", "in-training 2026-02-20")
        make_enrolment("in-training 2026-01-10", person=make_person("home-office", "hm-treasury from 2026-02-15"))

    with app.app_context():
        found = moved("training.in_training", "home-office", "2026-01-31", "2026-02-28")
        treasury = moved("training.in_training", "hm-treasury", "2026-01-31", "2026-02-28")

    assert found == (
        5,
        {
            "joined": 1,
            "returned": 1,
            "moved-on:completed": -1,
            "withdrawn": -1,
            "paused": -1,
            "transferred-out": -1,
        },
        3,
    )
    assert treasury == (0, {"transferred-in": 1}, 1)


def test_what_was_recorded_late_about_the_opening_day_is_a_correction(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("completed 2026-01-10 recorded 2026-01-10")
        make_enrolment("completed 2026-01-20 recorded 2026-02-20")
        make_enrolment("completed 2026-02-10 recorded 2026-02-11")

    with app.app_context():
        opening = Point(date(2026, 1, 31), end_of_day(date(2026, 1, 31)))
        found = explained("training.trained", None, opening, Point(date(2026, 2, 28)))

    assert [(term.code, term.count) for term in found.terms] == [("joined", 1), ("corrected-up", 1)]
    assert found.sentence == "Up 2 since 31 January 2026: 1 completed, 1 corrected up"


def test_who_turns_out_to_be_nobody_is_a_correction_beside_what_happened(app: Flask, arrange: Arrange) -> None:
    with arrange():
        mistaken = make_enrolment("completed 2026-01-10 recorded 2026-01-10")
        make_enrolment("completed 2026-02-10 recorded 2026-02-11")
        void_event(mistaken.journey.events[0], ENROLMENT, reason="It was somebody else", voided_by_id=None)

    with app.app_context():
        opening = Point(date(2026, 1, 31), end_of_day(date(2026, 1, 31)))
        found = explained("training.trained", None, opening, Point(date(2026, 2, 28)))

    assert found.sentence == "No change since 31 January 2026: 1 completed, 1 corrected down"


def test_nothing_that_moved_is_said_to_be_no_change(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("completed 2026-01-10")

    with app.app_context():
        found = explained("training.trained", None, Point(date(2026, 1, 31)), Point(date(2026, 2, 28)))

    assert (found.terms, found.sentence) == ((), "No change since 31 January 2026")


def test_a_rate_and_a_span_that_runs_backwards_are_refused(app: Flask) -> None:
    with app.app_context():
        january, february = Point(date(2026, 1, 31)), Point(date(2026, 2, 28))
        with pytest.raises(DomainError, match="Only a count"):
            explained("training.completion_rate", None, january, february)
        with pytest.raises(DomainError, match="on or after the opening date"):
            explained("training.trained", None, february, january)
