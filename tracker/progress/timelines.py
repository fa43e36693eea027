"""A chart of spans in time, as data: a bar a row, in the theme of the other charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.core.text import format_day
from tracker.progress.charts import BLUE, INK, NARROW, ORANGE, QUIET, TEAL, THEME, WIDE, Chart, Size, Spec, days_axis

ROW_HEIGHT = 24


@dataclass(frozen=True)
class Bar:
    """A row: what it is called, from which day to which it lasts, and its kind in words."""

    label: str
    starts_on: date
    ends_on: date
    kind: str


PATTERNS = ((BLUE, 1.0, [1, 0]), (TEAL, 0.55, [4, 2]), (ORANGE, 0.35, [1, 2]), (QUIET, 0.2, [6, 3]))
"""How kinds are told apart: by colour, by strength, and by their outline, so that they can be in black and white."""


def timeline(bars: Sequence[Bar], today: date, sentence: str, size: Size) -> Chart:
    """Bars from day to day, in the order given, with a line at today.

    :param bars: there is at least one; their kinds are at most four.
    """
    kinds = list(dict.fromkeys(bar.kind for bar in bars))
    rows = [
        {
            "place": place,
            "label": bar.label,
            "day": bar.starts_on.isoformat(),
            "until": bar.ends_on.isoformat(),
            "kind": bar.kind,
        }
        for place, bar in enumerate(bars)
    ]
    spec = {
        "width": size.width,
        "height": ROW_HEIGHT * len(bars),
        "config": THEME,
        "layer": [_bars(rows, kinds, size), _today(today)],
    }
    first, last = min(bar.starts_on for bar in bars), max(bar.ends_on for bar in bars)
    description = (
        f"One bar for each of {len(bars)}, between {format_day(first)} and {format_day(last)}, with a line at "
        f"{format_day(today)}. The same dates stand in the table below."
    )
    return Chart(spec, sentence, description)


def _bars(rows: list[dict[str, Any]], kinds: list[str], size: Size) -> Spec:
    patterns = PATTERNS[: len(kinds)]

    def told_by(column: int) -> Spec:
        scale = {"domain": kinds, "range": [pattern[column] for pattern in patterns]}
        return {"field": "kind", "type": "nominal", "scale": scale, "legend": LEGEND}

    return {
        "data": {"values": rows},
        "mark": {"type": "bar", "height": ROW_HEIGHT - 8, "stroke": INK, "strokeWidth": 1},
        "encoding": {
            "x": {**days_axis(size), "axis": {**days_axis(size)["axis"], "grid": True}},
            "x2": {"field": "until"},
            "y": {
                "field": "label",
                "type": "nominal",
                "sort": {"field": "place"},
                "axis": {"title": None, "ticks": False, "labelLimit": LABELS[size], "labelColor": INK},
            },
            "fill": told_by(0),
            "fillOpacity": told_by(1),
            "strokeDash": told_by(2),
        },
    }


LABELS = {WIDE: 220, NARROW: 110}
"""How much room a label has, in pixels, before it is cut."""
LEGEND: Spec = {"title": None, "orient": "top", "symbolType": "square", "labelFontSize": 13}


def _today(day: date) -> Spec:
    return {
        "data": {"values": [{"day": day.isoformat()}]},
        "mark": {"type": "rule", "color": INK, "strokeWidth": 2},
        "encoding": {"x": {"field": "day", "type": "temporal"}},
    }
