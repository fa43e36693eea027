"""What is said of a figure, worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from tracker.progress.addresses import Links
from tracker.progress.asked import Asked
from tracker.progress.facts import bar, change, goal, plain_number, spark_lines, standing, with_unit
from tracker.progress.figures import ALL, Figure
from tracker.progress.registry import METRICS
from tracker.progress.targets import TargetLine

K = datetime(2026, 11, 1, tzinfo=UTC)
LINE = TargetLine(((date(2026, 1, 1), 0.0), (date(2026, 1, 11), 10.0)))
LINKS = Links(Asked(), None, opens=lambda metric: False)


def trained(value: int, as_at: date = date(2026, 1, 6)) -> Figure:
    return Figure(METRICS["training.trained"], ALL, as_at, K, value, None, float(value))


def rate(numerator: int, denominator: int, as_at: date = date(2026, 1, 6)) -> Figure:
    value = numerator / denominator if denominator else None
    return Figure(METRICS["training.completion_rate"], ALL, as_at, K, numerator, denominator, value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3, "Analysts trained: 3, 2 short of the plan for the day"),
        (5, "Analysts trained: 5, as planned for the day"),
        (7, "Analysts trained: 7, 2 ahead of the plan for the day"),
    ],
)
def test_a_figure_is_compared_with_its_plan_in_words(value: int, words: str):
    assert standing(trained(value), LINE) == words


def test_before_the_first_point_there_is_no_target_and_no_plan():
    early = trained(3, date(2025, 12, 31))

    assert goal(LINE, early.as_at) is None
    assert bar(early, LINE) is None
    assert standing(early, LINE) == "Analysts trained: 3 on 31 December 2025"


@pytest.mark.parametrize(("value", "drawn", "share"), [(4, 40.0, "40%"), (10, 100.0, "100%"), (25, 100.0, "250%")])
def test_a_bar_is_capped_and_its_words_are_not(value: int, drawn: float, share: str):
    shown = bar(trained(value), LINE)

    assert shown is not None
    assert (shown.actual, shown.plan) == (drawn, 50.0)
    assert shown.shares == f"{share} of target, plan 50%"
    assert shown.words == (f"{value} now", "plan for 6 January 2026: 5", "target 10 by 11 January 2026")


def test_a_target_of_nobody_has_no_share():
    assert bar(trained(3), TargetLine(((date(2026, 1, 1), 0.0),))) is None


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [(3, 5, "Up 20.0 percentage points"), (5, 3, "Down 20.0 percentage points"), (3, 3, "No change")],
)
def test_a_change_is_said_in_words(before: int, now: int, words: str):
    moved = change(rate(before, 10, date(2025, 12, 31)), rate(now, 10), LINKS)

    assert moved is not None
    assert moved.sentence == f"{words} since 31 December 2025"
    assert moved.href is None


def test_there_is_no_change_from_what_is_missing_or_does_not_apply():
    assert change(None, trained(3), LINKS) is None
    assert change(rate(0, 0, date(2025, 12, 31)), rate(5, 10), LINKS) is None


def test_a_small_line_is_broken_where_a_month_is_missing():
    assert spark_lines([0.0, 5.0, None, 10.0, 10.0], 10.0) == ["0.0,28.0 30.0,14.0", "90.0,0.0 120.0,0.0"]
    assert spark_lines([None, 5.0, None], 10.0) == ["60.0,14.0 60.0,14.0"]
    assert spark_lines([None, None], 10.0) == []
    assert spark_lines([0.0, 0.0], 0.0) == ["0.0,28.0 120.0,28.0"]


def test_numbers_have_no_more_places_than_they_need():
    assert [plain_number(number) for number in (42, 42.5, 1234.0, 0.04)] == ["42", "42.5", "1,234", "0"]
    assert with_unit(rate(0, 0)) == "[z]"
