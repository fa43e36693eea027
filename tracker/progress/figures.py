"""A figure's value. The only place where anything is divided, rounded or found not to apply."""

from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.core.metric import Metric
from tracker.core.text import format_number
from tracker.progress.models import ScopeKind

NOT_APPLICABLE = "[z]"
"""The symbol of official statistics for a figure that does not apply, such as a share of nobody."""
EVERYBODY = "all"


@dataclass(frozen=True)
class Scope:
    """Whose records a figure is taken over. `note` says what a reader must know of it beside its name."""

    kind: ScopeKind
    organisation_id: int | None
    slug: str
    name: str = field(compare=False)
    note: str = field(default="", compare=False)


ALL = Scope(ScopeKind.ALL, None, EVERYBODY, "All government")


@dataclass(frozen=True)
class Figure:
    """A metric's value for a scope, as at the close of a day, as known at an instant.

    `numerator` is null for a median, `denominator` for a count, both for a sum; a median's denominator is how many it
    is taken over. `value` is not rounded: a ratio lies between 0 and 1. It is null where the figure does not apply.
    """

    metric: Metric
    scope: Scope
    as_at: date
    known_at: datetime
    numerator: int | None
    denominator: int | None
    value: float | None

    @property
    def symbol(self) -> str | None:
        """The symbol that stands in place of a value that does not apply."""
        return NOT_APPLICABLE if self.value is None else None

    @property
    def number(self) -> float | None:
        """The value in the unit it is printed in, rounded as printed: percent for a share."""
        if self.value is None:
            return None
        return round(self.value * (100 if self.metric.is_percentage else 1), self.metric.decimals)

    @property
    def text(self) -> str:
        """The value as it is printed: 1,234, 62.5% or [z]."""
        if self.number is None:
            return NOT_APPLICABLE
        may_be_whole = self.metric.kind in ("median", "sum")
        decimals = 0 if float(self.number).is_integer() and may_be_whole else self.metric.decimals
        return format_number(self.number, decimals) + ("%" if self.metric.is_percentage else "")


Finished = tuple[int | None, int | None, float | None]
"""Numerator, denominator and value of a figure."""


def of_nobody(metric: Metric) -> Finished:
    """What a figure is where there is nothing to count."""
    return {"count": (0, None, 0.0), "ratio": (0, 0, None), "median": (None, 0, None), "sum": (None, None, 0.0)}[
        metric.kind
    ]


def ratio(numerator: int, denominator: int) -> float | None:
    """The one division: not applicable where there is nothing to divide by."""
    return numerator / denominator if denominator else None
