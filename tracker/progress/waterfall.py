"""The chart of a bridge: totals and the terms between them, as bars that carry on from one another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.core.text import format_number
from tracker.progress.charts import BLUE, INK, ORANGE, TEAL, Chart, Size, Spec, framed


@dataclass(frozen=True)
class Step:
    """One bar of a bridge: an opening or closing total, or a term between them, as it is printed below the bar."""

    label: str
    value: float
    is_total: bool = False


def _carried_on(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Each step as a bar that begins where the one before it ended."""
    rows: list[dict[str, Any]] = []
    level = 0.0
    for place, step in enumerate(step for step in steps if step.is_total or step.value):
        start = 0.0 if step.is_total else level
        level = step.value if step.is_total else level + step.value
        kind = "total" if step.is_total else "more" if step.value > 0 else "less"
        text = format_number(step.value) if step.is_total else f"{step.value:+,.0f}".replace("-", "−")
        rows.append(
            {
                "place": place,
                "label": step.label,
                "start": start,
                "end": level,
                "top": max(start, level),
                "kind": kind,
                "text": text,
            }
        )
    return rows


def bridge(steps: Sequence[Step], sentence: str, size: Size) -> Chart:
    """The opening total, each term that changed it, and the closing total, as bars that carry on from one another."""
    rows = _carried_on(steps)
    order = {"field": "label", "type": "nominal", "sort": {"field": "place"}, "axis": _bar_axis(size), "title": None}
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["total", "more", "less"], "range": [BLUE, TEAL, ORANGE]},
    }
    bars = {
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
        "encoding": {
            "x": order,
            "y": {"field": "start", "type": "quantitative", "title": None},
            "y2": {"field": "end"},
            "color": colour,
        },
    }
    texts = {
        "mark": {"type": "text", "dy": -8, "fontWeight": "bold"},
        "encoding": {"x": order, "y": {"field": "top", "type": "quantitative"}, "text": {"field": "text"}},
    }
    spec = {**framed([bars, texts], size), "data": {"values": rows}}
    return Chart(
        spec,
        sentence,
        "Bars from the opening to the closing total, one for each reason. The same numbers stand in the table below.",
    )


def _bar_axis(size: Size) -> Spec:
    axis: Spec = {
        "labelAngle": size.bar_label_angle,
        "labelLimit": 150,
        "labelColor": INK,
        "ticks": False,
        "domain": True,
    }
    # Side by side there is room for a second line, and not for a long one.
    return axis if size.bar_label_angle else {**axis, "labelExpr": "split(datum.label, ': ')"}
