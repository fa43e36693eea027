"""A figure as other systems read it: the JSON of the public contract, and the columns of its CSV."""

from collections.abc import Sequence
from typing import Any

from tracker.progress.figures import Scope
from tracker.progress.models import Forecast, ForecastPoint
from tracker.progress.status import Case, Thresholds, verdict

COLUMNS = (
    "figure",
    "organisation",
    "as_at",
    "known_at",
    "value",
    "numerator",
    "denominator",
    "symbol",
    "target",
    "status",
)


def printed(case: Case, thresholds: Thresholds) -> dict[str, Any]:
    """A figure in plain values, a whole number without a decimal point, with the status worked out for it."""
    figure, line = case.figure, case.line
    return {
        "figure": figure.metric.code,
        "organisation": figure.scope.slug,
        "as_at": figure.as_at.isoformat(),
        "known_at": figure.known_at.isoformat().replace("+00:00", "Z"),
        "value": plain(figure.value),
        "numerator": plain(figure.value) if figure.metric.kind == "sum" else figure.numerator,
        "denominator": figure.denominator,
        "symbol": figure.symbol,
        "target": plain(line.on(figure.as_at)) if line else None,
        "status": verdict(case, thresholds).colour,
    }


def forecast_printed(forecast: Forecast, scope: Scope, points: Sequence[ForecastPoint]) -> dict[str, Any]:
    """A forecast of one scope in plain values; without points where there was too little to go on."""
    last = points[-1] if points else None
    return {
        "figure": forecast.figure,
        "organisation": scope.slug,
        "as_at": forecast.as_at.isoformat(),
        "known_at": forecast.known_at.isoformat().replace("+00:00", "Z"),
        "made_at": forecast.made_at.isoformat().replace("+00:00", "Z"),
        "seed": forecast.seed,
        "method": forecast.method,
        "enough_to_go_on": forecast.is_enough,
        "completed_stays": forecast.completed_stays,
        "target": plain(last.plan) if last else None,
        "target_on": last.day.isoformat() if last else None,
        "probability": last.chance if last else None,
        "points": [
            {"day": one.day.isoformat(), "p10": one.low, "p50": one.middle, "p90": one.high, "plan": plain(one.plan)}
            for one in points
        ],
        "inputs": forecast.inputs,
    }


def plain(number: float | None) -> float | int | None:
    """A number as it is written: 37, not 37.0."""
    if number is None or not float(number).is_integer():
        return number
    return int(number)
