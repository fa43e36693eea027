"""A figure as other systems read it: the JSON of the public contract, and the columns of its CSV."""

from typing import Any

from tracker.progress.figures import Figure
from tracker.progress.targets import TargetLine, status

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


def printed(figure: Figure, line: TargetLine | None) -> dict[str, Any]:
    """A figure in plain values; a whole number without a decimal point. `line` is the target of its scope, if it has
    one."""
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
        "status": status(figure, line),
    }


def plain(number: float | None) -> float | int | None:
    """A number as it is written: 37, not 37.0."""
    if number is None or not float(number).is_integer():
        return number
    return int(number)
