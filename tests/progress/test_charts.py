"""Charts as data: what they say, and what they leave out."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

from tracker.progress.charts import NARROW, TEAL, WIDE, Chart, Month, trajectory
from tracker.progress.drawing import draw
from tracker.progress.waterfall import Step, bridge

MONTHS = [
    Month(date(2026, 1, 31), 3, 4.0),
    Month(date(2026, 2, 28), None, 5.0),
    Month(date(2026, 3, 31), 6, 6.5),
    Month(date(2026, 6, 30), None, 10.0),
]
TARGET = (date(2026, 6, 30), 10.0)


def texts(chart: Chart) -> set[str]:
    """Everything that is written into the chart."""
    layers: list[dict[str, Any]] = [*chart.spec["layer"], chart.spec]
    rows = [row for layer in layers for row in layer.get("data", {}).get("values", [])]
    return {row["text"] for row in rows if "text" in row}


def line(chart: Chart, place: int) -> list[Any]:
    return [row["value"] for row in chart.spec["layer"][place]["data"]["values"]]


def test_lines_are_named_where_they_end_and_the_target_says_by_when():
    chart = trajectory(MONTHS, TARGET, "As planned", "people", WIDE)

    assert texts(chart) == {"Actual 6", "Plan 10", "Target 10 by 30 June 2026"}
    assert chart.title == "As planned"
    assert "from 31 January 2026 to 30 June 2026" in chart.description


def test_a_month_that_is_missing_is_a_gap_and_not_a_zero():
    chart = trajectory(MONTHS, TARGET, "As planned", "people", WIDE)

    assert line(chart, 0) == [3, None, 6, None]
    assert chart.spec["layer"][0]["mark"]["invalid"] == "break-paths-show-domains"


def plan_strokes(chart: Chart) -> list[list[tuple[float, float]]]:
    """The strokes of the plan as they are drawn, each from point to point; a smaller second number is higher up."""
    drawn = draw(chart.spec, chart.title, chart.description)
    paths = [one for one in re.findall(r"<path[^>]*>", drawn) if f'stroke="{TEAL}"' in one]
    strokes = [stroke for path in paths for stroke in re.findall(r"M[^M]*", re.search(r' d="([^"]+)"', path)[1])]
    return [[(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", one)] for one in strokes]


def test_the_plan_of_a_yearly_count_is_a_line_for_each_year_and_never_falls():
    months = [
        Month(date(2025, 12, 31), 6, 7.5),
        Month(date(2026, 3, 31), 11, 10.0),
        Month(date(2026, 4, 1), None, 0.0),
        Month(date(2026, 6, 30), 2, 2.5),
        Month(date(2027, 3, 31), None, 10.0),
    ]

    yearly = trajectory(months, None, "As planned", "people", WIDE, is_yearly=True)
    once = trajectory(months, None, "As planned", "people", WIDE)

    strokes = plan_strokes(yearly)
    assert [len(one) for one in strokes] == [2, 3]
    assert all(before[1] > after[1] for one in strokes for before, after in pairwise(one))
    assert [len(one) for one in plan_strokes(once)] == [5]


def test_the_lines_are_told_apart_without_colour():
    chart = trajectory(MONTHS, TARGET, "As planned", "people", WIDE)

    dashes = [tuple(layer["mark"]["strokeDash"]) for layer in chart.spec["layer"] if layer["mark"]["type"] == "line"]

    assert len(dashes) == len(set(dashes)) == 3


def test_without_a_target_there_is_neither_plan_nor_target_line():
    without_plan = [Month(month.day, month.actual, None) for month in MONTHS]

    chart = trajectory(without_plan, None, "Just so", "people", NARROW)

    assert texts(chart) == {"Actual 6"}
    assert "target" not in chart.description


def test_no_months_are_no_chart_and_no_error():
    assert trajectory([], None, "Nothing", "people", WIDE).spec["layer"] == []


def test_a_bridge_carries_on_from_bar_to_bar_and_starts_at_zero():
    steps = [
        Step("Opening", 10, is_total=True),
        Step("Joined", 5),
        Step("Left", -2),
        Step("Closing", 13, is_total=True),
    ]

    rows = bridge(steps, "Up 3", WIDE).spec["data"]["values"]

    assert [(row["start"], row["end"], row["text"]) for row in rows] == [
        (0.0, 10, "10"),
        (10, 15, "+5"),
        (15, 13, "−2"),
        (0.0, 13, "13"),
    ]


def test_the_key_is_of_the_content():
    one, same = (trajectory(MONTHS, TARGET, "As planned", "people", WIDE) for _ in range(2))

    assert one.key() == same.key()
    assert one.key() != trajectory(MONTHS, TARGET, "Otherwise", "people", WIDE).key()
    assert one.key() != trajectory(MONTHS, TARGET, "As planned", "people", NARROW).key()
