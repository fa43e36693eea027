"""The gap between what is declared and what is worked out, by organisation over the months of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.calendar import month_end
from tracker.core.text import format_day
from tracker.progress.facts import SPARK_HEIGHT, SPARK_WIDTH, spark_lines
from tracker.progress.headlines import LEADING
from tracker.progress.queries.reading import spark_months
from tracker.progress.queries.statuses import Observed, observed
from tracker.progress.status import Pair, gap_index
from tracker.progress.structure import Structure

MOST = 2
"""Steps between red and green: the most a gap can be, either way."""


@dataclass(frozen=True)
class Gap:
    """The index of one organisation, or of all government: over the year, and month by month."""

    name: str
    slug: str
    days: int
    index: float
    months: Sequence[tuple[date, float | None]]

    @property
    def text(self) -> str:
        """The index as it is printed, with its sign: above zero is optimistic."""
        return signed(self.index)

    @property
    def words(self) -> str:
        """What the index says, in a word."""
        return "optimistic" if self.index > 0 else "pessimistic" if self.index < 0 else "agrees"

    @property
    def spark(self) -> list[str]:
        """The months as a small line around the middle, which is zero."""
        return spark_lines([None if value is None else value + MOST for _, value in self.months], float(2 * MOST))

    @property
    def told(self) -> list[dict[str, str]]:
        """The months that have a gap, as they are printed, the latest first."""
        known = [(day, value) for day, value in self.months if value is not None]
        return [{"month": f"{day:%B %Y}", "gap": signed(value)} for day, value in reversed(known)]

    @property
    def zero(self) -> str:
        """The line of no gap, in the same box."""
        return f"0,{SPARK_HEIGHT / 2:.1f} {SPARK_WIDTH},{SPARK_HEIGHT / 2:.1f}"

    @property
    def spark_title(self) -> str:
        """What the small line shows, in words."""
        told = [f"{day:%B %Y} {signed(value)}" for day, value in self.months if value is not None]
        return f"Gap by month: {', '.join(told)}"


@dataclass(frozen=True)
class Gaps:
    """The organisations with anything to compare, the most optimistic first, and the months that are told."""

    rows: Sequence[Gap]
    months: Sequence[date]
    since: str


def signed(value: float) -> str:
    """A gap with its sign, to two places: +0.50."""
    return f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0.00"


def gaps(structure: Structure, reach: frozenset[int] | None, today: date) -> Gaps:
    """The gap index of every organisation within reach over the twelve months to a London day."""
    months = [*spark_months(today)[1:-1], month_end(today)]
    first = months[0].replace(day=1)
    found: dict[int | None, list[Observed]] = {}
    for one in observed([metric.code for metric in LEADING], first, today, reach):
        if one.pair.gap is not None:
            found.setdefault(one.organisation_id, []).append(one)
    rows = [_gap(structure, id, [one.pair for one in those], months) for id, those in found.items()]
    rows.sort(key=lambda row: (-row.index, row.name))
    return Gaps(rows, months, format_day(first))


def _gap(structure: Structure, id: int | None, pairs: Sequence[Pair], months: Sequence[date]) -> Gap:
    organisation = structure.by_id[id] if id is not None else None
    starts = [month.replace(day=1) for month in months]
    by_month = [
        (month, gap_index(pair for pair in pairs if start <= pair.day <= month))
        for start, month in zip(starts, months, strict=True)
    ]
    index = gap_index(pairs)
    assert index is not None  # only organisations with something to compare are told
    name, slug = (organisation.name, organisation.slug) if organisation else ("All government", "all")
    return Gap(name, slug, len({pair.day for pair in pairs}), index, by_month)
