"""Up to four organisations on one chart, told apart by stroke, marker and name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.text import format_number
from tracker.progress.charts import AMOUNT, BLUE, PLUM, Chart, Size, Spec, days_axis, framed, year_by_year


@dataclass(frozen=True)
class Line:
    """One line of a comparison: whose it is, and a number a day; None where it is not known."""

    name: str
    values: Sequence[tuple[date, float | None]]


STROKES = (
    (BLUE, [1, 0], "circle"),
    ("#1e7a72", [7, 4], "square"),
    (PLUM, [2, 3], "triangle-up"),
    ("#b8440a", [9, 3, 2, 3], "diamond"),
)
"""The colour, stroke and marker of each line of a comparison; the palette, darkened where words are written in it."""
APART = 17
"""Pixels from one name to the next, so that names of lines that end together can be read."""


def comparison(lines: Sequence[Line], sentence: str, unit: str, size: Size, *, is_yearly: bool = False) -> Chart:
    """Up to four organisations on one scale from zero, told apart by stroke and marker, each named where it ends.

    :param lines: no more than there are strokes.
    :param is_yearly: whether the count begins anew on 1 April.
    """
    layers: list[Spec] = []
    amount: Spec = {**AMOUNT, "scale": {"domain": [0, _highest(lines)]}}
    for line, (colour, dash, shape) in zip(lines, STROKES, strict=False):
        values = [{"day": day.isoformat(), "value": value} for day, value in line.values]
        mark = {
            "type": "line",
            "color": colour,
            "strokeWidth": 2.5,
            "strokeDash": dash,
            "invalid": "break-paths-show-domains",
            "point": {"color": colour, "shape": shape, "size": 40},
        }
        drawn = {"data": {"values": values}, "mark": mark, "encoding": {"x": days_axis(size), "y": amount}}
        layers.append(year_by_year(drawn) if is_yearly else drawn)
    for name, colour, (day, value), down in _ends(lines, size):
        words = [{"day": day.isoformat(), "value": value, "text": name}]
        mark = {"type": "text", "align": "left", "dx": 8, "dy": down, "color": colour, "fontWeight": "bold"}
        encoding = {"x": days_axis(size), "y": amount, "text": {"field": "text"}}
        layers.append({"data": {"values": words}, "mark": mark, "encoding": encoding})
    said = "; ".join(name for name, *_ in _ends(lines, size))
    description = f"Line chart of {unit} by month on one scale. At the end: {said or 'nothing known'}."
    return Chart(framed(layers, size), sentence, f"{description} The same numbers stand in the table below.")


def _highest(lines: Sequence[Line]) -> float:
    return max((value for line in lines for _, value in line.values if value is not None), default=0) or 1


def _ends(lines: Sequence[Line], size: Size) -> list[tuple[str, str, tuple[date, float], float]]:
    """The name of each line, its colour, where it ends, and how far down from there its name is written."""
    highest, ends = _highest(lines), []
    for line, (colour, *_) in zip(lines, STROKES, strict=False):
        known = [(day, value) for day, value in line.values if value is not None]
        if known:
            ends.append((f"{line.name} {_short(known[-1][1])}", colour, known[-1]))
    ends.sort(key=lambda end: -end[2][1])
    # From the bottom up, so that what is pushed goes where there is room: above the chart, never below its axis.
    free, placed = float("inf"), []
    for name, colour, end in reversed(ends):
        wanted = size.height * (1 - end[1] / highest)
        at = min(wanted, free - APART)
        placed.append((name, colour, end, round(at - wanted, 1)))
        free = at
    return placed[::-1]


def _short(number: float) -> str:
    return format_number(number, 1).removesuffix(".0")
