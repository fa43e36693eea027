"""A headline of all government or of an organisation: what a status is worked out for, and declared of."""

from dataclasses import dataclass

from tracker.core.metric import Metric
from tracker.organisations import queries as organisations
from tracker.organisations.models import Organisation
from tracker.progress.figures import EVERYBODY
from tracker.progress.registry import METRICS
from tracker.progress.targets import Place

LEADING = tuple(metric for metric in METRICS.values() if metric.leading)
"""The figures that are forecast, so that a status can follow before the target's day."""


@dataclass(frozen=True)
class Headline:
    """A headline figure, and an organisation with the bodies under it, or all government."""

    metric: Metric
    organisation: Organisation | None

    @property
    def organisation_id(self) -> int | None:
        """Whose lead may see and declare it; None for all government, which no lead's reach holds."""
        return self.organisation.id if self.organisation else None

    @property
    def strand(self) -> str:
        """The strand the figure belongs to."""
        return self.metric.strand

    @property
    def place(self) -> Place:
        """What it is kept under."""
        return self.metric.code, self.organisation_id

    @property
    def whose(self) -> str:
        """Whose it is, in words."""
        return self.organisation.name if self.organisation else "All government"

    @property
    def slug(self) -> str:
        """Whose it is, as it stands in an address."""
        return self.organisation.slug if self.organisation else EVERYBODY


def headline(code: str, slug: str) -> Headline | None:
    """The headline an address names; None where there is no such figure or organisation."""
    metric = METRICS.get(code)
    if metric is None or metric.leading is None:
        return None
    if slug == EVERYBODY:
        return Headline(metric, None)
    found = organisations.organisation(slug)
    return Headline(metric, found) if found else None
