"""Charts as data: Vega-Lite specifications in one theme. Nothing is drawn here, and no database is asked.

Lines are told apart by their stroke as well as by their colour, and are named where they end, so that a chart says the
same on a black-and-white page. Bars start at zero. A month that was not compiled is a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.core.calendar import financial_year_start
from tracker.core.text import format_day, format_number
from tracker.progress.workshop import key_of

Spec = dict[str, Any]

BLUE, TEAL, PLUM, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
"""The palette of the Analysis Function for up to four categories."""
RUST = "#a33d00"
"""The orange of the palette, dark enough for words."""
INK, QUIET, RULE = "#0b0c0c", "#484949", "#d9dadb"
FONT = "Arial, Helvetica, sans-serif"

THEME: Spec = {
    "background": "#ffffff",
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "labelFontSize": 13,
        "labelColor": QUIET,
        "titleFont": FONT,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "titleColor": QUIET,
        "gridColor": RULE,
        "domainColor": QUIET,
        "tickColor": QUIET,
    },
    "text": {"font": FONT, "fontSize": 14, "color": INK},
}


@dataclass(frozen=True)
class Size:
    """The room for the marks of a chart, in pixels; labels come on top.

    `day`: how a day is marked on an axis, as an expression of Vega; `ticks`: how many are, about.
    """

    width: int
    height: int
    day: str
    ticks: int
    bar_label_angle: int


WIDE = Size(width=960, height=210, day="utcFormat(datum.value, '%b %Y')", ticks=8, bar_label_angle=0)
NARROW = Size(
    width=200,
    height=150,
    # There is room for a word: the year where it begins, elsewhere the month.
    day="utcFormat(datum.value, utcmonth(datum.value) == 0 ? '%Y' : '%b')",
    ticks=4,
    bar_label_angle=-90,
)
SIZES = {"wide": WIDE, "narrow": NARROW}


@dataclass(frozen=True)
class Month:
    """One point of a trajectory: what was counted on a day, what was planned, and what is expected: in the middle, and
    in eight cases of ten from `low` to `high`. None where there is no such number."""

    day: date
    actual: float | None
    plan: float | None
    low: float | None = None
    middle: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chart:
    """A specification with what a screen reader is told: a sentence and a description."""

    spec: Spec
    title: str
    description: str

    def key(self) -> str:
        """What the content comes to: the same for the same content."""
        return key_of(self.spec, self.title, self.description)


def trajectory(
    months: Sequence[Month],
    target: tuple[date, float] | None,
    sentence: str,
    unit: str,
    size: Size,
    *,
    is_yearly: bool = False,
) -> Chart:
    """What was counted month by month, beside the planned path, the target and what is expected.

    :param months: in order of days; a missing number is a gap, never a zero.
    :param target: the day and value to be reached; None where there is no target.
    :param is_yearly: whether the count begins anew on 1 April: its lines end with the year, and begin again.
    """
    layers = [
        _band(months, size),
        *_lines(
            [
                _line("actual", months, BLUE, [1, 0], 3, size),
                _line("middle", months, BLUE, [3, 3], 2, size),
                _line("plan", months, TEAL, [7, 4], 2, size),
            ],
            is_yearly=is_yearly,
        ),
        *_target(target, months, size),
    ]
    layers += _names([(label, colour, _last(months, name)) for name, label, colour in NAMES], size)
    description = (
        f"Line chart of {unit} by month from {format_day(months[0].day)} to {format_day(months[-1].day)}"
        if months
        else "No months yet"
    )
    if end := _last(months, "middle"):
        description += f", and what is expected up to {format_day(end[0])} with the range of eight cases in ten"
    if target:
        description += f", with the target of {format_number(target[1])} by {format_day(target[0])}"
    return Chart(
        framed([layer for layer in layers if layer], size),
        sentence,
        f"{description}. The same numbers stand in the table below.",
    )


def forked(
    months: Sequence[Month],
    supposed: Sequence[Month],
    target: tuple[date, float] | None,
    sentence: str,
    unit: str,
    size: Size,
    *,
    is_yearly: bool = False,
) -> Chart:
    """What was counted and is expected, as in a trajectory, and beside it what would be expected in a scenario.

    :param supposed: from the day of the forecast on.
    """
    layers = [
        _band(months, size),
        _band(supposed, size, ORANGE),
        *_lines(
            [
                _line("actual", months, BLUE, [1, 0], 3, size),
                _line("middle", months, BLUE, [3, 3], 2, size),
                _line("middle", supposed, ORANGE, [8, 3, 2, 3], 2.5, size),
            ],
            is_yearly=is_yearly,
        ),
        *_target(target, months, size),
    ]
    ends = [
        ("Actual", BLUE, _last(months, "actual")),
        ("Forecast", BLUE, _last(months, "middle")),
        ("Scenario", RUST, _last(supposed, "middle")),
    ]
    description = (
        f"Line chart of {unit} by month: what was counted, what is forecast and what would be expected in the "
        "scenario, both with the range of eight cases in ten"
    )
    return Chart(
        framed([_from_near(layer) for layer in [*layers, *_names(ends, size)] if layer], size),
        sentence,
        f"{description}. The same numbers stand in the table below.",
    )


def _from_near(layer: Spec) -> Spec:
    """The layer on an axis that begins near its numbers: what two ranges differ by is little beside the whole."""
    near = {**AMOUNT, "scale": {"zero": False, "nice": True}}
    return {**layer, "encoding": {**layer["encoding"], "y": near}}


def framed(layers: Sequence[Spec], size: Size) -> Spec:
    """Layers in the one style of all charts."""
    return {"width": size.width, "height": size.height, "config": THEME, "layer": list(layers)}


def days_axis(size: Size) -> Spec:
    """Days from left to right, with as many marked as there is room for."""
    axis: Spec = {
        "title": None,
        "grid": False,
        "labelOverlap": True,
        "labelFlush": False,
        "labelExpr": size.day,
        "tickCount": size.ticks,
    }
    return {"field": "day", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


AMOUNT: Spec = {
    "field": "value",
    "type": "quantitative",
    "scale": {"zero": True, "nice": True},
    "axis": {"title": None, "tickCount": 5, "format": ",~f"},
}


def _lines(lines: Sequence[Spec | None], *, is_yearly: bool) -> list[Spec]:
    return [year_by_year(line) if is_yearly else line for line in lines if line]


def year_by_year(line: Spec) -> Spec:
    """A line that is broken on 1 April: that of a count that begins anew with each financial year."""
    rows = [
        {**row, "year": financial_year_start(date.fromisoformat(row["day"])).year} for row in line["data"]["values"]
    ]
    encoding = {**line["encoding"], "detail": {"field": "year", "type": "nominal"}}
    return {**line, "data": {"values": rows}, "encoding": encoding}


def _line(name: str, months: Sequence[Month], colour: str, dash: list[int], width: float, size: Size) -> Spec | None:
    values = [{"day": month.day.isoformat(), "value": getattr(month, name)} for month in months]
    if all(value["value"] is None for value in values):
        return None
    mark: Spec = {
        "type": "line",
        "color": colour,
        "strokeWidth": width,
        "strokeDash": dash,
        "invalid": "break-paths-show-domains",
    }
    if name == "actual" and len(months) <= 40:
        mark["point"] = {"color": colour, "size": 22}
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": days_axis(size), "y": AMOUNT}}


def _target(target: tuple[date, float] | None, months: Sequence[Month], size: Size) -> list[Spec]:
    if target is None or not months:
        return []
    day, value = target
    last = max(day, months[-1].day)
    line = [{"day": months[0].day.isoformat(), "value": value}, {"day": last.isoformat(), "value": value}]
    words = [
        {
            "day": months[0].day.isoformat(),
            "value": value,
            "text": f"Target {format_number(value)} by {format_day(day)}",
        }
    ]
    mark = {"type": "text", "align": "left", "dy": -8, "color": PLUM, "fontWeight": "bold"}
    return [
        {
            "data": {"values": line},
            "mark": {"type": "line", "color": PLUM, "strokeWidth": 2, "strokeDash": [2, 3]},
            "encoding": {"x": days_axis(size), "y": AMOUNT},
        },
        {
            "data": {"values": words},
            "mark": mark,
            "encoding": {"x": days_axis(size), "y": AMOUNT, "text": {"field": "text"}},
        },
    ]


def _last(months: Sequence[Month], name: str) -> tuple[date, float] | None:
    known = [(month.day, getattr(month, name)) for month in months if getattr(month, name) is not None]
    return known[-1] if known else None


NAMES = (("actual", "Actual", BLUE), ("middle", "Expected", BLUE), ("plan", "Plan", "#1e7a72"))


def _names(lines: Sequence[tuple[str, str, tuple[date, float] | None]], size: Size) -> list[Spec]:
    """The name of each line where it ends, the higher end a little above it and the lower below, so that two that
    meet can be read."""
    ends = [(label, colour, end) for label, colour, end in lines if end]
    ends.sort(key=lambda one: -one[2][1])
    apart = {1: (0,), 2: (-7, 9), 3: (-12, 2, 16)}[len(ends)] if ends else ()
    return [_name(*one, down, size) for one, down in zip(ends, apart, strict=True)]


def _name(label: str, colour: str, end: tuple[date, float], down: int, size: Size) -> Spec:
    day, value = end
    words = [{"day": day.isoformat(), "value": value, "text": f"{label} {format_number(value)}"}]
    mark = {"type": "text", "align": "left", "dx": 8, "dy": down, "color": colour, "fontWeight": "bold"}
    return {
        "data": {"values": words},
        "mark": mark,
        "encoding": {"x": days_axis(size), "y": AMOUNT, "text": {"field": "text"}},
    }


def _band(months: Sequence[Month], size: Size, colour: str = BLUE) -> Spec | None:
    """The range of what is expected, with an edge that shows on a black-and-white page."""
    values = [
        {"day": month.day.isoformat(), "value": month.low, "high": month.high}
        for month in months
        if month.low is not None
    ]
    if not values:
        return None
    edge = {"color": colour, "strokeWidth": 0.75, "strokeDash": [1, 2]}
    return {
        "data": {"values": values},
        "mark": {"type": "area", "color": colour, "fillOpacity": 0.14, "line": edge},
        "encoding": {"x": days_axis(size), "y": AMOUNT, "y2": {"field": "high"}},
    }
