"""Counts beside the number of analysts they are of, so that a small department is neither shamed nor flattered."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.metric import Metric
from tracker.core.text import format_number
from tracker.progress.figures import Figure, Scope
from tracker.progress.queries.targets import analysts_by_slug
from tracker.progress.structure import Structure

SMALLEST = 10
"""Rates are given only from so many analysts up: below, one person more or less says nothing."""
PER = 100
OF_ANALYSTS = "training"
"""The strand whose people are analysts; nothing else is set beside their number."""


@dataclass(frozen=True)
class Bases:
    """How many analysts each organisation has, by the structure of today, on 31 March 2023."""

    structure: Structure
    by_slug: Mapping[str, int]

    def of(self, scope: Scope) -> int | None:
        """The analysts of a scope's organisations together; None where no number is known."""
        slugs = (self.structure.by_id[id].slug for id in self.structure.members(scope))
        known = [self.by_slug[slug] for slug in slugs if slug in self.by_slug]
        return sum(known) if known else None

    def rate(self, figure: Figure) -> float | None:
        """A count for each 100 analysts; None where there are fewer than 10 of them, or no number is known."""
        base = self.of(figure.scope)
        if figure.number is None or base is None or base < SMALLEST:
            return None
        return round(figure.number * PER / base, 1)

    def text(self, figure: Figure) -> str:
        """The rate as it is printed, or why there is none."""
        rate, base = self.rate(figure), self.of(figure.scope)
        if rate is not None:
            return format_number(rate, 1)
        return "not known" if base is None else f"under {SMALLEST} analysts"


def has_rates(metric: Metric) -> bool:
    """Whether a figure counts people who are analysts."""
    return metric.strand == OF_ANALYSTS and metric.kind == "count" and metric.unit == "people"


def load_bases(structure: Structure) -> Bases:
    """Read how many analysts there are."""
    return Bases(structure, analysts_by_slug())
